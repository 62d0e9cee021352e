"""Applies the rules of `rules` to the end of a draft, each time that an instruction was appended.

A rule looks at the newest instructions, back to the last label: nothing branches in between. What is found in the
place of a pattern counts, for backtraces, as taken in from where the first instruction of the pattern came from that
needs a cell; a pattern that may be found wanting at two instructions must come from one word.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, inline, kernel, table, u16
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM, Draft
from cupola.languages.forth.optimizer.rule_values import CONDITIONS, VALUES, fits
from cupola.languages.forth.optimizer.rules import (
    CONDITION,
    KEEP,
    LENGTH,
    MOST_KEPT,
    NO_RULE,
    ONE_ORIGIN,
    OPTION,
    ORIGIN,
    OUT,
    OUT_LENGTH,
    PATTERN,
    RULES,
    VALUE,
    WIDTH,
)
from cupola.languages.forth.options import acted, is_on
from cupola.policy.options import ARITHMETIC_REORDERING, STACK_FUSION

MOST_TIMES = 64  # that rules apply after one instruction: more than any sequence of them can
KEEPS = tuple(f"keep {cells}" for cells in range(1, MOST_KEPT + 1))


@inline
def row_of(rule: i64) -> Ptr[u16]:
    return table(u16, RULES.rows) + rule * WIDTH


@inline
def class_of(opcode: i64) -> i64:
    """The opcode as patterns have it: one for all instructions that push a number."""
    if opcode == forth["lit32"].opcode or opcode == forth["lit64"].opcode:
        return forth["lit"].opcode
    return opcode


@kernel
def rewrite(vm: Ptr[VM]) -> None:
    """Apply rules to the end of the draft until none fits."""
    if not is_on(vm, STACK_FUSION) and not is_on(vm, ARITHMETIC_REORDERING):
        return
    times = 0
    while times < MOST_TIMES and vm.draft_count > 0 and rewrite_once(vm):
        times += 1


@kernel
def rewrite_once(vm: Ptr[VM]) -> bool:
    """Apply the first rule that fits the end of the draft; false if there is none."""
    last = i64((vm.draft + (vm.draft_count - 1)).opcode)
    rule = i64(table(u16, RULES.first)[last])
    if rule == NO_RULE:
        return False
    while i64(row_of(rule)[PATTERN]) == last:
        if is_on(vm, i64(row_of(rule)[OPTION])) and apply(vm, rule):
            return True
        rule += 1
    return False


@kernel
def apply(vm: Ptr[VM], rule: i64) -> bool:
    """Apply one rule to the end of the draft; false, and nothing is changed, if it does not fit."""
    row = row_of(rule)
    length = i64(row[LENGTH])
    if vm.draft_count < length or not matches(vm, row, length):
        return False
    start = vm.draft_count - length
    a, b = numbers_of(vm, start, length)
    value = value_of(i64(row[VALUE]), a, b)
    if not holds(i64(row[CONDITION]), a, value):
        return False
    keeps = kept(vm, start, i64(row[KEEP]))
    if keeps > 0 and (start == 0 or i64(vm.draft[start].flags) != 0):
        return False
    if i64(row[OUT_LENGTH]) == 0 and i64(vm.draft[start].flags) != 0:
        return False
    origin = i64(vm.draft[start + i64(row[ORIGIN])].origin)
    vm.draft_count = start + i64(row[OUT_LENGTH])
    place: i64 = 0
    while place < i64(row[OUT_LENGTH]):
        put(vm.draft + (start + place), i64(row[OUT + place]), value, origin)
        place += 1
    if keeps > 0:
        vm.draft[start].flags = u16(0)
        put(vm.draft + start, mark_for(keeps), 0, origin)
        vm.draft_count = start + 1
    vm.fired[rule] += 1
    acted(vm, i64(row[OPTION]))
    return True


@kernel
def matches(vm: Ptr[VM], row: Ptr[u16], length: i64) -> bool:
    """Whether the draft ends with the pattern, with no label and, if it must be, no change of origin inside."""
    back: i64 = 0
    while back < length:
        one = vm.draft + (vm.draft_count - 1 - back)
        if class_of(i64(one.opcode)) != i64(row[PATTERN + back]):
            return False
        if back + 1 < length and one.flags != 0:
            return False
        if row[ONE_ORIGIN] != 0 and one.origin != vm.draft[vm.draft_count - 1].origin:
            return False
        back += 1
    return True


@kernel
def numbers_of(vm: Ptr[VM], start: i64, length: i64) -> tuple[i64, i64]:
    """The numbers in the newest `length` instructions: the first, and the second or 0."""
    a: i64 = 0
    b: i64 = 0
    found = 0
    at = start
    while at < start + length:
        one = vm.draft + at
        if vm.context.tables.facts[i64(one.opcode)].number_offset != 0:
            if found == 0:
                a = one.operand
            else:
                b = one.operand
            found += 1
        at += 1
    return a, b


@kernel
def value_of(number: i64, a: i64, b: i64) -> i64:
    """The value with that number in VALUES."""
    for index, function in enumerate(VALUES.values()):
        if number == index:
            return function(a, b)
    return 0


@kernel
def holds(number: i64, a: i64, value: i64) -> bool:
    """Whether the condition with that number in CONDITIONS holds."""
    for index, function in enumerate(CONDITIONS.values()):
        if number == index:
            return function(a, value)
    return False


@kernel
def kept(vm: Ptr[VM], start: i64, cells: i64) -> i64:
    """How many of `cells` cells must be asked for at `start`: none if the instruction before has pushed as many."""
    if start == 0 or cells == 0:
        return cells
    before = vm.context.tables.facts + i64(vm.draft[start - 1].opcode)
    return i64(0) if before.ends == 0 and i64(before.pushes) >= cells else cells


@kernel
def put(one: Ptr[Draft], opcode: i64, value: i64, origin: i64) -> None:
    """Make an instruction of the draft another one; flags stay those of the place."""
    made = opcode
    if opcode == forth["lit"].opcode and not fits(value):
        made = forth["lit32"].opcode if i64(i32(value)) == value else forth["lit64"].opcode
    one.opcode = u16(made)
    one.operand = value
    one.target = i32(-1)
    one.origin = i32(origin)


@kernel
def mark_for(cells: i64) -> i64:
    """The opcode of the mark for so many cells."""
    for number, name in enumerate(KEEPS):
        if cells == number + 1:
            return forth[name].opcode
    return forth[KEEPS[-1]].opcode
