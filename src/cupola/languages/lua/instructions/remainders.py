"""Remainders by constants above 0: the quotient is found by a multiplication, as the constant's inverse is kept.

A double of the quotient n / k is wrong by less than 1 / 16, as n has but 48 bits. Rounded to the nearest integer it
leaves a rest between -k and k: the remainder, or what is k below it. (After Granlund and Montgomery, "Division by
Invariant Integers using Multiplication", PLDI 1994, with doubles for the wide products.)
"""

from __future__ import annotations

from cupola.kernel import bits, f64, i64, unlikely
from cupola.language import Cache1, Register, Word, slow
from cupola.languages.lua.cache_cells import NOT_KNOWN
from cupola.languages.lua.definition import lua
from cupola.languages.lua.instructions.arithmetic import WHOLE
from cupola.languages.lua.instructions.slow_arithmetic import slow_path_on_constant
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.runtime.values import integer, is_integer, payload

SIGN = 63  # bits to the right

no_integer = slow_path_on_constant(NUMBER_OF["mod"], False)


@lua.instruction
def mod_i(m: Machine, a: Register, b: Register, k: Word, cache: Cache1) -> None:
    """R[a] = R[b] % k, which is an integer above 0; the cell keeps its inverse, a double"""
    x = m.base[b]
    if unlikely(not is_integer(x)):
        slow(no_integer)
    if unlikely(cache[0] == NOT_KNOWN):
        cache[0] = bits(i64, 1.0 / f64(payload(k)))
    quotient = bits(i64, f64(payload(x)) * bits(f64, cache[0]) + WHOLE) - bits(i64, WHOLE)
    rest = payload(x) - quotient * payload(k)
    m.base[a] = integer(rest + (rest >> SIGN & payload(k)))
