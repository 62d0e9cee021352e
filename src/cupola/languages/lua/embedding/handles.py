"""What keeps objects of the guest alive while Python holds them."""

from __future__ import annotations

from cupola.language.values import NIL
from cupola.machine.memory import map_anywhere

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM

MOST = 1 << 26
AT_ONCE = 256  # cells more that the collector is told of


class Handles:
    """The values that Python holds, by numbers: cells outside of the heap, which are roots for the collector.

    Python may let an object go at any time, also while native code runs in another thread. A cell that becomes nil then
    does no harm: whether the collector saw the value before or not, both is right.
    """

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        self.memory = map_anywhere(8 * MOST)
        self.cells = self.memory.view.cast("q")
        self.free: list[int] = []
        self.last = self.told = 0
        self.is_open = True
        vm.heap.more_roots = self.memory.address

    def keep(self, value: int) -> int:
        """Keep a value, until the number that is returned is dropped."""
        if self.free:
            number = self.free.pop()
        else:
            number = self.last
            if number == MOST:
                raise MemoryError(f"Python holds {MOST:,} objects of Lua, which is the most")
            self.last += 1
            if number == self.told:
                self.told += AT_ONCE
                self.vm.heap.more_count = self.told
        self.cells[number] = value
        return number

    def drop(self, number: int) -> None:
        """Python does not hold the value any more."""
        if self.is_open:
            self.cells[number] = NIL
            self.free.append(number)

    def close(self) -> None:
        """The system ends."""
        if self.is_open:
            self.is_open = False
            self.cells.release()
            self.memory.close()
