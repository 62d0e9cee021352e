"""The draft: the definition that is being compiled, as instructions whose branches name each other by number.

`finish.finish_word` checks a draft and lays it out as guest code. Branches that are not resolved yet are
chained through their `target`, ending with -1. Data words that are made while a definition is open use a
draft of their own, behind the open one (`begin_nested`).
"""

from __future__ import annotations

from cupola.kernel import Ptr, bits, f64, i32, i64, inline, kernel, u16
from cupola.languages.forth import instructions  # noqa: F401  # defined first: they have the lowest numbers
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM
from cupola.languages.forth.optimizer.batching import gather
from cupola.languages.forth.optimizer.peephole import merge
from cupola.languages.forth.optimizer.rewriting import rewrite
from cupola.languages.forth.optimizer.rule_values import fits
from cupola.languages.forth.physics.noting import forget_notes, physics_on
from cupola.languages.forth.throwing.failure import FULL, ONLY_COMPILES, fail

# Flags of an instruction in the draft: something branches to it; the code after DOES> begins with it; this
# `call` goes to the code after DOES> of the word that it names, not to its entry; its operand is the number of the
# instruction that made the local it means, which `finish` turns into the distance from the top of the return stack.
LABEL, ENTRY, TO_DOES, BY_MAKER = 1, 2, 4, 8
NO_TARGET = -1


@kernel
def emit(vm: Ptr[VM], opcode: i64, operand: i64) -> i64:
    """Append an instruction; its number, or -1 after `fail` if no definition is open or the draft is full.

    Rules may take it away again, with others before it: never a branch or a call, whose numbers are wanted.
    """
    if vm.current < 0:
        fail(vm, ONLY_COMPILES)
        return NO_TARGET
    if merge(vm, opcode):
        rewrite(vm)
        return vm.draft_count - 1
    place = vm.draft_count
    if place >= vm.draft_limit:
        fail(vm, FULL)
        return NO_TARGET
    made = vm.draft + place
    made.opcode = u16(opcode)
    made.flags = u16(vm.next_flags)
    made.target = NO_TARGET
    made.operand = operand
    made.origin = i32(vm.site)
    vm.next_flags = 0
    vm.draft_count = place + 1
    rewrite(vm)
    gather(vm)
    return place


@kernel
def emit_branch(vm: Ptr[VM], opcode: i64, target: i64) -> i64:
    """Append an instruction that goes to number `target`, or to -1 for a place that is not known yet."""
    place = emit(vm, opcode, 0)
    if place >= 0:
        (vm.draft + place).target = i32(target)
    return place


@kernel
def emit_literal(vm: Ptr[VM], value: i64) -> None:
    """Append the instruction that pushes a number."""
    if fits(value):
        emit(vm, forth["lit"].opcode, value)
    elif i64(i32(value)) == value:
        emit(vm, forth["lit32"].opcode, value)
    else:
        emit(vm, forth["lit64"].opcode, value)


@kernel
def emit_float(vm: Ptr[VM], value: f64) -> None:
    """Append the instruction that pushes a float."""
    emit(vm, forth["flit"].opcode, bits(i64, value))


@inline
def place_label(vm: Ptr[VM]) -> i64:
    """The number of the next instruction, which something will branch to."""
    vm.next_flags = vm.next_flags | LABEL
    return vm.draft_count


@kernel
def resolve_chain(vm: Ptr[VM], newest: i64) -> None:
    """Let a chain of branches go to the next instruction."""
    place = newest
    while place >= 0:
        branch = vm.draft + place
        place = i64(branch.target)
        branch.target = i32(vm.draft_count)
        vm.next_flags = vm.next_flags | LABEL


@kernel
def open_draft(vm: Ptr[VM], word: i64) -> None:
    """Begin the draft of a word; whatever was in the draft is dropped."""
    vm.current = word
    vm.draft_count = 0
    vm.next_flags = 0
    vm.batch_open = -1
    if physics_on(vm):
        forget_notes(vm)


@kernel
def begin_nested(vm: Ptr[VM], word: i64) -> tuple[i64, i64, i64]:
    """Begin the draft of a word behind the open one; returns what `end_nested` wants back: the open
    definition's word, number of instructions and flags.
    """
    current = vm.current
    before = vm.draft_count
    flags = vm.next_flags
    vm.draft = vm.draft + vm.draft_count
    vm.draft_limit -= vm.draft_count
    open_draft(vm, word)
    return current, before, flags


@kernel
def end_nested(vm: Ptr[VM], current: i64, before: i64, flags: i64) -> None:
    """Go on with the draft that was open."""
    vm.draft = vm.draft - before
    vm.draft_limit += before
    vm.draft_count = before
    vm.current = current
    vm.next_flags = flags
    vm.batch_open = -1
