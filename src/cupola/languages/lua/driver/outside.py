"""What ran when the driver was asked to call a function of the guest: it goes on as it was afterwards."""

from __future__ import annotations

from cupola.language.values import address_in, cell
from cupola.languages.lua.root_numbers import MAIN

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM


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
