"""Reading the arguments of native functions, with the language's conversions.

Places count from 0; texts of failures count from 1. What may fail returns a status, too: GOOD, or what the native
function is to return.
"""

from __future__ import annotations

from cupola.kernel import Ptr, bits, cast, f64, i64, inline, null, slow, unlikely
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.failures import NOTHING
from cupola.languages.lua.library.numerals import REAL, WHOLE, read_number
from cupola.languages.lua.library.texts import as_string, is_string, string_of
from cupola.languages.lua.machine import NO_MEMORY, VM, fail
from cupola.runtime.numbers.kinds import exact_integer, is_any_integer, whole
from cupola.runtime.objects import String, Table
from cupola.runtime.strings import string_bytes
from cupola.runtime.values import NIL, TABLE, double, is_double, is_integer, object_of, payload, tag_of

GOOD = 0


@inline
def argument(args: Ptr[i64], count: i64, place: i64) -> i64:
    """An argument; NOTHING if there is none."""
    return args[place] if place < count else NOTHING


@inline
def argument_or_nil(args: Ptr[i64], count: i64, place: i64) -> i64:
    """An argument; NIL if there is none."""
    return args[place] if place < count else NIL


@inline
def is_given(args: Ptr[i64], count: i64, place: i64) -> bool:
    """Whether an argument is there and not nil."""
    return place < count and args[place] != NIL


@slow
def wrong_type(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64, expected: i64) -> i64:
    """An argument is of a wrong type: `expected` is one of `failures.EXPECTED`."""
    return fail(vm, failures.WRONG_TYPE, place + 1, expected, argument(args, count, place))


@slow
def wrong_argument(vm: Ptr[VM], place: i64, failure: i64) -> i64:
    """An argument is wrong, which the failure says without details."""
    return fail(vm, failure, place + 1, 0, 0)


@inline
def any_argument(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> tuple[i64, i64]:
    """An argument of any type, which must be there."""
    if unlikely(place >= count):
        return NIL, wrong_argument(vm, place, failures.VALUE_EXPECTED)
    return args[place], GOOD


@inline
def whole_argument(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> tuple[i64, i64]:
    """An argument that is an integer, or can be one."""
    if place < count and is_integer(args[place]):
        return payload(args[place]), GOOD
    return other_whole(vm, args, count, place)


@slow
def other_whole(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> tuple[i64, i64]:
    """The same for what is not an integer of 48 bits."""
    kind, number = numeral(argument(args, count, place))
    if kind == WHOLE:
        return number, GOOD
    if kind == REAL:
        converted, exact = exact_integer(bits(f64, number))
        if exact:
            return converted, GOOD
        return 0, wrong_argument(vm, place, failures.NO_INTEGER)
    return 0, wrong_type(vm, args, count, place, failures.NUMBER)


@slow
def numeral(value: i64) -> tuple[i64, i64]:
    """A value as a number, as `numerals.read_number` tells it: strings are read."""
    if is_double(value):
        return REAL, value
    if is_any_integer(value):
        return WHOLE, whole(value)
    if is_string(value):
        kind, number = read_number(string_bytes(string_of(value)), string_of(value).length)
        return kind, number
    return 0, 0


@inline
def optional_whole(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64, default: i64) -> tuple[i64, i64]:
    """The same, with what counts if it is missing or nil."""
    if not is_given(args, count, place):
        return default, GOOD
    number, status = whole_argument(vm, args, count, place)
    return number, status


@inline
def real_argument(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> tuple[f64, i64]:
    """An argument that is a number, as a double."""
    if place < count and is_double(args[place]):
        return double(args[place]), GOOD
    return other_real(vm, args, count, place)


@slow
def other_real(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> tuple[f64, i64]:
    """The same for what is not a double."""
    kind, number = numeral(argument(args, count, place))
    if kind == WHOLE:
        return f64(number), GOOD
    if kind == REAL:
        return bits(f64, number), GOOD
    return 0.0, wrong_type(vm, args, count, place, failures.NUMBER)


@inline
def string_argument(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> tuple[Ptr[String], i64]:
    """An argument that is a string; a number is made one."""
    if place < count and is_string(args[place]):
        return string_of(args[place]), GOOD
    return other_string(vm, args, count, place)


@slow
def other_string(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> tuple[Ptr[String], i64]:
    """The same for what is not a string."""
    made = as_string(vm, argument(args, count, place))
    if made == 0:
        return null(Ptr[String]), wrong_type(vm, args, count, place, failures.STRING)
    if made == NOTHING:
        return null(Ptr[String]), NO_MEMORY
    return string_of(made), GOOD


@inline
def is_table(value: i64) -> bool:
    """Whether it is a table."""
    return tag_of(value) == TABLE


@inline
def table_of(value: i64) -> Ptr[Table]:
    """The table that a value is."""
    return cast(Ptr[Table], object_of(value))


@inline
def table_argument(vm: Ptr[VM], args: Ptr[i64], count: i64, place: i64) -> tuple[Ptr[Table], i64]:
    """An argument that is a table."""
    if place < count and is_table(args[place]):
        return table_of(args[place]), GOOD
    return null(Ptr[Table]), wrong_type(vm, args, count, place, failures.TABLE)
