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
    local,
    mul_overflow,
    sub_overflow,
    unlikely,
)
from cupola.language import Register, Small, Word, exit_, slow
from cupola.languages.lua.constants import HEAP_FULL, STUB_AFTER_STORE
from cupola.languages.lua.definition import lua, number_at, small
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
        compute(m, operation, m.base[small(m.pc, 1)], number_at(m.vm, m.pc))

    return on_registers, on_constant


# --- fast paths: each tells whether it can, and what it comes to ----------------------------------------------------


def define(name: str) -> None:
    """The instructions of one operation with two operands."""
    operation = NUMBER_OF[name]
    on_registers, on_constant = slow_paths(operation)

    if operation in (ADD, SUB, MUL, DIV, MOD, IDIV):

        @inline
        def quick(x: i64, y: i64) -> tuple[i64, bool]:
            result: i64 = 0
            done = False
            if both_integers(x, y):
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
                    if payload(y) > 0:
                        result = integer(payload(x) % payload(y))
                        done = True
                if operation == IDIV:
                    if payload(y) > 0:
                        result = integer(payload(x) // payload(y))
                        done = True
                if operation == DIV:
                    result = from_double(f64(payload(x)) / f64(payload(y)))
                    done = True
            elif is_double(x) and is_double(y):
                done = True
                if operation == ADD:
                    result = from_double(double(x) + double(y))
                if operation == SUB:
                    result = from_double(double(x) - double(y))
                if operation == MUL:
                    result = from_double(double(x) * double(y))
                if operation == DIV:
                    result = from_double(double(x) / double(y))
                if operation == IDIV:
                    result = from_double(floor(double(x) / double(y)))
                if operation == MOD:
                    done = False
            return result, done

    elif operation in (BAND, BOR, BXOR):

        @inline
        def quick(x: i64, y: i64) -> tuple[i64, bool]:
            result = x & y
            if operation == BOR:
                result = x | y
            if operation == BXOR:
                result = (x ^ y) | (INTEGER << SHIFT)
            return result, both_integers(x, y)

    else:

        @inline
        def quick(x: i64, y: i64) -> tuple[i64, bool]:
            return 0, False

    define_both(name, quick, on_registers, on_constant)


def define_both(
    name: str,
    quick: KernelFunction[Any, Any],
    on_registers: KernelFunction[Any, Any],
    on_constant: KernelFunction[Any, Any],
) -> None:
    """The instruction on two registers, and that on a register and a constant."""

    @lua.instruction(name=name)
    def operate(m: Machine, a: Register, b: Register, c: Register) -> None:
        """R[a] = R[b] operation R[c]"""
        result, done = quick(m.base[b], m.base[c])
        if unlikely(not done):
            slow(on_registers)
        m.base[a] = result

    @lua.instruction(name=name + "_k")
    def operate_on_constant(m: Machine, a: Register, b: Register, k: Word) -> None:
        """R[a] = R[b] operation k"""
        result, done = quick(m.base[b], k)
        if unlikely(not done):
            slow(on_constant)
        m.base[a] = result


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
