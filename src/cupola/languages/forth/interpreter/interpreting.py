"""The text interpreter, and the words that read the source: PARSE, WORD, >NUMBER, comments.

`interpret step` runs natively over the line: it compiles, and pushes numbers. It stops at each word that must
be executed, for the guest code around it (`pieces`) to do so.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, kernel, memory_copy, u8, u64
from cupola.language import Cell
from cupola.languages.forth.compiler.compiling import compile_word, push, push_float
from cupola.languages.forth.compiler.draft import emit_float, emit_literal
from cupola.languages.forth.compiler.local_names import find_local, use_local
from cupola.languages.forth.constants import COMPILE_ONLY, IMMEDIATE, SLACK_CELLS, WORD_BUFFER
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.data.strings import LONGEST_COUNTED, RIGHT_PARENTHESIS
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.records import find_word
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.floats.text import INFINITY, read_float
from cupola.languages.forth.interpreter.numbers import DOUBLE, NO_NUMBER, convert, current_base, parse_number
from cupola.languages.forth.interpreter.parsing import next_name, parse_text, skip_comment, skip_delimiters
from cupola.languages.forth.interpreter.source import FROM_BLOCK, next_line, read_offset, set_offset
from cupola.languages.forth.machine import VM, Machine, data
from cupola.languages.forth.physics.looking import begun, finished, look_up
from cupola.languages.forth.physics.noting import physics_on
from cupola.languages.forth.storage.blocks import BLOCK_LINE
from cupola.languages.forth.throwing.failure import (
    BAD_NUMBER,
    FLOAT_OUT_OF_RANGE,
    ONLY_COMPILES,
    STACK_OVERFLOW,
    TEXT_TOO_LONG,
    UNKNOWN_WORD,
    check,
    fail,
    failed,
)

CANNOT_RESTORE = -1
A_FLOAT = -1


@kernel
def take_number(vm: Ptr[VM], kind: i64, low: i64, high: i64, sp: Ptr[i64], floor: Ptr[i64]) -> Ptr[i64]:
    """Compile or push a number; the new stack pointer."""
    if vm.compiling != 0:
        emit_literal(vm, low)
        if kind == DOUBLE:
            emit_literal(vm, high)
        return sp
    if address(sp) - address(floor) < SLACK_CELLS * 8:
        fail(vm, STACK_OVERFLOW)
        return sp
    sp = sp - 1
    sp[0] = low
    if kind == DOUBLE:
        sp = sp - 1
        sp[0] = high
    return sp


@kernel
def take_float(vm: Ptr[VM], name: Ptr[u8], length: i64) -> bool:
    """Compile a float, or put it into `vm.float_taken` and return true; fails if the text is none."""
    good, value = read_float(name, length, False)
    if not good or current_base(vm) != 10:
        fail(vm, UNKNOWN_WORD)
    elif abs(value) == INFINITY:
        fail(vm, FLOAT_OUT_OF_RANGE)
    elif vm.compiling != 0:
        emit_float(vm, value)
    else:
        vm.float_taken = value
        return True
    return False


@kernel
def interpret_line(vm: Ptr[VM], sp: Ptr[i64], floor: Ptr[i64]) -> tuple[Ptr[i64], i64]:
    """Take words of the line up to one that must be executed: the new stack pointer, and that word; 0 at the
    end, A_FLOAT if a float must be pushed.

    `floor` is where the return stack ends. Stops early after `fail`.
    """
    if physics_on(vm):
        finished(vm)
    while not failed(vm):
        length = next_name(vm)
        if length == 0:
            return sp, 0
        name = data(vm, vm.token)
        named = find_local(vm, name, length)
        if named >= 0:
            use_local(vm, forth["local@"].opcode, named)
            continue
        word = look_up(vm, name, length) if physics_on(vm) else find_word(vm, name, length)
        if word < 0:
            kind, low, high = parse_number(vm, name, length)
            if kind == NO_NUMBER:
                if take_float(vm, name, length):
                    return sp, A_FLOAT
            else:
                sp = take_number(vm, kind, low, high, sp, floor)
        else:
            flags = i64((vm.words + word).flags)
            if vm.compiling == 0 and flags & COMPILE_ONLY != 0:
                fail(vm, ONLY_COMPILES)
            elif vm.compiling == 0 or flags & IMMEDIATE != 0:
                if physics_on(vm):
                    begun(vm, word)
                return sp, word
            else:
                compile_word(vm, word)
    return sp, 0


@forth.instruction(name="interpret step", cold=True, facts={"unknown_effect": True})
def interpret_step(m: Machine) -> None:
    """( i*x -- j*x xt -1 | j*x 0 ) Interpret up to the next word that must be executed, or the end of the
    line.
    """
    sp, word = interpret_line(m.vm, m.sp, m.rp)
    while word == A_FLOAT:
        push_float(m, m.vm.float_taken)
        sp, word = interpret_line(m.vm, sp, m.rp)
    check(m)
    m.sp = sp
    if word == 0:
        push(m, 0)
    else:
        push(m, word)
        push(m, -1)


# --- the line -----------------------------------------------------------------------------------------------


@forth.instruction(name="source", cold=True, facts=known_as("source"))
def source_word(m: Machine) -> tuple[Cell, Cell]:
    """( -- c-addr u ) the current line"""
    return m.vm.source, m.vm.source_length


@forth.instruction(name="source-id", cold=True, facts=known_as("source-id"))
def source_id_word(m: Machine) -> Cell:
    """( -- n ) 0 for the user's input, -1 for EVALUATE, else the number of a file"""
    return m.vm.source_id


@forth.instruction(name="parse", cold=True, facts=known_as("parse"))
def parse_word(m: Machine, delimiter: Cell) -> tuple[Cell, Cell]:
    """( char "text<char>" -- c-addr u )"""
    start, length, _ = parse_text(m.vm, delimiter)
    return start, length


@forth.instruction(name="parse-name", cold=True, facts=known_as("parse-name"))
def parse_name_word(m: Machine) -> tuple[Cell, Cell]:
    """( "name" -- c-addr u )"""
    next_name(m.vm)
    return m.vm.token, m.vm.token_length


@forth.instruction(name="word", cold=True, facts=known_as("word"))
def word_word(m: Machine, delimiter: Cell) -> Cell:
    """( char "<chars>text<char>" -- c-addr ) a counted string, in a buffer of the system"""
    skip_delimiters(m.vm, delimiter)
    start, length, _ = parse_text(m.vm, delimiter)
    if length > LONGEST_COUNTED:
        fail(m.vm, TEXT_TOO_LONG)
        check(m)
    out = data(m.vm, WORD_BUFFER)
    out[0] = u8(length)
    memory_copy(out + 1, data(m.vm, start), length)
    out[length + 1] = 32
    return WORD_BUFFER


@forth.instruction(name="(", cold=True, facts=known_as("(", immediate=True))
def comment_word(m: Machine) -> None:
    """( "text)" -- ) A comment; in a file it may take several lines."""
    skip_comment(m.vm, RIGHT_PARENTHESIS)


@forth.instruction(name="\\", cold=True, facts=known_as("\\", immediate=True))
def line_comment_word(m: Machine) -> None:
    """A comment up to the end of the line; the lines of a block have 64 characters."""
    end = m.vm.source_length
    if m.vm.source_id == FROM_BLOCK:
        after = max(read_offset(m.vm) - 2, 0)  # the character itself, with the blank that ended it
        end = (after // BLOCK_LINE + 1) * BLOCK_LINE
    set_offset(m.vm, end)


@forth.instruction(name="next line", cold=True)
def next_line_word(m: Machine) -> Cell:
    """( -- flag ) Go on to the next line of the text that is being read."""
    return -i64(next_line(m.vm))


# --- names and numbers --------------------------------------------------------------------------------------


@forth.instruction(name=">number", cold=True, facts=known_as(">number"))
def to_number(m: Machine, low: Cell, high: Cell, start: Cell, length: Cell) -> tuple[Cell, Cell, Cell, Cell]:
    """( ud1 c-addr1 u1 -- ud2 c-addr2 u2 ) Add digits to ud1, up to a character that is none."""
    check_range(m, start, length)
    base = current_base(m.vm)
    if base == 0:
        fail(m.vm, BAD_NUMBER)
        check(m)
    new_low, new_high, used = convert(data(m.vm, start), length, base, u64(low), u64(high))
    return i64(new_low), i64(new_high), start + used, length - used
