"""The table of interned strings keeps none of them alive: the dead are taken out after marking.

That is done in pieces, between which the guest goes on, and may find a string in the table that is dead, or add one: it
tells us (`keep_interned`, `note_interned`), and we mark it. Until all dead strings are out, no memory is used again.
A collection that is not full takes out only strings that were new, as it finds no others dead.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, null, pointer, slow, unlikely
from cupola.runtime.heap.marking import is_marked, mark
from cupola.runtime.heap.state import CLEANING, Heap, push
from cupola.runtime.objects import Object, String


@inline
def keep_interned(heap: Ptr[Heap], string: Ptr[String]) -> None:
    """To be called when a string was found in the table."""
    if unlikely(heap.phase == CLEANING):
        revive(heap, string)


@slow
def revive(heap: Ptr[Heap], string: Ptr[String]) -> None:
    """Mark a string while the dead are taken out."""
    mark(heap, cast(Ptr[Object], string))


@inline
def note_interned(heap: Ptr[Heap], string: Ptr[String]) -> None:
    """To be called when a string was put into the table."""
    push(heap.new_strings, address(string))
    keep_interned(heap, string)


@kernel
def begin_cleaning(heap: Ptr[Heap]) -> None:
    """Begin to take out the dead strings: at the first gap, or all the new ones."""
    heap.clean_places = heap.interned
    heap.clean_at = 0
    heap.clean_left = heap.new_strings.count
    if heap.is_full != 0:
        heap.clean_left = 0
        if heap.interned != null(Ptr[Ptr[String]]):
            heap.clean_left = heap.interned_mask + 1
            while heap.interned[heap.clean_at] != null(Ptr[String]):
                heap.clean_at += 1


@kernel
def clean_interned(heap: Ptr[Heap], work: i64) -> bool:
    """Look at about `work` strings or places; whether all dead strings are out."""
    if heap.is_full != 0:
        return clean_all(heap, work)
    return clean_new(heap, work)


@kernel
def clean_new(heap: Ptr[Heap], work: i64) -> bool:
    """Look at strings that were new when cleaning began."""
    while heap.clean_left > 0:
        if work <= 0:
            return False
        work -= 1
        heap.clean_left -= 1
        string = pointer(Ptr[String], heap.new_strings.items[heap.clean_left])
        if not is_marked(heap, cast(Ptr[Object], string)):
            take_out(heap, string)
    heap.new_strings.count = 0
    return True


@kernel
def take_out(heap: Ptr[Heap], string: Ptr[String]) -> None:
    """Take one string out of the table; those behind it, up to a gap, move up if they may."""
    places = heap.interned
    mask = heap.interned_mask
    hole = i64(string.header.extra) & mask
    while places[hole] != string:
        hole = (hole + 1) & mask
    next = (hole + 1) & mask
    while places[next] != null(Ptr[String]):
        own = i64(places[next].header.extra) & mask
        if (next - own) & mask >= (next - hole) & mask:
            places[hole] = places[next]
            hole = next
        next = (next + 1) & mask
    places[hole] = null(Ptr[String])
    heap.interned_count -= 1


@kernel
def clean_all(heap: Ptr[Heap], work: i64) -> bool:
    """Look at places of the table. Each string is taken out, and if it lives put back where it belongs, which is not
    behind where it was. A piece ends at a gap, so that what is behind it is not missed there."""
    if heap.clean_places != heap.interned:  # the table has grown
        begin_cleaning(heap)
    places = heap.interned
    mask = heap.interned_mask
    while places != null(Ptr[Ptr[String]]):
        place = heap.clean_at & mask
        string = places[place]
        if string == null(Ptr[String]):
            if heap.clean_left <= 0:
                break
            if work <= 0:
                return False
        else:
            places[place] = null(Ptr[String])
            if is_marked(heap, cast(Ptr[Object], string)):
                place = i64(string.header.extra) & mask
                while places[place] != null(Ptr[String]):
                    place = (place + 1) & mask
                places[place] = string
            else:
                heap.interned_count -= 1
        heap.clean_at += 1
        heap.clean_left -= 1
        work -= 1
    heap.new_strings.count = 0
    return True
