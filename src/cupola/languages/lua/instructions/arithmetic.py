"""Arithmetic: fast on two integers of 48 bits and on two doubles, by a slow path on everything else."""

from __future__ import annotations

from typing import Any

from cupola.kernel import (
    KernelFunction,
    add_overflow,
    f64,
    floor,
    i64,
    inline,
    likely,
    local,
    mul_overflow,
    sub_overflow,
    unlikely,
)
from cupola.language import Register, Small, Word, exit_, slow
from cupola.language.reading import number_at, small
from cupola.languages.lua.constants import HEAP_FULL, STUB_AFTER_STORE
from cupola.languages.lua.definition import lua
from cupola.languages.lua.failures import ARITHMETIC, BITWISE, NO_INTEGER
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.arithmetic import BAND, BNOT, DONE, FULL, WANTS_METAMETHOD, arithmetic
from cupola.languages.lua.semantics.calling import call_metamethod, fail_here
from cupola.languages.lua.semantics.metatables import metamethod
from cupola.runtime.values import (
    INTEGER,
    NIL,
    SHIFT,
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

BITWISE_EVENTS = (*range(BAND, NUMBER_OF["shr"] + 1), BNOT)
ADD, SUB, MUL, DIV, MOD, IDIV = (NUMBER_OF[name] for name in ("add", "sub", "mul", "div", "mod", "idiv"))
BOR, BXOR = NUMBER_OF["bor"], NUMBER_OF["bxor"]


@inline
def compute(m: Machine, operation: i64, x: i64, y: i64) -> None:
    """What every slow path of arithmetic does: the operation in full, or its metamethod."""
    out = local(i64)
    status = arithmetic(m.vm.heap, operation, x, y, out)
    if status == DONE:
        m.base[small(m.pc, 0)] = out[0]
        return
    if status == FULL:
        exit_(HEAP_FULL)
    if status != WANTS_METAMETHOD and status != NO_INTEGER:
        fail_here(m, status, x, y)
    handler = metamethod(m.vm.heap, x, operation)
    if handler == NIL:
        handler = metamethod(m.vm.heap, y, operation)
    if handler == NIL:
        failure: i64 = status
        if status == WANTS_METAMETHOD:
            failure = BITWISE if operation in BITWISE_EVENTS else ARITHMETIC
        fail_here(m, failure, x, y)
    call_metamethod(m, handler, x, y, NIL, 2, STUB_AFTER_STORE)


def slow_paths(operation: int) -> tuple[KernelFunction[Any, Any], KernelFunction[Any, Any]]:
    """The slow paths of an operation on two registers, and on a register and a constant."""

    @lua.slow_path
    def on_registers(m: Machine) -> None:
        compute(m, operation, m.base[small(m.pc, 1)], m.base[small(m.pc, 2)])

    @lua.slow_path
    def on_constant(m: Machine) -> None:
        compute(m, operation, m.base[small(m.pc, 1)], number_at(m.vm.context, m.pc))

    return on_registers, on_constant


# --- fast paths: two integers whose result fits, two doubles ---------------------------------------------------------


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
            if done:
                result = integer(payload(x) % payload(y))
        if operation == IDIV:
            done = payload(y) > 0
            if done:
                result = integer(payload(x) // payload(y))
        if operation == DIV:
            result = from_double(f64(payload(x)) / f64(payload(y)))
        return result, done

    return compute_integers


def on_doubles(operation: int) -> KernelFunction[Any, Any]:
    """What makes the result of two doubles."""

    @inline
    def compute_doubles(x: f64, y: f64) -> i64:
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
        return from_double(result)

    return compute_doubles


def define(name: str) -> None:
    """The instructions of one operation with two operands: on two registers, on a register and a constant."""
    operation = NUMBER_OF[name]
    paths = slow_paths(operation)
    if operation in (ADD, SUB, MUL, DIV, MOD, IDIV):
        define_numeric(name, operation, *paths)
    elif operation in (BAND, BOR, BXOR):
        define_bitwise(name, operation, *paths)
    else:
        define_slow(name, *paths)


def define_numeric(
    name: str, operation: int, on_registers: KernelFunction[Any, Any], on_constant: KernelFunction[Any, Any]
) -> None:
    """Operations on integers and doubles."""
    of_integers, of_doubles = on_integers(operation), on_doubles(operation)
    takes_doubles = operation != MOD  # that is a call of the C library

    @lua.instruction(name=name)
    def operate(m: Machine, a: Register, b: Register, c: Register) -> None:
        """R[a] = R[b] operation R[c]"""
        x = m.base[b]
        y = m.base[c]
        if both_integers(x, y):
            result, done = of_integers(x, y)
            if unlikely(not done):
                slow(on_registers)
            m.base[a] = result
        else:
            if unlikely(not (takes_doubles and is_double(x))):
                slow(on_registers)
            if unlikely(not is_double(y)):
                slow(on_registers)
            m.base[a] = of_doubles(double(x), double(y))

    @lua.instruction(name=name + "_k")
    def operate_on_constant(m: Machine, a: Register, b: Register, k: Word) -> None:
        """R[a] = R[b] operation k"""
        x = m.base[b]
        if both_integers(x, k):
            result, done = of_integers(x, k)
            if unlikely(not done):
                slow(on_constant)
            m.base[a] = result
        else:
            if unlikely(not (takes_doubles and is_double(x))):
                slow(on_constant)
            if unlikely(not is_double(k)):
                slow(on_constant)
            m.base[a] = of_doubles(double(x), double(k))

    if takes_doubles:

        @lua.instruction(name=name + "_f")
        def operate_on_double(m: Machine, a: Register, b: Register, k: Word) -> None:
            """R[a] = R[b] operation k, which is a double"""
            x = m.base[b]
            if likely(is_double(x)):
                m.base[a] = of_doubles(double(x), double(k))
            else:
                if unlikely(not is_integer(x)):
                    slow(on_constant)
                m.base[a] = of_doubles(f64(payload(x)), double(k))


def define_bitwise(
    name: str, operation: int, on_registers: KernelFunction[Any, Any], on_constant: KernelFunction[Any, Any]
) -> None:
    """Operations on the bits of integers."""

    @inline
    def on_bits(x: i64, y: i64) -> i64:
        result = x & y
        if operation == BOR:
            result = x | y
        if operation == BXOR:
            result = (x ^ y) | (INTEGER << SHIFT)
        return result

    @lua.instruction(name=name)
    def operate(m: Machine, a: Register, b: Register, c: Register) -> None:
        """R[a] = R[b] operation R[c]"""
        if unlikely(not both_integers(m.base[b], m.base[c])):
            slow(on_registers)
        m.base[a] = on_bits(m.base[b], m.base[c])

    @lua.instruction(name=name + "_k")
    def operate_on_constant(m: Machine, a: Register, b: Register, k: Word) -> None:
        """R[a] = R[b] operation k"""
        if unlikely(not both_integers(m.base[b], k)):
            slow(on_constant)
        m.base[a] = on_bits(m.base[b], k)


def define_slow(
    name: str, on_registers: KernelFunction[Any, Any], on_constant: KernelFunction[Any, Any]
) -> None:
    """Operations without a fast path."""

    @lua.instruction(name=name)
    def operate(m: Machine, a: Register, b: Register, c: Register) -> None:
        """R[a] = R[b] operation R[c]"""
        slow(on_registers)

    @lua.instruction(name=name + "_k")
    def operate_on_constant(m: Machine, a: Register, b: Register, k: Word) -> None:
        """R[a] = R[b] operation k"""
        slow(on_constant)


for each in ("add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr"):
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


# --- operations on one value ----------------------------------------------------------------------------------------


def slow_path_of_one(operation: int) -> KernelFunction[Any, Any]:
    """The slow path of an operation on one register."""

    @lua.slow_path
    def on_one(m: Machine) -> None:
        x = m.base[small(m.pc, 1)]
        compute(m, operation, x, x)

    return on_one


negate_slow = slow_path_of_one(NUMBER_OF["unm"])
complement_slow = slow_path_of_one(BNOT)


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


@lua.instruction(name="bnot")
def complement(m: Machine, a: Register, b: Register) -> None:
    """R[a] = ~R[b]"""
    x = m.base[b]
    if unlikely(not is_integer(x)):
        slow(complement_slow)
    m.base[a] = integer(~payload(x))
