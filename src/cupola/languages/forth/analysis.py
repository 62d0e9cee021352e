"""What a definition does to the stacks: found by walking its draft from top to bottom until nothing changes.

For each instruction it finds how many cells its word has on the return stack there (the same on every way, or the
definition is refused: that is what makes it safe to keep cells and return addresses on one stack), and how many cells
the data stack has at least. Where that is not enough a check is put in: at most one for each straight run of
instructions, for the deepest cell that the run needs.

Locals are cells of the return stack that `>local` makes. At each point it is known which cells are locals: they can be
read, written and dropped as locals only, and R> and its kin can take none of them.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i16, i64, inline, kernel, struct, u8, u16, u64
from cupola.languages.forth.constants import EFFECT_KNOWN
from cupola.languages.forth.definition import forth
from cupola.languages.forth.draft import BY_MAKER, ENTRY, LABEL, TO_DOES
from cupola.languages.forth.facts import (
    RETURN_CHANGE_BIAS,
    RETURN_CHANGE_MASK,
    RETURN_NEEDS_SHIFT,
    UNKNOWN_EFFECT,
)
from cupola.languages.forth.machine import VM, Draft
from cupola.tiers.headers import MAX_SITE
from cupola.tiers.layout import Facts

UNKNOWN = -32768  # a change that is not the same on every way
PLENTY = 16383  # more cells than any word needs
MOST = 8000  # cells that are counted: of more than that nothing is known
ROUNDS = 8  # walks before loops that grow or shrink the stack are taken to know nothing
MOST_ROUNDS = (
    100  # walks before a definition is refused: loops that are only entered in their middle, in each other
)
GROWTH = 64  # cells pushed after which room is checked again
CHECK, CHECK_LOOP = 1, 2  # why room is checked: much was pushed, or each round of a loop pushes more
MOST_SEEN = (
    2  # cells of the return stack that an instruction looks at without taking them, counted from the top
)

# How control comes to an instruction: in this walk by a branch from above; at all; in any walk by one from below.
FROM_ABOVE, ALIVE, FROM_BELOW = 1, 2, 4

UNBALANCED, DEEP = -25, -5


@struct
class Point:
    """What is known right before an instruction.

    `have`: cells that are surely on the data stack. `change`: cells more than at the start of the word, or UNKNOWN.
    `returns`: cells of this word on the return stack. `back_have` and `back_change`: the same by the ways that lead
    back here. `ways`: from where control comes here. `need`: cells to check for, or 0. `room`: why to check for room,
    or 0. `rise`: cells that both stacks together have grown by since the last such check, at most. `locals`: a bit for
    each of this word's cells on the return stack, the lowest first: 1 for a local.
    """

    have: i16
    change: i16
    back_have: i16
    back_change: i16
    need: i16
    returns: u8
    ways: u8
    room: u8
    unused: u8
    rise: i16
    locals: u64


@struct
class Summary:
    """What is found out about a whole definition: the change by every way out (or UNKNOWN), whether an `exit` was
    seen, whether the walk must be repeated, the THROW code of what is wrong with it, whether it calls anything, the
    most cells it pushes, whether it calls itself. `assumed` is the change that such calls are taken to make (PLENTY:
    none yet), `guess` the change by the first way out for which it is known."""

    change: i64
    assumed: i64
    exits: i64
    again: i64
    error: i64
    calls: i64
    growth: i64
    recursive: i64
    guess: i64


@inline
def facts_of(vm: Ptr[VM], one: Ptr[Draft]) -> Ptr[Facts]:
    return vm.context.tables.facts + i64(one.opcode)


@kernel
def return_change(vm: Ptr[VM], one: Ptr[Draft]) -> i64:
    """How many cells an instruction adds to the return stack."""
    if i64(one.opcode) == forth["drop locals"].opcode:
        return -one.operand
    return (i64(facts_of(vm, one).flags) & RETURN_CHANGE_MASK) - RETURN_CHANGE_BIAS


@kernel
def local_depth(vm: Ptr[VM], points: Ptr[Point], one: Ptr[Draft], returns: i64) -> i64:
    """How far below the top of the return stack the local lies that an instruction means: 1 is the topmost, 0 none."""
    if i64(one.flags) & BY_MAKER != 0:
        if u64(one.operand) >= u64(vm.draft_count):  # a list of locals that was given up
            return 0
        return returns - i64(points[one.operand].returns)
    return one.operand


@kernel
def after_locals(
    vm: Ptr[VM], points: Ptr[Point], one: Ptr[Draft], returns: i64, locals: u64
) -> tuple[u64, bool]:
    """Which cells of the return stack are locals after an instruction, and whether it may do there what it does."""
    opcode = i64(one.opcode)
    if opcode == forth[">local"].opcode:
        return locals | u64(1) << u64(returns), True
    if opcode == forth["local@"].opcode or opcode == forth["local!"].opcode:
        depth = local_depth(vm, points, one, returns)
        return locals, depth > 0 and depth <= returns and locals >> u64(returns - depth) & 1 != 0
    change = return_change(vm, one)
    if opcode == forth["drop locals"].opcode:
        if change > 0 or returns + change < 0:
            return locals, False
        dropped = (u64(1) << u64(-change)) - 1
        all_locals = locals >> u64(returns + change) == dropped
        return locals & ~(dropped << u64(returns + change)), all_locals
    touched = i64(facts_of(vm, one).flags) >> RETURN_NEEDS_SHIFT
    if touched > returns or returns + change < 0:
        return locals, opcode == forth["exit"].opcode
    touched = max(min(touched, MOST_SEEN), -change)
    return locals, touched == 0 or locals >> u64(returns - touched) == 0


@kernel
def analyse(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary]) -> None:
    """Walk the draft until nothing changes; the results are in `points` and `found`."""
    at: i64 = 0
    while at < vm.draft_count:
        points[at].room = u8(0)
        target = i64(vm.draft[at].target)
        if target >= 0:
            vm.draft[target].flags = vm.draft[target].flags | u16(LABEL)
        at += 1
    forget_ways_back(vm, points)
    found.assumed = PLENTY
    found.error = 0
    found.again = 1
    turn: i64 = 0
    while found.again != 0 and found.error == 0:
        if turn == ROUNDS:
            know_nothing(vm, points, found)
        walk(vm, points, found)
        if assume(found):
            forget_ways_back(vm, points)
        turn += 1
        if turn > MOST_ROUNDS:
            found.error = UNBALANCED


@kernel
def assume(found: Ptr[Summary]) -> bool:
    """What a recursive call changes is what some way out without one changes; the next walk must confirm it. Whether
    something else is assumed now."""
    if found.assumed == PLENTY:
        if found.recursive != 0 and found.guess != UNKNOWN:
            found.assumed = found.guess
            found.again = 1
            return True
    elif found.assumed != UNKNOWN and found.again == 0 and found.change != found.assumed:
        found.assumed = UNKNOWN
        found.again = 1
        return True
    return False


@kernel
def forget_ways_back(vm: Ptr[VM], points: Ptr[Point]) -> None:
    """Assume the best of all ways that lead back: what is wrong with that, the next walks will find."""
    at: i64 = 0
    while at < vm.draft_count:
        points[at].back_have = i16(PLENTY)
        points[at].back_change = i16(PLENTY)
        points[at].ways = u8(0)
        at += 1


@kernel
def know_nothing(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary]) -> None:
    """Assume the least at every label, so that the next walk is the last."""
    found.assumed = UNKNOWN
    at: i64 = 0
    while at < vm.draft_count:
        points[at].back_have = i16(0)
        points[at].back_change = i16(UNKNOWN)
        if i64(vm.draft[at].flags) & LABEL != 0:
            points[at].room = u8(CHECK_LOOP)
        at += 1


@kernel
def walk(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary]) -> None:
    """One walk from top to bottom."""
    begin_walk(vm, points, found)
    have: i64 = 0
    change: i64 = 0
    returns: i64 = 0
    rise: i64 = 0
    locals: u64 = 0
    falls = True
    at: i64 = 0
    while at < vm.draft_count and found.error == 0:
        one = vm.draft + at
        point = points + at
        if i64(one.flags) & ENTRY != 0:
            have, change, returns, rise, locals, falls = 1, UNKNOWN, 0, 0, u64(0), True
        elif i64(one.flags) & LABEL != 0:
            ways = i64(point.ways)
            if ways & FROM_ABOVE != 0:
                if falls and (returns != i64(point.returns) or locals != point.locals):
                    found.error = UNBALANCED
                have = min(have, i64(point.have)) if falls else i64(point.have)
                change = meet(change, i64(point.change)) if falls else i64(point.change)
                rise = max(rise, i64(point.rise)) if falls else i64(point.rise)
                returns, locals = i64(point.returns), point.locals
                falls = True
            elif not falls and ways & FROM_BELOW != 0:
                have, change, returns, rise = PLENTY, i64(point.back_change), i64(point.returns), 0
                locals = point.locals
                falls = True
            have = min(have, i64(point.back_have))
            if i64(point.back_change) != PLENTY and i64(point.back_change) != change:
                change = UNKNOWN
        if not falls:
            point.returns, point.locals = u8(0), u64(0)
            at += 1
            continue
        point.ways = point.ways | u8(ALIVE)
        if point.room != 0:
            rise = 0
        point.rise = i16(rise)
        point.returns = u8(returns)
        point.locals = locals
        point.have = i16(have)
        point.change = i16(change)
        facts = facts_of(vm, one)
        if have < i64(facts.pops):
            have = deepest_need(vm, at)
            point.need = i16(have)
        more = PLENTY if unknown_effect(vm, found, one) else change_by(vm, found, one)
        have, change = after(more, have, change)
        rise = max(rise + more + return_change(vm, one), -PLENTY)
        if rise > GROWTH and at + 1 < vm.draft_count:
            points[at + 1].room = points[at + 1].room | u8(CHECK)
        if more != PLENTY:
            found.growth = max(found.growth, rise)
        locals, sound = after_locals(vm, points, one, returns, locals)
        if not sound:
            found.error = UNBALANCED
        returns += return_change(vm, one)
        if i64(one.opcode) == forth["exit"].opcode:
            leave(found, returns, change)
        elif returns > MAX_SITE:
            found.error = DEEP
        if one.target >= 0 and i64(vm.draft[i64(one.target)].flags) & ENTRY == 0 and found.error == 0:
            edge(points, found, at, i64(one.target), have, change, returns, rise, locals)
        if facts.ends != 0:
            falls = False
        at += 1


@kernel
def begin_walk(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary]) -> None:
    at: i64 = 0
    while at < vm.draft_count:
        points[at].ways = points[at].ways & u8(FROM_BELOW)
        points[at].need = i16(0)
        points[at].room = points[at].room & u8(CHECK_LOOP)
        at += 1
    found.exits = 0
    found.again = 0
    found.change = UNKNOWN
    found.calls = 0
    found.growth = 0
    found.recursive = 0
    found.guess = UNKNOWN


@inline
def meet(left: i64, right: i64) -> i64:
    """The change that two ways agree on, or UNKNOWN."""
    return left if left == right else UNKNOWN


@inline
def calls_word(vm: Ptr[VM], one: Ptr[Draft]) -> bool:
    return i64(one.opcode) == forth["call"].opcode and i64(one.flags) & TO_DOES == 0


@kernel
def known_change(vm: Ptr[VM], found: Ptr[Summary], one: Ptr[Draft]) -> i64:
    """How many cells a call leaves more on the stack, or UNKNOWN."""
    if not calls_word(vm, one):
        return UNKNOWN
    if one.operand == vm.current:
        found.recursive = 1
        return UNKNOWN if found.assumed == PLENTY else found.assumed
    word = vm.words + one.operand
    return i64(word.change) if i64(word.flags) & EFFECT_KNOWN != 0 else UNKNOWN


@kernel
def unknown_effect(vm: Ptr[VM], found: Ptr[Summary], one: Ptr[Draft]) -> bool:
    """Whether nothing is known of the data stack after an instruction."""
    if i64(one.opcode) == forth["call"].opcode:
        found.calls = 1
        return known_change(vm, found, one) == UNKNOWN
    unknown = i64(facts_of(vm, one).flags) & UNKNOWN_EFFECT != 0
    if unknown:
        found.calls = 1
    return unknown


@kernel
def change_by(vm: Ptr[VM], found: Ptr[Summary], one: Ptr[Draft]) -> i64:
    """How many cells an instruction whose effect is known leaves more on the data stack."""
    if i64(one.opcode) == forth["call"].opcode:
        return known_change(vm, found, one)
    facts = facts_of(vm, one)
    return i64(facts.pushes) - i64(facts.pops)


@inline
def after(more: i64, have: i64, change: i64) -> tuple[i64, i64]:
    """`have` and `change` after an instruction that leaves `more` cells, or PLENTY if nobody knows how many."""
    if more == PLENTY:
        return 0, UNKNOWN
    total = change + more
    lost = change == UNKNOWN or total > MOST or total < -MOST
    return min(max(have + more, 0), MOST), UNKNOWN if lost else total


@kernel
def deepest_need(vm: Ptr[VM], start: i64) -> i64:
    """The most cells that the straight run from `start` on needs, counted where it starts. Of a run that needs more
    than anybody counts it is what some first part of it needs."""
    deepest: i64 = 0
    height: i64 = 0
    at = start
    while at < vm.draft_count and deepest < MOST:
        one = vm.draft + at
        facts = facts_of(vm, one)
        if at > start and i64(one.flags) & (LABEL | ENTRY) != 0:
            break
        deepest = max(deepest, i64(facts.pops) - height)
        height += i64(facts.pushes) - i64(facts.pops)
        if i64(one.opcode) == forth["call"].opcode or i64(facts.flags) & UNKNOWN_EFFECT != 0:
            break
        if facts.ends != 0 or one.target >= 0:
            break
        at += 1
    return deepest


@kernel
def leave(found: Ptr[Summary], returns: i64, change: i64) -> None:
    """Note a way out of the word: it must leave the return stack as it was."""
    if returns != -1:
        found.error = UNBALANCED
    found.change = meet(found.change, change) if found.exits != 0 else change
    if found.guess == UNKNOWN:
        found.guess = change
    found.exits += 1


@kernel
def edge(
    points: Ptr[Point],
    found: Ptr[Summary],
    source: i64,
    target: i64,
    have: i64,
    change: i64,
    returns: i64,
    rise: i64,
    locals: u64,
) -> None:
    """Note a way from one instruction to another."""
    point = points + target
    if target > source:
        if i64(point.ways) & FROM_ABOVE == 0:
            point.have = i16(have)
            point.change = i16(change)
            point.returns = u8(returns)
            point.locals = locals
            point.rise = i16(rise)
            point.ways = point.ways | u8(FROM_ABOVE)
        elif i64(point.returns) != returns or point.locals != locals:
            found.error = UNBALANCED
        else:
            point.have = i16(min(i64(point.have), have))
            point.change = i16(meet(i64(point.change), change))
            point.rise = i16(max(i64(point.rise), rise))
        return
    if i64(point.ways) & ALIVE == 0:  # nothing above leads there: the next walk goes through it
        if i64(point.ways) & FROM_BELOW == 0:
            point.returns, point.locals = u8(returns), locals
        elif i64(point.returns) != returns or point.locals != locals:
            found.error = UNBALANCED
        known = i64(point.back_change)
        point.back_change = i16(change if known == PLENTY else meet(known, change))
        point.back_have = i16(min(have, i64(point.back_have)))
        point.ways = point.ways | u8(FROM_BELOW)
        point.room = point.room | u8(CHECK_LOOP)
        found.again = 1
        return
    if i64(point.returns) != returns or point.locals != locals:
        found.error = UNBALANCED
    if have < i64(point.have) and have < i64(point.back_have):
        point.back_have = i16(have)
        found.again = 1
    if change != i64(point.change) and i64(point.back_change) != UNKNOWN:
        point.back_change = i16(UNKNOWN)
        found.again = 1
    if rise > i64(point.rise) and i64(point.room) & CHECK_LOOP == 0:
        point.room = point.room | u8(CHECK_LOOP)
        found.again = 1
