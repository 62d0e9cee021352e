"""Texts in the source: S" and its kin. In a definition the text is copied into the data space; outside, into
a buffer that is filled round and round, or, if it is too long for that, it stays where it is in the source.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel, memory_copy, memory_move, u8
from cupola.language import Cell
from cupola.languages.forth.compiler.compiling import need_cells, push
from cupola.languages.forth.compiler.draft import emit, emit_literal
from cupola.languages.forth.constants import NAME_BUFFER, STRING_BUFFER_BYTES, STRING_BUFFERS
from cupola.languages.forth.data.space import allot
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.names import lower_case
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.interpreter.numbers import digit
from cupola.languages.forth.interpreter.parsing import parse_text
from cupola.languages.forth.interpreter.source import read_offset, set_offset
from cupola.languages.forth.machine import VM, Machine, data
from cupola.languages.forth.throwing.exceptions import ABORTED_WITH_MESSAGE
from cupola.languages.forth.throwing.failure import BAD_NUMBER, TEXT_TOO_LONG, check, fail, failed

QUOTE, BACKSLASH, RIGHT_PARENTHESIS = b'"\\)'
LONGEST_COUNTED = 255
BUFFERS_BYTES = NAME_BUFFER - STRING_BUFFERS
SMALL_LETTER_X, SMALL_LETTER_M = b"xm"
# What \\c means in S\\": Forth-2012, 6.2.2266; M (two characters) and X (digits follow) stand apart.
ESCAPES = {
    ord("a"): 7,
    ord("b"): 8,
    ord("e"): 27,
    ord("f"): 12,
    ord("l"): 10,
    ord("n"): 10,
    ord("q"): 34,
    ord("r"): 13,
    ord("t"): 9,
    ord("v"): 11,
    ord("z"): 0,
}


@kernel
def string_buffer(vm: Ptr[VM], size: i64) -> i64:
    """The guest address of room for `size` bytes, at most `STRING_BUFFER_BYTES`, that other texts overwrite
    late.
    """
    if vm.string_buffer + size > BUFFERS_BYTES:
        vm.string_buffer = 0
    return STRING_BUFFERS + vm.string_buffer


@kernel
def keep_text(vm: Ptr[VM], start: i64, length: i64) -> i64:
    """Where a text of the source can stay: in the data space, a buffer, or the source; 0 after `fail`."""
    place = start
    if vm.compiling != 0:
        place = allot(vm, length)
    elif length <= STRING_BUFFER_BYTES:
        place = string_buffer(vm, length)
        vm.string_buffer += length
    if not failed(vm):
        memory_move(data(vm, place), data(vm, start), length)
    return place


@kernel
def escape(vm: Ptr[VM], offset: i64) -> tuple[i64, i64]:
    """The character that the escape at `offset` (behind its backslash) means, and the characters that it
    takes.
    """
    if offset >= vm.source_length:
        return BACKSLASH, 0
    char = i64(data(vm, vm.source + offset)[0])
    low = lower_case(char)
    for letter, meaning in ESCAPES.items():
        if low == letter:
            return meaning, 1
    if low == SMALL_LETTER_X:
        if offset + 2 < vm.source_length:
            high = digit(i64(data(vm, vm.source + offset + 1)[0]))
            rest = digit(i64(data(vm, vm.source + offset + 2)[0]))
            if high < 16 and rest < 16:
                return high * 16 + rest, 3
        fail(vm, BAD_NUMBER)
    return char, 1


@kernel
def translate(vm: Ptr[VM], place: i64, room: i64) -> i64:
    """Take the text of S\\" out of the line, to the guest address `place`; its length."""
    out = data(vm, place)
    length: i64 = 0
    offset = read_offset(vm)
    while offset < vm.source_length and length + 1 < room:
        char = i64(data(vm, vm.source + offset)[0])
        offset += 1
        if char == QUOTE:
            set_offset(vm, offset)
            return length
        if char == BACKSLASH:
            if (
                offset < vm.source_length
                and lower_case(i64(data(vm, vm.source + offset)[0])) == SMALL_LETTER_M
            ):
                out[length] = u8(13)
                length += 1
                char = 10
                offset += 1
            else:
                char, used = escape(vm, offset)
                offset += used
        out[length] = u8(char)
        length += 1
    if offset < vm.source_length:
        fail(vm, TEXT_TOO_LONG)
    set_offset(vm, offset)
    return length


@kernel
def take_escaped(vm: Ptr[VM]) -> tuple[i64, i64]:
    """Take the text of S\\"; where it is now, and its length."""
    if vm.compiling == 0:
        place = string_buffer(vm, STRING_BUFFER_BYTES)
        used = translate(vm, place, STRING_BUFFER_BYTES)
        vm.string_buffer += used
        return place, used
    start = vm.here
    length = translate(vm, start, vm.data_top - start)
    return allot(vm, length), length


@kernel
def compile_text(vm: Ptr[VM], start: i64, length: i64) -> None:
    """Compile a text: ( -- c-addr u )"""
    emit_literal(vm, start)
    emit_literal(vm, length)


@kernel
def compile_counted(vm: Ptr[VM]) -> None:
    """C": the text with a count before it in the data space."""
    start, length, _ = parse_text(vm, QUOTE)
    if length > LONGEST_COUNTED:
        fail(vm, TEXT_TOO_LONG)
        return
    place = allot(vm, length + 1)
    if failed(vm):
        return
    data(vm, place)[0] = u8(length)
    memory_copy(data(vm, place + 1), data(vm, start), length)
    emit_literal(vm, place)


@forth.instruction(name='s"', cold=True, facts=known_as('s"', immediate=True, unknown_effect=True))
def s_quote(m: Machine) -> None:
    """( "text<quote>" -- c-addr u )"""
    start, length, _ = parse_text(m.vm, QUOTE)
    place = keep_text(m.vm, start, length)
    check(m)
    if m.vm.compiling != 0:
        compile_text(m.vm, place, length)
    else:
        push(m, place)
        push(m, length)
    check(m)


@forth.instruction(name='s\\"', cold=True, facts=known_as('s\\"', immediate=True, unknown_effect=True))
def s_backslash_quote(m: Machine) -> None:
    """( "text<quote>" -- c-addr u ) with escapes: \\n, \\t, \\q, \\x41 ..."""
    place, length = take_escaped(m.vm)
    check(m)
    if m.vm.compiling != 0:
        compile_text(m.vm, place, length)
    else:
        push(m, place)
        push(m, length)
    check(m)


@forth.instruction(name='c"', cold=True, facts=known_as('c"', immediate=True, compile_only=True))
def c_quote(m: Machine) -> None:
    """Compiling: ( "text<quote>" -- ) Running: ( -- c-addr ) of a counted string"""
    compile_counted(m.vm)
    check(m)


@forth.instruction(name='take ."', cold=True)
def dot_quote(m: Machine) -> tuple[Cell, Cell]:
    """( "text<quote>" -- c-addr u ) what ." must print now: nothing in a definition, where it is compiled"""
    start, length, _ = parse_text(m.vm, QUOTE)
    if m.vm.compiling == 0:
        return start, length
    place = keep_text(m.vm, start, length)
    check(m)
    compile_text(m.vm, place, length)
    emit(m.vm, forth["type"].opcode, 0)
    check(m)
    return place, 0


@forth.instruction(name="take .(", cold=True)
def dot_parenthesis(m: Machine) -> tuple[Cell, Cell]:
    """( "text)" -- c-addr u ) what .( must print"""
    start, length, _ = parse_text(m.vm, RIGHT_PARENTHESIS)
    return start, length


@forth.instruction(name='abort"', cold=True, facts=known_as('abort"', immediate=True, unknown_effect=True))
def abort_quote(m: Machine) -> None:
    """( flag "text<quote>" -- ) If the flag is true, throw -2 with that text for the report."""
    start, length, _ = parse_text(m.vm, QUOTE)
    place = keep_text(m.vm, start, length)
    check(m)
    if m.vm.compiling != 0:
        compile_text(m.vm, place, length)
        emit(m.vm, forth["abort message"].opcode, 0)
        check(m)
    else:
        need_cells(m, 1)
        check(m)
        flag = m.sp[0]
        m.sp = m.sp + 1
        if flag != 0:
            m.vm.message = place
            m.vm.message_length = length
            fail(m.vm, ABORTED_WITH_MESSAGE)
        check(m)
