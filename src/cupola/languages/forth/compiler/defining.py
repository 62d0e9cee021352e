"""Words that define words: : ; CREATE DOES> CONSTANT VALUE DEFER, and what changes such words.

A word that is not a colon definition gets its guest code here, through a draft of its own, so that CREATE
also works between [ and ] of an open definition.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, kernel, u8, u16
from cupola.language import Cell, Target
from cupola.languages.forth.compiler.compiling import compile_word, set_compiling
from cupola.languages.forth.compiler.control_flow import COLON, compile_exit, pop_control, push_control
from cupola.languages.forth.compiler.draft import (
    ENTRY,
    NO_TARGET,
    begin_nested,
    emit,
    emit_branch,
    end_nested,
    open_draft,
    place_label,
)
from cupola.languages.forth.compiler.finish import finish_word
from cupola.languages.forth.constants import (
    KIND_COLON,
    KIND_CONSTANT,
    KIND_CREATED,
    KIND_DEFER,
    KIND_DOES,
    KIND_TWO_VALUE,
    KIND_VALUE,
)
from cupola.languages.forth.data.space import add_cell, align, allot
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.records import NONE, create_word, new_word, reveal
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.interpreter.parsing import next_name
from cupola.languages.forth.machine import VM, Machine, data
from cupola.languages.forth.physics.noting import forget_notes, physics_on
from cupola.languages.forth.throwing.failure import (
    BAD_ADDRESS,
    NESTED,
    NOT_CREATED,
    check,
    fail,
    failed,
)

# --- colon definitions --------------------------------------------------------------------------------------


@kernel
def open_definition(vm: Ptr[VM], word: i64) -> None:
    """Compile into `word` from here on. A definition that was left open, but not compiling, is given up."""
    open_draft(vm, word)
    vm.control_depth = 0
    vm.loop_depth = 0
    vm.leave_chain = NO_TARGET
    vm.local_count = 0
    push_control(vm, COLON, 0)
    set_compiling(vm, -1)


@kernel
def close_definition(vm: Ptr[VM]) -> None:
    """Compile nothing from here on."""
    vm.current = NONE
    vm.control_depth = 0
    vm.local_count = 0
    set_compiling(vm, 0)


@kernel
def colon(vm: Ptr[VM]) -> None:
    if vm.compiling != 0:
        fail(vm, NESTED)
        return
    length = next_name(vm)
    word = create_word(vm, data(vm, vm.token), length, KIND_COLON)
    if word >= 0:
        open_definition(vm, word)


@kernel
def semicolon(vm: Ptr[VM]) -> None:
    pop_control(vm, COLON)
    if failed(vm):
        return
    word = vm.current
    compile_exit(vm)
    if not failed(vm):
        finish(vm, word)
    if not failed(vm):
        close_definition(vm)
        reveal(vm, word)


@kernel
def finish(vm: Ptr[VM], word: i64) -> None:
    """Make guest code of the draft. A word whose definition is not sound runs the code of word 0."""
    code = finish_word(vm, word)
    if code != 0:
        (vm.words + word).entry = vm.words.entry
        fail(vm, code)


@kernel
def compile_does(vm: Ptr[VM]) -> None:
    """End the code that makes a word; what follows is the code that such words run."""
    pop_control(vm, COLON)
    if failed(vm):
        return
    push_control(vm, COLON, 0)
    place = emit_branch(vm, forth["set does"].opcode, NO_TARGET)
    compile_exit(vm)
    if failed(vm):
        return
    vm.local_count = 0
    vm.does_place = place_label(vm)
    (vm.draft + place).target = i32(vm.does_place)
    vm.next_flags = vm.next_flags | ENTRY


@forth.instruction(name=":", cold=True, facts=known_as(":"))
def colon_word(m: Machine) -> None:
    """( "name" -- ) Begin a definition."""
    colon(m.vm)
    check(m)


@forth.instruction(name=":noname", cold=True, facts=known_as(":noname"))
def noname_word(m: Machine) -> Cell:
    """( -- xt ) Begin a definition without a name."""
    if m.vm.compiling != 0:
        fail(m.vm, NESTED)
        check(m)
    word = new_word(m.vm, KIND_COLON)
    check(m)
    open_definition(m.vm, word)
    check(m)
    return word


@forth.instruction(name=";", cold=True, facts=known_as(";", immediate=True, compile_only=True))
def semicolon_word(m: Machine) -> None:
    """End the definition."""
    semicolon(m.vm)
    check(m)


@forth.instruction(name="does>", cold=True, facts=known_as("does>", immediate=True, compile_only=True))
def does_word(m: Machine) -> None:
    """End the code that makes a word; the words made run what follows, on their data address."""
    compile_does(m.vm)
    check(m)


# --- words that are not colon definitions -------------------------------------------------------------------


@kernel
def give_code(vm: Ptr[VM], word: i64) -> None:
    """Give a word guest code that does what a definition with only that word in it does."""
    current, before, flags = begin_nested(vm, word)
    compile_word(vm, word)
    if physics_on(vm):
        forget_notes(vm)  # the word itself, which its start counts
    emit(vm, forth["exit"].opcode, 0)
    if not failed(vm):
        finish(vm, word)
    end_nested(vm, current, before, flags)


@kernel
def define(vm: Ptr[VM], kind: i64, body: i64, value: i64) -> i64:
    """Define the next name of the line; the word, or -1 after `fail`."""
    if failed(vm):
        return NONE
    length = next_name(vm)
    word = create_word(vm, data(vm, vm.token), length, kind)
    if word < 0:
        return NONE
    record = vm.words + word
    record.body = body
    record.value = value
    give_code(vm, word)
    if failed(vm):
        return NONE
    reveal(vm, word)
    return word


@kernel
def define_here(vm: Ptr[VM]) -> None:
    """CREATE: a word whose data begins at HERE."""
    align(vm)
    define(vm, KIND_CREATED, vm.here, 0)


@kernel
def define_with_cell(vm: Ptr[VM], kind: i64, value: i64) -> None:
    """A word with one cell of data: the cell is taken first, and given back if the name is no good."""
    align(vm)
    before = vm.here
    define(vm, kind, add_cell(vm, value), 0)
    if failed(vm):
        vm.here = before


@forth.instruction(name="create", cold=True, facts=known_as("create"))
def create_word_here(m: Machine) -> None:
    """( "name" -- ) Running the name: ( -- a-addr ) where its data begins"""
    define_here(m.vm)
    check(m)


@forth.instruction(name="variable", cold=True, facts=known_as("variable"))
def variable_word(m: Machine) -> None:
    """( "name" -- ) Running the name: ( -- a-addr ) of a cell, 0 at first"""
    define_with_cell(m.vm, KIND_CREATED, 0)
    check(m)


@forth.instruction(name="buffer:", cold=True, facts=known_as("buffer:"))
def buffer_word(m: Machine, size: Cell) -> None:
    """( u "name" -- ) Running the name: ( -- addr ) of u bytes"""
    define_here(m.vm)
    check(m)
    if size < 0:
        fail(m.vm, BAD_ADDRESS)
        check(m)
    allot(m.vm, size)
    check(m)


@forth.instruction(name="constant", cold=True, facts=known_as("constant"))
def constant_word(m: Machine, value: Cell) -> None:
    """( x "name" -- ) Running the name: ( -- x )"""
    define(m.vm, KIND_CONSTANT, 0, value)
    check(m)


@forth.instruction(name="value", cold=True, facts=known_as("value"))
def value_word(m: Machine, value: Cell) -> None:
    """( x "name" -- ) Running the name: ( -- x ), until TO changes it"""
    define_with_cell(m.vm, KIND_VALUE, value)
    check(m)


@kernel
def define_two_value(vm: Ptr[VM], low: i64, high: i64) -> None:
    """A value of two cells, as 2@ fetches them."""
    align(vm)
    before = vm.here
    body = add_cell(vm, high)
    add_cell(vm, low)
    define(vm, KIND_TWO_VALUE, body, 0)
    if failed(vm):
        vm.here = before


@forth.instruction(name="2value", cold=True, facts=known_as("2value"))
def two_value_word(m: Machine, low: Cell, high: Cell) -> None:
    """( d "name" -- ) Running the name: ( -- d ), until TO changes it"""
    define_two_value(m.vm, low, high)
    check(m)


@forth.instruction(name="defer", cold=True, facts=known_as("defer"))
def defer_word(m: Machine) -> None:
    """( "name" -- ) Running the name runs the word that IS gave it."""
    define_with_cell(m.vm, KIND_DEFER, 0)
    check(m)


# --- DOES> at run time --------------------------------------------------------------------------------------


@kernel
def set_does(vm: Ptr[VM], code: Ptr[u8]) -> None:
    """Let the latest word, which CREATE made, run `code` with its data address."""
    word = vm.latest
    if word < 0:
        fail(vm, NOT_CREATED)
        return
    record = vm.words + word
    kind = i64(record.kind)
    if kind != KIND_CREATED and kind != KIND_DOES:
        fail(vm, NOT_CREATED)
        return
    record.does = code
    record.kind = u16(KIND_DOES)
    give_code(vm, word)


@forth.instruction(name="set does", cold=True, facts={"entry_target": True})
def set_does_word(m: Machine, code: Target) -> None:
    """Let the latest word run the code after DOES>."""
    set_does(m.vm, code)
    check(m)
