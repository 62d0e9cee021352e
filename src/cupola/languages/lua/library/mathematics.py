"""The library `math`."""

from __future__ import annotations

import math

from cupola.kernel import (
    Array,
    Ptr,
    bits,
    c_function,
    cast,
    ceil,
    clock,
    f64,
    floor,
    i32,
    i64,
    inline,
    kernel,
    local,
    remainder,
    rotate_left,
    table,
    u8,
    u64,
    unlikely,
)
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import (
    GOOD,
    any_argument,
    is_given,
    numeral,
    optional_whole,
    real_argument,
    whole_argument,
    wrong_argument,
)
from cupola.languages.lua.library.natives import NativeKernel, native
from cupola.languages.lua.library.numbers import LEAST, MOST, give, give_real, give_whole
from cupola.languages.lua.library.numerals import REAL, WHOLE
from cupola.languages.lua.library.tails import call_attached
from cupola.languages.lua.library.texts import give_string
from cupola.languages.lua.machine import NO_MEMORY, VM, fail
from cupola.runtime.numbers import boxes
from cupola.runtime.numbers.boxes import integer_value
from cupola.runtime.numbers.kinds import exact_integer, is_any_integer, real, whole
from cupola.runtime.values import NIL, both_integers, double, integer, is_double, is_integer, payload, truth

logarithm = c_function("log", [f64], f64)
logarithm_2 = c_function("log2", [f64], f64)
logarithm_10 = c_function("log10", [f64], f64)
float_modulo = c_function("fmod", [f64, f64], f64)
arc_tangent = c_function("atan2", [f64, f64], f64)
power = c_function("pow", [f64, f64], f64)
load_exponent = c_function("ldexp", [f64, i32], f64)
split_exponent = c_function("frexp", [f64, Ptr[i32]], f64)

DEGREES = 180.0 / math.pi
RADIANS = math.pi / 180.0
TO_UNIT = 0.5 / (1 << 52)
SEED_END = 0xFF
DISCARDED = 16  # numbers after a new seed
INT_LEAST, INT_MOST = -(1 << 31), (1 << 31) - 1


@inline
def give_floored(vm: Ptr[VM], args: Ptr[i64], x: f64) -> i64:
    """Return a double without fraction as an integer, if it fits."""
    number, fits = exact_integer(x)
    return give_whole(vm, args, number) if fits else give_real(args, x)


def make_rounded(name: str, rounded: object) -> NativeKernel:
    """math.floor and math.ceil."""

    @kernel
    def round_number(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
        """A number rounded to an integer, or to a double if it is too large."""
        if count > 0 and is_any_integer(args[0]):
            return give(args, args[0])
        x, status = real_argument(vm, args, count, 0)
        if unlikely(status != GOOD):
            return status
        return give_floored(vm, args, rounded(x))  # type: ignore[operator]

    return native("math", name)(round_number)


math_floor, math_ceil = make_rounded("floor", floor), make_rounded("ceil", ceil)


def make_real(name: str, symbol: str) -> NativeKernel:
    """A function of one double that the C library has."""
    compute = c_function(symbol, [f64], f64)

    @kernel
    def real_function(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
        """A function of the C library."""
        x, status = real_argument(vm, args, count, 0)
        if unlikely(status != GOOD):
            return status
        return give_real(args, compute(x))

    return native("math", name)(real_function)


for _name in ("sqrt", "sin", "cos", "tan", "asin", "acos", "exp", "sinh", "cosh", "tanh", "log10"):
    make_real(_name, _name)


def make_scaled(name: str, factor: float) -> NativeKernel:
    """math.deg and math.rad."""

    @kernel
    def scaled(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
        """A number in another unit."""
        x, status = real_argument(vm, args, count, 0)
        if unlikely(status != GOOD):
            return status
        return give_real(args, x * factor)

    return native("math", name)(scaled)


math_deg, math_rad = make_scaled("deg", DEGREES), make_scaled("rad", RADIANS)


@native("math", "abs")
@kernel
def math_abs(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The absolute value; that of the least integer is itself."""
    if count > 0 and is_any_integer(args[0]):
        number = whole(args[0])
        return give_whole(vm, args, i64(0 - u64(number)) if number < 0 else number)
    x, status = real_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    return give_real(args, abs(x))


@native("math", "atan", "atan2")
@kernel
def math_atan(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The angle of a point."""
    y, status = real_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    x = 1.0
    if is_given(args, count, 1):
        x, status = real_argument(vm, args, count, 1)
        if unlikely(status != GOOD):
            return status
    return give_real(args, arc_tangent(y, x))


@native("math", "log")
@kernel
def math_log(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The logarithm, natural or to a base."""
    x, status = real_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    if not is_given(args, count, 1):
        return give_real(args, logarithm(x))
    base, status = real_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    if base == 2.0:
        return give_real(args, logarithm_2(x))
    if base == 10.0:
        return give_real(args, logarithm_10(x))
    return give_real(args, logarithm(x) / logarithm(base))


@native("math", "pow")
@kernel
def math_pow(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A power, as a double."""
    x, status = real_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    y, status = real_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    return give_real(args, power(x, y))


@native("math", "ldexp")
@kernel
def math_ldexp(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A number times a power of two."""
    x, status = real_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    exponent, status = whole_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    return give_real(args, load_exponent(x, i32(exponent)))


@native("math", "frexp")
@kernel
def math_frexp(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A fraction and an exponent of two."""
    x, status = real_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    exponent = local(Array[i32, 1])
    exponent[0] = 0
    give_real(args, split_exponent(x, cast(Ptr[i32], exponent)))
    args[-2] = integer(i64(exponent[0]))
    return 2


@native("math", "fmod")
@kernel
def math_fmod(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """What is left of a division that rounds towards zero."""
    if count > 1 and is_any_integer(args[0]) and is_any_integer(args[1]):
        divisor = whole(args[1])
        if unlikely(u64(divisor + 1) <= 1):  # 0 and -1
            if divisor == 0:
                return wrong_argument(vm, 1, failures.ZERO)
            return give(args, integer(0))
        return give_whole(vm, args, remainder(whole(args[0]), divisor))
    y, status = real_argument(vm, args, count, 1)  # first, as lua5.4 tells what is wrong with it first
    if unlikely(status != GOOD):
        return status
    x, status = real_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    return give_real(args, float_modulo(x, y))


@native("math", "modf")
@kernel
def math_modf(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The whole part and the fraction."""
    if count > 0 and is_any_integer(args[0]):
        args[-3] = args[0]
        args[-2] = bits(i64, 0.0)
        return 2
    x, status = real_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    rounded = ceil(x) if x < 0.0 else floor(x)
    fraction = 0.0 if rounded == x else x - rounded
    status = give_floored(vm, args, rounded)
    if unlikely(status < 0):
        return status
    args[-2] = bits(i64, fraction)
    return 2


@native("math", "tointeger")
@kernel
def math_tointeger(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """The integer that a value can be, or nil."""
    value, status = any_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    kind, number = numeral(value)
    if kind == WHOLE:
        return give_whole(vm, args, number)
    if kind == REAL:
        converted, exact = exact_integer(double(number))
        if exact:
            return give_whole(vm, args, converted)
    return give(args, NIL)


@native("math", "type")
@kernel
def math_type(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """ "integer", "float" or nil."""
    value, status = any_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    if is_double(value):
        return give_string(vm, args, table(u8, b"float"), 5)
    if is_any_integer(value):
        return give_string(vm, args, table(u8, b"integer"), 7)
    return give(args, NIL)


@native("math", "ult")
@kernel
def math_ult(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Whether an integer is less than another, both without sign."""
    a, status = whole_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    b, status = whole_argument(vm, args, count, 1)
    if unlikely(status != GOOD):
        return status
    return give(args, truth(u64(a) < u64(b)))


@inline
def is_short(value: i64) -> bool:
    """Whether it is a number that a double can be."""
    return is_integer(value) or is_double(value)


def make_extreme(name: str, largest: bool) -> NativeKernel:
    """math.max and math.min; the attached function compares what are not numbers."""

    @kernel
    def extreme(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
        """The first of the largest, or least, numbers."""
        found, status = any_argument(vm, args, count, 0)
        if unlikely(status != GOOD):
            return status
        for place in range(1, count):
            value = args[place]
            if both_integers(value, found):
                if (payload(value) > payload(found)) if largest else (payload(value) < payload(found)):
                    found = value
            elif is_short(value) and is_short(found):
                if (real(value) > real(found)) if largest else (real(value) < real(found)):
                    found = value
            else:
                return call_attached(vm, args, count)
        return give(args, found)

    return native("math", name, values=1)(extreme)


math_max, math_min = make_extreme("max", True), make_extreme("min", False)


@inline
def next_random(state: Ptr[u64]) -> u64:
    """64 random bits: xoshiro256**, by David Blackman and Sebastiano Vigna."""
    second = state[1]
    found = u64(rotate_left(u64(second * 5), 7) * 9)
    third = u64(state[2] ^ state[0])
    fourth = u64(state[3] ^ second)
    state[1] = u64(second ^ third)
    state[0] = u64(state[0] ^ fourth)
    state[2] = u64(third ^ (second << 17))
    state[3] = rotate_left(fourth, 45)
    return found


@kernel
def set_seed(state: Ptr[u64], first: i64, second: i64) -> None:
    """Begin a sequence of random numbers."""
    state[0] = u64(first)
    state[1] = SEED_END
    state[2] = u64(second)
    state[3] = 0
    for _ in range(DISCARDED):
        next_random(state)


@kernel
def project(state: Ptr[u64], number: u64, most: u64) -> u64:
    """A random number from 0 to `most`, of random bits: those that are too large are thrown again."""
    if most & (most + 1) == 0:
        return number & most
    mask = most
    mask = mask | (mask >> 1)
    mask = mask | (mask >> 2)
    mask = mask | (mask >> 4)
    mask = mask | (mask >> 8)
    mask = mask | (mask >> 16)
    mask = mask | (mask >> 32)
    number = number & mask
    while number > most:
        number = next_random(state) & mask
    return number


@native("math", "random")
@kernel
def math_random(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """A random number: from 0 to 1, from 1 to a number, or between two; for 0 any integer."""
    state = cast(Ptr[u64], vm.library.random)
    first = state[0]
    second = state[1]
    third = state[2]
    fourth = state[3]
    number = next_random(state)
    if count == 0:
        return give_real(args, f64(number >> 11) * TO_UNIT)
    if unlikely(count > 2):
        return fail(vm, failures.WRONG_COUNT, 0, 0, 0)
    low: i64 = 1
    high, status = whole_argument(vm, args, count, 0)
    if unlikely(status != GOOD):
        return status
    if count == 1:
        if high == 0:
            low = LEAST
            high = MOST
    else:
        low = high
        high, status = whole_argument(vm, args, count, 1)
        if unlikely(status != GOOD):
            return status
    if unlikely(low > high):
        return wrong_argument(vm, 0, failures.EMPTY_INTERVAL)
    if count == 1 and low == LEAST:
        value = integer_value(vm.heap, i64(number))
    else:
        value = integer_value(vm.heap, i64(project(state, number, u64(high) - u64(low)) + u64(low)))
    if unlikely(value == boxes.NOTHING):
        state[0] = first
        state[1] = second
        state[2] = third
        state[3] = fourth
        return NO_MEMORY
    return give(args, value)


@native("math", "randomseed")
@kernel
def math_randomseed(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Begin a sequence of random numbers: from one or two integers, or anywhere. Returns both."""
    first = i64(clock())
    second = i64(vm.heap.next)
    if count > 0:
        first, status = whole_argument(vm, args, count, 0)
        if unlikely(status != GOOD):
            return status
        second, status = optional_whole(vm, args, count, 1, 0)
        if unlikely(status != GOOD):
            return status
    boxed_first = integer_value(vm.heap, first)
    boxed_second = integer_value(vm.heap, second)
    if unlikely(boxed_first == boxes.NOTHING or boxed_second == boxes.NOTHING):
        return NO_MEMORY
    set_seed(cast(Ptr[u64], vm.library.random), first, second)
    args[-3] = boxed_first
    args[-2] = boxed_second
    return 2
