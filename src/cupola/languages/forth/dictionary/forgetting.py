"""FORGET and MARKER: the dictionary, the data space and the word lists go back to how they were before a word.

Every record says where HERE was before the word was made. A marker also keeps the search order and the compilation word
list, in its data: the program can write there, so what is taken back is looked at.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel
from cupola.language import Cell
from cupola.languages.forth.compiler.defining import finish
from cupola.languages.forth.compiler.draft import begin_nested, emit, emit_literal, end_nested
from cupola.languages.forth.constants import IS_MARKER, KIND_COLON, MAX_ORDER
from cupola.languages.forth.data.space import align, allot
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.records import (
    create_word,
    find_in_list,
    forget_from,
    good_token,
    reveal,
)
from cupola.languages.forth.dictionary.word_lists import (
    compilation_list,
    follow_context,
    set_compilation_list,
    set_order,
)
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.interpreter.parsing import next_name
from cupola.languages.forth.machine import VM, Machine, cell_at, data, good_range
from cupola.languages.forth.throwing.failure import (
    BAD_FORGET,
    NESTED,
    NO_NAME,
    UNKNOWN_WORD,
    check,
    fail,
    failed,
)

# The cells of a marker's data: the compilation word list, the number of lists in the order, the lists, the first first.
CURRENT, COUNT, LISTS = range(3)


@kernel
def keep_lists(vm: Ptr[VM]) -> i64:
    """Append what a marker keeps to the data space; its address, or 0 after `fail`."""
    follow_context(vm)
    list = compilation_list(vm)
    align(vm)
    place = allot(vm, (LISTS + vm.order_count) * 8)
    if failed(vm):
        return 0
    kept = cell_at(vm, place)
    kept[CURRENT] = list
    kept[COUNT] = vm.order_count
    for at in range(vm.order_count):
        kept[LISTS + at] = i64(vm.order[at])
    return place


@kernel
def take_lists_back(vm: Ptr[VM], place: i64) -> None:
    """Set order and compilation word list to what a marker kept; `fail` if the program has spoilt it."""
    kept = cell_at(vm, place)
    count = kept[COUNT]
    if 0 <= count and count <= MAX_ORDER and good_range(vm, place, (LISTS + count) * 8):
        set_order(vm, kept + LISTS, count)
        set_compilation_list(vm, kept[CURRENT])
    else:
        fail(vm, BAD_FORGET)


@kernel
def define_marker(vm: Ptr[VM]) -> None:
    """MARKER: a colon definition that forgets itself."""
    length = next_name(vm)
    before = vm.here
    word = create_word(vm, data(vm, vm.token), length, KIND_COLON)
    if word < 0:
        return
    record = vm.words + word
    record.value = IS_MARKER
    record.body = keep_lists(vm)
    if not failed(vm):
        give_marker_code(vm, word)
    if failed(vm):
        vm.here = before
    else:
        reveal(vm, word)


@kernel
def give_marker_code(vm: Ptr[VM], word: i64) -> None:
    current, count, flags = begin_nested(vm, word)
    emit_literal(vm, word)
    emit(vm, forth["forget marker"].opcode, 0)
    emit(vm, forth["exit"].opcode, 0)
    if not failed(vm):
        finish(vm, word)
    end_nested(vm, current, count, flags)


@forth.instruction(name="marker", cold=True, facts=known_as("marker"))
def marker_word(m: Machine) -> None:
    """( "name" -- ) Running the name forgets it and everything newer."""
    define_marker(m.vm)
    check(m)


@kernel
def forget_marker(vm: Ptr[VM], word: i64) -> None:
    """Go back to the state before the marker `word`, unless that has happened already."""
    if vm.current >= 0:
        fail(vm, NESTED)
        return
    if not good_token(vm, word):
        return
    record = vm.words + word
    if i64(record.kind) == KIND_COLON and record.value == IS_MARKER:
        place = record.body
        forget_from(vm, word)
        take_lists_back(vm, place)


@forth.instruction(name="forget marker", cold=True)
def forget_marker_word(m: Machine, token: Cell) -> None:
    """( xt -- ) Forget the marker xt and everything newer."""
    forget_marker(m.vm, token)
    check(m)


@kernel
def forget_next(vm: Ptr[VM]) -> None:
    """FORGET the next name of the line, which must be in the compilation word list and no part of the system."""
    length = next_name(vm)
    if length == 0:
        fail(vm, NO_NAME)
        return
    if vm.current >= 0:
        fail(vm, NESTED)
        return
    word = find_in_list(vm, data(vm, vm.token), length, compilation_list(vm))
    if word < 0:
        fail(vm, UNKNOWN_WORD)
    elif word < vm.fence:
        fail(vm, BAD_FORGET)
    elif not failed(vm):
        forget_from(vm, word)


@forth.instruction(name="forget", cold=True, facts=known_as("forget"))
def forget_word(m: Machine) -> None:
    """( "name" -- ) Forget the word, and everything newer."""
    forget_next(m.vm)
    check(m)
