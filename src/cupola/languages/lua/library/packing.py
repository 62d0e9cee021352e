"""string.pack, string.unpack, string.packsize."""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    bits,
    c_function,
    cast,
    f32,
    f64,
    i32,
    i64,
    kernel,
    local,
    memory_fill,
    memory_move,
    null,
    slow,
    struct,
    u8,
    u32,
    u64,
    unlikely,
)
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import (
    GOOD,
    optional_whole,
    real_argument,
    string_argument,
    whole_argument,
    wrong_argument,
)
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.library.natives import native
from cupola.languages.lua.library.numbers import give
from cupola.languages.lua.library.strings import start_place
from cupola.languages.lua.library.tails import has_room
from cupola.languages.lua.library.texts import make_text, text_value
from cupola.languages.lua.machine import GROW, NO_MEMORY, VM, fail
from cupola.runtime.numbers import boxes
from cupola.runtime.numbers.boxes import integer_value
from cupola.runtime.objects import String
from cupola.runtime.strings import Buffer, append, begin, finish, reserve, string_bytes
from cupola.runtime.values import NIL, from_double, integer

SIGNED, UNSIGNED, FLOAT, DOUBLE, FIXED, COUNTED, ENDED, PADDING, ALIGNMENT, NONE = range(10)
"""What an option packs: integers, doubles, strings of a fixed length, with a length in front, with a zero behind."""

NATIVE_ALIGNMENT, MOST_SIZE, WORD, INT, SHORT = 8, 16, 8, 4, 2
MOST_BYTES = (1 << 31) - 1
MOST_PREFIX = (MOST_BYTES - 9) // 10  # of a number in a format: no digit is read behind a larger one
ZERO, NINE = b"09"
QUIET_NAN, SIGN = 0x7FF8000000000000, -(1 << 63)

find_byte = c_function("memchr", [Ptr[u8], i32, u64], Ptr[u8])


@struct
class Format:
    """A format while it is read, and the option that was read last: its kind, its size, the zeros in front of it."""

    text: Ptr[u8]
    end: Ptr[u8]
    is_big: i64
    most_alignment: i64
    kind: i64
    size: i64
    zeros: i64


@kernel
def set_up(f: Ptr[Format], string: Ptr[String]) -> None:
    """Begin to read a format."""
    f.text = string_bytes(string)
    f.end = f.text + string.length
    f.is_big = 0
    f.most_alignment = 1


@kernel
def read_number(f: Ptr[Format], default: i64) -> i64:
    """A number in a format, which may be missing."""
    if f.text[0] < ZERO or f.text[0] > NINE:
        return default
    value: i64 = 0
    while f.text[0] >= ZERO and f.text[0] <= NINE:
        value = value * 10 + i64(f.text[0]) - ZERO
        f.text = f.text + 1
        if value > MOST_PREFIX:
            break
    return value


@kernel
def read_size(vm: Ptr[VM], f: Ptr[Format], default: i64) -> tuple[i64, i64]:
    """The size of an integer, and a status."""
    size = read_number(f, default)
    if unlikely(size < 1 or size > MOST_SIZE):
        return 0, fail(vm, failures.PACK_SIZE, size, 0, 0)
    return size, GOOD


@kernel
def read_option(vm: Ptr[VM], f: Ptr[Format]) -> i64:
    """Read the next option into `kind` and `size`; a status."""
    letter = i64(f.text[0])
    f.text = f.text + 1
    kind: i64 = NONE
    size: i64 = 0
    status: i64 = GOOD
    match letter:
        case 98:  # b
            kind = SIGNED
            size = 1
        case 66:  # B
            kind = UNSIGNED
            size = 1
        case 104:  # h
            kind = SIGNED
            size = SHORT
        case 72:  # H
            kind = UNSIGNED
            size = SHORT
        case 108 | 106:  # l j
            kind = SIGNED
            size = WORD
        case 76 | 74 | 84:  # L J T
            kind = UNSIGNED
            size = WORD
        case 105:  # i
            kind = SIGNED
            size, status = read_size(vm, f, INT)
        case 73:  # I
            kind = UNSIGNED
            size, status = read_size(vm, f, INT)
        case 102:  # f
            kind = FLOAT
            size = INT
        case 100 | 110:  # d n
            kind = DOUBLE
            size = WORD
        case 115:  # s
            kind = COUNTED
            size, status = read_size(vm, f, WORD)
        case 99:  # c
            kind = FIXED
            size = read_number(f, -1)
            if unlikely(size < 0):
                status = fail(vm, failures.PACK_NO_SIZE, 0, 0, 0)
        case 122:  # z
            kind = ENDED
        case 120:  # x
            kind = PADDING
            size = 1
        case 88:  # X
            kind = ALIGNMENT
        case 32:
            pass
        case 60 | 61:  # < =
            f.is_big = 0
        case 62:  # >
            f.is_big = 1
        case 33:  # !
            f.most_alignment, status = read_size(vm, f, NATIVE_ALIGNMENT)
        case _:
            status = fail(vm, failures.PACK_OPTION, letter, 0, 0)
    f.kind = kind
    f.size = size
    return status


@kernel
def read_details(vm: Ptr[VM], f: Ptr[Format], done: i64) -> i64:
    """Read the next option; `zeros` becomes what has to be in front of it after `done` bytes. A status."""
    status = read_option(vm, f)
    if unlikely(status != GOOD):
        return status
    kind = f.kind
    alignment = f.size
    if kind == ALIGNMENT:
        if f.text < f.end:
            status = read_option(vm, f)
            if unlikely(status != GOOD):
                return status
            alignment = 0 if f.kind == FIXED else f.size
        if unlikely(alignment == 0):
            return wrong_argument(vm, 0, failures.PACK_NEXT)
        f.size = 0
    f.zeros = 0
    f.kind = kind
    if alignment > 1 and kind != FIXED:
        alignment = min(alignment, f.most_alignment)
        if unlikely(alignment & (alignment - 1) != 0):
            return wrong_argument(vm, 0, failures.PACK_ALIGNMENT)
        f.zeros = (alignment - (done & (alignment - 1))) & (alignment - 1)
    return GOOD


# --- packing --------------------------------------------------------------------------------------------------------


@kernel
def write_bytes(out: Ptr[u8], number: i64, size: i64, is_big: bool) -> None:
    """Write an integer with so many bytes."""
    rest = number
    for at in range(size):
        out[size - 1 - at if is_big else at] = u8(rest)
        rest = rest >> 8


@kernel
def pack_number(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64, f: Ptr[Format], out: Ptr[u8]) -> i64:
    """Write an argument that is a number; a status."""
    big = f.is_big != 0
    if f.kind == SIGNED or f.kind == UNSIGNED:
        number, status = whole_argument(vm, args, count, place)
        if unlikely(status != GOOD):
            return status
        if f.size < WORD:
            if f.kind == SIGNED:
                limit = 1 << (8 * f.size - 1)
                if unlikely(number < -limit or number >= limit):
                    return wrong_argument(vm, place, failures.PACK_OVERFLOW)
            elif unlikely(u64(number) >> u64(8 * f.size) != 0):
                return wrong_argument(vm, place, failures.PACK_UNSIGNED)
            write_bytes(out, number, f.size, big)
        else:
            rest = f.size - WORD
            write_bytes(out + rest if big else out, number, WORD, big)
            filler = 255 if f.kind == SIGNED and number < 0 else 0
            memory_fill(out if big else out + WORD, u8(filler), rest)
        return GOOD
    x, status = real_argument(vm, args, count, place)
    if unlikely(status != GOOD):
        return status
    if f.kind == DOUBLE:
        write_bytes(out, bits(i64, x), WORD, big)
    else:
        write_bytes(out, i64(bits(u32, f32(x))), INT, big)
    return GOOD


@kernel
def pack_string(
    vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64, f: Ptr[Format], buffer: Ptr[Buffer]
) -> i64:
    """Add an argument that is a string; a status."""
    string, status = string_argument(vm, args, count, place)
    if unlikely(status != GOOD):
        return status
    length = string.length
    text = string_bytes(string)
    room = local(Array[u8, MOST_SIZE])
    head = cast(Ptr[u8], room)
    if f.kind == FIXED:
        if unlikely(length > f.size):
            return wrong_argument(vm, place, failures.PACK_LONGER)
        if unlikely(not append(buffer, text, length) or not reserve(buffer, f.size - length)):
            return NO_MEMORY
        memory_fill(buffer.bytes + buffer.length, u8(0), f.size - length)
        buffer.length += f.size - length
        return GOOD
    if f.kind == ENDED:
        if unlikely(find_byte(text, 0, u64(length)) != null(Ptr[u8])):
            return wrong_argument(vm, place, failures.ZEROS_INSIDE)
        return GOOD if append(buffer, text, length + 1) else NO_MEMORY
    if unlikely(f.size < WORD and length >> (8 * f.size) != 0):
        return wrong_argument(vm, place, failures.PACK_LENGTH)
    write_bytes(head, length, f.size, f.is_big != 0)
    return GOOD if append(buffer, head, f.size) and append(buffer, text, length) else NO_MEMORY


@native("string", "pack")
@kernel
def string_pack(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The bytes of values, as a format says."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    args[count] = NIL  # a missing argument is told as nil
    f = local(Format)
    set_up(f, string)
    buffer = local(Buffer)
    if unlikely(not begin(buffer, vm.heap, 64)):
        return NO_MEMORY
    place: i64 = 0
    while f.text < f.end:
        status = read_details(vm, f, buffer.length)
        if unlikely(status != GOOD):
            return status
        if unlikely(not reserve(buffer, f.zeros + MOST_SIZE)):
            return NO_MEMORY
        memory_fill(buffer.bytes + buffer.length, u8(0), f.zeros)
        buffer.length += f.zeros
        if f.kind <= DOUBLE:
            place += 1
            status = pack_number(vm, args, count + 1, place, f, buffer.bytes + buffer.length)
            buffer.length += f.size
        elif f.kind <= ENDED:
            place += 1
            status = pack_string(vm, args, count + 1, place, f, buffer)
        elif f.kind == PADDING:
            buffer.bytes[buffer.length] = u8(0)
            buffer.length += 1
        if unlikely(status != GOOD):
            return status
    made = finish(buffer)
    return NO_MEMORY if made == null(Ptr[String]) else give(args, text_value(made))


@native("string", "packsize")
@kernel
def string_packsize(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """How many bytes a format makes."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    f = local(Format)
    set_up(f, string)
    total: i64 = 0
    while f.text < f.end:
        status = read_details(vm, f, total)
        if unlikely(status != GOOD):
            return status
        if unlikely(f.kind == COUNTED or f.kind == ENDED):
            return wrong_argument(vm, 0, failures.PACK_VARIABLE)
        if unlikely(total > MOST_BYTES - f.size - f.zeros):
            return wrong_argument(vm, 0, failures.PACK_RESULT)
        total += f.size + f.zeros
    return give(args, integer(total))


# --- unpacking ------------------------------------------------------------------------------------------------------


@kernel
def read_whole(text: Ptr[u8], size: i64, is_big: bool, signed: bool) -> tuple[i64, bool]:
    """An integer of so many bytes, and whether it fits."""
    number: i64 = 0
    at = min(size, WORD) - 1
    while at >= 0:
        number = number << 8 | i64(text[size - 1 - at if is_big else at])
        at -= 1
    if size < WORD:
        if signed:
            shift = 64 - 8 * size
            number = number << shift >> shift
        return number, True
    filler = 255 if signed and number < 0 else 0
    for place in range(WORD, size):
        if i64(text[size - 1 - place if is_big else place]) != filler:
            return 0, False
    return number, True


@kernel
def without_payload(x: f64) -> i64:
    """The value of a double; what is no number keeps its sign only."""
    if x != x:
        return (bits(i64, x) & SIGN) | QUIET_NAN
    return from_double(x)


@slow
def too_short(vm: Ptr[VM]) -> tuple[i64, i64, i64]:
    """The failure of data that end too early."""
    return NIL, 0, wrong_argument(vm, 1, failures.PACK_SHORT)


@kernel
def unpack_value(vm: Ptr[VM], f: Ptr[Format], text: Ptr[u8], left: i64) -> tuple[i64, i64, i64]:
    """A value, how many bytes it takes, and a status. `left` bytes follow, as many as the option says at least."""
    big = f.is_big != 0
    if f.kind == DOUBLE:
        number, _ = read_whole(text, WORD, big, True)
        return without_payload(bits(f64, number)), WORD, GOOD
    if f.kind == FLOAT:
        number, _ = read_whole(text, INT, big, False)
        return without_payload(f64(bits(f32, u32(number)))), INT, GOOD
    length = f.size
    start = text
    size = f.size
    if f.kind == ENDED:
        end = find_byte(text, 0, u64(left))
        if unlikely(end == null(Ptr[u8])):
            return NIL, 0, wrong_argument(vm, 1, failures.PACK_UNFINISHED)
        length = end - text
        size = length + 1
    elif f.kind != FIXED:
        number, fits = read_whole(text, f.size, big, f.kind == SIGNED)
        if unlikely(not fits):
            return NIL, 0, fail(vm, failures.PACK_WIDE, f.size, 0, 0)
        if f.kind != COUNTED:
            value = integer_value(vm.heap, number)
            return value, size, NO_MEMORY if value == boxes.NOTHING else GOOD
        if unlikely(u64(number) > u64(left - f.size)):
            return too_short(vm)
        start = text + f.size
        length = number
        size += number
    value = make_text(vm, start, length)
    return value, size, NO_MEMORY if value == NOTHING else GOOD


@native("string", "unpack")
@kernel
def string_unpack(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The values that a format finds in a string, and the place behind them."""
    string, status = string_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    data, status = string_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    start, status = optional_whole(vm, args, count, 2, 1)
    if unlikely(status != GOOD):
        return status
    at = start_place(start, data.length) - 1
    if unlikely(at > data.length):
        return wrong_argument(vm, 2, failures.PACK_POSITION)
    if unlikely(not has_room(vm, args, count + string.length + 1)):
        return GROW
    out = args + count  # results wait there, as the arguments may be needed again
    found: i64 = 0
    f = local(Format)
    set_up(f, string)
    while f.text < f.end:
        status = read_details(vm, f, at)
        if unlikely(status != GOOD):
            return status
        if unlikely(f.zeros + f.size > data.length - at):
            return wrong_argument(vm, 1, failures.PACK_SHORT)
        at += f.zeros
        if f.kind <= ENDED:
            value, size, status = unpack_value(vm, f, string_bytes(data) + at, data.length - at)
            if unlikely(status != GOOD):
                return status
            out[found] = value
            found += 1
            at += size
        else:
            at += f.size
    memory_move(args - 3, out, 8 * found)
    args[found - 3] = integer(at + 1)
    return found + 1
