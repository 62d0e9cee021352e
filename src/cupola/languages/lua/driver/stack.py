"""The stack of the guest as the driver walks it: which functions run, and where in them."""

from __future__ import annotations

from cupola.language.values import FUNCTION as FUNCTION_TAG
from cupola.language.values import MASK, cell, set_cell
from cupola.languages.lua.constants import (
    CALLER,
    FRAME_CELLS,
    FUNCTION,
    LINK,
    LINK_MASK,
    ROOM,
    STUB_AFTER_CLOSE_OPEN,
    STUB_AFTER_PCALL,
    STUB_AFTER_UNWINDING,
    STUB_AFTER_XPCALL,
    STUB_COROUTINE_END,
    STUB_DONE,
    VARARG_CELLS,
    VARARGS,
)
from cupola.languages.lua.driver.errors import HandlersFailed, Problem
from cupola.languages.lua.driver.functions import PRELUDE
from cupola.languages.lua.root_numbers import LOST_FUNCTION

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cupola.languages.lua.driver.functions import Loaded
    from cupola.languages.lua.driver.vm import LuaVM

CELL = 8
PC_MASK = (1 << 32) - 1


NO_MEMORY, TOO_MUCH = 0, -1  # what `grow_stack` says
HANDLER_CELLS = 20_000  # as in `runtime.coroutines`: a full stack has so many more for handlers of errors
CLOSES_FOR_ERROR = (STUB_AFTER_PCALL, STUB_AFTER_XPCALL, STUB_DONE, STUB_COROUTINE_END)


class Level:
    """A function that runs: its base, itself (a value), the address that it is at or None for a native one, the stub
    that it returns to or None, and whether it was called in the place of another."""

    __slots__ = ("base", "function", "is_tail", "loaded", "pc", "stub")

    def __init__(
        self, base: int, function: int, loaded: Loaded | None, pc: int, stub: int | None, is_tail: bool
    ) -> None:
        self.base = base
        self.function = function
        self.loaded = loaded
        self.pc = pc
        self.stub = stub
        self.is_tail = is_tail

    @property
    def line(self) -> int:
        """The line that it is at; -1 for a native function."""
        return -1 if self.loaded is None else self.loaded.line_at(self.pc)

    @property
    def is_prelude(self) -> bool:
        """Whether it is a function of the libraries that is written in Lua."""
        return self.loaded is not None and self.loaded.code.source == PRELUDE


class Stack:
    """Walks the frames of a VM."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        self.internal: set[int] = set()  # native functions that only the prelude knows
        self.stubs = {address: number for number, address in enumerate(vm.stubs)}
        self.code_offset = vm.objects.code_offset

    def levels(self, base: int, pc: int) -> Iterator[Level]:
        """The functions of the running coroutine, the innermost first; `base` and `pc` are the innermost's.

        Of functions of the prelude that call each other, and those native ones that only the prelude knows, only the
        outermost is told: for programs they are one native function. The frames of other runs of the driver, further
        out, follow.
        """
        held: Level | None = None
        for level in self.frames(base, pc):
            if held is not None and not (
                level.is_prelude and (held.is_prelude or held.function in self.internal)
            ):
                yield held
            held = level
        if held is not None:
            yield held

    def frames(self, base: int, pc: int) -> Iterator[Level]:
        """The same, all of them; but not those that an error has left while it calls `__close`, nor one whose registers
        the stack had no room for."""
        cells, origin, stubs, hooks = self.vm.cells, self.vm.heap_memory.address, self.stubs, self.vm.hooks
        lost = self.vm.objects.root(LOST_FUNCTION)
        closes = False
        while True:
            at = base - origin >> 3
            function, caller, link = cells[at + FUNCTION], cells[at + CALLER], cells[at + LINK] & LINK_MASK
            if function >> 48 != FUNCTION_TAG:  # the outermost frame belongs to no function
                return
            stub = stubs.get(caller)
            if not closes and function != lost:
                yield Level(base, function, self.loaded(function), pc, stub, cells[at + LINK] > LINK_MASK)
            if closes or stub == STUB_AFTER_UNWINDING:
                closes = stub not in CLOSES_FOR_ERROR
            first = self.first_base(base, pc) if stub == STUB_AFTER_CLOSE_OPEN else 0
            base -= link
            if stub == STUB_COROUTINE_END or link == 0:
                return
            if stub is None:
                pc = caller - 1
            elif hooks is not None and hooks.called_at(base + link):
                pc = hooks.pc
            elif stub in (STUB_DONE, STUB_AFTER_PCALL, STUB_AFTER_XPCALL):
                pc = 0
            elif stub == STUB_AFTER_CLOSE_OPEN:  # the address waits below the frame of the metamethod
                pc = cell(first - (FRAME_CELLS + 1) * CELL)
            elif self.loaded(cell(base + FUNCTION * CELL)) is None:
                pc = 0
            else:
                pc = cell(base + self.frame_size(base) * CELL) & PC_MASK

    def first_base(self, base: int, pc: int) -> int:
        """Where the base of a frame was before a function with `...`, at `pc` now, moved it above its arguments."""
        loaded = self.loaded(cell(base + FUNCTION * CELL))
        if loaded is None or not loaded.code.is_vararg or loaded.instruction_at(pc) == 0:
            return base
        return base - (cell(base + VARARGS * CELL) + VARARG_CELLS) * CELL

    def loaded(self, function: int) -> Loaded | None:
        """What is known of a function of the guest; None for a native one."""
        if function >> 48 != FUNCTION_TAG:
            return None
        code = self.vm.cells[(function & MASK) - self.vm.heap_memory.address + self.code_offset >> 3]
        return self.vm.functions.by_start.get(code)

    def frame_size(self, base: int) -> int:
        """How many registers the function of the guest at `base` has."""
        loaded = self.loaded(cell(base + FUNCTION * CELL))
        return ROOM if loaded is None else loaded.code.frame_size

    def _top(self) -> int:
        """The end of the cells in use when there is too little room: a function that begins has no registers yet."""
        vm = self.vm
        base = vm.register("base")
        loaded = self.loaded(cell(base + FUNCTION * CELL))
        begins = loaded is not None and loaded.instruction_at(vm.register("pc")) == 0
        return base + vm.register("n") * CELL if begins else vm.live_top()

    def grow(self, wanted: int) -> int:
        """Room for so many cells above the base of the running function; where that is now. Raises Problem."""
        vm = self.vm
        found = vm.entry_grow(vm.address, wanted, 0)
        more = HANDLER_CELLS if found == TOO_MUCH and vm.entry_handled(vm.address) else 0
        if more:
            found = vm.entry_grow(vm.address, wanted, more)
        if found == NO_MEMORY:
            vm.entry_collect(vm.address, self._top(), 1)
            found = vm.entry_grow(vm.address, wanted, more)
        base = vm.register("base")
        if found > NO_MEMORY:
            return base
        level = 1
        if self.loaded(cell(base + FUNCTION * CELL)) is not None:  # its registers are no part of the stack
            set_cell(base + FUNCTION * CELL, vm.objects.root(LOST_FUNCTION))
            level = 0
        if found == NO_MEMORY:
            raise Problem(b"not enough memory", 0)
        if more:
            raise HandlersFailed
        from cupola.languages.lua.driver.messages import placed

        raise Problem(placed(vm, b"stack overflow", level), 0)
