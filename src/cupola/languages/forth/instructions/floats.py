"""Arithmetic, comparison and stack words of floats, and reading and writing them in the data space.

A float is an IEEE 754 number of 64 bits. Nothing here traps: what has no value is NaN, what is too large an infinity.
"""

from __future__ import annotations

from cupola.kernel import Ptr, bits, cast, ceil, f32, f64, floor, i64, inline, sqrt, trunc, u64, unlikely
from cupola.language import Address, Cell, Float, Real, slow
from cupola.languages.forth.constants import LOW
from cupola.languages.forth.definition import forth
from cupola.languages.forth.instructions.memory import check_cell
from cupola.languages.forth.instructions.stack import word
from cupola.languages.forth.machine import VM, Machine, data, float_at
from cupola.languages.forth.throwing.throws import bad_address, float_underflow, out_of_range

SIGN = -(1 << 63)
WHOLE = 4503599627370496.0  # 2**52: from here on all floats are whole numbers
BEYOND_CELL = 9223372036854775808.0  # 2**63


@forth.instruction(name="flit")
def float_literal(value: Real) -> Float:
    """( F: -- r ) a number"""
    return value


# --- the stack --------------------------------------------------------------------------------------------------------


@forth.instruction(name="fdup", facts=word("fdup"))
def float_dup(r: Float) -> tuple[Float, Float]:
    """( F: r -- r r )"""
    return r, r


@forth.instruction(name="fdrop", facts=word("fdrop"))
def float_drop(r: Float) -> None:
    """( F: r -- )"""


@forth.instruction(name="fswap", facts=word("fswap"))
def float_swap(a: Float, b: Float) -> tuple[Float, Float]:
    """( F: r1 r2 -- r2 r1 )"""
    return b, a


@forth.instruction(name="fover", facts=word("fover"))
def float_over(a: Float, b: Float) -> tuple[Float, Float, Float]:
    """( F: r1 r2 -- r1 r2 r1 )"""
    return a, b, a


@forth.instruction(name="fnip", facts=word("fnip"))
def float_nip(a: Float, b: Float) -> Float:
    """( F: r1 r2 -- r2 )"""
    return b


@forth.instruction(name="ftuck", facts=word("ftuck"))
def float_tuck(a: Float, b: Float) -> tuple[Float, Float, Float]:
    """( F: r1 r2 -- r2 r1 r2 )"""
    return b, a, b


@forth.instruction(name="frot", facts=word("frot"))
def float_rot(a: Float, b: Float, c: Float) -> tuple[Float, Float, Float]:
    """( F: r1 r2 r3 -- r2 r3 r1 )"""
    return b, c, a


@forth.instruction(name="f-rot", facts=word("f-rot"))
def float_minus_rot(a: Float, b: Float, c: Float) -> tuple[Float, Float, Float]:
    """( F: r1 r2 r3 -- r3 r1 r2 )"""
    return c, a, b


@forth.instruction(name="f2dup", facts=word("f2dup"))
def float_two_dup(a: Float, b: Float) -> tuple[Float, Float, Float, Float]:
    """( F: r1 r2 -- r1 r2 r1 r2 )"""
    return a, b, a, b


@forth.instruction(name="fdepth", memory_stack=True, facts=word("fdepth"))
def float_depth(m: Machine) -> Cell:
    """( -- n ) how many floats are on their stack"""
    return m.vm.float_bottom - m.fp


@forth.instruction(name="fpick", memory_stack=True, facts=word("fpick"))
def float_pick(m: Machine, n: Cell) -> Float:
    """( n -- ) ( F: rn ... r0 -- rn ... r0 rn )"""
    if n < 0 or n >= m.vm.float_bottom - m.fp:
        slow(float_underflow)
    return m.ftop if n == 0 else m.fp[n - 1]


# --- arithmetic -------------------------------------------------------------------------------------------------------


@forth.instruction(name="f+", facts=word("f+"))
def float_plus(a: Float, b: Float) -> Float:
    """( F: r1 r2 -- r3 )"""
    return a + b


@forth.instruction(name="f-", facts=word("f-"))
def float_minus(a: Float, b: Float) -> Float:
    """( F: r1 r2 -- r3 ) r1 - r2"""
    return a - b


@forth.instruction(name="f*", facts=word("f*"))
def float_times(a: Float, b: Float) -> Float:
    """( F: r1 r2 -- r3 )"""
    return a * b


@forth.instruction(name="f/", facts=word("f/"))
def float_divide(a: Float, b: Float) -> Float:
    """( F: r1 r2 -- r3 ) r1 / r2; by zero it is an infinity, or NaN"""
    return a / b


@forth.instruction(name="fnegate", facts=word("fnegate"))
def float_negate(r: Float) -> Float:
    """( F: r1 -- r2 )"""
    return -r


@forth.instruction(name="fabs", facts=word("fabs"))
def float_abs(r: Float) -> Float:
    """( F: r1 -- r2 )"""
    return abs(r)


@forth.instruction(name="fsqrt", facts=word("fsqrt"))
def float_sqrt(r: Float) -> Float:
    """( F: r1 -- r2 ) NaN below zero"""
    return sqrt(r)


@forth.instruction(name="f2*", facts=word("f2*"))
def float_double(r: Float) -> Float:
    """( F: r1 -- r2 )"""
    return r + r


@forth.instruction(name="f2/", facts=word("f2/"))
def float_halve(r: Float) -> Float:
    """( F: r1 -- r2 )"""
    return r * 0.5


@forth.instruction(name="1/f", facts=word("1/f"))
def float_reciprocal(r: Float) -> Float:
    """( F: r1 -- r2 )"""
    return 1.0 / r


@forth.instruction(name="fmax", facts=word("fmax"))
def float_max(a: Float, b: Float) -> Float:
    """( F: r1 r2 -- r3 ) r2 if they are equal, or one is NaN"""
    return a if a > b else b


@forth.instruction(name="fmin", facts=word("fmin"))
def float_min(a: Float, b: Float) -> Float:
    """( F: r1 r2 -- r3 ) r2 if they are equal, or one is NaN"""
    return a if a < b else b


@forth.instruction(name="floor", facts=word("floor"))
def float_floor(r: Float) -> Float:
    """( F: r1 -- r2 ) the greatest whole number not above"""
    return floor(r)


@forth.instruction(name="fceil", facts=word("fceil"))
def float_ceil(r: Float) -> Float:
    """( F: r1 -- r2 ) the least whole number not below"""
    return ceil(r)


@forth.instruction(name="ftrunc", facts=word("ftrunc"))
def float_trunc(r: Float) -> Float:
    """( F: r1 -- r2 ) the next whole number towards zero"""
    return trunc(r)


@inline
def with_sign_of(size: f64, signed: f64) -> f64:
    """A number that is not negative, with the sign of another."""
    return bits(f64, bits(i64, size) | (bits(i64, signed) & SIGN))


@forth.instruction(name="fround", facts=word("fround"))
def float_round(r: Float) -> Float:
    """( F: r1 -- r2 ) the nearest whole number; of two, the even one"""
    size = abs(r)
    if size < WHOLE:  # adding 2**52 rounds: no bits are left for a fraction
        return with_sign_of(size + WHOLE - WHOLE, r)
    return r


# --- comparison -------------------------------------------------------------------------------------------------------


@forth.instruction(name="f<", facts=word("f<"))
def float_less(a: Float, b: Float) -> Cell:
    """( -- flag ) ( F: r1 r2 -- ) false with NaN"""
    return -i64(a < b)


@forth.instruction(name="f>", facts=word("f>"))
def float_greater(a: Float, b: Float) -> Cell:
    """( -- flag ) ( F: r1 r2 -- ) false with NaN"""
    return -i64(a > b)


@forth.instruction(name="f<=", facts=word("f<="))
def float_less_equal(a: Float, b: Float) -> Cell:
    """( -- flag ) ( F: r1 r2 -- ) false with NaN"""
    return -i64(a <= b)


@forth.instruction(name="f>=", facts=word("f>="))
def float_greater_equal(a: Float, b: Float) -> Cell:
    """( -- flag ) ( F: r1 r2 -- ) false with NaN"""
    return -i64(a >= b)


@forth.instruction(name="f=", facts=word("f="))
def float_equal(a: Float, b: Float) -> Cell:
    """( -- flag ) ( F: r1 r2 -- ) false with NaN; 0 and -0 are equal"""
    return -i64(a == b)


@forth.instruction(name="f<>", facts=word("f<>"))
def float_not_equal(a: Float, b: Float) -> Cell:
    """( -- flag ) ( F: r1 r2 -- ) true with NaN"""
    return -i64(a != b)


@forth.instruction(name="f0=", facts=word("f0="))
def float_zero_equal(r: Float) -> Cell:
    """( -- flag ) ( F: r -- )"""
    return -i64(r == 0.0)


@forth.instruction(name="f0<>", facts=word("f0<>"))
def float_zero_not_equal(r: Float) -> Cell:
    """( -- flag ) ( F: r -- )"""
    return -i64(r != 0.0)


@forth.instruction(name="f0<", facts=word("f0<"))
def float_zero_less(r: Float) -> Cell:
    """( -- flag ) ( F: r -- ) whether r < 0, which -0 is not"""
    return -i64(r < 0.0)


@forth.instruction(name="f0>", facts=word("f0>"))
def float_zero_greater(r: Float) -> Cell:
    """( -- flag ) ( F: r -- )"""
    return -i64(r > 0.0)


# --- cells and floats -------------------------------------------------------------------------------------------------


@forth.instruction(name="s>f", facts=word("s>f"))
def cell_to_float(n: Cell) -> Float:
    """( n -- ) ( F: -- r ) rounded to the nearest float"""
    return f64(n)


@forth.instruction(name="f>s", facts=word("f>s"))
def float_to_cell(r: Float) -> Cell:
    """( -- n ) ( F: r -- ) towards zero; throws -11 if that is no cell"""
    if unlikely(not (-BEYOND_CELL <= r < BEYOND_CELL)):
        slow(out_of_range)
    return i64(r)


# --- the data space ---------------------------------------------------------------------------------------------------


@inline
def check_half(vm: Ptr[VM], address: i64) -> None:
    """Leave with "invalid memory address" unless four bytes fit at `address`."""
    if unlikely(u64(address - LOW) > u64(vm.cell_limit + 4)):
        slow(bad_address)


@forth.instruction(name="f@", facts=word("f@"))
def float_fetch(m: Machine, address: Cell) -> Float:
    """( f-addr -- ) ( F: -- r )"""
    check_cell(m.vm, address)
    return float_at(m.vm, address)[0]


@forth.instruction(name="f!", facts=word("f!"))
def float_store(m: Machine, address: Cell, value: Float) -> None:
    """( f-addr -- ) ( F: r -- )"""
    check_cell(m.vm, address)
    float_at(m.vm, address)[0] = value


@forth.instruction(name="f+!", facts=word("f+!"))
def float_plus_store(m: Machine, address: Cell, value: Float) -> None:
    """( f-addr -- ) ( F: r -- ) Add to a float in memory."""
    check_cell(m.vm, address)
    place = float_at(m.vm, address)
    place[0] = place[0] + value


@forth.instruction(name="sf@", facts=word("sf@"))
def single_fetch(m: Machine, address: Cell) -> Float:
    """( sf-addr -- ) ( F: -- r ) a float of 32 bits"""
    check_half(m.vm, address)
    return f64(cast(Ptr[f32], data(m.vm, address))[0])


@forth.instruction(name="sf!", facts=word("sf!"))
def single_store(m: Machine, address: Cell, value: Float) -> None:
    """( sf-addr -- ) ( F: r -- ) Round to a float of 32 bits."""
    check_half(m.vm, address)
    cast(Ptr[f32], data(m.vm, address))[0] = f32(value)


@forth.instruction(name="f-fetch at")
def float_fetch_at(m: Machine, address: Address) -> Float:
    """( F: -- r ) the float at a constant address"""
    return float_at(m.vm, address)[0]


@forth.instruction(name="f-store at")
def float_store_at(m: Machine, value: Float, address: Address) -> None:
    """( F: r -- ) Store to a constant address."""
    float_at(m.vm, address)[0] = value
