"""A ready-made driver for languages whose front end is Python: one program at a time, cells, frames, places.

Its memory is the VM struct, guest code, and one region for two stacks: frames, or whatever the language
keeps, grow up from the bottom, cells grow down from the top, so that one comparison of two pointers checks
both.
"""

from __future__ import annotations

from cupola.language.code import Assembler, Code
from cupola.language.driver import Driver
from cupola.language.fields import Fields
from cupola.language.limits import Frame, Interrupted, Place, RunError
from cupola.language.reasons import TICK, TIER_UP
from cupola.tiers.layout import Context

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from cupola.language.limits import Limits, Thresholds
    from cupola.tiers.engine import Engine

PAGE = 4096
# Cells above the bottom of the stack of cells that may be read and written, though they belong to nobody:
# where fewer cells exist than are in registers, the rest come from here.
PAD_CELLS = 16


class StackVM(Driver):
    """A VM of a language with the machine registers `sp` and `pc`, and whatever others it has.

    `struct` is the language's VM struct; `vm` has its fields as attributes. A language says in `serve` what
    its own reasons to come back mean, and may say in `callers` and `place` where the guest is.
    `limits.memory` is the size of the stacks, unless it is None.
    """

    tick = TICK
    tier_up = TIER_UP

    def __init__(
        self,
        engine: Engine,
        struct: Any,
        *,
        tier: str = "auto",
        thresholds: Thresholds | None = None,
        limits: Limits | None = None,
        code_bytes: int = 1 << 20,
        stack_bytes: int = 1 << 20,
    ) -> None:
        if limits is not None and limits.memory is not None:
            stack_bytes = max(limits.memory, PAGE)
        self._code_offset = _pages(struct.size)
        self._stack_offset = self._code_offset + _pages(code_bytes)
        self._code_bytes = _pages(code_bytes)
        super().__init__(engine, self._stack_offset + _pages(stack_bytes), tier, thresholds, limits)
        self.vm = Fields(self.memory, struct, 0)
        Fields(self.memory, Context, 0).tables = engine.tables
        self.stack_start = self.address + self._stack_offset
        self.stack_end = self.stack_start + _pages(stack_bytes) - PAD_CELLS * 8
        self.code: Code | None = None

    # --- programs -------------------------------------------------------------------------------------------

    def assembler(self) -> Assembler:
        """An empty program for this VM."""
        return Assembler(self.engine, self.thresholds)

    def load(self, program: Assembler) -> Code:
        """Lay out a program, which takes the place of the one before. Raises CodeError."""
        variant = self.engine.loop_variants.get(self.tier, -1)
        self.code = program.finish(self.memory, self._code_offset, self._code_bytes, variant)
        if self.native is not None:
            self.native.used = 0
        self.compiled.clear()
        return self.code

    def run_at(self, pc: int, *cells: int, **registers: int) -> None:
        """Run from a guest address, with these cells on the stack, until `serve` says that it is over.

        Raises GuestError, LimitReached and Interrupted.
        """
        self.start_clock()
        self.set_cells(cells)
        for name, value in registers.items():
            self.set_register(name, value)
        self.set_register("pc", pc)
        try:
            while self.serve(self.go()):
                pass
        except KeyboardInterrupt:
            raise self.stopped(Interrupted("interrupted")) from None

    def serve(self, reason: int) -> bool:
        """Do what native code came back for; whether it goes on."""
        raise TypeError(f"{type(self).__name__} does not know the reason {reason}")

    # --- cells ----------------------------------------------------------------------------------------------

    @property
    def cells(self) -> tuple[int, ...]:
        """The stack of cells, the topmost last."""
        sp = self.register("sp")
        data = self.memory.read(sp - self.address, self.stack_end - sp)
        places = range(len(data) - 8, -8, -8)
        return tuple(int.from_bytes(data[at : at + 8], "little", signed=True) for at in places)

    def set_cells(self, cells: Iterable[int]) -> None:
        """Let these be the stack of cells, the topmost last."""
        data = b"".join((each & (1 << 64) - 1).to_bytes(8, "little") for each in reversed(tuple(cells)))
        sp = self.stack_end - len(data)
        self.memory.write(sp - self.address, data)
        self.set_register("sp", sp)

    def cell_at(self, address: int) -> int:
        """The cell at a native address in the VM's memory."""
        return int.from_bytes(self.memory.read(address - self.address, 8), "little", signed=True)

    # --- where the guest is ---------------------------------------------------------------------------------

    def unit_at(self, pc: int) -> tuple[int, int, str]:
        unit = self.code and self.code.unit_at(pc)
        if not unit:
            raise LookupError(f"no function has code at {pc:#x}")
        return unit.start, unit.end, unit.name

    def unit_named(self, name: str) -> tuple[int, int, str]:
        """The start, the end and the name of a function of the program; raises LookupError."""
        for unit in self.code.units if self.code else ():
            if unit.name == name:
                return unit.start, unit.end, unit.name
        raise LookupError(f"the program has no function {name!r}")

    def callers(self) -> Iterable[int]:
        """The return addresses of the functions that are running, the innermost first."""
        return ()

    def place(self, position: Any) -> Place | None:
        """A place in the source for what `Assembler.where` was there."""
        return None

    def stopped(self, error: RunError) -> RunError:
        """Put the place and the backtrace of the guest into `error`; the VM can run again."""
        pc = self.register("pc")
        code = self.code
        if code is None:
            return error
        error.where = self.place(code.position(pc))
        for at in (pc, *(each - 1 for each in self.callers())):
            unit = code.unit_at(at)
            if unit is not None:
                where = self.place(unit.where)
                error.backtrace.append(Frame(unit.name, None if where is None else str(where)))
        return error


def _pages(size: int) -> int:
    return -(-size // PAGE) * PAGE
