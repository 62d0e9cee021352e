"""Operations on the bits of integers."""

from __future__ import annotations

from cupola.kernel import i64, inline, u64, unlikely
from cupola.language import Register, Word, slow
from cupola.languages.lua.definition import lua
from cupola.languages.lua.instructions.slow_arithmetic import (
    slow_path_of_one,
    slow_path_on_constant,
    slow_path_on_registers,
)
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.runtime.values import INTEGER, SHIFT, both_integers, fits, integer, is_integer, payload

BAND, BOR, BXOR, SHL, SHR, BNOT = (NUMBER_OF[name] for name in ("band", "bor", "bxor", "shl", "shr", "bnot"))


@inline
def on_bits(operation: i64, x: i64, y: i64) -> tuple[i64, bool]:
    """The result for two integers of 48 bits, and whether it is one of 48 bits that was found."""
    result: i64 = 0
    done = True
    if operation == BAND:
        result = x & y
    if operation == BOR:
        result = x | y
    if operation == BXOR:
        result = (x ^ y) | (INTEGER << SHIFT)
    if operation == SHL:
        shifted = payload(x) << (payload(y) & 63)
        done = u64(payload(y)) < 64 and shifted >> (payload(y) & 63) == payload(x) and fits(shifted)
        result = integer(shifted)
    if operation == SHR:
        done = u64(payload(y)) < 64 and payload(x) >= 0
        result = integer(payload(x) >> (payload(y) & 63))
    return result, done


def define(name: str) -> None:
    """The instructions of one operation: on two registers, on a register and a constant."""
    operation = NUMBER_OF[name]
    on_registers, on_constant = slow_path_on_registers(operation), slow_path_on_constant(operation)

    @lua.instruction(name=name)
    def operate(m: Machine, a: Register, b: Register, c: Register) -> None:
        """R[a] = R[b] operation R[c]"""
        x = m.base[b]
        y = m.base[c]
        result, done = on_bits(operation, x, y)
        if unlikely(not (done and both_integers(x, y))):
            slow(on_registers)
        m.base[a] = result

    @lua.instruction(name=name + "_k")
    def operate_on_constant(m: Machine, a: Register, b: Register, k: Word) -> None:
        """R[a] = R[b] operation k"""
        x = m.base[b]
        result, done = on_bits(operation, x, k)
        if unlikely(not (done and both_integers(x, k))):
            slow(on_constant)
        m.base[a] = result


for each in ("band", "bor", "bxor", "shl", "shr"):
    define(each)

complement_slow = slow_path_of_one(BNOT)


@lua.instruction(name="bnot")
def complement(m: Machine, a: Register, b: Register) -> None:
    """R[a] = ~R[b]"""
    x = m.base[b]
    if unlikely(not is_integer(x)):
        slow(complement_slow)
    m.base[a] = integer(~payload(x))
