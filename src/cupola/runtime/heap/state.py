"""The state of one heap, which lies in the struct of its VM, and the names of what it is made of.

The heap's addresses are one range, cut into regions by `setting_up`: lists of the collector, line marks, blocks of
lines for small objects, and pages for large ones.
"""

from __future__ import annotations

from cupola.kernel import Array, Ptr, i64, inline, struct, u8, u32, u64
from cupola.runtime.objects import REMEMBER, Coroutine, Shape

ALIGNMENT = 16
ROOTS = 64
NEXT_PLACES = 8
LETTERS = 256
MOST_ANCESTORS = 256

LINE_SHIFT = 7
LINE = 1 << LINE_SHIFT
BLOCK_SHIFT = 15
BLOCK = 1 << BLOCK_SHIFT
BLOCK_LINES = BLOCK // LINE
PAGE_SHIFT = 12
PAGE = 1 << PAGE_SHIFT
CHUNK = 4096  # bytes of a free run that are cleared, and counted as allocated, at a time
LARGEST_SMALL = 8192
BINS = 32  # lists of free page runs, by the logarithm of their length

# The mark byte of an object. It is marked if its epoch bits are those of the heap, so that a full collection begins
# with nothing marked by changing the heap's. REMEMBER is set while it is marked, looked at, and not changed since.
FIRST_EPOCH, SECOND_EPOCH = 1, 4
EPOCHS = FIRST_EPOCH | SECOND_EPOCH
LISTED = 8  # it is in `Heap.weak` or `Heap.running`
REGISTERED = 16  # it is in `Heap.finalizers`
ANCESTOR = 32  # it is in `Heap.ancestors`
assert REMEMBER & (EPOCHS | LISTED | REGISTERED | ANCESTOR) == 0

# What a line is: free, allocated since the last collection, or with marked objects (one of the epochs).
FREE_LINE, TAKEN = 0, 2

# What a block is: zeroed memory, free lines only, or anything else.
CLEAN, DIRTY, USED = range(3)

# What the collector is doing: nothing, marking, or taking dead strings out of the table of interned ones. In that time
# nothing is marked any more, and new objects are kept by marking the lines and pages that they get.
IDLE, MARKING, CLEANING = range(3)


@struct
class List:
    """Addresses or numbers, `count` of them, with room for `room`."""

    items: Ptr[i64]
    count: i64
    room: i64


@struct
class Pages:
    """Where large objects lie: runs of pages, from `start` on; `top` is the first page that never was in use.

    For the first page of each run `heads` has its length, with the bits of `large`; `marks` has the epoch of the
    object in it; `next` links the free runs of one of the `bins` (each by its number + 1). `spare` counts down how
    many free pages the present sweep still keeps from the system.
    """

    start: i64
    top: i64
    count: i64
    heads: Ptr[u32]
    next: Ptr[u32]
    marks: Ptr[u8]
    bins: Array[u32, BINS]
    spare: i64


@struct
class Policy:
    """When collections happen; percentages.

    A full collection begins when `pause` percent of what the last one left are in use, but at least `least_full` bytes;
    another one after `nursery` percent of what is in use were allocated, but at least `least` bytes. Each step looks at
    `work` bytes, and `interval` bytes are allocated until the next one.
    """

    pause: i64
    nursery: i64
    least: i64
    least_full: i64
    work: i64
    interval: i64


@struct
class Counters:
    """What the collector has done; times in nanoseconds, `freed` in bytes."""

    minor: i64
    major: i64
    steps: i64
    longest_pause: i64
    pauses: i64  # all of them together
    freed: i64
    marked: i64  # objects
    live: i64  # bytes after the last collection


@struct
class Heap:
    """Memory for objects.

    `limit` is how many bytes objects may take; `allocated` is what they take now (see `in_use`), `threshold` when a
    collection should begin. `roots` are values that are always reachable, and so are the `more_count` values from
    `more_roots`, which may lie anywhere, and the strings of one byte in `letters`. `interned` and `shape_cache` lie
    BYTES_START bytes into Bytes objects that the heap keeps alive, `shapes` CELLS_START bytes into a Cells object; they
    are null until `strings.set_up` and `tables.set_up` ran. `interned` does not keep its strings alive: after marking,
    the collector takes the dead ones out. Shapes never die (inline caches know them by their addresses), and so nothing
    in `shape_cache` ever becomes wrong.
    """

    allocated: i64
    threshold: i64
    limit: i64
    next: i64  # the next free byte, and the end of the free bytes there
    end: i64
    current: Ptr[Coroutine]  # whose stack is in use
    empty_shape: Ptr[Shape]
    hash_seed: u64
    weak_name: i64  # the string that is the key of what metatables say is weak
    interned: Ptr[i64]  # all strings that are interned: open addressing, linear probing, see `interned`
    interned_mask: i64  # number of places less 1
    interned_count: i64
    letters: Array[i64, LETTERS]  # for each byte the string of it, or 0 as long as there was none
    shapes: Ptr[i64]  # all but the empty one, values with the tag OTHER: open addressing too; 0 is free
    shapes_mask: i64
    shapes_count: i64
    shape_cache: Ptr[i64]  # where keys were found lately, see `tables.shapes`
    next_places: Array[i64, NEXT_PLACES]  # where traversals of tables are, see `tables.next`
    roots: Array[i64, ROOTS]
    more_roots: Ptr[i64]
    more_count: i64

    # small objects: see `blocks`
    run_end: i64  # of the free lines that `next` lies in
    run_dirty: i64  # whether they must be cleared
    overflow_next: i64  # free bytes for objects longer than a line that do not fit there
    overflow_end: i64
    overflow_dirty: i64
    cursor: i64  # the line up to which free ones were handed out
    blocks_cursor: i64  # the block down to which free ones were handed out for `overflow`
    blocks_start: i64
    blocks_top: i64  # the end of those blocks that ever were in use
    blocks_end: i64
    lines: Ptr[u8]
    blocks: Ptr[u8]
    taken: i64  # what lines become that are handed out: TAKEN, or marked

    pages: Pages
    page_bytes: i64  # that are in use

    # the collector
    phase: i64
    is_full: i64  # whether this collection looks at all objects
    minors: i64  # collections since the last one that did
    epoch: i64
    marked_lines: i64
    gray: List  # marked objects that are to be looked at, and ranges of cells
    remembered: List  # objects that were stored into after they had been looked at
    weak: List  # weak tables met by this collection
    running: List  # marked coroutines that run, or wait for one: their stacks change without a barrier
    finalizers: List  # objects with finalizers, in the order of registration
    finalizers_old: i64  # how many of them were marked by the last collection
    to_finalize: List  # dead ones, in the order in which to finalize them, from `to_finalize_first` on
    to_finalize_first: i64
    is_finalizing: i64  # set by the language while it calls a finalizer, and wants to hear of no others
    hosts: List  # objects of kind HOST
    hosts_old: i64
    new_strings: List  # interned since the last collection
    clean_places: Ptr[i64]  # the table that is being cleaned, the next place there, how many are left
    clean_at: i64
    clean_left: i64
    dead_hosts: List  # numbers of those that died, for the driver to take out
    policy: Policy
    counters: Counters
    stepped_at: i64  # bytes in use after the last step
    rounds: i64  # how often this collection has looked at what changed meanwhile
    release: i64  # how many bytes this collection may still give back to the system
    all_full: i64  # whether all collections are full ones, each after the heap has grown by `pause`
    full_at: i64  # bytes in use after a collection from which on the next one is full

    # tables that inline caches know others to inherit from: see `ancestors`
    lineage: i64
    ancestors_count: i64
    ancestors: Array[i64, MOST_ANCESTORS]

    # tests
    no_lessons: i64  # inline caches learn nothing, and so know nothing
    stress: i64  # collect whenever it is possible
    fail_at: i64  # the allocation that fails: 1 is the next one; 0: none does. Only with `stress`


@inline
def push(list: Ptr[List], item: i64) -> None:
    """Add an item; the regions are so large that there is room for all objects that the limit allows."""
    assert list.count < list.room, "a list of the collector is full"
    list.items[list.count] = item
    list.count += 1


@inline
def pop(list: Ptr[List]) -> i64:
    """Take the last item."""
    list.count -= 1
    return list.items[list.count]
