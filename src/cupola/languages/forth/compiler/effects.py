"""What one instruction of a draft does to the stacks, and to the locals on the return stack; what is known at a point.

`analysis` walks over the draft with this, and says what the fields mean together.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, struct, u8, u64
from cupola.languages.forth.compiler.draft import BY_MAKER, ENTRY, LABEL, TO_DOES
from cupola.languages.forth.compiler.heights import (
    MOST,
    PLENTY,
    UNKNOWN,
    Height,
    Total,
)
from cupola.languages.forth.constants import EFFECT_KNOWN
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import (
    RETURN_CHANGE_BIAS,
    RETURN_CHANGE_MASK,
    RETURN_NEEDS_SHIFT,
    UNKNOWN_EFFECT,
)
from cupola.languages.forth.machine import VM, Draft
from cupola.tiers.layout import Facts

# Cells of the return stack that an instruction looks at without taking them, counted from the top.
MOST_SEEN = 2


@struct
class Point:
    """What is known right before an instruction: of the data stack and the stack of floats, how many cells of this word
    are on the return stack, and from where control comes here. `locals`: a bit for each of these cells, the lowest
    first: 1 for a local."""

    cells: Height
    floats: Height
    returns: u8
    ways: u8
    locals: u64


@struct
class Summary:
    """What is found out about a whole definition: both stacks, how many ways out it has, whether the walk must be
    repeated, the THROW code of what is wrong with it, whether it calls anything, whether it calls itself. Of floats:
    whether anything in it takes or leaves some (if not, they are not counted), whether an instruction leaves more than
    it takes, and whether anything does nobody knows what to them."""

    cells: Total
    floats: Total
    exits: i64
    again: i64
    error: i64
    calls: i64
    recursive: i64
    has_floats: i64
    pushes_floats: i64
    loses_floats: i64


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


@inline
def calls_word(vm: Ptr[VM], one: Ptr[Draft]) -> bool:
    return i64(one.opcode) == forth["call"].opcode and i64(one.flags) & TO_DOES == 0


@kernel
def known_change(vm: Ptr[VM], found: Ptr[Summary], one: Ptr[Draft], floats: bool) -> i64:
    """How many cells, or floats, a call leaves more on their stack, or UNKNOWN."""
    if not calls_word(vm, one):
        return UNKNOWN
    if one.operand == vm.current:
        found.recursive = 1
        assumed = found.floats.assumed if floats else found.cells.assumed
        return UNKNOWN if assumed == PLENTY else assumed
    word = vm.words + one.operand
    if floats:
        return i64(word.float_change)
    return i64(word.change) if i64(word.flags) & EFFECT_KNOWN != 0 else UNKNOWN


@kernel
def change_by(vm: Ptr[VM], found: Ptr[Summary], one: Ptr[Draft], floats: bool) -> i64:
    """How many cells, or floats, an instruction leaves more on their stack; PLENTY if nobody knows."""
    facts = facts_of(vm, one)
    if i64(one.opcode) == forth["call"].opcode:
        change = known_change(vm, found, one, floats)
        return PLENTY if change == UNKNOWN else change
    if i64(facts.flags) & UNKNOWN_EFFECT != 0:
        return PLENTY
    if floats:
        return i64(facts.float_pushes) - i64(facts.float_pops)
    return i64(facts.pushes) - i64(facts.pops)


@kernel
def deepest_need(vm: Ptr[VM], first: i64, floats: bool) -> i64:
    """The most cells, or floats, that the straight run from `first` on needs, counted where it starts. Of a run that
    needs more than anybody counts it is what some first part of it needs."""
    deepest: i64 = 0
    height: i64 = 0
    at = first
    while at < vm.draft_count and deepest < MOST:
        one = vm.draft + at
        facts = facts_of(vm, one)
        if at > first and i64(one.flags) & (LABEL | ENTRY) != 0:
            break
        pops = i64(facts.float_pops) if floats else i64(facts.pops)
        deepest = max(deepest, pops - height)
        height += (i64(facts.float_pushes) if floats else i64(facts.pushes)) - pops
        if i64(one.opcode) == forth["call"].opcode or i64(facts.flags) & UNKNOWN_EFFECT != 0:
            break
        if facts.ends != 0 or one.target >= 0:
            break
        at += 1
    return deepest
