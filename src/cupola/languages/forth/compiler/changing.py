"""What changes words that are defined: IMMEDIATE, TO, IS and their kin, and >BODY, which finds their data."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel, u16
from cupola.language import Cell
from cupola.languages.forth.compiler.compiling import need_cells, need_floats, push
from cupola.languages.forth.compiler.draft import emit, emit_literal
from cupola.languages.forth.compiler.local_names import find_local, use_local
from cupola.languages.forth.constants import (
    COMPILE_ONLY,
    IMMEDIATE,
    KIND_CREATED,
    KIND_DEFER,
    KIND_DOES,
    KIND_FVALUE,
    KIND_TWO_VALUE,
    KIND_VALUE,
)
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.records import good_token
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.interpreter.parsing import next_name, next_word
from cupola.languages.forth.interpreter.source import read_offset, set_offset
from cupola.languages.forth.machine import VM, Machine, cell_at, data, float_at
from cupola.languages.forth.throwing.failure import NOT_CREATED, NOT_SETTABLE, check, fail


@kernel
def set_flag(vm: Ptr[VM], flag: i64) -> None:
    """Set a flag of the latest definition, if there is any."""
    word = vm.latest
    if word >= 0:
        record = vm.words + word
        record.flags = record.flags | u16(flag)


@forth.instruction(name="immediate", cold=True, facts=known_as("immediate"))
def immediate_word(m: Machine) -> None:
    """Let the latest definition run while others are compiled."""
    set_flag(m.vm, IMMEDIATE)


@forth.instruction(name="compile-only", cold=True, facts=known_as("compile-only"))
def compile_only_word(m: Machine) -> None:
    """Let the latest definition be an error outside definitions."""
    set_flag(m.vm, COMPILE_ONLY)


@kernel
def settable_body(vm: Ptr[VM], word: i64, kind: i64) -> i64:
    """The address of the cell that TO (for a value) or IS (for a deferred word) sets; 0 after `fail`."""
    if not good_token(vm, word) or i64((vm.words + word).kind) != kind:
        fail(vm, NOT_SETTABLE)
        return 0
    return (vm.words + word).body


@kernel
def next_settable(vm: Ptr[VM], kind: i64) -> i64:
    """The cell of the word whose name comes next in the line; 0 after `fail`."""
    word = next_word(vm)
    return 0 if word < 0 else settable_body(vm, word, kind)


@kernel
def set_local(vm: Ptr[VM]) -> bool:
    """Compile TO of a local, if the next word of the line is one; if not, the word stays there."""
    before = read_offset(vm)
    length = next_name(vm)
    named = find_local(vm, data(vm, vm.token), length)
    if named < 0:
        set_offset(vm, before)
        return False
    use_local(vm, forth["local!"].opcode, named)
    return True


def setter(name: str, kind: int, text: str) -> None:
    """Define the immediate word `name`, which sets the cell of a word of that kind, now or when it is
    compiled.
    """

    def set_cell(m: Machine) -> None:
        if kind == KIND_VALUE and set_local(m.vm):
            check(m)
            return
        word = next_word(m.vm)
        check(m)
        found = i64((m.vm.words + word).kind)
        is_float = kind == KIND_VALUE and found == KIND_FVALUE
        is_double = kind == KIND_VALUE and found == KIND_TWO_VALUE
        body = settable_body(m.vm, word, found if is_float or is_double else kind)
        check(m)
        if m.vm.compiling != 0:
            emit_literal(m.vm, body)
            store = forth["2!"].opcode if is_double else forth["!"].opcode
            emit(m.vm, forth["f!"].opcode if is_float else store, 0)
            check(m)
        elif is_float:
            need_floats(m, 1)
            check(m)
            float_at(m.vm, body)[0] = m.ftop
            m.ftop = m.fp[0]
            m.fp = m.fp + 1
        else:
            cells = 2 if is_double else 1
            need_cells(m, cells)
            check(m)
            cell_at(m.vm, body)[0] = m.sp[0]
            if is_double:
                cell_at(m.vm, body)[1] = m.sp[1]
            m.sp = m.sp + cells

    set_cell.__doc__ = text
    set_cell.__qualname__ = f"set_{kind}"
    forth.instruction(
        set_cell, name=name, cold=True, facts=known_as(name, immediate=True, unknown_effect=True)
    )


setter(
    "to",
    KIND_VALUE,
    """( x "name" -- | d "name" -- ) ( F: -- | r -- ) Give a value or a local another number.""",
)
setter("is", KIND_DEFER, """( xt "name" -- ) Say what a deferred word runs.""")


@forth.instruction(
    name="action-of", cold=True, facts=known_as("action-of", immediate=True, unknown_effect=True)
)
def action_of(m: Machine) -> None:
    """( "name" -- xt ) what a deferred word runs"""
    body = next_settable(m.vm, KIND_DEFER)
    check(m)
    if m.vm.compiling != 0:
        emit_literal(m.vm, body)
        emit(m.vm, forth["@"].opcode, 0)
        check(m)
    else:
        push(m, cell_at(m.vm, body)[0])


@forth.instruction(name="defer@", cold=True, facts=known_as("defer@"))
def defer_fetch(m: Machine, token: Cell) -> Cell:
    """( xt1 -- xt2 ) what a deferred word runs"""
    body = settable_body(m.vm, token, KIND_DEFER)
    check(m)
    return cell_at(m.vm, body)[0]


@forth.instruction(name="defer!", cold=True, facts=known_as("defer!"))
def defer_store(m: Machine, new: Cell, token: Cell) -> None:
    """( xt2 xt1 -- ) Let the deferred word xt1 run xt2."""
    body = settable_body(m.vm, token, KIND_DEFER)
    check(m)
    cell_at(m.vm, body)[0] = new


@kernel
def body_of(vm: Ptr[VM], token: i64) -> i64:
    """The data address of a word that CREATE made; 0 after `fail`."""
    if good_token(vm, token):
        kind = i64((vm.words + token).kind)
        if kind == KIND_CREATED or kind == KIND_DOES or kind == KIND_VALUE or kind == KIND_DEFER:
            return (vm.words + token).body
    fail(vm, NOT_CREATED)
    return 0


@forth.instruction(name=">body", cold=True, facts=known_as(">body"))
def to_body(m: Machine, token: Cell) -> Cell:
    """( xt -- a-addr ) the data of a word that CREATE made"""
    body = body_of(m.vm, token)
    check(m)
    return body
