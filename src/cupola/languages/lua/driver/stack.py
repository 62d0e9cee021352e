"""The stack of the guest as the driver walks it: which functions run, and where in them."""

from __future__ import annotations

from cupola.language.values import FUNCTION as FUNCTION_TAG
from cupola.language.values import MASK, cell
from cupola.languages.lua.constants import (
    CALLER,
    FUNCTION,
    LINK,
    ROOM,
    STUB_AFTER_PCALL,
    STUB_AFTER_XPCALL,
    STUB_COROUTINE_END,
    STUB_DONE,
)
from cupola.languages.lua.driver.functions import PRELUDE

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cupola.languages.lua.driver.functions import Loaded
    from cupola.languages.lua.driver.vm import LuaVM

CELL = 8
PC_MASK = (1 << 32) - 1


class Level:
    """A function that runs: its base, itself (a value), the address that it is at or None for a native one, the stub
    that it returns to or None, and whether it was called in the place of another."""

    __slots__ = ("base", "function", "loaded", "pc", "stub")

    def __init__(self, base: int, function: int, loaded: Loaded | None, pc: int, stub: int | None) -> None:
        self.base = base
        self.function = function
        self.loaded = loaded
        self.pc = pc
        self.stub = stub

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
        """The same, all of them."""
        cells, origin, stubs, hooks = self.vm.cells, self.vm.heap_memory.address, self.stubs, self.vm.hooks
        while True:
            at = base - origin >> 3
            function, caller, link = cells[at + FUNCTION], cells[at + CALLER], cells[at + LINK]
            if function >> 48 != FUNCTION_TAG:  # the outermost frame belongs to no function
                return
            stub = stubs.get(caller)
            yield Level(base, function, self.loaded(function), pc, stub)
            base -= link
            if stub == STUB_COROUTINE_END or link == 0:
                return
            if stub is None:
                pc = caller - 1
            elif hooks is not None and hooks.called_at(base + link):
                pc = hooks.pc
            elif stub in (STUB_DONE, STUB_AFTER_PCALL, STUB_AFTER_XPCALL):
                pc = 0
            elif self.loaded(cell(base + FUNCTION * CELL)) is None:
                pc = 0
            else:
                pc = cell(base + self.frame_size(base) * CELL) & PC_MASK

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
