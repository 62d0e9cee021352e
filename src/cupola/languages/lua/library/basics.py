"""The basic functions: types, raw access, metatables, numbers from text, arguments."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, f64, i64, kernel, null, slow, table, u8, u32, u64, unlikely
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import (
    GOOD,
    any_argument,
    argument,
    argument_or_nil,
    is_given,
    is_table,
    table_argument,
    table_of,
    whole_argument,
    wrong_argument,
    wrong_type,
)
from cupola.languages.lua.library.letters import SPACE, digit_of, is_in
from cupola.languages.lua.library.natives import INTERNAL, native
from cupola.languages.lua.library.numbers import give, give_real, give_whole
from cupola.languages.lua.library.numerals import NO_NUMERAL, WHOLE, read_number
from cupola.languages.lua.library.tails import call_attached, values_of
from cupola.languages.lua.library.texts import is_string, is_word, string_of
from cupola.languages.lua.machine import NO_MEMORY, VM, fail
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.comparison import YES, equal
from cupola.languages.lua.semantics.metatables import event, metamethod, metatable_of
from cupola.runtime import tables
from cupola.runtime.heap.ancestors import changes_ancestor
from cupola.runtime.heap.finalizers import register_finalizer
from cupola.runtime.heap.heap import barrier, in_use
from cupola.runtime.heap.weak import weakness_in
from cupola.runtime.numbers.kinds import is_number
from cupola.runtime.objects import COROUTINE, HOST, Object, String, Table
from cupola.runtime.strings import string_bytes
from cupola.runtime.values import (
    FUNCTION,
    LIGHT,
    NIL,
    OTHER,
    SPECIAL,
    STRING,
    TABLE,
    integer,
    is_false,
    object_of,
    reference,
    tag_of,
    truth,
)

METATABLE, MODE, GC, INDEX, PAIRS, NAME, TOSTRING = (
    NUMBER_OF[name] for name in ("metatable", "mode", "gc", "index", "pairs", "name", "tostring")
)
TYPES = ("nil", "boolean", "number", "string", "table", "function", "thread", "userdata")
"""The names of types, which are the values of the native function `type`, in this order."""
NIL_TYPE, BOOLEAN_TYPE, NUMBER_TYPE, STRING_TYPE, TABLE_TYPE, FUNCTION_TYPE, THREAD_TYPE, USERDATA_TYPE = (
    range(8)
)
HASH_SIGN, PLUS, MINUS = b"#+-"
KILOBYTE = 1024.0


@kernel
def type_of(value: i64) -> i64:
    """The type of a value, as a place in TYPES."""
    match tag_of(value):
        case -5:
            return STRING_TYPE
        case -4:
            return TABLE_TYPE
        case -3:
            return FUNCTION_TYPE
        case -6:
            return NIL_TYPE if value == NIL else BOOLEAN_TYPE
        case -7:
            return USERDATA_TYPE
        case -2:
            kind = i64(object_of(value).kind)
            return THREAD_TYPE if kind == COROUTINE else USERDATA_TYPE if kind == HOST else NUMBER_TYPE
        case _:
            return NUMBER_TYPE


assert (STRING, TABLE, FUNCTION, SPECIAL, LIGHT, OTHER) == (-5, -4, -3, -6, -7, -2)  # the cases above


@native("", "type", values=len(TYPES))
@kernel
def type_(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The name of a value's type."""
    value, status = any_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    return give(args, values_of(args[-3])[type_of(value)])


@native("", "rawget")
@kernel
def rawget(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The value of a key of a table."""
    t, status = table_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    key, status = any_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    return give(args, tables.table_get(vm.heap, t, key))


@slow
def failed_set(vm: Ptr[VM], status: i64) -> i64:
    """What setting a key of a table failed with."""
    if status == tables.NO_MEMORY:
        return NO_MEMORY
    return fail(vm, failures.NIL_KEY if status == tables.NIL_KEY else failures.NAN_KEY, 0, 0, 0)


@native("", "rawset")
@kernel
def rawset(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Set a key of a table."""
    t, status = table_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    key, status = any_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    value, status = any_argument(vm, args, count, 2)
    if unlikely(status != GOOD):
        return status
    found = tables.table_set(vm.heap, t, key, value)
    if unlikely(found != tables.OK):
        return failed_set(vm, found)
    return give(args, args[0])


@native("", "rawequal")
@kernel
def rawequal(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Whether two values are the same."""
    a, status = any_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    b, status = any_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    return give(args, truth(equal(a, b) == YES))


@native("", "rawlen")
@kernel
def rawlen(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The length of a table or a string."""
    value = argument(args, count, 0)
    if is_table(value):
        return give_whole(vm, args, tables.table_length(table_of(value)))
    if is_string(value):
        return give(args, integer(string_of(value).length))
    return wrong_type(vm, args, count, 0, failures.TABLE_OR_STRING)


@native("", "select")
@kernel
def select_(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The arguments from a place on, or their number."""
    if count > 0 and is_string(args[0]):
        if string_of(args[0]).length > 0 and i64(string_bytes(string_of(args[0]))[0]) == HASH_SIGN:
            return give(args, integer(count - 1))
    place, status = whole_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    if place < 0:
        place = count + place
    elif place > count:
        place = count
    if unlikely(place < 1):
        return wrong_argument(vm, 0, failures.INDEX_RANGE)
    for each in range(count - place):
        args[each - 3] = args[each + place]
    return count - place


@native("", "assert")
@kernel
def assert_(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Fail if the first argument is false; return all."""
    value, status = any_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    if unlikely(is_false(value)):
        if count > 1:
            vm.error = args[1]
            return fail(vm, failures.THROWN, 1, 0, 0)
        return fail(vm, failures.ASSERTION, 0, 0, 0)
    for each in range(count):
        args[each - 3] = args[each]
    return count


@native("", "error")
@kernel
def error(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Throw a value."""
    level: i64 = 1
    if is_given(args, count, 1):
        level, status = whole_argument(vm, args, count, 1)
        if unlikely(status != GOOD):
            return status
    vm.error = argument_or_nil(args, count, 0)
    if not is_string(vm.error):
        level = 0
    return fail(vm, failures.THROWN, level, 0, 0)


@native("", "tonumber")
@kernel
def tonumber(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A value as a number, or nil; a text in any base up to 36."""
    if not is_given(args, count, 1):
        value, status = any_argument(vm, args, count, 0)
        if unlikely(status != GOOD):
            return status
        if is_number(value):
            return give(args, value)
        if is_string(value):
            kind, number = read_number(string_bytes(string_of(value)), string_of(value).length)
            if kind == WHOLE:
                return give_whole(vm, args, number)
            if kind != NO_NUMERAL:
                return give(args, number)
        return give(args, NIL)
    base, status = whole_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    if unlikely(not is_string(args[0])):
        return wrong_type(vm, args, count, 0, failures.STRING)
    if unlikely(base < 2 or base > 36):
        return wrong_argument(vm, 1, failures.BASE_RANGE)
    number, good = read_in_base(string_of(args[0]), base)
    return give_whole(vm, args, number) if good else give(args, NIL)


@kernel
def read_in_base(string: Ptr[String], base: i64) -> tuple[i64, bool]:
    """The integer that a text is in a base, with blanks around it, wrapping around; and whether it is one."""
    text = string_bytes(string)
    end = string.length
    place: i64 = 0
    while place < end and is_in(text[place], SPACE):
        place += 1
    while end > place and is_in(text[end - 1], SPACE):
        end -= 1
    negative = place < end and i64(text[place]) == MINUS
    if negative or (place < end and i64(text[place]) == PLUS):
        place += 1
    number: u64 = 0
    good = place < end
    while place < end:
        digit = digit_of(text[place])
        good = good and digit < base
        number = u64(number * u64(base) + u64(digit))
        place += 1
    return i64(0 - number) if negative else i64(number), good


# --- metatables ---


@native("", "getmetatable")
@kernel
def getmetatable(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The metatable of a value, or what its field `__metatable` says."""
    value, status = any_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    metatable = metatable_of(vm.heap, value)
    if metatable == null(Ptr[Table]):
        return give(args, NIL)
    shown = event(vm.heap, metatable, METATABLE)
    return give(args, reference(TABLE, address(metatable)) if shown == NIL else shown)


@native("", "setmetatable")
@kernel
def setmetatable(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Give a table a metatable, or take it away."""
    t, status = table_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    value = argument(args, count, 1)
    if unlikely(value != NIL and not is_table(value)):
        return wrong_type(vm, args, count, 1, failures.NIL_OR_TABLE)
    if unlikely(t.metatable != null(Ptr[Table])):
        if event(vm.heap, t.metatable, METATABLE) != NIL:
            return fail(vm, failures.PROTECTED, 0, 0, 0)
    set_metatable(vm, t, null(Ptr[Table]) if value == NIL else table_of(value))
    return give(args, args[0])


@kernel
def set_metatable(vm: Ptr[VM], t: Ptr[Table], metatable: Ptr[Table]) -> None:
    """Set a table's metatable, with what the collector must know of it."""
    changes_ancestor(vm.heap, t)
    t.metatable = metatable
    t.header.extra = u32(0)
    if metatable != null(Ptr[Table]):
        mode = event(vm.heap, metatable, MODE)
        if unlikely(mode != NIL):
            t.header.extra = u32(weakness_in(mode))
        if unlikely(event(vm.heap, metatable, GC) != NIL):
            register_finalizer(vm.heap, cast(Ptr[Object], t))
        barrier(vm.heap, cast(Ptr[Object], t))


# --- traversal ---


@native("", "next")
@kernel
def next_(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The key after a key, and its value; nil at the end."""
    t, status = table_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    found = tables.table_next(vm.heap, t, argument_or_nil(args, count, 1), args - 3)
    if found == tables.OK:
        return 2
    if unlikely(found == tables.INVALID_KEY):
        return fail(vm, failures.INVALID_NEXT, 0, 0, 0)
    return give(args, NIL)


@native("", "pairs", values=2)
@kernel
def pairs(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """What a loop over all keys needs: `next` (the second value of this function), the table, nil."""
    value, status = any_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    if unlikely(metamethod(vm.heap, value, PAIRS) != NIL):
        return call_attached(vm, args, count)
    args[-3] = values_of(args[-3])[1]
    args[-2] = value
    args[-1] = NIL
    return 3


@native("", "ipairs", values=1)
@kernel
def ipairs(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """What a loop over integers from 1 on needs: `native.ipairs_next` (the value of this function), the table, 0."""
    value, status = any_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    args[-3] = values_of(args[-3])[0]
    args[-2] = value
    args[-1] = integer(0)
    return 3


@native(INTERNAL, "ipairs_next", values=1)
@kernel
def ipairs_next(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The next integer and its value, or nil; the attached function asks metatables."""
    if is_table(argument(args, count, 0)):
        t = table_of(args[0])
        place, status = whole_argument(vm, args, count, 1)
        if unlikely(status != GOOD):
            return status
        value = tables.table_get_integer(t, place + 1)
        if value != NIL:
            status = give_whole(vm, args, place + 1)
            if unlikely(status < 0):
                return status
            args[-2] = value
            return 2
        if event(vm.heap, t.metatable, INDEX) == NIL:
            return give(args, NIL)
    return call_attached(vm, args, count)


# --- for the prelude ---


@native(INTERNAL, "attach")
@kernel
def attach(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """attach(native function, number, value): set one of the values of its object, counted from 1."""
    values = values_of(args[0])
    values[(args[1] & 255) - 1] = args[2]
    barrier(vm.heap, object_of(args[0]))
    return 0


@native(INTERNAL, "fail")
@kernel
def fail_(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """fail(message): throw a message with the position where the guest called the prelude."""
    vm.error = args[0]
    return fail(vm, failures.THROWN, failures.OUTSIDE, 0, 0)


@native(INTERNAL, "wrong")
@kernel
def wrong_(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """wrong(number, text): an argument of the function of the prelude is wrong."""
    return fail(vm, failures.WRONG, args[0] & 255, args[1], 0)


@native(INTERNAL, "metafield")
@kernel
def metafield(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """metafield(value, name): a field of a value's metatable, or nil."""
    metatable = metatable_of(vm.heap, args[0])
    if metatable == null(Ptr[Table]):
        return give(args, NIL)
    return give(args, tables.table_get(vm.heap, metatable, args[1]))


@native(INTERNAL, "file_loaded", values=1)
@kernel
def file_loaded(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The function of a file: the driver makes it."""
    return call_attached(vm, args, count)


@native("", "collectgarbage", values=1)
@kernel
def collectgarbage(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """How much memory objects take, in kilobytes, for "count"; all else is the attached function's."""
    if count > 0 and is_string(args[0]) and vm.heap.is_finalizing == 0:
        if is_word(string_of(args[0]), table(u8, b"count"), 5):
            return give_real(args, f64(in_use(vm.heap)) / KILOBYTE)
    return call_attached(vm, args, count)
