"""Compiling functions of a VM: one call of native code for each, with a request in memory that both know."""

from __future__ import annotations

import ctypes
from struct import Struct

from cupola.language.room import Room
from cupola.tiers.baseline.requests import FIELDS, MOST_NOTES, NO_ROOM, NOTE_CELLS
from cupola.tiers.headers import UNIT_ALIGNMENT

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.language.driver import Driver

SIZE, ALIGNMENT, USED, PLACE, NANOSECONDS, NOTED, NOTES = (
    FIELDS.index(each) for each in ("size", "alignment", "used", "place", "nanoseconds", "noted", "notes")
)
# What is new in each request, in cells that follow each other.
GIVEN = ("alignment", "used", "pc", "start", "end")
assert FIELDS[ALIGNMENT : ALIGNMENT + len(GIVEN)] == GIVEN
_give = Struct(f"{len(GIVEN)}q").pack_into


class Units:
    """The request of a VM that has a compiler (`tiers.baseline.compiler.Request`), at `address`. A language may let
    native code compile what it asks for without the driver, which takes notes of it afterwards, if there are any."""

    def __init__(self, vm: Driver) -> None:
        native = vm.native
        assert native is not None
        self.vm = vm
        self.native = native
        self._request = (ctypes.c_int64 * (NOTES + NOTE_CELLS * MOST_NOTES))()
        self.address = ctypes.addressof(self._request)
        self._cells = memoryview(self._request).cast("B").cast("q")
        engine = vm.engine
        fixed = (engine.tables, engine.evaluate, native.writable, native.executable, native.size)
        for place, value in enumerate(fixed):
            self._cells[place] = value
        self._cells[ALIGNMENT], self._cells[USED] = vm.alignment, native.used
        self._gaps = Room(0, 0)  # where code of functions was that are gone

    def compile(self, pc: int, start: int, end: int) -> int:
        """Compile the function from `start` to `end`, for which the instruction at `pc` asks, or none (0): a status."""
        native = self.native
        status = self._compile(native.used, native.size, pc, start, end)
        if status != NO_ROOM:
            native.used = self._cells[USED]
            return status
        gap = self._gaps.take_largest()
        if gap is not None:
            first, last = gap
            status = self._compile(first, last, pc, start, end)
            self.give_back(self._cells[USED], last - self._cells[USED])
        self._cells[USED], self._cells[SIZE] = native.used, native.size
        return status

    def give_back(self, place: int, size: int) -> None:
        """Native code in the arena is not needed any more. What lies between two functions goes with the first."""
        start = -(-place // UNIT_ALIGNMENT) * UNIT_ALIGNMENT
        end = -(-(place + size) // UNIT_ALIGNMENT) * UNIT_ALIGNMENT
        self._gaps.give(start, end - start)

    def _compile(self, used: int, size: int, pc: int, start: int, end: int) -> int:
        """The same into the arena from `used` to `size`."""
        self._cells[SIZE] = size
        _give(self._request, 8 * ALIGNMENT, self.vm.alignment, used, pc, start, end)
        status: int = self.vm.engine.compile_unit(self.address)
        return status

    def result(self) -> list[int]:
        """What the last function that was compiled has come to: its place in the arena; its bytes, instructions,
        loops."""
        return self._cells[PLACE:NANOSECONDS].tolist()

    @property
    def noted(self) -> int:
        """How many functions were compiled since notes were taken."""
        return self._cells[NOTED]

    def take_notes(self) -> None:
        """Tell the VM of what was compiled without it."""
        cells, vm = self._cells, self.vm
        self.native.used = cells[USED]
        notes = cells[NOTES : NOTES + NOTE_CELLS * cells[NOTED]].tolist()
        cells[NOTED] = 0
        vm.compile_seconds += cells[NANOSECONDS] / 1e9
        cells[NANOSECONDS] = 0
        for at in range(0, len(notes), NOTE_CELLS):
            start, end, *facts = notes[at : at + NOTE_CELLS]
            vm.note_compiled(start, end, vm.unit_at(start)[2], *facts)
