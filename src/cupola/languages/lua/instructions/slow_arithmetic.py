"""The slow paths of arithmetic: every form of number, strings that are numbers, metamethods."""

from __future__ import annotations

from typing import Any

from cupola.kernel import KernelFunction, i64, inline, local
from cupola.language import exit_
from cupola.language.reading import number_at, small
from cupola.languages.lua.constants import HEAP_FULL, STUB_AFTER_STORE
from cupola.languages.lua.definition import lua
from cupola.languages.lua.failures import ARITHMETIC, BITWISE, NO_INTEGER
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.arithmetic import (
    BAND,
    BNOT,
    DIV,
    DONE,
    FULL,
    POW,
    WANTS_METAMETHOD,
    arithmetic,
    on_doubles,
    on_integers,
)
from cupola.languages.lua.semantics.calling import call_metamethod, fail_here
from cupola.languages.lua.semantics.collecting import collect_if_wanted
from cupola.languages.lua.semantics.metatables import metamethod_of_two
from cupola.runtime.numbers.boxes import NOTHING, wide_value
from cupola.runtime.numbers.kinds import is_any_integer, is_string, real, whole
from cupola.runtime.values import NIL, fits, from_double, integer, is_double, is_integer

BITWISE_EVENTS = (*range(BAND, NUMBER_OF["shr"] + 1), BNOT)


@inline
def compute(m: Machine, operation: i64, x: i64, y: i64) -> None:
    """What every slow path of arithmetic does: the operation on integers of 64 bits, or on doubles, at once, else in
    full, or its metamethod."""
    if operation != DIV and operation != POW and is_any_integer(x) and is_any_integer(y):
        result, is_defined = on_integers(operation, whole(x), whole(y))
        if is_defined:
            value = integer(result)
            if not fits(result):
                collect_if_wanted(m)
                value = wide_value(m.vm.heap, result)
                if value == NOTHING:
                    exit_(HEAP_FULL)
            m.base[small(m.pc, 0)] = value
            return
    are_plain = (is_double(x) or is_integer(x)) and (is_double(y) or is_integer(y))
    if operation not in BITWISE_EVENTS and are_plain:
        if operation == POW or is_double(x) or is_double(y):
            m.base[small(m.pc, 0)] = from_double(on_doubles(operation, real(x), real(y)))
            return
    status: i64 = WANTS_METAMETHOD
    handler: i64 = NIL
    if is_string(x) or is_string(y):  # what a program gave to strings goes before the numbers that they are
        handler = metamethod_of_two(m.vm.heap, x, y, operation)
    if handler == NIL:
        out = local(i64)
        status = arithmetic(m.vm.heap, operation, x, y, out)
        if status == DONE:
            m.base[small(m.pc, 0)] = out[0]
            return
        if status == FULL:
            exit_(HEAP_FULL)
        if status != WANTS_METAMETHOD and status != NO_INTEGER:
            fail_here(m, status, x, y)
        handler = metamethod_of_two(m.vm.heap, x, y, operation)
    if handler == NIL:
        failure: i64 = status
        if status == WANTS_METAMETHOD:
            failure = BITWISE if operation in BITWISE_EVENTS else ARITHMETIC
        fail_here(m, failure, x, y)
    call_metamethod(m, handler, x, y, NIL, 2, STUB_AFTER_STORE)


def slow_path_on_registers(operation: int) -> KernelFunction[Any, Any]:
    """The slow path of an operation on two registers."""

    @lua.slow_path
    def on_registers(m: Machine) -> None:
        compute(m, operation, m.base[small(m.pc, 1)], m.base[small(m.pc, 2)])

    return on_registers


def slow_path_on_constant(operation: int, turned: bool = False) -> KernelFunction[Any, Any]:
    """The slow path of an operation on a register and a constant, which is the left one if `turned`."""

    @lua.slow_path
    def on_constant(m: Machine) -> None:
        x = m.base[small(m.pc, 1)]
        k = number_at(m.vm.context, m.pc)
        if turned:
            compute(m, operation, k, x)
        else:
            compute(m, operation, x, k)

    return on_constant


def slow_path_of_one(operation: int) -> KernelFunction[Any, Any]:
    """The slow path of an operation on one register."""

    @lua.slow_path
    def on_one(m: Machine) -> None:
        x = m.base[small(m.pc, 1)]
        compute(m, operation, x, x)

    return on_one
