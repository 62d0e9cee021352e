"""Objects of Python's that the guest holds: each has a number, and is let go when the guest's object is dead."""

from __future__ import annotations

from cupola.language.values import OTHER, address_in, cell, kind_of, set_cell, tag_of

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM

HOST = 10  # the kind, as in `runtime.objects`
NUMBER = 8  # where it lies in a Host


class Hosts:
    """The objects of one VM, by number. One that has a method `let_go` is told when the guest's object is dead."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        self.objects: dict[int, Any] = {}
        self.next = 1
        heap = vm.offsets["heap"][0] + vm.engine.structs["Heap"]["dead_hosts"][0]
        fields = vm.engine.structs["List"]
        self._items = vm.address + heap + fields["items"][0]
        self._count = vm.address + heap + fields["count"][0]

    def make(self, thing: Any, metatable: int, value: int, native: int = 0) -> int:
        """An object of the guest that stands for a thing of Python's, with a value that belongs to it; `native` is the
        address of what native code knows of the thing."""
        self.let_go_dead()
        number = self.next
        made = self.vm.objects.checked(self.vm.entry_host(self.vm.address, number, metatable, value, native))
        self.next = number + 1
        self.objects[number] = thing
        return made

    def get(self, value: int) -> Any:
        """The thing that a value stands for; None if it stands for none."""
        if tag_of(value) != OTHER or kind_of(value) != HOST:
            return None
        return self.objects.get(cell(address_in(value) + NUMBER))

    def let_go_dead(self) -> None:
        """Let those go whose objects the collector has found dead."""
        count = cell(self._count)
        if not count:
            return
        items = cell(self._items)
        dead = [cell(items + 8 * place) for place in range(count)]
        set_cell(self._count, 0)
        for number in dead:
            self._let_go(self.objects.pop(number, None))

    def close(self) -> None:
        """Let all go: the system ends."""
        for thing in list(self.objects.values()):
            self._let_go(thing)
        self.objects.clear()

    @staticmethod
    def _let_go(thing: Any) -> None:
        tell = getattr(thing, "let_go", None)
        if tell is not None:
            tell()
