"""What keeps objects of the guest alive while Python holds them."""

from __future__ import annotations

import weakref
from collections import deque

from cupola.language.values import NIL
from cupola.languages.lua.driver.library import subtable
from cupola.languages.lua.root_numbers import REGISTRY

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM

KEPT = b"_KEPT"


class Handles:
    """The values that Python holds, in a table of the registry, by numbers.

    Python may let an object go at any time, also while native code runs: its number is noted then, and the value is
    taken out of the table when the next one comes in.
    """

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        self.table = subtable(vm, vm.objects.root(REGISTRY), KEPT, 0)
        self.free: list[int] = []
        self.dropped: deque[int] = deque()
        self.last = 0

    def keep(self, holder: object, value: int) -> None:
        """Keep a value as long as a Python object lives."""
        while self.dropped:
            number = self.dropped.popleft()
            self.vm.objects.set(self.table, self.vm.objects.integer(number), NIL)
            self.free.append(number)
        if self.free:
            number = self.free.pop()
        else:
            self.last += 1
            number = self.last
        self.vm.objects.set(self.table, self.vm.objects.integer(number), value)
        weakref.finalize(holder, self.dropped.append, number).atexit = False
