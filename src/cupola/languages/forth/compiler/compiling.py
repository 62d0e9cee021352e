"""Compiling words into the draft, and the words that do so by hand: LITERAL, POSTPONE and their kin."""

from __future__ import annotations

from cupola.kernel import Ptr, bits, f64, i64, inline, kernel, u16
from cupola.language import Cell
from cupola.languages.forth.compiler.draft import TO_DOES, emit, emit_float, emit_literal
from cupola.languages.forth.constants import (
    COMPILE_ONLY,
    IMMEDIATE,
    KIND_COLON,
    KIND_CONSTANT,
    KIND_DEFER,
    KIND_DOES,
    KIND_FCONSTANT,
    KIND_FVALUE,
    KIND_PRIMITIVE,
    KIND_TWO_VALUE,
    KIND_VALUE,
    STATE_CELL,
)
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.records import good_token
from cupola.languages.forth.facts import (
    RETURN_CHANGE_BIAS,
    RETURN_CHANGE_MASK,
    STEADY,
    UNKNOWN_EFFECT,
    known_as,
)
from cupola.languages.forth.interpreter.parsing import next_name, next_word
from cupola.languages.forth.machine import VM, Machine, cell_at, data
from cupola.languages.forth.optimizer.inlining import take_in
from cupola.languages.forth.options import acted, is_on
from cupola.languages.forth.physics.noting import note, physics_on
from cupola.languages.forth.throwing.failure import (
    BAD_ADDRESS,
    BAD_POSTPONE,
    FLOAT_OVERFLOW,
    FLOAT_UNDERFLOW,
    NO_NAME,
    NOT_SETTABLE,
    ONLY_COMPILES,
    UNDERFLOW,
    check,
    fail,
)
from cupola.policy.options import COLON_INLINING


@inline
def set_compiling(vm: Ptr[VM], on: i64) -> None:
    """Compile (-1) or interpret (0). STATE is a copy for programs to read: writing it changes nothing."""
    vm.compiling = on
    cell_at(vm, STATE_CELL)[0] = on


@inline
def push(m: Machine, value: i64) -> None:
    """Push a cell, in an instruction whose effect is not fixed."""
    m.sp = m.sp - 1
    m.sp[0] = value


@inline
def push_float(m: Machine, value: f64) -> None:
    """Push a float, or note that their stack is full, in an instruction whose effect is not fixed."""
    if m.fp <= m.vm.float_limit:
        fail(m.vm, FLOAT_OVERFLOW)
    else:
        m.fp = m.fp - 1
        m.fp[0] = m.ftop
        m.ftop = value


@inline
def need_cells(m: Machine, wanted: i64) -> None:
    """Note a stack underflow unless that many cells are there: for instructions whose effect is not fixed."""
    if m.vm.stack_bottom - m.sp < wanted:
        fail(m.vm, UNDERFLOW)


@inline
def need_floats(m: Machine, wanted: i64) -> None:
    """The same for floats."""
    if m.vm.float_bottom - m.fp < wanted:
        fail(m.vm, FLOAT_UNDERFLOW)


@kernel
def compile_word(vm: Ptr[VM], word: i64) -> None:
    """Append what the word does when it is executed; `word` is a good execution token."""
    record = vm.words + word
    kind = i64(record.kind)
    before = vm.draft_count
    if kind == KIND_PRIMITIVE:
        if i64(record.opcode) != forth["execute"].opcode or not execute_known(vm):
            emit(vm, i64(record.opcode), 0)
    elif kind == KIND_COLON:
        if not is_on(vm, COLON_INLINING) or not take_in(vm, word):
            emit(vm, forth["call"].opcode, word)
    elif kind == KIND_CONSTANT:
        emit_literal(vm, record.value)
    elif kind == KIND_FCONSTANT:
        emit_float(vm, bits(f64, record.value))
    else:
        emit_literal(vm, record.body)
        if kind == KIND_DOES:
            place = emit(vm, forth["call"].opcode, word)
            if place >= 0:
                (vm.draft + place).flags |= u16(TO_DOES)
        elif kind == KIND_VALUE:
            emit(vm, forth["@"].opcode, 0)
        elif kind == KIND_FVALUE:
            emit(vm, forth["f@"].opcode, 0)
        elif kind == KIND_TWO_VALUE:
            emit(vm, forth["2@"].opcode, 0)
        elif kind == KIND_DEFER:
            emit(vm, forth["@"].opcode, 0)
            emit(vm, forth["execute"].opcode, 0)
    if physics_on(vm) and kind != KIND_COLON:
        note(vm, word, before)


@kernel
def execute_known(vm: Ptr[VM]) -> bool:
    """Compile EXECUTE of a token that the newest instruction pushes as the word itself; false if that is not so, or if
    the word might do something else by then."""
    if not is_on(vm, COLON_INLINING) or vm.draft_count == 0 or vm.next_flags != 0:
        return False
    last = vm.draft + (vm.draft_count - 1)
    token = last.operand
    if i64(last.opcode) != forth["lit"].opcode or not good_token(vm, token) or token == vm.current:
        return False
    word = vm.words + token
    if word.entry != word.start or i64(word.flags) & (COMPILE_ONLY | IMMEDIATE) != 0:
        return False
    if i64(word.kind) == KIND_PRIMITIVE:
        flags = i64(vm.context.tables.facts[i64(word.opcode)].flags)
        if (
            flags & STEADY == 0
            or flags & UNKNOWN_EFFECT != 0
            or flags & RETURN_CHANGE_MASK != RETURN_CHANGE_BIAS
        ):
            return False
    elif i64(word.kind) != KIND_COLON:
        return False
    vm.next_flags = i64(last.flags)
    vm.draft_count -= 1
    acted(vm, COLON_INLINING)
    if i64(word.kind) == KIND_PRIMITIVE:
        emit(vm, i64(word.opcode), 0)
    elif not take_in(vm, token):
        emit(vm, forth["call"].opcode, token)
    return True


@kernel
def compile_token(vm: Ptr[VM], token: i64) -> None:
    """COMPILE, of whatever the program thinks is an execution token."""
    if good_token(vm, token):
        compile_word(vm, token)
    else:
        fail(vm, BAD_ADDRESS)


@kernel
def postpone_next(vm: Ptr[VM]) -> None:
    """POSTPONE the next word: compile it if it is immediate, else compile code that compiles it."""
    word = next_word(vm)
    if word < 0:
        if vm.pending == NOT_SETTABLE:
            vm.pending = BAD_POSTPONE
        return
    if i64((vm.words + word).flags) & IMMEDIATE != 0:
        compile_word(vm, word)
    else:
        emit_literal(vm, word)
        emit(vm, forth["compile,"].opcode, 0)


@kernel
def next_char(vm: Ptr[VM]) -> i64:
    """The first character of the next word; 0 after `fail` if there is none."""
    if next_name(vm) == 0:
        fail(vm, NO_NAME)
        return 0
    return i64(data(vm, vm.token)[0])


@forth.instruction(name="compile,", cold=True, facts=known_as("compile,"))
def compile_comma(m: Machine, token: Cell) -> None:
    """( xt -- ) Append the word to the definition that is being compiled."""
    compile_token(m.vm, token)
    check(m)


@forth.instruction(name="literal", cold=True, facts=known_as("literal", immediate=True, compile_only=True))
def literal(m: Machine, value: Cell) -> None:
    """Compiling: ( x -- ) Running: ( -- x )"""
    emit_literal(m.vm, value)
    check(m)


@forth.instruction(name="postpone", cold=True, facts=known_as("postpone", immediate=True, compile_only=True))
def postpone(m: Machine) -> None:
    """( "name" -- ) Compile what the word does when it is compiled."""
    postpone_next(m.vm)
    check(m)


@forth.instruction(name="'", cold=True, facts=known_as("'"))
def tick_word(m: Machine) -> Cell:
    """( "name" -- xt )"""
    word = next_word(m.vm)
    check(m)
    return word


@forth.instruction(name="[']", cold=True, facts=known_as("[']", immediate=True, compile_only=True))
def bracket_tick(m: Machine) -> None:
    """Compiling: ( "name" -- ) Running: ( -- xt )"""
    word = next_word(m.vm)
    check(m)
    emit_literal(m.vm, word)
    check(m)


@forth.instruction(name="char", cold=True, facts=known_as("char"))
def char_word(m: Machine) -> Cell:
    """( "name" -- char ) its first character"""
    char = next_char(m.vm)
    check(m)
    return char


@forth.instruction(name="[char]", cold=True, facts=known_as("[char]", immediate=True, compile_only=True))
def bracket_char(m: Machine) -> None:
    """Compiling: ( "name" -- ) Running: ( -- char )"""
    char = next_char(m.vm)
    check(m)
    emit_literal(m.vm, char)
    check(m)


@forth.instruction(name="recurse", cold=True, facts=known_as("recurse", immediate=True, compile_only=True))
def recurse(m: Machine) -> None:
    """Compile a call of the definition that is being compiled."""
    emit(m.vm, forth["call"].opcode, m.vm.current)
    check(m)


@forth.instruction(name="[", cold=True, facts=known_as("[", immediate=True))
def left_bracket(m: Machine) -> None:
    """Interpret from here on."""
    set_compiling(m.vm, 0)


@forth.instruction(name="]", cold=True, facts=known_as("]"))
def right_bracket(m: Machine) -> None:
    """Compile from here on; a definition must be open."""
    if m.vm.current < 0:
        fail(m.vm, ONLY_COMPILES)
        check(m)
    set_compiling(m.vm, -1)
