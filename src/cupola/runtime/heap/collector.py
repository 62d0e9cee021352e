"""Collections: from the roots to what is in use afterwards, in one go or in steps.

A full collection looks at all objects. Any other one leaves marked what was marked before, and looks only at what was
stored into since (`Heap.remembered`) and what is new.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, address_of, cast, clock, i64, kernel, pointer
from cupola.runtime.heap.ancestors import forget_ancestors
from cupola.runtime.heap.blocks import keep_runs, leave_run
from cupola.runtime.heap.finalizers import list_dead_hosts, mark_waiting, separate_dead
from cupola.runtime.heap.interned import begin_cleaning, clean_interned
from cupola.runtime.heap.large import sweep_pages
from cupola.runtime.heap.marking import mark, mark_cells, mark_value
from cupola.runtime.heap.state import (
    CLEANING,
    EPOCHS,
    IDLE,
    LETTERS,
    LINE_SHIFT,
    MARKING,
    ROOTS,
    TAKEN,
    Heap,
)
from cupola.runtime.heap.sweeping import sweep_blocks
from cupola.runtime.heap.tracing import drain, forget_running, forget_stopped, look_again, look_at_running
from cupola.runtime.heap.weak import clear_keys, clear_values, forget_weak, look_at_ephemerons
from cupola.runtime.objects import BYTES_START, CELLS_START, Object, Table

ALL = 1 << 62  # work without bound
RELEASE = 4 << 20  # bytes given back to the system in one go
ROUNDS = 6  # most times that a collection looks at what has changed, before it ends in one go
MOST_DUE = 3
MARKING_TIME = 2_000_000  # nanoseconds after which a step marks no more
PIECE_WORK = 128 << 10  # bytes looked at between two looks at the clock
MOST_MINORS = 64  # minor collections, until a full one finds what died old though the heap does not grow
STRINGS = 3000  # looked at in one go, when the dead ones are taken out
CLEANING_TIME = 1_500_000  # nanoseconds after which no more are looked at in a step
LEAST_STRINGS = (
    15_000  # but at least so many: as strings made meanwhile live, the guest must not make them faster
)
STRING_WORK = 100  # what looking at one costs
LEAST_WORK = 4096  # of looking at the roots
STRESS_MINOR = 2  # `Heap.stress`: minor collections most of the time


@kernel
def collect(heap: Ptr[Heap], full: bool) -> None:
    """Collect now, in one go; a collection that is under way is ended first."""
    start = clock()
    heap.release = ALL
    if heap.phase != IDLE:
        finish(heap)
    begin(heap, full)
    finish(heap)
    note_pause(heap, start)


@kernel
def step(heap: Ptr[Heap], work: i64) -> None:
    """Do a piece of the collection that is under way, or begin one if it is time: look at about `work` bytes, or, if
    that is 0, at what the policy wants. To be called when `wants_collection`."""
    start = clock()
    heap.counters.steps += 1
    if heap.stress != 0:
        collect(heap, heap.stress != STRESS_MINOR or heap.counters.steps & 7 == 0)
        return
    if heap.phase == IDLE:
        if heap.allocated < heap.threshold:
            return
        heap.release = RELEASE
        is_grown = heap.counters.live >= heap.full_at
        begin(heap, is_grown or heap.minors >= MOST_MINORS or heap.all_full != 0)
    if heap.phase == MARKING:
        if work > 0:
            mark_some(heap, work)
        else:
            mark_for_a_while(heap, start + MARKING_TIME)
    if heap.phase == CLEANING:
        done = clean_interned(heap, STRINGS if work == 0 else max(work // STRING_WORK, 1))
        strings = STRINGS
        while not done and work == 0 and (strings < LEAST_STRINGS or clock() - start < CLEANING_TIME):
            done = clean_interned(heap, STRINGS)
            strings += STRINGS
        if done:
            sweep(heap)
        else:
            keep_runs(heap)
    if heap.phase != IDLE:
        room = (heap.limit - heap.allocated) >> 3
        heap.threshold = heap.allocated + min(heap.policy.interval, room)
        heap.stepped_at = heap.allocated
    note_pause(heap, start)


@kernel
def work_due(heap: Ptr[Heap]) -> i64:
    """The work of a step: more if more was allocated since the last one than the policy wants, as large objects are."""
    due = (heap.allocated - heap.stepped_at) // heap.policy.interval
    return heap.policy.work * max(1, min(due, MOST_DUE))


@kernel
def mark_for_a_while(heap: Ptr[Heap], end: i64) -> None:
    """Do what is due, in pieces, but no more of them after the time `end`: where memory is slow, what is due may take
    longer than a guest should wait. As even then a step marks more than is allocated between two, marking ends."""
    work = work_due(heap)
    while work > 0 and heap.phase == MARKING:
        mark_some(heap, min(work, PIECE_WORK))
        work -= PIECE_WORK
        if clock() >= end:
            break


@kernel
def mark_some(heap: Ptr[Heap], work: i64) -> None:
    """Mark; when nothing waits, look once more at what has changed meanwhile, and if that is little, end marking."""
    left = drain(heap, work)
    while left > 0 and heap.rounds < ROUNDS:
        before = heap.counters.marked
        heap.rounds += 1
        look_at_changes(heap)
        left = drain(heap, left - LEAST_WORK)
        if heap.counters.marked == before:
            break
    if left > 0:
        end_marking(heap)


@kernel
def look_at_changes(heap: Ptr[Heap]) -> None:
    """Look once more at what has changed since it was looked at."""
    mark_roots(heap)
    look_at_running(heap)
    look_again(heap)


@kernel
def note_pause(heap: Ptr[Heap], start: i64) -> None:
    """Count a pause of the guest that began at `start`."""
    pause = clock() - start
    heap.counters.pauses += pause
    heap.counters.longest_pause = max(heap.counters.longest_pause, pause)


@kernel
def begin(heap: Ptr[Heap], full: bool) -> None:
    """Begin to mark."""
    heap.phase = MARKING
    heap.rounds = 0
    heap.is_full = i64(full)
    if full:
        heap.epoch = heap.epoch ^ EPOCHS
        heap.marked_lines = 0
        heap.remembered.count = 0
        forget_running(heap)
        heap.counters.major += 1
        heap.minors = 0
    else:
        heap.minors += 1
        heap.counters.minor += 1
    look_at_changes(heap)


@kernel
def mark_roots(heap: Ptr[Heap]) -> None:
    """Keep what is always reachable."""
    for place in range(ROOTS):
        mark_value(heap, heap.roots[place])
    mark_cells(heap, heap.more_roots, heap.more_count)
    mark_cells(heap, address_of(heap.letters[0]), LETTERS)
    mark(heap, cast(Ptr[Object], heap.empty_shape))
    if address(heap.interned) != 0:
        mark(heap, pointer(Ptr[Object], address(heap.interned) - BYTES_START))
    if address(heap.shape_cache) != 0:
        mark(heap, pointer(Ptr[Object], address(heap.shape_cache) - BYTES_START))
    if address(heap.shapes) != 0:
        shapes = pointer(Ptr[Object], address(heap.shapes) - CELLS_START)
        mark(heap, shapes)
        mark_cells(heap, heap.shapes, i64(shapes.extra))
    mark_waiting(heap)
    mark(heap, cast(Ptr[Object], heap.current))


@kernel
def finish(heap: Ptr[Heap]) -> None:
    """Do all that is left of this collection."""
    if heap.phase == MARKING:
        end_marking(heap)
    clean_interned(heap, ALL)
    sweep(heap)


@kernel
def end_marking(heap: Ptr[Heap]) -> None:
    """Mark what is left, and let go of what is not marked."""
    heap.phase = CLEANING
    look_at_changes(heap)
    converge(heap)
    clear_values(heap)
    separate_dead(heap)
    converge(heap)
    clear_keys(heap)
    clear_values(heap)
    forget_weak(heap)
    forget_ancestors(heap)
    forget_stopped(heap)
    list_dead_hosts(heap)
    begin_cleaning(heap)


@kernel
def sweep(heap: Ptr[Heap]) -> None:
    """Let the memory of what is not marked be used again."""
    before = heap.allocated
    heap.taken = TAKEN
    leave_run(heap)
    heap.overflow_next = 0
    heap.overflow_end = 0
    sweep_blocks(heap)
    sweep_pages(heap)
    heap.allocated = (heap.marked_lines << LINE_SHIFT) + heap.page_bytes
    heap.counters.live = heap.allocated
    heap.counters.freed += max(before - heap.allocated, 0)
    heap.phase = IDLE
    set_threshold(heap)


@kernel
def converge(heap: Ptr[Heap]) -> None:
    """Mark until nothing waits, and no value of a weak table is kept by a key that lives and not marked itself."""
    again = True
    while again:
        drain(heap, ALL)
        again = False
        for index in range(heap.weak.count):
            if look_at_ephemerons(heap, pointer(Ptr[Table], heap.weak.items[index])):
                drain(heap, ALL)
                again = True


@kernel
def set_threshold(heap: Ptr[Heap]) -> None:
    """Decide when the next collection begins, and of what kind it will be."""
    live = heap.allocated
    if heap.is_full != 0:
        heap.full_at = max(live * heap.policy.pause // 100, heap.policy.least_full)
    growth = heap.policy.nursery if heap.all_full == 0 else heap.policy.pause - 100
    more = max(live * growth // 100, heap.policy.least)
    heap.threshold = live + min(more, (heap.limit - live) * 3 // 4)
    if heap.stress != 0:
        heap.threshold = 0
