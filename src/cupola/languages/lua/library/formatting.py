"""string.format: the function itself."""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    c_function,
    cast,
    i32,
    i64,
    kernel,
    local,
    null,
    slow,
    table,
    u8,
    u64,
    unlikely,
)
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import (
    GOOD,
    real_argument,
    string_argument,
    whole_argument,
    wrong_argument,
)
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.library.formats import (
    ALTERNATIVE,
    LEFT,
    MOST_SPECIFICATION,
    PLUS,
    SPACE,
    ZEROS,
    Directive,
    add_double,
    add_unsigned,
    add_whole,
    directive_length,
    lay_out,
    plain_double,
    read_directive,
)
from cupola.languages.lua.library.letters import CONTROL, DIGIT, is_in
from cupola.languages.lua.library.natives import native
from cupola.languages.lua.library.numbers import LEAST, give
from cupola.languages.lua.library.showing import ADDRESS_BYTES, SHOWN_BYTES, has_text, show, write_address
from cupola.languages.lua.library.strings import BYTES_A_STEP
from cupola.languages.lua.library.tails import charge, values_of
from cupola.languages.lua.library.texts import begin_here, is_string, make_text, string_of, text_value
from cupola.languages.lua.machine import AGAIN, NO_MEMORY, TAIL_CALL, VM, fail
from cupola.runtime.numbers import INTEGER_TEXT, write_integer
from cupola.runtime.numbers.kinds import is_any_integer, whole
from cupola.runtime.objects import String
from cupola.runtime.strings import Buffer, append, append_byte, finish, string_bytes
from cupola.runtime.values import FALSE, NIL, TRUE, double, integer, is_double, is_object

find_byte = c_function("memchr", [Ptr[u8], i32, u64], Ptr[u8])

DONE, NO_ROOM, CALL_IT = 0, -1000, -1001  # how a directive ends, or a status of the native function
ROOM = 512  # bytes of a text that is made without memory of the heap
LONG_TEXT = 100  # texts from this length on are never filled up
PER_CENT, QUOTE, BACKSLASH, LINE_END = b'%"\\\n'
INFINITY = float("inf")


@native("string", "format", values=1)
@kernel
def string_format(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A text with values in it; the attached function gets the place of a value whose metatable makes its text, and all
    arguments."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    buffer = local(Buffer)
    begin_here(buffer, vm.heap, cast(Ptr[u8], local(Array[u8, ROOM])), ROOM)
    directive = local(Directive)
    text = string_bytes(string)
    end = text + string.length
    place: i64 = 0  # of the last argument that was used
    while text < end:
        mark = find_byte(text, PER_CENT, u64(end - text))
        if mark == null(Ptr[u8]):
            mark = end
        if unlikely(not append(buffer, text, mark - text)):
            return NO_MEMORY
        if mark == end:
            break
        text = mark + 1
        if text[0] == PER_CENT and text < end:
            append_byte(buffer, u8(PER_CENT))
            text = text + 1
            continue
        place += 1
        if unlikely(place >= count):
            return wrong_argument(vm, place, failures.NO_VALUE)
        found = add_directive(vm, args, count, place, text, end, buffer, directive)
        if unlikely(found != DONE):
            if found == NO_ROOM:
                return NO_MEMORY
            return call_with_place(vm, args, count, place) if found == CALL_IT else found
        text = text + directive.length
    if unlikely(not charge(vm, buffer.length // BYTES_A_STEP)):
        return AGAIN
    made = finish(buffer)
    return NO_MEMORY if made == null(Ptr[String]) else give(args, text_value(made))


@slow
def call_with_place(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> i64:
    """Call the attached function with a place and all arguments."""
    at = count
    while at > 0:
        args[at] = args[at - 1]
        at -= 1
    args[0] = integer(place)
    args[-3] = values_of(args[-3])[0]
    vm.wanted = count + 1
    return TAIL_CALL


@slow
def wrong_directive(vm: Ptr[VM], text: Ptr[u8], length: i64, failure: i64) -> i64:
    """A failure that quotes a directive, of which the length without % is given."""
    quoted = make_text(vm, text - 1, length + 1)
    return NO_MEMORY if quoted == NOTHING else fail(vm, failure, quoted, 0, 0)


@kernel
def add_directive(
    vm: Ptr[VM],
    args: Ptr[i64],
    count: i64,
    place: i64,
    text: Ptr[u8],
    end: Ptr[u8],
    buffer: Ptr[Buffer],
    d: Ptr[Directive],
) -> i64:
    """Add what a directive, which begins behind its %, makes of an argument."""
    length = directive_length(text)
    if unlikely(length + 1 >= MOST_SPECIFICATION):
        return fail(vm, failures.FORMAT_LENGTH, 0, 0, 0)
    d.length = length + 1
    d.letter = i64(text[length])
    allowed: i64 = 0
    precision = True
    match d.letter:
        case 100 | 105:  # d i
            allowed = LEFT | PLUS | ZEROS | SPACE
        case 117:  # u
            allowed = LEFT | ZEROS
        case 120 | 88 | 111:  # x X o
            allowed = LEFT | ALTERNATIVE | ZEROS
        case 97 | 65 | 101 | 69 | 102 | 103 | 71:  # a A e E f g G
            allowed = LEFT | PLUS | ALTERNATIVE | ZEROS | SPACE
        case 99 | 112:  # c p
            allowed = LEFT
            precision = False
        case 115:  # s
            return add_text(vm, args, place, text, buffer, d)
        case 113:  # q
            if unlikely(length > 0):
                return fail(vm, failures.FORMAT_QUOTED, 0, 0, 0)
            return add_quoted(vm, args[place], place, buffer)
        case _:
            return wrong_directive(vm, text, min(length + 1, end - text), failures.FORMAT_LETTER)
    if unlikely(not read_directive(text, allowed, precision, d)):
        return wrong_directive(vm, text, length + 1, failures.FORMAT_DIRECTIVE)
    if d.letter == 112:
        return add_address(args[place], buffer, d)
    if allowed & ALTERNATIVE != 0 and allowed & SPACE != 0:
        x, status = real_argument(vm, args, count, place)
        if unlikely(status != GOOD):
            return status
        return DONE if add_double(buffer, d, x) else NO_ROOM
    number, status = whole_argument(vm, args, count, place)
    if unlikely(status != GOOD):
        return status
    if allowed & ALTERNATIVE != 0:
        return DONE if add_unsigned(buffer, d, number) else NO_ROOM
    if d.letter == 99:
        room = local(Array[u8, 1])
        room[0] = u8(number)
        return DONE if lay_out(buffer, d, text, 0, cast(Ptr[u8], room), 1) else NO_ROOM
    return DONE if add_whole(buffer, d, number) else NO_ROOM


@kernel
def add_text(
    vm: Ptr[VM], args: Ptr[i64], place: i64, text: Ptr[u8], buffer: Ptr[Buffer], d: Ptr[Directive]
) -> i64:
    """Add any value as text (%s)."""
    value = args[place]
    if not is_string(value) and has_text(vm, value):
        return CALL_IT
    room = local(Array[u8, SHOWN_BYTES])
    shown, length = show(vm, value, cast(Ptr[u8], room))
    if d.length == 1:
        return DONE if append(buffer, shown, length) else NO_ROOM
    if unlikely(find_byte(shown, 0, u64(length)) != null(Ptr[u8])):
        return wrong_argument(vm, place, failures.ZEROS_INSIDE)
    if unlikely(not read_directive(text, LEFT, True, d)):
        return wrong_directive(vm, text, d.length, failures.FORMAT_DIRECTIVE)
    if d.precision < 0 and length >= LONG_TEXT:
        return DONE if append(buffer, shown, length) else NO_ROOM
    if d.precision >= 0:
        length = min(length, d.precision)
    return DONE if lay_out(buffer, d, text, 0, shown, length) else NO_ROOM


@kernel
def add_address(value: i64, buffer: Ptr[Buffer], d: Ptr[Directive]) -> i64:
    """Add the address of an object (%p)."""
    room = local(Array[u8, ADDRESS_BYTES])
    text = cast(Ptr[u8], room)
    if is_object(value) and not is_any_integer(value):
        length = write_address(text, value)
        return DONE if lay_out(buffer, d, text, 0, text, length) else NO_ROOM
    return DONE if lay_out(buffer, d, text, 0, table(u8, b"(null)"), 6) else NO_ROOM


# --- %q -------------------------------------------------------------------------------------------------------------


@kernel
def add_quoted(vm: Ptr[VM], value: i64, place: i64, buffer: Ptr[Buffer]) -> i64:
    """Add a value as a literal of the language."""
    if is_string(value):
        return DONE if quote(buffer, string_of(value)) else NO_ROOM
    room = local(Array[u8, 64])
    text = cast(Ptr[u8], room)
    if is_double(value):
        x = double(value)
        if x != x:
            return DONE if append(buffer, table(u8, b"(0/0)"), 5) else NO_ROOM
        if x == INFINITY:
            return DONE if append(buffer, table(u8, b"1e9999"), 6) else NO_ROOM
        if x == -INFINITY:
            return DONE if append(buffer, table(u8, b"-1e9999"), 7) else NO_ROOM
        return DONE if append(buffer, text, plain_double(text, 97, -1, x)) else NO_ROOM
    if is_any_integer(value):
        if whole(value) == LEAST:
            return DONE if append(buffer, table(u8, b"0x8000000000000000"), 18) else NO_ROOM
        return DONE if append(buffer, text, write_integer(whole(value), text)) else NO_ROOM
    if value == NIL or value == TRUE or value == FALSE:
        shown, length = show(vm, value, text)
        return DONE if append(buffer, shown, length) else NO_ROOM
    return wrong_argument(vm, place, failures.NO_LITERAL)


@kernel
def quote(buffer: Ptr[Buffer], string: Ptr[String]) -> bool:
    """Add a string in quotes, with escapes; False if there is no memory."""
    room = local(Array[u8, INTEGER_TEXT + 1])
    escape = cast(Ptr[u8], room)
    text = string_bytes(string)
    good = append_byte(buffer, u8(QUOTE))
    for place in range(string.length):
        byte = text[place]
        if byte == QUOTE or byte == BACKSLASH or byte == LINE_END:
            good = good and append_byte(buffer, u8(BACKSLASH)) and append_byte(buffer, byte)
        elif is_in(byte, CONTROL):
            number = i64(byte)
            length = write_integer(number, escape)
            if is_in(text[place + 1], DIGIT):
                length = write_integer(1000 + number, escape)
                escape[0] = u8(BACKSLASH)
                good = good and append(buffer, escape, length)
            else:
                good = good and append_byte(buffer, u8(BACKSLASH)) and append(buffer, escape, length)
        else:
            good = good and append_byte(buffer, byte)
    return good and append_byte(buffer, u8(QUOTE))
