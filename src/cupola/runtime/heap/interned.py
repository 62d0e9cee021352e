"""The table of interned strings keeps none of them alive: the dead are taken out after marking.

That is done in pieces, between which the guest goes on, and may find a string in the table that is dead, or add one: it
tells us (`keep_interned`, `note_interned`), and we mark it. Until all dead strings are out, no memory is used again.
A collection that is not full takes out only strings that were new, as it finds no others dead.

A place of the table has a string's address, and above it the upper bits of its hash, so that nearly no string is looked
at in vain; or 0.
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    address,
    cast,
    i64,
    inline,
    kernel,
    null,
    pointer,
    select,
    slow,
    static,
    u64,
    unlikely,
)
from cupola.runtime.heap.marking import is_marked, mark
from cupola.runtime.heap.state import CLEANING, Heap, push
from cupola.runtime.objects import Object, String
from cupola.runtime.values import SHIFT as ADDRESS_BITS
from cupola.runtime.values import address_in

LEAST_PLACES = 1 << 13
SPARSE_SHIFT, SHRINK_SHIFT = 4, 2  # with a 16th of its places in use, a table shrinks to a quarter
HASH_BITS = 31
GROUP = 16  # places that are looked at together
PLACE_BITS = 16  # of the hash, that stand above the address


@inline
def place_for(string: Ptr[String]) -> i64:
    """What stands in the table for a string."""
    return address(string) | (i64(string.header.extra) >> (HASH_BITS - PLACE_BITS)) << ADDRESS_BITS


@inline
def has_hash(place: i64, hash: i64) -> bool:
    """Whether the string of a place may have this hash."""
    return u64(place) >> ADDRESS_BITS == u64(hash >> (HASH_BITS - PLACE_BITS))


@inline
def string_in(place: i64) -> Ptr[String]:
    """The string of a place that is not 0."""
    return pointer(Ptr[String], address_in(place))


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
        if heap.interned != null(Ptr[i64]):
            heap.clean_left = heap.interned_mask + 1
            while heap.interned[heap.clean_at] != 0:
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
    shrink(heap)
    return True


@kernel
def take_out(heap: Ptr[Heap], string: Ptr[String]) -> None:
    """Take one string out of the table; those behind it, up to a gap, move up if they may."""
    places = heap.interned
    mask = heap.interned_mask
    hole = i64(string.header.extra) & mask
    place = place_for(string)
    while places[hole] != place:
        hole = (hole + 1) & mask
    next = (hole + 1) & mask
    while places[next] != 0:
        own = i64(string_in(places[next]).header.extra) & mask
        if (next - own) & mask >= (next - hole) & mask:
            places[hole] = places[next]
            hole = next
        next = (next + 1) & mask
    places[hole] = 0
    heap.interned_count -= 1


@kernel
def clean_all(heap: Ptr[Heap], work: i64) -> bool:
    """Look at places of the table. Behind a string that is taken out, up to the next gap, each string that lives is put
    back where it belongs, which is not behind where it was; a piece does not end in between."""
    if heap.clean_places != heap.interned:  # the table has grown
        begin_cleaning(heap)
    places = heap.interned
    mask = heap.interned_mask
    hole = False
    while places != null(Ptr[i64]):
        at = heap.clean_at & mask
        if not hole:
            if work <= 0:
                return False
            if at & (GROUP - 1) == 0 and heap.clean_left >= GROUP and all_live(heap, places + at):
                heap.clean_at += GROUP
                heap.clean_left -= GROUP
                work -= GROUP
                continue
        place = places[at]
        if place == 0:
            if heap.clean_left <= 0:
                break
            hole = False
        elif not is_marked(heap, cast(Ptr[Object], string_in(place))):
            places[at] = 0
            heap.interned_count -= 1
            hole = True
        elif hole:
            places[at] = 0
            places[gap_for(places, mask, i64(string_in(place).header.extra))] = place
        heap.clean_at += 1
        heap.clean_left -= 1
        work -= 1
    heap.new_strings.count = 0
    shrink(heap)
    return True


@inline
def all_live(heap: Ptr[Heap], places: Ptr[i64]) -> bool:
    """Whether all strings of a group of places are marked. None is waited for before the next one is asked for, as
    would be if a branch stood between them."""
    live = True
    for at in static(range(GROUP)):
        place = places[at]
        string = select(place == 0, address(places + at), address_in(place))  # anything that can be read
        live = live & ((place == 0) | is_marked(heap, pointer(Ptr[Object], string)))
    return live


@inline
def gap_for(places: Ptr[i64], mask: i64, hash: i64) -> i64:
    """Where in a table with room a string with this hash, that is not there yet, belongs."""
    at = hash & mask
    while places[at] != 0:
        at = (at + 1) & mask
    return at


@kernel
def shrink(heap: Ptr[Heap]) -> None:
    """Use only the first part of a table that is nearly empty, so that it stays in the caches of the processor.

    What there is moves to the end, and from there to where it belongs in the first part, far away from it.
    """
    count = heap.interned_mask + 1
    if count <= LEAST_PLACES or heap.interned_count > count >> SPARSE_SHIFT:
        return
    places = heap.interned
    end = count
    at = count
    while at > 0:
        at -= 1
        place = places[at]
        if place != 0:
            end -= 1
            places[at] = 0
            places[end] = place
    mask = (count >> SHRINK_SHIFT) - 1
    while end < count:
        place = places[end]
        places[end] = 0
        end += 1
        places[gap_for(places, mask, i64(string_in(place).header.extra))] = place
    heap.interned_mask = mask
