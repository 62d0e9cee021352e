"""Arithmetic: fast on two integers of 48 bits and on two doubles, by a slow path on everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cupola.kernel import (
    KernelFunction,
    add_overflow,
    bits,
    f64,
    floor,
    i64,
    inline,
    mul_overflow,
    sub_overflow,
    unlikely,
)
from cupola.language import Real, Register, Small, Word, slow
from cupola.language.reading import small
from cupola.language.standard import quicken
from cupola.languages.lua.definition import lua
from cupola.languages.lua.instructions.slow_arithmetic import (
    compute,
    slow_path_of_one,
    slow_path_on_constant,
    slow_path_on_registers,
)
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.runtime.values import (
    both_integers,
    double,
    fits,
    from_double,
    integer,
    is_double,
    is_false,
    is_integer,
    lowered,
    payload,
    raised,
    truth,
)

if TYPE_CHECKING:
    from cupola.tiers.definition.instruction import Instruction

ADD, SUB, MUL, DIV, MOD, IDIV, POW = (
    NUMBER_OF[name] for name in ("add", "sub", "mul", "div", "mod", "idiv", "pow")
)
WHOLE = 1.5 * 2.0**52  # added to an integer of 51 bits at most: a double that has this in its lowest bits


# --- fast paths: two integers whose result fits, two doubles ---------------------------------------------------------


@inline
def floor_quotient(x: i64, y: i64) -> i64:
    """x // y of two integers of 48 bits, y above 0; a division of doubles is several times as fast as one of integers.

    It is exact: x / y lies at least 1 / y below the next integer, and is rounded by at most 2**-53 of itself, which is
    less, as x has but 48 bits.
    """
    quotient = floor(f64(payload(x)) / f64(payload(y)))
    return bits(i64, quotient + WHOLE) - bits(i64, WHOLE)


def on_integers(operation: int) -> KernelFunction[Any, Any]:
    """What makes the result of two integers of 48 bits, and tells whether it is one."""

    @inline
    def compute_integers(x: i64, y: i64) -> tuple[i64, bool]:
        result: i64 = 0
        done = True
        if operation == ADD:
            result, over = add_overflow(raised(x), raised(y))
            result = lowered(result)
            done = not over
        if operation == SUB:
            result, over = sub_overflow(raised(x), raised(y))
            result = lowered(result)
            done = not over
        if operation == MUL:
            result, over = mul_overflow(payload(x), raised(y))
            result = lowered(result)
            done = not over
        if operation == MOD:
            done = payload(y) > 0
            result = integer(payload(x) - floor_quotient(x, y) * payload(y))
        if operation == IDIV:
            done = payload(y) > 0
            result = integer(floor_quotient(x, y))
        if operation == DIV:
            result = from_double(f64(payload(x)) / f64(payload(y)))
        return result, done

    return compute_integers


def on_doubles(operation: int) -> KernelFunction[Any, Any]:
    """What makes the result of two doubles."""

    @inline
    def compute_doubles(x: f64, y: f64) -> f64:
        result: f64 = x
        if operation == ADD:
            result = x + y
        if operation == SUB:
            result = x - y
        if operation == MUL:
            result = x * y
        if operation == DIV:
            result = x / y
        if operation == IDIV:
            result = floor(x / y)
        return result

    return compute_doubles


def define(name: str) -> None:
    """The instructions of one operation with two operands: on two registers, on a register and a constant."""
    operation = NUMBER_OF[name]
    if operation in (ADD, SUB, MUL, DIV):
        define_specialised(name, operation)
    elif operation in (MOD, IDIV):
        define_on_numbers(name, operation, None)
        define_on_constant(name + "_k", operation)
        if operation == IDIV:
            define_on_double(name + "_f", operation)
    else:
        define_slow(name, operation)


def define_specialised(name: str, operation: int) -> None:
    """An operation that becomes one on doubles when it first meets two; if that meets something else, it becomes one on
    numbers of any kind, for good. They give the same results, and differ in what they try first."""
    of_doubles = on_doubles(operation)
    mixed = define_on_numbers(name + "_mixed", operation, None)

    @lua.slow_path
    def no_doubles(m: Machine) -> None:
        x = m.base[small(m.pc, 1)]
        y = m.base[small(m.pc, 2)]
        if not (is_double(x) or is_double(y)):  # a sum of doubles often begins with the integer 0
            quicken(m.vm.context, m.pc, mixed.opcode)
        compute(m, operation, x, y)

    @lua.instruction(name=name + "_float")
    def operate_on_doubles(m: Machine, a: Register, b: Register, c: Register) -> None:
        """R[a] = R[b] operation R[c], which have been doubles"""
        result = of_doubles(double(m.base[b]), double(m.base[c]))
        if unlikely(result != result):  # as it is if an operand is no double: those are NaNs
            slow(no_doubles)
        m.base[a] = from_double(result)

    floats = operate_on_doubles.opcode

    @lua.slow_path
    def two_doubles(m: Machine) -> None:
        quicken(m.vm.context, m.pc, floats)
        compute(m, operation, m.base[small(m.pc, 1)], m.base[small(m.pc, 2)])

    define_on_numbers(name, operation, two_doubles, mixed)
    define_on_constant(name + "_k", operation)
    define_on_constant(name + "_rk", operation, turned=True)
    define_on_double(name + "_f", operation)
    define_on_double(name + "_rf", operation, turned=True)


def define_on_numbers(
    name: str, operation: int, two_doubles: KernelFunction[Any, Any] | None, native: Instruction | None = None
) -> Instruction:
    """An operation on two registers, on integers first; on doubles by a slow path, if there is one."""
    of_integers, of_doubles = on_integers(operation), on_doubles(operation)
    path = slow_path_on_registers(operation)

    @lua.instruction(name=name, native=native)
    def operate(m: Machine, a: Register, b: Register, c: Register) -> None:
        """R[a] = R[b] operation R[c]"""
        x = m.base[b]
        y = m.base[c]
        if both_integers(x, y):
            result, done = of_integers(x, y)
            if unlikely(not done):
                slow(path)
            m.base[a] = result
        elif operation == MOD:  # that is a call of the C library
            slow(path)
        elif is_double(x):
            if is_double(y):
                if two_doubles is not None:
                    slow(two_doubles)
                m.base[a] = from_double(of_doubles(double(x), double(y)))
            else:
                if unlikely(not is_integer(y)):
                    slow(path)
                m.base[a] = from_double(of_doubles(double(x), f64(payload(y))))
        else:
            if unlikely(not is_integer(x)):
                slow(path)
            if unlikely(not is_double(y)):
                slow(path)
            m.base[a] = from_double(of_doubles(f64(payload(x)), double(y)))

    return operate


def define_on_constant(name: str, operation: int, turned: bool = False) -> None:
    """An operation on a register and a constant, which is the left one if `turned`."""
    of_integers, of_doubles = on_integers(operation), on_doubles(operation)
    path = slow_path_on_constant(operation, turned)

    @lua.instruction(name=name)
    def operate(m: Machine, a: Register, b: Register, k: Word) -> None:
        """R[a] = R[b] operation k, or k operation R[b]"""
        x = m.base[b]
        if both_integers(x, k):
            result, done = of_integers(k, x) if turned else of_integers(x, k)
            if unlikely(not done):
                slow(path)
            m.base[a] = result
        elif operation == MOD:
            slow(path)
        else:
            if unlikely(not is_double(x)):
                slow(path)
            if unlikely(not is_integer(k)):
                slow(path)
            y = f64(payload(k))
            m.base[a] = from_double(of_doubles(y, double(x)) if turned else of_doubles(double(x), y))


def define_on_double(name: str, operation: int, turned: bool = False) -> None:
    """An operation on a register and a constant that is a double, the left one if `turned`."""
    of_doubles = on_doubles(operation)
    path = slow_path_on_constant(operation, turned)

    @lua.instruction(name=name)
    def operate(m: Machine, a: Register, b: Register, k: Real) -> None:
        """R[a] = R[b] operation k, or k operation R[b]; k is a double"""
        value = m.base[b]
        if is_integer(value):
            x = f64(payload(value))
            m.base[a] = from_double(of_doubles(k, x) if turned else of_doubles(x, k))
        else:
            result = of_doubles(k, double(value)) if turned else of_doubles(double(value), k)
            if unlikely(result != result):
                slow(path)
            m.base[a] = from_double(result)


def define_slow(name: str, operation: int) -> None:
    """Operations without a fast path."""
    on_registers, on_constant = slow_path_on_registers(operation), slow_path_on_constant(operation)

    @lua.instruction(name=name)
    def operate(m: Machine, a: Register, b: Register, c: Register) -> None:
        """R[a] = R[b] operation R[c]"""
        slow(on_registers)

    @lua.instruction(name=name + "_k")
    def operate_on_constant(m: Machine, a: Register, b: Register, k: Word) -> None:
        """R[a] = R[b] operation k"""
        slow(on_constant)


for each in ("add", "sub", "mul", "div", "mod", "pow", "idiv"):
    define(each)


# --- small numbers at the right ------------------------------------------------------------------------------------


def define_small(name: str, operation: int, sign: int) -> None:
    """An operation with a small integer, which is added or (sign -1) subtracted."""

    @lua.slow_path
    def on_small(m: Machine) -> None:
        compute(m, operation, m.base[small(m.pc, 1)], integer(small(m.pc, 2)))

    @lua.instruction(name=name)
    def operate(m: Machine, a: Register, b: Register, c: Small) -> None:
        """R[a] = R[b] operation c"""
        x = m.base[b]
        result: i64 = 0
        if is_integer(x):
            result, over = add_overflow(raised(x), (c * sign) << 16)
            if unlikely(over):
                slow(on_small)
            result = lowered(result)
        else:
            if unlikely(not is_double(x)):
                slow(on_small)
            result = from_double(double(x) + f64(c * sign))
        m.base[a] = result


define_small("add_i", ADD, 1)
define_small("sub_i", SUB, -1)


@lua.slow_path
def square_slow(m: Machine) -> None:
    compute(m, POW, m.base[small(m.pc, 1)], integer(2))


@lua.instruction
def square(m: Machine, a: Register, b: Register) -> None:
    """R[a] = R[b] ^ 2"""
    x = m.base[b]
    if is_double(x):
        m.base[a] = from_double(double(x) * double(x))
    else:
        if unlikely(not is_integer(x)):
            slow(square_slow)
        m.base[a] = from_double(f64(payload(x)) * f64(payload(x)))


# --- operations on one value ----------------------------------------------------------------------------------------


negate_slow = slow_path_of_one(NUMBER_OF["unm"])


@lua.instruction(name="unm")
def negate(m: Machine, a: Register, b: Register) -> None:
    """R[a] = -R[b]"""
    x = m.base[b]
    result: i64 = 0
    if is_integer(x):
        result = 0 - payload(x)
        if unlikely(not fits(result)):
            slow(negate_slow)
        result = integer(result)
    elif is_double(x):
        result = from_double(-double(x))
    else:
        slow(negate_slow)
    m.base[a] = result


@lua.instruction(name="not")
def logical_not(m: Machine, a: Register, b: Register) -> None:
    """R[a] = not R[b]"""
    m.base[a] = truth(is_false(m.base[b]))
