"""Memory for the executor: regions of declared cells, each cell a value.

A region is what one pointer parameter points to, or the bytes of a constant table; regions do not overlap. An access
must hit one declared cell of its type exactly: that is an obligation, and makes accesses out of bounds, or across
fields, errors. Memories are never changed: a store gives a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cupola.ir.types import Type


class Region(NamedTuple):
    """The cells of a region by their offset in bytes; a constant one cannot be stored to. `arrays` are the first and
    the last offset of each array in it: a pointer to the first one is good for its elements only.
    """

    name: str
    cells: Mapping[int, Type]
    constant: bool = False
    arrays: tuple[tuple[int, int], ...] = ()


class Pointer(NamedTuple):
    """A place in a region: an offset in bytes, known or a term of 64 bits; and the array that it stays in, if any."""

    region: Region
    offset: Any
    array: tuple[int, int] | None = None

    def moved(self, offset: Any) -> Pointer:
        """At another offset. Whoever names the start of an array means the array."""
        starts = [each for each in self.region.arrays if isinstance(offset, int) and each[0] == offset]
        return Pointer(self.region, offset, self.array or (starts[0] if starts else None))


class Memory:
    """The values of all cells, by region and offset."""

    def __init__(self, cells: Mapping[tuple[str, int], Any] | None = None) -> None:
        self.cells = dict(cells or {})

    def filled(self, region: Region, values: Mapping[int, Any]) -> Memory:
        """With a region added."""
        return Memory({**self.cells, **{(region.name, offset): values[offset] for offset in region.cells}})

    def region(self, region: Region) -> dict[int, Any]:
        """The values of a region's cells."""
        return {offset: self.cells[region.name, offset] for offset in region.cells}

    @staticmethod
    def candidates(pointer: Pointer, type: Type) -> list[int]:
        """The offsets that an access of this type may have."""
        cells = pointer.region.cells
        first, last = pointer.array or (0, max(cells))
        offsets = (pointer.offset,) if isinstance(pointer.offset, int) else cells
        return [each for each in offsets if cells.get(each) is type and first <= each <= last]

    def load(self, domain: Any, offset_type: Type, type: Type, pointer: Pointer) -> Any:
        """The value of the cell that the pointer hits, if it hits one."""
        offsets = self.candidates(pointer, type)
        value = self.cells[pointer.region.name, offsets[-1]]
        for offset in reversed(offsets[:-1]):
            here = domain.equal(offset_type, pointer.offset, offset)
            value = domain.choose(type, here, self.cells[pointer.region.name, offset], value)
        return value

    def stored(self, domain: Any, offset_type: Type, type: Type, pointer: Pointer, value: Any) -> Memory:
        """After a store to the cell that the pointer hits."""
        cells = dict(self.cells)
        name = pointer.region.name
        if isinstance(pointer.offset, int):
            cells[name, pointer.offset] = value
            return Memory(cells)
        for offset in self.candidates(pointer, type):
            here = domain.equal(offset_type, pointer.offset, offset)
            cells[name, offset] = domain.choose(type, here, value, cells[name, offset])
        return Memory(cells)

    @staticmethod
    def merged(domain: Any, types: Iterable[Region], parts: list[tuple[Any, Memory]]) -> Memory:
        """One memory of several: each holds under its condition, the last one otherwise."""
        kinds = {(region.name, offset): kind for region in types for offset, kind in region.cells.items()}
        cells = dict(parts[-1][1].cells)
        for condition, memory in reversed(parts[:-1]):
            for key, value in memory.cells.items():
                if key not in cells:  # a constant, which only this way has met
                    cells[key] = value
                elif value is not cells[key]:
                    cells[key] = domain.choose(kinds[key], condition, value, cells[key])
        return Memory(cells)
