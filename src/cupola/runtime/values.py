"""Values of dynamic languages: 64 bits each, NaN-boxed, shared by all languages that want to call each other.

The topmost 16 bits say what a value is, read as a signed number (`tag_of`):

    0 .. 32767, -32768 .. -8    a double, as IEEE 754 has it; NaNs are the two quiet ones without payload
    -7  LIGHT                   48 bits that mean something to native code alone
    -6  SPECIAL                 nil, false, true
    -5  STRING                  the address of a string
    -4  TABLE                   the address of a table
    -3  FUNCTION                the address of a function: a closure of the guest or a native one
    -2  OTHER                   the address of another object: a wide integer, a coroutine, an object of the host
    -1  INTEGER                 48 bits, two's complement

Integers that do not fit are objects (`objects.WideInteger`). As the tag of integers is all ones, two values are both
integers if their bitwise and is one. Where values of the guest's stack are looked through, small positive numbers may
stand among them (return addresses, distances): they look like doubles.
"""

from __future__ import annotations

from cupola.kernel import Ptr, bits, f64, i64, inline, pointer, u64
from cupola.runtime.objects import Object
from cupola.runtime.tags import (
    DEAD_KEY,
    FALSE,
    FUNCTION,
    INTEGER,
    LAST_DOUBLE,
    LIGHT,
    NIL,
    OTHER,
    SHIFT,
    SPECIAL,
    STRING,
    TABLE,
    TRUE,
)

__all__ = [
    "DEAD_KEY", "FALSE", "FUNCTION", "INTEGER", "LAST_DOUBLE", "LIGHT", "NIL", "OTHER", "SHIFT", "SPECIAL", "STRING",
    "TABLE", "TRUE",
    "address_in", "both_integers", "double", "fits", "from_double", "integer", "is_double", "is_false", "is_integer",
    "is_object", "lowered", "object_of", "payload", "raised", "reference", "tag_of", "truth",
]  # fmt: skip

TAG_MASK = (1 << 16) - 1
LEAST_INTEGER, MOST_INTEGER = -(1 << 47), (1 << 47) - 1


@inline
def tag_of(value: i64) -> i64:
    """What kind of value it is; doubles have any tag outside of -7 to -1."""
    return value >> SHIFT


@inline
def is_integer(value: i64) -> bool:
    """Whether it is an integer of 48 bits."""
    return tag_of(value) == INTEGER


@inline
def both_integers(a: i64, b: i64) -> bool:
    """Whether both are integers of 48 bits."""
    return tag_of(a & b) == INTEGER


@inline
def is_double(value: i64) -> bool:
    """Whether it is a double."""
    return u64(value) >> SHIFT <= (LAST_DOUBLE & TAG_MASK)


@inline
def is_object(value: i64) -> bool:
    """Whether it is the address of something on the heap."""
    return u64(tag_of(value) - STRING) <= OTHER - STRING


@inline
def is_false(value: i64) -> bool:
    """Whether it is nil or false."""
    return u64(value - NIL) <= 1


@inline
def payload(value: i64) -> i64:
    """The number of a value with the tag INTEGER."""
    return value << 16 >> 16


@inline
def integer(number: i64) -> i64:
    """The value of a number that fits 48 bits."""
    return number | (INTEGER << SHIFT)


@inline
def fits(number: i64) -> bool:
    """Whether a number fits 48 bits."""
    return number << 16 >> 16 == number


@inline
def raised(value: i64) -> i64:
    """An integer with its 48 bits on top: sums and differences of such overflow as 48 bits do."""
    return value << 16


@inline
def lowered(number: i64) -> i64:
    """The value of which `raised` is `number`."""
    return number >> 16 | (INTEGER << SHIFT)


@inline
def double(value: i64) -> f64:
    """The number of a value that is a double."""
    return bits(f64, value)


@inline
def from_double(number: f64) -> i64:
    """The value of the result of an operation on doubles."""
    return bits(i64, number)


@inline
def truth(condition: bool) -> i64:
    """TRUE or FALSE."""
    return TRUE if condition else FALSE


@inline
def address_in(value: i64) -> i64:
    """The address in a value that is an object."""
    return i64(u64(value << 16) >> 16)


@inline
def object_of(value: i64) -> Ptr[Object]:
    """The object that a value is."""
    return pointer(Ptr[Object], address_in(value))


@inline
def reference(tag: i64, address: i64) -> i64:
    """The value of the object at an address, with one of the tags STRING to OTHER."""
    return address | (tag << SHIFT)
