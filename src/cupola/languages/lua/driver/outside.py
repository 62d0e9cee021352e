"""What ran when the driver was asked to call a function of the guest: it goes on as it was afterwards."""

from __future__ import annotations

import sys

from cupola.language.values import address_in, cell
from cupola.languages.lua.root_numbers import MAIN

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from types import FrameType

    from cupola.languages.lua.driver.vm import LuaVM

MOST_LEVELS = 190  # runs of the driver inside each other
CHECKED = 8  # after so many of them Python's own stack is looked at
PYTHON_CALLS = 150  # of Python inside each other that these and a function of the driver may need


def is_deep(level: int) -> bool:
    """Whether too many runs of the driver, or calls of Python, are inside each other for one more."""
    if level % CHECKED != CHECKED - 1:
        return level >= MOST_LEVELS
    left = sys.getrecursionlimit() - PYTHON_CALLS
    frame: FrameType | None = sys._getframe()
    while frame is not None and left > 0:
        left -= 1
        frame = frame.f_back
    return left <= 0 or level >= MOST_LEVELS


class Outside:
    """The registers, and the coroutine that ran, whose stack may move meanwhile."""

    __slots__ = ("base", "coroutine", "level", "n", "pc", "stack", "vm")

    def __init__(self, vm: LuaVM, level: int) -> None:
        self.vm = vm
        self.level = level
        self.coroutine = vm.heap.current if level else address_in(vm.objects.root(MAIN))
        self.stack = cell(self.coroutine + vm.objects.stack_offset)
        self.base = vm.register("base")
        self.n = vm.register("n")
        self.pc = vm.register("pc")

    def restore(self) -> None:
        """Set the registers as they were."""
        vm = self.vm
        vm.vm.level = self.level
        vm.set_register("base", self.base + cell(self.coroutine + vm.objects.stack_offset) - self.stack)
        vm.set_register("n", self.n)
        vm.set_register("pc", self.pc)

    def give_up(self, start: int) -> None:
        """The run inside was left where it was: its coroutines are dead, its variables are closed from the cell on that
        lay `start` bytes above the beginning of the stack."""
        stack = cell(self.coroutine + self.vm.objects.stack_offset)
        self.vm.entry_abandon(self.vm.address, self.coroutine, stack + start)
