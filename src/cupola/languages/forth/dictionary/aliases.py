"""SYNONYM, and words whose names come from memory."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel, u16
from cupola.language import Cell
from cupola.languages.forth.compiler.defining import give_code
from cupola.languages.forth.constants import COMPILE_ONLY, EFFECT_KNOWN, IMMEDIATE, KIND_CREATED
from cupola.languages.forth.data.space import align, check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.records import create_word, reveal
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.interpreter.parsing import next_name, next_word
from cupola.languages.forth.machine import VM, Machine, data
from cupola.languages.forth.throwing.failure import check, failed

KEPT_FLAGS = IMMEDIATE | COMPILE_ONLY | EFFECT_KNOWN


@kernel
def make_synonym(vm: Ptr[VM]) -> None:
    """Another word that is, and does, what an old one is and does now; they share their data."""
    length = next_name(vm)
    name = data(vm, vm.token)
    old = next_word(vm)
    if old < 0:
        return
    kind = i64((vm.words + old).kind)
    word = create_word(vm, name, length, kind)
    if word < 0:
        return
    made, origin = vm.words + word, vm.words + old
    made.entry = origin.entry
    made.start = origin.start
    made.code_end = origin.code_end
    made.body = origin.body
    made.value = origin.value
    made.does = origin.does
    made.opcode = origin.opcode
    made.change = origin.change
    made.float_change = origin.float_change
    made.inline = origin.inline
    made.inline_count = origin.inline_count
    made.flags = u16(i64(made.flags) | i64(origin.flags) & KEPT_FLAGS)
    reveal(vm, word)


@forth.instruction(name="synonym", cold=True, facts=known_as("synonym"))
def synonym_word(m: Machine) -> None:
    """( "newname" "oldname" -- ) Let the new name be, and do, what the old one is and does."""
    make_synonym(m.vm)
    check(m)


@forth.instruction(name="create named", cold=True, facts=known_as("(create-named)"))
def create_named(m: Machine, start: Cell, length: Cell) -> None:
    """( c-addr u -- ) CREATE with the name of a text, which may have blanks in it."""
    check_range(m, start, length)
    align(m.vm)
    word: i64 = create_word(m.vm, data(m.vm, start), length, KIND_CREATED)
    check(m)
    (m.vm.words + word).body = m.vm.here
    give_code(m.vm, word)
    if not failed(m.vm):
        reveal(m.vm, word)
    check(m)
