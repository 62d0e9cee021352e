"""The table of interned strings keeps none of them alive: the dead are taken out after marking."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, kernel, null
from cupola.runtime.heap.marking import is_marked
from cupola.runtime.heap.state import Heap
from cupola.runtime.objects import Object, String


@kernel
def clean_interned(heap: Ptr[Heap]) -> None:
    """Take the strings out that are not marked.

    All are taken out, in the order of their places from one behind a gap on, and those that live are put back where
    they belong, which is not behind where they were.
    """
    places = heap.interned
    if places == null(Ptr[Ptr[String]]):
        return
    mask = heap.interned_mask
    gap = 0
    while places[gap] != null(Ptr[String]):
        gap += 1
    for distance in range(1, mask + 1):
        place = (gap + distance) & mask
        string = places[place]
        if string != null(Ptr[String]):
            places[place] = null(Ptr[String])
            if is_marked(heap, cast(Ptr[Object], string)):
                place = i64(string.header.extra) & mask
                while places[place] != null(Ptr[String]):
                    place = (place + 1) & mask
                places[place] = string
            else:
                heap.interned_count -= 1
