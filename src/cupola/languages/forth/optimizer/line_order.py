"""Moves code that is rarely run out of the way of code that is often run (the option branch-layout).

A `?branch` that nearly always jumps over what follows it costs a jump each time. With the condition turned round the
way that is usually taken falls through, and what was jumped over stands behind the end of the word, from where it comes
back. Which branches these are a profile says. The order of the lines is changed when all else is decided: checks, costs
and the steps that are counted stay what they were.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, inline, kernel, memory_copy, null, sizeof, u16, u32
from cupola.language.assembler import Draft as Line
from cupola.language.draft_flags import ENTRY, LABEL
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM, Hint, Word
from cupola.languages.forth.optimizer.hints import TAKEN, branch_hint, hint_for
from cupola.languages.forth.options import acted
from cupola.policy.options import BRANCH_LAYOUT

MOST_LINES = 1 << 14  # of a word whose lines are moved
# Tests, and those that say the opposite.
INVERSES = (("=", "<>"), ("<", ">="), (">", "<="), ("0=", "0<>"))


@kernel
def move_cold_lines(
    vm: Ptr[VM], word: Ptr[Word], lines: Ptr[Line], origins: Ptr[i32], count: i64, moved_to: Ptr[i64]
) -> i64:
    """Move what a profile calls cold behind the end; returns the new number of lines.

    `origins` has a number for each line, which moves with it; behind these it has room for as many again, and so have
    the lines. `moved_to` has room for MOST_LINES numbers: where each line has gone.
    """
    hint = hint_for(vm, word) if vm.hint_count > 0 else null(Ptr[Hint])
    if hint == null(Ptr[Hint]) or count == 0 or count > MOST_LINES or not ends(vm, lines + (count - 1)):
        return count
    if mark_cold(vm, hint, lines, count) == 0:
        return count
    new = lines + count  # the lines in their new order, which are copied back in the end
    made: i64 = 0
    at: i64 = 0
    while at < count:
        region = i64(lines[at].place)
        made = copy_line(lines, origins, count, at, made, moved_to)
        if region > 0:
            made = turn_round(vm, lines, origins, count, made)
            (new + (made - 1)).target = i32(at + 1)
            lines[at + 1].flags = u16(i64(lines[at + 1].flags) | LABEL)
            at += region
        at += 1
    at = 0
    while at < count:
        region = i64(lines[at].place)
        at += 1
        if region > 0:
            last = at + region - 1
            while at <= last:
                made = copy_line(lines, origins, count, at, made, moved_to)
                at += 1
            if not ends(vm, lines + last):
                made = go_back(vm, lines, origins, count, made, last)
    at = 0
    while at < made:
        target = i64(new[at].target)
        if target >= 0:
            new[at].target = i32(moved_to[target])
        at += 1
    memory_copy(lines, new, made * sizeof(Line))
    memory_copy(origins, origins + count, made * 4)
    return made


@inline
def ends(vm: Ptr[VM], line: Ptr[Line]) -> bool:
    return vm.context.tables.facts[i64(line.opcode)].ends != 0


@kernel
def mark_cold(vm: Ptr[VM], hint: Ptr[Hint], lines: Ptr[Line], count: i64) -> i64:
    """Put into the `place` of each `?branch` that is to be turned round how many lines behind it move; 0 into that of
    all others. Returns how many there are."""
    branches: i64 = 0
    found: i64 = 0
    free: i64 = 0  # lines before this one move already
    at: i64 = 0
    while at < count:
        lines[at].place = u32(0)
        if i64(lines[at].opcode) == forth["?branch"].opcode:
            branches += 1
        at += 1
    if branches != i64(hint.branches):
        return 0
    branches = 0
    at = 0
    while at < count:
        if i64(lines[at].opcode) == forth["?branch"].opcode:
            target = i64(lines[at].target)
            cold = branch_hint(vm, hint, branches) == TAKEN
            branches += 1
            if cold and at >= free and target > at + 1 and can_move(lines, at, target):
                lines[at].place = u32(target - at - 1)
                free = target
                found += 1
        at += 1
    return found


@kernel
def can_move(lines: Ptr[Line], branch: i64, target: i64) -> bool:
    """Whether nothing but the branch itself leads to its flag, and no code after DOES> stands among the lines."""
    if branch == 0 or lines[branch].flags != 0:
        return False
    at = branch + 1
    while at < target:
        if i64(lines[at].flags) & ENTRY != 0:
            return False
        at += 1
    return True


@kernel
def copy_line(lines: Ptr[Line], origins: Ptr[i32], count: i64, at: i64, made: i64, moved_to: Ptr[i64]) -> i64:
    """Copy a line to the end of the new order."""
    memory_copy(lines + (count + made), lines + at, sizeof(Line))
    origins[count + made] = origins[at]
    moved_to[at] = made
    return made + 1


@kernel
def turn_round(vm: Ptr[VM], lines: Ptr[Line], origins: Ptr[i32], count: i64, made: i64) -> i64:
    """Let the `?branch` that is the newest line jump where it did not: by the opposite test, or by `0=` before it."""
    new = lines + count
    before = new + (made - 2)
    acted(vm, BRANCH_LAYOUT)
    for one, other in INVERSES:
        if i64(before.opcode) == forth[one].opcode:
            before.opcode = u16(forth[other].opcode)
            return made
        if i64(before.opcode) == forth[other].opcode:
            before.opcode = u16(forth[one].opcode)
            return made
    memory_copy(new + made, new + (made - 1), sizeof(Line))
    origins[count + made] = origins[count + made - 1]
    inverted = new + (made - 1)
    inverted.opcode = u16(forth["0="].opcode)
    inverted.target = i32(-1)
    return made + 1


@kernel
def go_back(vm: Ptr[VM], lines: Ptr[Line], origins: Ptr[i32], count: i64, made: i64, last: i64) -> i64:
    """Add the jump from the end of moved lines to the line that stood behind them."""
    line = lines + (count + made)
    memory_copy(line, lines + last, sizeof(Line))
    line.opcode = u16(forth["branch"].opcode)
    line.flags = u16(0)
    line.number = 0
    line.site = lines[last + 1].site
    line.target = i32(last + 1)
    lines[last + 1].flags = u16(i64(lines[last + 1].flags) | LABEL)
    origins[count + made] = origins[last]
    return made + 1
