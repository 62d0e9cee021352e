"""Values as texts for people: tostring."""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    cast,
    i64,
    inline,
    kernel,
    local,
    memory_copy,
    null,
    slow,
    table,
    u8,
    u64,
    unlikely,
)
from cupola.languages.lua.library.arguments import GOOD, any_argument
from cupola.languages.lua.library.basics import NAME, TOSTRING, TYPES, type_of
from cupola.languages.lua.library.natives import INTERNAL, native
from cupola.languages.lua.library.numbers import give
from cupola.languages.lua.library.streams import put
from cupola.languages.lua.library.tails import call_attached
from cupola.languages.lua.library.texts import give_string, is_string, string_of, text_value
from cupola.languages.lua.machine import FLUSH, NO_MEMORY, VM
from cupola.languages.lua.semantics.metatables import event, metatable_of
from cupola.runtime.numbers.kinds import is_number
from cupola.runtime.numbers.text import NUMBER_BYTES, write_number
from cupola.runtime.objects import String, Table
from cupola.runtime.strings import Buffer, append, begin, finish, string_bytes
from cupola.runtime.values import FALSE, NIL, TRUE, address_in

DIGITS = b"0123456789abcdef"
ADDRESS_BYTES = 24
WORDS = b"".join(each.encode() for each in TYPES)
STARTS = tuple(sum(len(each) for each in TYPES[:place]) for place in range(len(TYPES)))
LENGTHS = tuple(len(each) for each in TYPES)


@kernel
def write_hexadecimal(out: Ptr[u8], number: u64) -> i64:
    """Write a number with the digits of base 16; how many bytes."""
    room = local(Array[u8, ADDRESS_BYTES])
    place: i64 = ADDRESS_BYTES
    rest = number
    while True:
        place -= 1
        room[place] = table(u8, DIGITS)[i64(rest & 15)]
        rest = rest >> 4
        if rest == 0:
            break
    memory_copy(out, cast(Ptr[u8], room) + place, ADDRESS_BYTES - place)
    return ADDRESS_BYTES - place


@kernel
def write_address(out: Ptr[u8], value: i64) -> i64:
    """Write the address of an object, as the C library does; how many bytes, at most ADDRESS_BYTES."""
    out[0] = u8(48)
    out[1] = u8(120)
    return 2 + write_hexadecimal(out + 2, u64(address_in(value)))


@kernel
def show(vm: Ptr[VM], value: i64, out: Ptr[u8]) -> tuple[Ptr[u8], i64]:
    """The text of a value for which no metamethod is called and that has no name of its own: where it lies, and its
    length. `out` has SHOWN_BYTES for it."""
    if is_string(value):
        return string_bytes(string_of(value)), string_of(value).length
    if is_number(value):
        return out, write_number(out, value)
    if value == TRUE:
        return table(u8, b"true"), 4
    if value == FALSE:
        return table(u8, b"false"), 5
    kind = type_of(value)
    length = i64(table(u8, LENGTHS)[kind])
    memory_copy(out, table(u8, WORDS) + i64(table(u8, STARTS)[kind]), length)
    if value == NIL:
        return out, length
    out[length] = u8(58)
    out[length + 1] = u8(32)
    return out, length + 2 + write_address(out + length + 2, value)


SHOWN_BYTES = max(NUMBER_BYTES, 16 + ADDRESS_BYTES)


@slow
def show_name(vm: Ptr[VM], value: i64, name: i64) -> Ptr[String]:
    """The text of an object whose metatable has a name for it, or null."""
    buffer = local(Buffer)
    text = string_of(name)
    if not begin(buffer, vm.heap, text.length + SHOWN_BYTES):
        return null(Ptr[String])
    append(buffer, string_bytes(text), text.length)
    append(buffer, table(u8, b": "), 2)
    buffer.length += write_address(buffer.bytes + buffer.length, value)
    return finish(buffer)


@native("", "tostring", values=1)
@kernel
def tostring(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A value as text; the attached function calls a metamethod."""
    value, status = any_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    metatable = metatable_of(vm.heap, value)
    if metatable != null(Ptr[Table]):
        if event(vm.heap, metatable, TOSTRING) != NIL:
            return call_attached(vm, args, count)
        name = event(vm.heap, metatable, NAME)
        if is_string(name) and not is_string(value):
            made = show_name(vm, value, name)
            if unlikely(made == null(Ptr[String])):
                return NO_MEMORY
            return give(args, text_value(made))
    if is_string(value):
        return give(args, value)
    room = local(Array[u8, SHOWN_BYTES])
    text, length = show(vm, value, cast(Ptr[u8], room))
    return give_string(vm, args, text, length)


@native("", "print", values=1)
@kernel
def print_(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Print values, with tabs in between; the attached function makes texts of them first where metamethods do."""
    for place in range(count):
        if unlikely(has_text(vm, args[place])):
            return call_attached(vm, args, count)
    library = vm.library
    out = library.output
    printed = library.printed
    skipped = printed
    room = local(Array[u8, SHOWN_BYTES])
    for place in range(count):
        text, length = show(vm, args[place], cast(Ptr[u8], room))
        done = put(out, text, length, skipped)
        if unlikely(done < length):
            library.printed = printed + done - min(skipped, length)
            return FLUSH
        printed += length - min(skipped, length)
        skipped -= min(skipped, length)
        last = place == count - 1
        done = put(out, table(u8, LINE_END) if last else table(u8, TAB), 1, skipped)
        if unlikely(done < 1):
            library.printed = printed
            return FLUSH
        printed += 1 - min(skipped, 1)
        skipped -= min(skipped, 1)
    if count == 0 and put(out, table(u8, LINE_END), 1, 0) < 1:
        return FLUSH
    library.printed = 0
    return 0


LINE_END, TAB = b"\n", b"\t"


@native(INTERNAL, "put")
@kernel
def put_text(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Print a string, and nothing behind it."""
    text = string_of(args[0])
    library = vm.library
    done = put(library.output, string_bytes(text), text.length, library.printed)
    if unlikely(done < text.length):
        library.printed = max(library.printed, done)
        return FLUSH
    library.printed = 0
    return 0


@inline
def has_text(vm: Ptr[VM], value: i64) -> bool:
    """Whether what a value is shown as depends on its metatable."""
    metatable = metatable_of(vm.heap, value)
    if metatable == null(Ptr[Table]):
        return False
    return event(vm.heap, metatable, TOSTRING) != NIL or (
        not is_string(value) and event(vm.heap, metatable, NAME) != NIL
    )
