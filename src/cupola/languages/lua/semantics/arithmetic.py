"""Arithmetic beyond its fast paths: all forms of numbers, strings that are numbers, 64 bits that wrap around."""

from __future__ import annotations

from cupola.kernel import Ptr, c_function, divide, f64, floor, i64, inline, kernel, local, remainder, u64
from cupola.languages.lua.failures import DIVIDE_BY_ZERO, MODULO_BY_ZERO, NO_INTEGER
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.coercion import string_to_number
from cupola.runtime.heap.heap import Heap
from cupola.runtime.numbers import integer_value
from cupola.runtime.numbers.boxes import NOTHING
from cupola.runtime.numbers.kinds import (
    is_any_integer,
    is_number,
    is_string,
    real,
    to_integer,
    whole,
)
from cupola.runtime.values import from_double

ADD, SUB, MUL, DIV, MOD, POW, IDIV, BAND, BOR, BXOR, SHL, SHR, UNM, BNOT = (
    NUMBER_OF[name]
    for name in (
        "add",
        "sub",
        "mul",
        "div",
        "mod",
        "pow",
        "idiv",
        "band",
        "bor",
        "bxor",
        "shl",
        "shr",
        "unm",
        "bnot",
    )
)
# What an operation comes to: done, no memory, a metamethod is wanted; or the number of a failure, which is above.
DONE, FULL, WANTS_METAMETHOD = 0, -1, -2

fmod = c_function("fmod", [f64, f64], f64)
power = c_function("pow", [f64, f64], f64)


@kernel
def arithmetic(heap: Ptr[Heap], operation: i64, x: i64, y: i64, out: Ptr[i64]) -> i64:
    """`x operation y` into `out`. Operations are numbered as their events are; those of one operand get it twice."""
    numbers = local(i64)
    a = x
    b = y
    on_bits = operation >= BAND and operation != UNM  # where strings are no numbers
    if on_bits and not (is_number(a) and is_number(b)):
        return WANTS_METAMETHOD
    if not is_number(a):
        if not is_string(a) or not string_to_number(heap, a, numbers):
            return WANTS_METAMETHOD
        a = numbers[0]
    if not is_number(b):
        if not is_string(b) or not string_to_number(heap, b, numbers):
            return WANTS_METAMETHOD
        b = numbers[0]
    if on_bits:
        first, first_exact = to_integer(a)
        second, second_exact = to_integer(b)
        if not first_exact or not second_exact:
            return NO_INTEGER
        result, _ = on_integers(operation, first, second)
        return give(heap, result, out)
    if is_any_integer(a) and is_any_integer(b) and operation != DIV and operation != POW:
        result, is_defined = on_integers(operation, whole(a), whole(b))
        if not is_defined:
            return MODULO_BY_ZERO if operation == MOD else DIVIDE_BY_ZERO
        return give(heap, result, out)
    out[0] = from_double(on_doubles(operation, real(a), real(b)))
    return DONE


@inline
def give(heap: Ptr[Heap], result: i64, out: Ptr[i64]) -> i64:
    """The value of an integer into `out`."""
    out[0] = integer_value(heap, result)
    return DONE if out[0] != NOTHING else FULL


@inline
def on_integers(operation: i64, x: i64, y: i64) -> tuple[i64, bool]:
    """An operation on two integers of 64 bits, which wrap around; and whether it has a result, as all but divisions by
    zero have."""
    result: i64 = 0
    is_defined = True
    if operation == ADD:
        result = x + y
    elif operation == SUB:
        result = x - y
    elif operation == MUL:
        result = x * y
    elif operation == UNM:
        result = 0 - x
    elif operation == BAND:
        result = x & y
    elif operation == BOR:
        result = x | y
    elif operation == BXOR:
        result = x ^ y
    elif operation == SHL:
        result = shifted(x, y)
    elif operation == SHR:
        result = shifted(x, 0 - y) if y != -9223372036854775808 else 0
    elif operation == BNOT:
        result = ~x
    elif y == 0:
        is_defined = False
    elif y == -1:  # the machine's division traps for the most negative number
        result = 0 if operation == MOD else 0 - x
    elif operation == MOD:
        result = remainder(x, y)
        if result != 0 and (result ^ y) < 0:
            result += y
    else:
        result = divide(x, y)
        if (x ^ y) < 0 and result * y != x:
            result -= 1
    return result, is_defined


@inline
def on_doubles(operation: i64, x: f64, y: f64) -> f64:
    """An operation on two doubles."""
    if operation == ADD:
        return x + y
    if operation == SUB:
        return x - y
    if operation == MUL:
        return x * y
    if operation == DIV:
        return x / y
    if operation == POW:
        return x * x if y == 2.0 else power(x, y)
    if operation == IDIV:
        return floor(x / y)
    if operation == UNM:
        return -x
    return floor_modulo(x, y)


@kernel
def floor_modulo(x: f64, y: f64) -> f64:
    """The remainder with the sign of the divisor."""
    rest = fmod(x, y)
    if (rest < 0.0 and y > 0.0) or (rest > 0.0 and y < 0.0):
        rest = rest + y
    return rest


@inline
def shifted(x: i64, by: i64) -> i64:
    """x shifted to the left, zeros come in; to the right by negative numbers."""
    result: i64 = 0
    if by >= 0:
        if by < 64:
            result = x << by
    elif by > -64:
        result = i64(u64(x) >> u64(0 - by))
    return result
