"""Guest code for machines with registers: from tuples that a front end makes to headers and operands in memory.

An instruction is a tuple `(name, a, b, c, k, target)`: up to three small operands in the order of its definition (0
where it has fewer), its number (0 if it has none), and the place in the list that its target is, or None. There is no
stack cache, so each instruction has one length, and the operands can be written before the native assembler chooses
handlers and superinstructions.
"""

from __future__ import annotations

import struct
from itertools import accumulate

from cupola.language.code import DRAFT, CodeError
from cupola.language.draft_flags import ENTRY, LABEL
from cupola.language.limits import NEVER
from cupola.machine.memory import map_low

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from cupola.language.limits import Thresholds
    from cupola.machine.memory import LowMemory
    from cupola.tiers.engine import Engine

    Line = tuple[str, int, int, int, int, int | None]


PAGE = 4096


class _Form:
    """How one instruction lies in guest code: its opcode, its length, whether it counts heat, the offsets of its small
    operands, and of the cells of its caches."""

    __slots__ = ("caches", "heat", "length", "opcode", "small")

    def __init__(
        self, opcode: int, length: int, heat: bool, small: Sequence[int], caches: Sequence[int]
    ) -> None:
        self.opcode = opcode
        self.length = length
        self.heat = heat
        self.small = small
        self.caches = caches


class RegisterAssembler:
    """Writes functions into the memory of a VM; one for each engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.forms = {
            name: _Form(opcode, length, heat, small, caches)
            for opcode, (name, length, heat, small, caches) in enumerate(engine.forms)
        }
        self._draft: LowMemory | None = None  # for the next function, too
        self._assemble = engine.entry("assemble", "i64", "ptr", "ptr", "i64", "ptr", "i64", "i64")

    def places(self, lines: Sequence[Line]) -> list[int]:
        """Where each instruction lies, in bytes from the first; one number more for the end. Raises CodeError for one
        that does not exist."""
        try:
            return [0, *accumulate([self.forms[line[0]].length for line in lines])]
        except KeyError as missing:
            raise CodeError(f"there is no instruction {missing.args[0]!r}") from None

    def write(
        self,
        lines: Sequence[Line],
        memory: LowMemory,
        offset: int,
        room: int,
        thresholds: Thresholds,
        loop_variant: int = -1,
        entries: Sequence[int] = (0,),
        places: Sequence[int] = (),
        free: Container[str] = (),
    ) -> int:
        """Lay one function out at `offset` bytes into `memory`; returns the number of bytes.

        `entries` are the instructions that control may come to from anywhere; `loop_variant` is that of an interpreter
        that is a loop, or -1; `places` what the method says, if that is known; `free` are instructions that are no
        work. Raises CodeError when it takes more than `room` bytes.
        """
        places = places or self.places(lines)
        size = places[-1]
        if size > room:
            raise CodeError(f"the function takes {size:,} bytes, and there are {room:,} left for guest code")
        body = bytearray(size)
        flags = [0] * len(lines)
        for entry in entries:
            flags[entry] = ENTRY | LABEL
        pack = struct.pack_into
        for line, place in zip(lines, places, strict=False):
            form = self.forms[line[0]]
            for number, at in enumerate(form.small):
                pack("<h", body, place + at, line[1 + number])
            for at in form.caches:
                pack("<q", body, place + at, -1)
            if line[5] is not None:
                flags[line[5]] |= LABEL
        memory.write(offset, bytes(body))
        work = [0, *accumulate(line[0] not in free for line in lines)]
        return self._finish(lines, flags, work, memory, offset, size, thresholds, loop_variant)

    def _finish(
        self,
        lines: Sequence[Line],
        flags: list[int],
        work: list[int],
        memory: LowMemory,
        offset: int,
        size: int,
        thresholds: Thresholds,
        loop_variant: int,
    ) -> int:
        """Let the native assembler write headers, numbers, targets and countdowns."""
        count = len(lines)
        if self._draft is None or self._draft.size < count * DRAFT.size:
            self._draft = map_low(-(-count * DRAFT.size // PAGE) * PAGE)
        packed = [self._pack(line, at, flags[at], work, thresholds) for at, line in enumerate(lines)]
        self._draft.write(0, b"".join(packed))
        start = memory.address + offset
        used: int = self._assemble(self.engine.tables, self._draft.address, count, start, size, loop_variant)
        if used != size:
            raise CodeError(f"expected guest code of {size} bytes, the assembler made {used}")
        return used

    def _pack(self, line: Line, at: int, flags: int, work: list[int], thresholds: Thresholds) -> bytes:
        """One instruction; `work` is how much there is before each."""
        form = self.forms[line[0]]
        number, target, heat = line[4], -1 if line[5] is None else line[5], NEVER
        if form.heat:  # its number is its cost
            number = work[at + 1] - work[target] if 0 <= target <= at else work[-1]
            wanted = thresholds.loops if target >= 0 else thresholds.calls
            heat = wanted
            if target >= 0 and wanted < NEVER:
                heat = min(max(wanted * work[-1] // number, 1), NEVER)
        return DRAFT.pack(number, target, heat, form.opcode, flags, 0, 0, 0, 0, 0, 0, 0)
