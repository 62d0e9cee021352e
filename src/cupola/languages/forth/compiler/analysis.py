"""What a definition does to the stacks: found by walking its draft from top to bottom until nothing changes.

For each instruction it finds how many cells its word has on the return stack there (the same on every way, or the
definition is refused: that is what makes it safe to keep cells and return addresses on one stack), and how many cells
the data stack has at least, and how many floats theirs. Where that is not enough a check is put in: at most one for
each straight run of instructions, for the deepest element that the run needs.

Room for cells is checked at the start of a word, and wherever much has been pushed. Room for floats is checked only
before an instruction that pushes one, so that a word without floats pays nothing: at the start of a word that does so,
and after calls from which any number may have come back. A word that makes no calls, pushes few floats and leaves no
more than it found needs no check: the others leave it `FLOAT_SLACK` of them.

Locals are cells of the return stack that `>local` makes. At each point it is known which cells are locals: they can be
read, written and dropped as locals only, and R> and its kin can take none of them.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address_of, i16, i64, kernel, local, u8, u16, u64
from cupola.languages.forth.compiler.draft import ENTRY, LABEL
from cupola.languages.forth.compiler.effects import (
    Point,
    Summary,
    after_locals,
    change_by,
    deepest_need,
    facts_of,
    return_change,
)
from cupola.languages.forth.compiler.heights import (
    CHECK,
    CHECK_LOOP,
    PLENTY,
    UNKNOWN,
    Running,
    arrive,
    begin_height,
    begin_total,
    confirm,
    forget_way_back,
    lead_back,
    lead_back_first,
    lead_on,
    leave_total,
    note,
    start,
    step,
)
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM
from cupola.tiers.headers import MAX_SITE

ROUNDS = 8  # walks before loops that grow or shrink the stack are taken to know nothing
# Walks before a definition is refused: loops that are only entered in their middle, in each other.
MOST_ROUNDS = 100
GROWTH = 64  # elements pushed after which room is checked again

# How control comes to an instruction: in this walk by a branch from above; at all; in any walk by one from below.
FROM_ABOVE, ALIVE, FROM_BELOW = 1, 2, 4

UNBALANCED, DEEP = -25, -5


@kernel
def analyse(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary]) -> None:
    """Walk the draft until nothing changes; the results are in `points` and `found`."""
    look_over(vm, points, found)
    found.cells.assumed = PLENTY
    found.floats.assumed = PLENTY if found.has_floats != 0 else 0
    found.error = 0
    found.again = 1
    turn: i64 = 0
    while found.again != 0 and found.error == 0:
        if turn == ROUNDS:
            know_nothing(vm, points, found)
        walk(vm, points, found)
        again, recursive = found.again != 0, found.recursive != 0
        cells = confirm(found.cells, recursive, again)
        floats = found.has_floats != 0 and confirm(found.floats, recursive, again)
        if cells or floats:
            found.again = 1
            forget_ways_back(vm, points)
        turn += 1
        if turn > MOST_ROUNDS:
            found.error = UNBALANCED


@kernel
def look_over(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary]) -> None:
    """Before all walks: mark what is branched to, and find out whether floats must be counted."""
    found.has_floats = 0
    found.loses_floats = 0
    found.pushes_floats = 0
    found.floats.assumed = 0
    at: i64 = 0
    while at < vm.draft_count:
        one = vm.draft + at
        if one.target >= 0:
            target = vm.draft + i64(one.target)
            target.flags = target.flags | u16(LABEL)
        facts = facts_of(vm, one)
        more = change_by(vm, found, one, True)
        if facts.float_pushes > facts.float_pops:
            found.pushes_floats = 1
        if more == PLENTY:
            found.loses_floats = 1
        elif more != 0 or facts.float_pops != 0:
            found.has_floats = 1
        points[at].cells.room = u8(0)
        points[at].floats.room = u8(0)
        points[at].floats.need = 0
        at += 1
    forget_ways_back(vm, points)


@kernel
def forget_ways_back(vm: Ptr[VM], points: Ptr[Point]) -> None:
    """Assume the best of all ways that lead back: what is wrong with that, the next walks will find."""
    at: i64 = 0
    while at < vm.draft_count:
        forget_way_back(address_of(points[at].cells), PLENTY, PLENTY)
        forget_way_back(address_of(points[at].floats), PLENTY, PLENTY)
        points[at].ways = u8(0)
        at += 1


@kernel
def know_nothing(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary]) -> None:
    """Assume the least at every label, so that the next walk is the last."""
    found.cells.assumed = UNKNOWN
    if found.has_floats != 0:
        found.floats.assumed = UNKNOWN
    at: i64 = 0
    while at < vm.draft_count:
        forget_way_back(address_of(points[at].cells), 0, UNKNOWN)
        forget_way_back(address_of(points[at].floats), 0, UNKNOWN)
        if i64(vm.draft[at].flags) & LABEL != 0:
            points[at].cells.room = u8(CHECK_LOOP)
            points[at].floats.room = u8(CHECK_LOOP)
        at += 1


@kernel
def walk(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary]) -> None:
    """One walk from top to bottom."""
    begin_walk(vm, points, found)
    cells = local(Running)
    floats = local(Running)
    start(cells, 0, 0)
    start(floats, 0, 0)
    counts_floats = found.has_floats != 0
    returns: i64 = 0
    locals: u64 = 0
    falls = True
    at: i64 = 0
    while at < vm.draft_count and found.error == 0:
        one = vm.draft + at
        point = points + at
        if i64(one.flags) & ENTRY != 0:
            start(cells, 1, UNKNOWN)
            start(floats, 0, UNKNOWN)
            returns, locals, falls = 0, u64(0), True
        elif i64(one.flags) & LABEL != 0:
            above = i64(point.ways) & FROM_ABOVE != 0
            below = not falls and not above and i64(point.ways) & FROM_BELOW != 0
            if above and falls and (returns != i64(point.returns) or locals != point.locals):
                found.error = UNBALANCED
            arrive(cells, point.cells, above, below, falls)
            if counts_floats:
                arrive(floats, point.floats, above, below, falls)
            if above or below:
                returns, locals, falls = i64(point.returns), point.locals, True
        if not falls:
            point.returns, point.locals = u8(0), u64(0)
            at += 1
            continue
        point.ways = point.ways | u8(ALIVE)
        point.returns = u8(returns)
        point.locals = locals
        step_cells(vm, points, found, at, cells)
        if counts_floats:
            step_floats(vm, points, found, at, floats)
        locals, sound = after_locals(vm, points, one, returns, locals)
        if not sound:
            found.error = UNBALANCED
        returns += return_change(vm, one)
        if i64(one.opcode) == forth["exit"].opcode:
            leave(found, returns, cells.change, floats.change)
        elif returns > MAX_SITE:
            found.error = DEEP
        if one.target >= 0 and i64(vm.draft[i64(one.target)].flags) & ENTRY == 0 and found.error == 0:
            edge(points, found, at, i64(one.target), returns, locals, cells, floats)
        if facts_of(vm, one).ends != 0:
            falls = False
        at += 1


@kernel
def begin_walk(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary]) -> None:
    at: i64 = 0
    while at < vm.draft_count:
        points[at].ways = points[at].ways & u8(FROM_BELOW)
        begin_height(address_of(points[at].cells))
        begin_height(address_of(points[at].floats))
        at += 1
    found.exits = 0
    found.again = 0
    found.calls = 0
    found.recursive = 0
    begin_total(found.cells)
    begin_total(found.floats)


@kernel
def step_cells(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary], at: i64, cells: Ptr[Running]) -> None:
    """Go over an instruction, as far as cells are concerned."""
    one = vm.draft + at
    height = address_of(points[at].cells)
    facts = facts_of(vm, one)
    if height.room != 0:
        cells.rise = 0
    note(cells, height)
    if cells.have < i64(facts.pops):
        cells.have = deepest_need(vm, at, False)
        height.need = i16(cells.have)
    more = change_by(vm, found, one, False)
    if i64(one.opcode) == forth["call"].opcode or more == PLENTY:
        found.calls = 1
    step(cells, more)
    cells.rise = max(cells.rise + more + return_change(vm, one), -PLENTY)
    if cells.rise > GROWTH and at + 1 < vm.draft_count:
        points[at + 1].cells.room = points[at + 1].cells.room | u8(CHECK)
    if more != PLENTY:
        found.cells.growth = max(found.cells.growth, cells.rise)


@kernel
def step_floats(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary], at: i64, floats: Ptr[Running]) -> None:
    """Go over an instruction, as far as floats are concerned."""
    one = vm.draft + at
    height = address_of(points[at].floats)
    facts = facts_of(vm, one)
    if i64(height.room) & CHECK_LOOP != 0:
        floats.rise = PLENTY
    note(floats, height)
    if floats.have < i64(facts.float_pops):
        floats.have = deepest_need(vm, at, True)
        height.need = i16(floats.have)
    more = change_by(vm, found, one, True)
    step(floats, more)
    rise = min(max(floats.rise + more, -PLENTY), PLENTY)
    if facts.float_pushes > facts.float_pops and rise > GROWTH:
        height.room = height.room | u8(CHECK)
        rise = more
    floats.rise = rise
    if more != PLENTY:
        found.floats.growth = max(found.floats.growth, rise)


@kernel
def float_change(found: Ptr[Summary]) -> i64:
    """How many floats the word leaves more, or UNKNOWN."""
    if found.has_floats == 0:
        return 0 if found.loses_floats == 0 else UNKNOWN
    return found.floats.change if found.exits != 0 else UNKNOWN


@kernel
def leave(found: Ptr[Summary], returns: i64, cells: i64, floats: i64) -> None:
    """Note a way out of the word: it must leave the return stack as it was."""
    if returns != -1:
        found.error = UNBALANCED
    first = found.exits == 0
    leave_total(found.cells, cells, first)
    leave_total(found.floats, floats, first)
    found.exits += 1


@kernel
def edge(
    points: Ptr[Point],
    found: Ptr[Summary],
    source: i64,
    target: i64,
    returns: i64,
    locals: u64,
    cells: Ptr[Running],
    floats: Ptr[Running],
) -> None:
    """Note a way from one instruction to another."""
    point = points + target
    ways = i64(point.ways)
    seen = FROM_ABOVE if target > source else ALIVE | FROM_BELOW
    if ways & seen == 0:
        point.returns, point.locals = u8(returns), locals
    elif i64(point.returns) != returns or point.locals != locals:
        found.error = UNBALANCED
    if target > source:
        lead_on(cells, point.cells, ways & FROM_ABOVE == 0)
        lead_on(floats, point.floats, ways & FROM_ABOVE == 0)
        point.ways = point.ways | u8(FROM_ABOVE)
    elif ways & ALIVE == 0:  # nothing above leads there: the next walk goes through it
        lead_back_first(cells, point.cells)
        lead_back_first(floats, point.floats)
        point.ways = point.ways | u8(FROM_BELOW)
        found.again = 1
    else:
        if lead_back(cells, point.cells):
            found.again = 1
        if found.has_floats != 0 and lead_back(floats, point.floats):
            found.again = 1
