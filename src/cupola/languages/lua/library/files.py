"""Files: writing, and reading by formats, as far as that is done in buffers. The rest is Python's.

A call that reads takes nothing until it has all that it wants: Python begins anew, and so does the call itself after
the collector has made room.
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    c_function,
    cast,
    i32,
    i64,
    inline,
    kernel,
    local,
    null,
    table,
    u8,
    unlikely,
)
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.library.natives import INTERNAL, native
from cupola.languages.lua.library.numbers import give, give_whole
from cupola.languages.lua.library.numerals import NO_NUMERAL, REAL, read_number
from cupola.languages.lua.library.scanning import LOST, Scan, scan_numeral
from cupola.languages.lua.library.streams import (
    FROM_HERE,
    Stream,
    available,
    drain,
    first_byte,
    look_ahead,
    move_to,
    put,
    stream_of,
)
from cupola.languages.lua.library.strings import BYTES_A_STEP
from cupola.languages.lua.library.tails import call_attached, charge, values_of
from cupola.languages.lua.library.texts import is_string, is_word, make_text, string_of
from cupola.languages.lua.machine import AGAIN, FLUSH, NO_MEMORY, VM
from cupola.languages.lua.stream_numbers import WRITING
from cupola.runtime.numbers import boxes
from cupola.runtime.numbers.doubles import write_double
from cupola.runtime.numbers.integers import write_integer
from cupola.runtime.numbers.kinds import is_any_integer, is_number, whole
from cupola.runtime.numbers.text import NUMBER_BYTES
from cupola.runtime.strings import string_bytes
from cupola.runtime.values import NIL, TRUE, double, is_double, object_of

MOST_FORMATS = 8  # of a call that is done here
LINE_END = 10
STAR, LETTER_A, LETTER_L, LETTER_N, CAPITAL_L = b"*alnL"
ELSEWHERE = -1  # instead of how many bytes are taken: Python is to do it
SMALL = 1 << 16  # bytes that are written at no charge

find_byte = c_function("memchr", [Ptr[u8], i32, i64], Ptr[u8])


# --- writing --------------------------------------------------------------------------------------------------------


@native("io", "write", values=1)
@kernel
def io_write(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Write to the default output."""
    return write_values(vm, args, 0, count, vm.library.default_output)


@native(INTERNAL, "file_write", values=1)
@kernel
def file_write(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The method `write` of files."""
    if unlikely(count == 0):
        return call_attached(vm, args, count)
    return write_values(vm, args, 1, count, args[0])


@inline
def text_to_write(value: i64, room: Ptr[u8]) -> tuple[Ptr[u8], i64]:
    """The text of a string or a number, and its length. `room` has NUMBER_BYTES for it."""
    if is_string(value):
        return string_bytes(string_of(value)), string_of(value).length
    if is_double(value):
        return room, write_double(double(value), room)
    return room, write_integer(whole(value), room)


@kernel
def most_bytes(args: Ptr[i64], first: i64, count: i64) -> i64:
    """No fewer than are to be written; ELSEWHERE if there is a value that cannot be."""
    total = 0
    for place in range(first, count):
        if is_string(args[place]):
            total += string_of(args[place]).length
        elif is_number(args[place]):
            total += NUMBER_BYTES
        else:
            return ELSEWHERE
    return total


@kernel
def write_values(vm: Ptr[VM], args: Ptr[i64], first: i64, count: i64, file: i64) -> i64:
    """Write arguments to a file, and give it. Python does it where the driver must write what does not fit; but the
    standard output is emptied, and the call begins again, skipping what it has printed before."""
    stream = stream_of(file)
    total = most_bytes(args, first, count)
    if unlikely(stream == null(Ptr[Stream]) or total < 0):
        return call_attached(vm, args, count)
    is_standard = file == vm.library.standard_output
    fits = total <= stream.room - stream.length or stream.descriptor >= 0 or is_standard
    if unlikely(stream.mode != WRITING or not fits):
        return call_attached(vm, args, count)
    if total > SMALL and not charge(vm, total // BYTES_A_STEP):
        return AGAIN
    out = vm.library
    skipped = out.printed
    printed = skipped
    room = cast(Ptr[u8], local(Array[u8, NUMBER_BYTES]))
    for place in range(first, count):
        text, length = text_to_write(args[place], room)
        done = put(stream, text, length, skipped)
        if unlikely(done < length):
            if not is_standard:  # the disk may be full
                return call_attached(vm, args, count)
            out.printed = printed + done - min(skipped, length)
            return FLUSH
        printed += length - min(skipped, length)
        skipped -= min(skipped, length)
    out.printed = 0
    return give(args, file)


# --- flushing, places -----------------------------------------------------------------------------------------------


@native(INTERNAL, "file_flush", values=1)
@kernel
def file_flush(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The method `flush` of files."""
    if count == 0:
        return call_attached(vm, args, count)
    stream = stream_of(args[0])
    if stream != null(Ptr[Stream]):
        if stream.mode == WRITING and drain(stream):
            return give(args, TRUE)
    return call_attached(vm, args, count)


@native(INTERNAL, "file_seek", values=1)
@kernel
def file_seek(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The method `seek` of files."""
    if count > 0 and count <= 3:
        whence = whence_of(args[1]) if count > 1 else FROM_HERE
        offset: i64 = 0
        is_plain = whence >= 0
        if count == 3:
            is_plain = is_plain and is_any_integer(args[2])
            if is_plain:
                offset = whole(args[2])
        stream = stream_of(args[0])
        if is_plain and stream != null(Ptr[Stream]):
            place = move_to(stream, offset, whence)
            if place >= 0:
                return give_whole(vm, args, place)
    return call_attached(vm, args, count)


@kernel
def whence_of(value: i64) -> i64:
    """What the system calls that from which an offset counts; ELSEWHERE if it is nothing of the kind."""
    if is_string(value):
        for number, name in enumerate((b"set", b"cur", b"end")):
            if is_word(string_of(value), table(u8, name), 3):
                return number
    return ELSEWHERE


# --- reading: each format gives a value, and how many bytes it and those before it take -----------------------------


@kernel
def read_line(vm: Ptr[VM], stream: Ptr[Stream], taken: i64, kept: i64) -> tuple[i64, i64]:
    """The next line, with its end if `kept` is 1."""
    searched = taken
    while True:
        there = available(stream)
        first = first_byte(stream)
        found = find_byte(first + searched, LINE_END, there - searched)
        if found != null(Ptr[u8]):
            length = found - (first + taken)
            return make_text(vm, first + taken, length + kept), taken + length + 1
        searched = there
        more = look_ahead(stream, there + 1)
        if more == there:
            break
        if more < 0:
            return NIL, ELSEWHERE
    return last_piece(vm, stream, taken, searched - taken)


@kernel
def last_piece(vm: Ptr[VM], stream: Ptr[Stream], taken: i64, length: i64) -> tuple[i64, i64]:
    """So many bytes; nil if there are none."""
    if length == 0:
        return NIL, taken
    return make_text(vm, first_byte(stream) + taken, length), taken + length


@kernel
def read_count(vm: Ptr[VM], stream: Ptr[Stream], taken: i64, count: i64) -> tuple[i64, i64]:
    """Up to so many bytes; of none, whether there are any more."""
    if count < 0 or count > stream.capacity:
        return NIL, ELSEWHERE
    there = look_ahead(stream, taken + max(count, 1))
    if there < 0:
        return NIL, ELSEWHERE
    if count == 0 and there > taken:
        return make_text(vm, first_byte(stream), 0), taken
    return last_piece(vm, stream, taken, min(there - taken, count))


@kernel
def read_all(vm: Ptr[VM], stream: Ptr[Stream], taken: i64) -> tuple[i64, i64]:
    """All that is left, if the buffer has room for more than that."""
    there = look_ahead(stream, stream.capacity)
    if there < 0 or there == stream.capacity:
        return NIL, ELSEWHERE
    return make_text(vm, first_byte(stream) + taken, there - taken), there


@kernel
def read_numeral(vm: Ptr[VM], stream: Ptr[Stream], taken: i64) -> tuple[i64, i64]:
    """A number; nil if there is none."""
    scan = local(Scan)
    scan.stream = stream
    scan.place = taken
    scan.too_long = 0
    scan_numeral(scan)
    if scan.byte == LOST:
        return NIL, ELSEWHERE
    kind, number = read_number(first_byte(stream) + scan.start, scan.place - scan.start)
    if kind == NO_NUMERAL or scan.too_long != 0:
        return NIL, scan.place
    if kind == REAL:
        return number, scan.place
    value = boxes.integer_value(vm.heap, number)
    return NOTHING if value == boxes.NOTHING else value, scan.place


@kernel
def read_one(vm: Ptr[VM], stream: Ptr[Stream], taken: i64, format: i64) -> tuple[i64, i64]:
    """What one format gives."""
    if is_any_integer(format):
        return read_count(vm, stream, taken, whole(format))
    if not is_string(format):
        return NIL, ELSEWHERE
    text = string_bytes(string_of(format))  # a zero byte follows
    match i64(text[1] if i64(text[0]) == STAR else text[0]):
        case 108:
            return read_line(vm, stream, taken, 0)
        case 76:
            return read_line(vm, stream, taken, 1)
        case 110:
            return read_numeral(vm, stream, taken)
        case 97:
            return read_all(vm, stream, taken)
        case _:
            return NIL, ELSEWHERE


assert (LETTER_L, CAPITAL_L, LETTER_N, LETTER_A) == (108, 76, 110, 97)  # the cases above


@inline
def read_values(
    vm: Ptr[VM], args: Ptr[i64], count: i64, file: i64, formats: Ptr[i64], wanted: i64, iterates: bool
) -> i64:
    """Read by formats, up to one that fails. Python does it if anything is unusual; and the end of an iteration."""
    stream = stream_of(file)
    if unlikely(stream == null(Ptr[Stream]) or wanted > MOST_FORMATS):
        return call_attached(vm, args, count)
    results = cast(Ptr[i64], local(Array[i64, MOST_FORMATS]))
    taken = 0
    made = 0
    if wanted == 0:
        results[0], taken = read_line(vm, stream, 0, 0)
        made = 1
    while made < wanted:
        results[made], taken = read_one(vm, stream, taken, formats[made])
        made += 1
        if taken == ELSEWHERE or results[made - 1] == NIL or results[made - 1] == NOTHING:
            break
    if unlikely(taken == ELSEWHERE or (iterates and results[0] == NIL)):
        return call_attached(vm, args, count)
    if unlikely(results[made - 1] == NOTHING):
        return NO_MEMORY
    stream.at += taken
    for place in range(made):
        args[place - 3] = results[place]
    return made


@native("io", "read", values=1)
@kernel
def io_read(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Read from the default input."""
    return read_values(vm, args, count, vm.library.default_input, args, count, False)


@native(INTERNAL, "file_read", values=1)
@kernel
def file_read(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The method `read` of files."""
    if unlikely(count == 0):
        return call_attached(vm, args, count)
    return read_values(vm, args, count, args[0], args + 1, count - 1, False)


@native(INTERNAL, "next_line", values=1)
@kernel
def next_line(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """What `lines` returns. The values of its attached function, which does the same, are the file, whether it is
    closed at its end, and formats."""
    attached = values_of(args[-3])[0]
    own = values_of(attached)
    formats = i64(object_of(attached).extra) - OWN
    return read_values(vm, args, count, own[0], own + OWN, formats, True)


OWN = 2  # values before the formats
