"""What the `z3` entries of the table share. Z3 is imported when a term is first made, not before.

Integers and pointers are bit-vectors (i1 has one bit), floats are terms of the theory of floating point,
which knows one NaN only. Each function here takes terms and gives a term.
"""

from __future__ import annotations

from typing import Any

from cupola.ir.types import Type

Term = Any  # z3 publishes no types


def z3() -> Any:
    """The z3 module."""
    import z3 as module

    return module


def bit(condition: Term) -> Term:
    """A truth value as an i1."""
    return z3().If(condition, z3().BitVecVal(1, 1), z3().BitVecVal(0, 1))


def sort(type: Type) -> Term:
    """The sort of the terms of a type."""
    if type.is_float:
        return z3().Float32() if type.bits == 32 else z3().Float64()
    return z3().BitVecSort(type.bits)


def widen(sign: str, term: Term, more: int) -> Term:
    """`term` with `more` bits on top: copies of the sign for "s", zeros for "u"."""
    return z3().SignExt(more, term) if sign == "s" else z3().ZeroExt(more, term)


def low(term: Term, bits: int) -> Term:
    return z3().Extract(bits - 1, 0, term)


def high(term: Term, bits: int) -> Term:
    """The highest `bits` bits."""
    return z3().Extract(term.size() - 1, term.size() - bits, term)


def high_product(sign: str, x: Term, y: Term) -> Term:
    return high(widen(sign, x, x.size()) * widen(sign, y, y.size()), x.size())


def signed_divisible(x: Term, y: Term) -> Term:
    overflow = z3().And(x == 1 << (x.size() - 1), y == -1)
    return z3().And(y != 0, z3().Not(overflow))


def count(x: Term) -> Term:
    """The shift count that `x` means: modulo its width, a power of two."""
    return x & (x.size() - 1)


def rotate_left(x: Term, y: Term) -> Term:
    left = count(y)
    return (x << left) | z3().LShR(x, count(-y))


def first_one(x: Term, places: list[int]) -> Term:
    """How many of the bits at `places`, in this order, come before the first one bit."""
    result = z3().BitVecVal(x.size(), x.size())
    for skipped in reversed(range(len(places))):
        place = places[skipped]
        found = z3().Extract(place, place, x) == 1
        result = z3().If(found, z3().BitVecVal(skipped, x.size()), result)
    return result


def count_ones(x: Term) -> Term:
    total = z3().BitVecVal(0, x.size())
    for place in range(x.size()):
        total = total + z3().ZeroExt(x.size() - 1, z3().Extract(place, place, x))
    return total


def byte_swap(x: Term) -> Term:
    return z3().Concat(*(z3().Extract(place + 7, place, x) for place in range(0, x.size(), 8)))


def overflowing(sign: str, what: str, x: Term, y: Term) -> tuple[Term, Term]:
    """The wrapped result, and whether it differs from the exact one."""
    bits = x.size()
    more = bits if what == "mul" else 1
    left, right = widen(sign, x, more), widen(sign, y, more)
    exact = left + right if what == "add" else left - right if what == "sub" else left * right
    wrapped = low(exact, bits)
    return wrapped, bit(widen(sign, wrapped, more) != exact)


def float_function(name: str, *operands: Term) -> Term:
    """`fpAdd` and its like, rounded to nearest even."""
    return getattr(z3(), name)(z3().RNE(), *operands)


def to_whole(mode: str, x: Term) -> Term:
    """A float rounded to a whole number: RTN down, RTP up, RTZ towards zero."""
    return z3().fpRoundToIntegral(getattr(z3(), mode)(), x)


def reinterpret(source: Type, target: Type, x: Term) -> Term:
    """The same bits as another type; those of a NaN can be any."""
    if source.is_float == target.is_float:
        return x
    return z3().fpToIEEEBV(x) if source.is_float else z3().fpBVToFP(x, sort(target))


def saturate(sign: str, target: Type, x: Term) -> Term:
    """A float truncated towards zero and clamped to the range of an integer type; 0 for NaN."""
    m, bits = z3(), target.bits
    least, beyond = (-(1 << bits - 1), 1 << bits - 1) if sign == "s" else (0, 1 << bits)
    convert = m.fpToSBV if sign == "s" else m.fpToUBV
    inside = convert(m.RTZ(), x, m.BitVecSort(bits))
    lowest, highest = m.BitVecVal(least, bits), m.BitVecVal(beyond - 1, bits)
    clamped = m.If(
        x <= m.FPVal(least, x.sort()), lowest, m.If(x >= m.FPVal(beyond, x.sort()), highest, inside)
    )
    return m.If(m.fpIsNaN(x), m.BitVecVal(0, bits), clamped)
