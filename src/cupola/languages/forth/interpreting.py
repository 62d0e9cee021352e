"""The text interpreter, and the words that read the source: PARSE, WORD, >NUMBER, comments.

`interpret step` runs natively over the line: it compiles, and pushes numbers. It stops at each word that must
be executed, for the guest code around it (`pieces`) to do so.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, kernel, memory_copy, u8, u64
from cupola.language import Cell, exit_
from cupola.languages.forth.compiling import compile_word, need_cells, push, push_float
from cupola.languages.forth.constants import COMPILE_ONLY, IMMEDIATE, SLACK_CELLS, UPCALL_REFILL, WORD_BUFFER
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary import find_word
from cupola.languages.forth.draft import emit_float, emit_literal
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.failure import (
    BAD_ADDRESS,
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
from cupola.languages.forth.float_text import INFINITY, read_float
from cupola.languages.forth.local_names import find_local, use_local
from cupola.languages.forth.machine import VM, Machine, data, good_range
from cupola.languages.forth.numbers import DOUBLE, NO_NUMBER, convert, current_base, parse_number
from cupola.languages.forth.parsing import next_name, parse_text, skip_comment, skip_delimiters
from cupola.languages.forth.source import next_line, read_offset, set_line, set_offset
from cupola.languages.forth.space import check_range
from cupola.languages.forth.strings import LONGEST_COUNTED, RIGHT_PARENTHESIS

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
    while not failed(vm):
        length = next_name(vm)
        if length == 0:
            return sp, 0
        name = data(vm, vm.token)
        named = find_local(vm, name, length)
        if named >= 0:
            use_local(vm, forth["local@"].opcode, named)
            continue
        word = find_word(vm, name, length)
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
    """A comment up to the end of the line."""
    set_offset(m.vm, m.vm.source_length)


@forth.instruction(name="next line", cold=True)
def next_line_word(m: Machine) -> Cell:
    """( -- flag ) Go on to the next line of the text that is being read."""
    return -i64(next_line(m.vm))


@forth.instruction(name="ask line", cold=True)
def ask_line(m: Machine) -> None:
    """Let the driver read a line of the user's input, if that is what REFILL must give."""
    m.vm.request[1] = -1
    if m.vm.source_id == 0 and m.vm.text_next >= m.vm.text_end:
        m.pc = m.pc + 8
        exit_(UPCALL_REFILL)


@forth.instruction(name="take line", cold=True)
def take_line(m: Machine) -> Cell:
    """( -- flag ) Go on with the line that the driver has read, or with the next one of the text."""
    length = m.vm.request[1]
    m.vm.request[1] = -1
    if length >= 0 and good_range(m.vm, m.vm.request[0], length):
        set_line(m.vm, m.vm.request[0], length)
        m.vm.line_number += 1
        return -1
    return -i64(next_line(m.vm))


@forth.instruction(name="save-input", cold=True, facts=known_as("save-input"))
def save_input(m: Machine) -> tuple[Cell, Cell, Cell, Cell, Cell, Cell, Cell]:
    """( -- x*6 6 ) where the source is being read"""
    vm = m.vm
    return vm.source, vm.source_length, vm.text_next, vm.line_number, vm.source_id, read_offset(vm), 6


@kernel
def restore_input(vm: Ptr[VM], saved: Ptr[i64]) -> i64:
    """Go back to what SAVE-INPUT left (topmost cell first); 0, or -1 if that is not the present source."""
    offset, id, number, following, length, start = saved[0], saved[1], saved[2], saved[3], saved[4], saved[5]
    if id != vm.source_id or length < 0 or not good_range(vm, start, length):
        return CANNOT_RESTORE
    if id < 0 and (start != vm.source or length != vm.source_length):
        return CANNOT_RESTORE
    if following != vm.text_next:
        if following < start or following > vm.text_end:
            return CANNOT_RESTORE
        vm.text_next = following
    set_line(vm, start, length)
    set_offset(vm, offset)
    vm.line_number = number
    return 0


@forth.instruction(name="restore-input", cold=True, facts=known_as("restore-input", unknown_effect=True))
def restore_input_word(m: Machine) -> None:
    """( x*n n -- flag ) Go back to where SAVE-INPUT was; the flag is true if that could not be."""
    need_cells(m, 1)
    check(m)
    cells = m.sp[0]
    if cells < 0 or cells > SLACK_CELLS:
        fail(m.vm, BAD_ADDRESS)
        check(m)
    need_cells(m, cells + 1)
    check(m)
    result: i64 = CANNOT_RESTORE
    if cells == 6:
        result = restore_input(m.vm, m.sp + 1)
    m.sp = m.sp + cells
    m.sp[0] = result


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
