"""Comparisons, each with the jump that depends on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cupola.kernel import KernelFunction, Ptr, cast, f64, i64, inline, null, u8, unlikely
from cupola.language import Register, Small, Target, Word, jump, resume, slow
from cupola.language.reading import after, number_at, opcode_at, small, target_at
from cupola.language.standard import quicken
from cupola.languages.lua.constants import STUB_AFTER_TEST
from cupola.languages.lua.definition import NEGATED, lua
from cupola.languages.lua.failures import COMPARE
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.root_numbers import NUMBER_OF
from cupola.languages.lua.semantics.calling import call_metamethod, fail_here
from cupola.languages.lua.semantics.comparison import ASK, YES, equal, less, less_equal
from cupola.languages.lua.semantics.metatables import metamethod_of_two
from cupola.runtime.numbers.kinds import is_any_integer, string_at, whole
from cupola.runtime.objects import LONGEST_INTERNED, Table
from cupola.runtime.values import (
    NIL,
    OTHER,
    STRING,
    TABLE,
    both_integers,
    double,
    integer,
    is_double,
    is_false,
    is_integer,
    object_of,
    payload,
    tag_of,
)

if TYPE_CHECKING:
    from cupola.tiers.definition.instruction import Instruction

EQ, LT, LE = NUMBER_OF["eq"], NUMBER_OF["lt"], NUMBER_OF["le"]


@inline
def decide(m: Machine, at: Ptr[u8], holds: bool) -> None:
    """Go on after the conditional jump at `at`, or where it leads to."""
    facts = m.vm.context.tables.facts + opcode_at(at)
    if holds != (i64(facts.flags) & NEGATED != 0):
        resume(target_at(m.vm.context, at))
    resume(after(m.vm.context, at))


@inline
def compare(m: Machine, event: i64, x: i64, y: i64, found: i64) -> None:
    """What every slow path of a comparison does: decide, or let a metamethod decide."""
    if found != ASK:
        decide(m, m.pc, found == YES)
    handler = metamethod_of_two(m.vm.heap, x, y, event)
    if handler == NIL:
        if event == EQ:
            decide(m, m.pc, False)
        fail_here(m, COMPARE, x, y)
    call_metamethod(m, handler, x, y, NIL, 2, STUB_AFTER_TEST)


@lua.slow_path
def equal_slow(m: Machine) -> None:
    x = m.base[small(m.pc, 0)]
    y = m.base[small(m.pc, 1)]
    if tag_of(x) == TABLE and tag_of(y) == TABLE:  # two of them
        compare(m, EQ, x, y, ASK)
    compare(m, EQ, x, y, equal(x, y))


@lua.slow_path
def equal_k_slow(m: Machine) -> None:
    x = m.base[small(m.pc, 0)]
    y = number_at(m.vm.context, m.pc)
    compare(m, EQ, x, y, equal(x, y))


def order_slow(event: int, relation: KernelFunction[Any, Any]) -> KernelFunction[Any, Any]:
    """The slow path of an order between two registers."""

    @lua.slow_path
    def order(m: Machine) -> None:
        x = m.base[small(m.pc, 0)]
        y = m.base[small(m.pc, 1)]
        if is_any_integer(x) and is_any_integer(y):
            decide(m, m.pc, whole(x) < whole(y) if event == LT else whole(x) <= whole(y))
        compare(m, event, x, y, relation(x, y))

    return order


def becoming(opcode: int, event: int, relation: KernelFunction[Any, Any]) -> KernelFunction[Any, Any]:
    """The slow path of an order that is another instruction from now on."""

    @lua.slow_path
    def order(m: Machine) -> None:
        quicken(m.vm.context, m.pc, opcode)
        x = m.base[small(m.pc, 0)]
        y = m.base[small(m.pc, 1)]
        compare(m, event, x, y, relation(x, y))

    return order


def order_number_slow(
    event: int, relation: KernelFunction[Any, Any], turned: bool
) -> KernelFunction[Any, Any]:
    """The slow path of an order between a register and a small number, which is the left one if `turned`."""

    @lua.slow_path
    def order(m: Machine) -> None:
        x = m.base[small(m.pc, 0)]
        y = integer(small(m.pc, 1))
        if turned:
            compare(m, event, y, x, relation(y, x))
        compare(m, event, x, y, relation(x, y))

    return order


@inline
def may_be_equal(x: i64, y: i64) -> bool:
    """Whether two values that are not the same, nor both of them doubles or small integers, may be equal: strings that
    are not interned, tables with metatables, wide integers and doubles, objects of other kinds."""
    found = tag_of(x) == OTHER or tag_of(y) == OTHER
    if tag_of(x) == tag_of(y):
        if tag_of(x) == STRING:
            found = string_at(x).length > LONGEST_INTERNED
        if tag_of(x) == TABLE:
            found = has_metatable(x) or has_metatable(y)
    return found


@inline
def has_metatable(table: i64) -> bool:
    """Whether a table has a metatable."""
    return cast(Ptr[Table], object_of(table)).metatable != null(Ptr[Table])


def define_equal(name: str, negated: bool) -> None:
    """if_equal or if_not_equal."""

    @lua.instruction(name=name, facts={"negated": negated})
    def jump_if(m: Machine, a: Register, b: Register, target: Target) -> None:
        """Go to `target` if R[a] == R[b] (or if not)"""
        x = m.base[a]
        y = m.base[b]
        equals = x == y
        if equals:
            if unlikely(is_double(x)):  # what is not a number does not equal itself
                equals = double(x) == double(x)
        elif unlikely(not both_integers(x, y)):
            if is_double(x) and is_double(y):
                equals = double(x) == double(y)
            elif is_double(x) and is_integer(y):
                equals = double(x) == f64(payload(y))
            elif is_integer(x) and is_double(y):
                equals = f64(payload(x)) == double(y)
            elif may_be_equal(x, y):
                slow(equal_slow)
        if equals != negated:
            jump(target)

    @lua.instruction(name=name + "_k", facts={"negated": negated})
    def jump_if_number(m: Machine, a: Register, k: Word, target: Target) -> None:
        """Go to `target` if R[a] == k (or if not), which is a number"""
        x = m.base[a]
        equals = x == k  # k is not NaN
        if not equals:
            if is_double(x):
                if unlikely(tag_of(k) == OTHER):
                    slow(equal_k_slow)
                equals = double(x) == (f64(payload(k)) if is_integer(k) else double(k))
            elif unlikely(tag_of(x) == OTHER or not is_integer(k)):
                slow(equal_k_slow)
        if equals != negated:
            jump(target)

    @lua.instruction(name=name + "_s", facts={"negated": negated})
    def jump_if_same(m: Machine, a: Register, k: Word, target: Target) -> None:
        """Go to `target` if R[a] == k (or if not), which is nil, a boolean, or an interned string"""
        if (m.base[a] == k) != negated:
            jump(target)


def define_order(name: str, event: int, relation: KernelFunction[Any, Any], negated: bool) -> None:
    """if_less, if_less_equal, or their opposites: it becomes one on doubles when it first meets two; if that meets
    something else, it becomes one on numbers of any kind, for good."""
    mixed = define_order_of_numbers(name + "_mixed", event, relation, negated, None)

    no_doubles = becoming(mixed.opcode, event, relation)

    @lua.instruction(name=name + "_float", facts={"negated": negated})
    def jump_on_doubles(m: Machine, a: Register, b: Register, target: Target) -> None:
        """Go to `target` if R[a] is less than R[b], or equal to it (or if not); they have been doubles"""
        x = double(m.base[a])
        y = double(m.base[b])
        difference = x - y
        if unlikely(difference != difference):  # as it is if one is no double: those are NaNs
            slow(no_doubles)
        holds = x < y if event == LT else x <= y
        if holds != negated:
            jump(target)

    two_doubles = becoming(jump_on_doubles.opcode, event, relation)
    define_order_of_numbers(name, event, relation, negated, two_doubles, mixed)


def define_order_of_numbers(
    name: str,
    event: int,
    relation: KernelFunction[Any, Any],
    negated: bool,
    two_doubles: KernelFunction[Any, Any] | None,
    native: Instruction | None = None,
) -> Instruction:
    """An order on two registers, of integers first; of doubles by a slow path, if there is one."""
    path = order_slow(event, relation)

    @inline
    def in_order(x: f64, y: f64) -> bool:
        return x < y if event == LT else x <= y

    @lua.instruction(name=name, facts={"negated": negated}, native=native)
    def jump_if(m: Machine, a: Register, b: Register, target: Target) -> None:
        """Go to `target` if R[a] is less than R[b], or equal to it (or if not)"""
        x = m.base[a]
        y = m.base[b]
        holds = False
        if both_integers(x, y):
            holds = x << 16 < y << 16 if event == LT else x << 16 <= y << 16
        elif is_double(x):
            if is_double(y):
                if two_doubles is not None:
                    slow(two_doubles)
                holds = in_order(double(x), double(y))
            else:
                if unlikely(not is_integer(y)):
                    slow(path)
                holds = in_order(double(x), f64(payload(y)))  # exact, as 48 bits are
        else:
            if unlikely(not is_integer(x)):
                slow(path)
            if unlikely(not is_double(y)):
                slow(path)
            holds = in_order(f64(payload(x)), double(y))
        if holds != negated:
            jump(target)

    return jump_if


def define_order_number(
    name: str, event: int, relation: KernelFunction[Any, Any], turned: bool, negated: bool
) -> None:
    """Orders between a register and a number in the instruction: R[a] < b, or b < R[a] if turned."""
    path = order_number_slow(event, relation, turned)
    test = order_of(event, turned)

    @lua.instruction(name=name, facts={"negated": negated})
    def jump_if(m: Machine, a: Register, b: Small, target: Target) -> None:
        """Go to `target` if R[a] stands in this order to the number b (or if not)"""
        x = m.base[a]
        holds = False
        if is_integer(x):
            holds = test(payload(x), b)
        elif is_double(x):
            if event == LT:
                holds = f64(b) < double(x) if turned else double(x) < f64(b)
            else:
                holds = f64(b) <= double(x) if turned else double(x) <= f64(b)
        else:
            slow(path)
        if holds != negated:
            jump(target)


def order_of(event: int, turned: bool) -> Callable[[int, int], bool]:
    """The order of two whole numbers."""

    @inline
    def test(x: i64, y: i64) -> bool:
        if event == LT:
            return y < x if turned else x < y
        return y <= x if turned else x <= y

    return test


for prefix, opposite in (("if_", False), ("if_not_", True)):
    define_equal(prefix + "equal", opposite)
    define_order(prefix + "less", LT, less, opposite)
    define_order(prefix + "less_equal", LE, less_equal, opposite)
    define_order_number(prefix + "less_i", LT, less, False, opposite)
    define_order_number(prefix + "less_equal_i", LE, less_equal, False, opposite)
    define_order_number(prefix + "greater_i", LT, less, True, opposite)
    define_order_number(prefix + "greater_equal_i", LE, less_equal, True, opposite)


@lua.instruction(facts={"negated": False})
def if_true(m: Machine, a: Register, target: Target) -> None:
    """Go to `target` if R[a] is neither nil nor false"""
    if not is_false(m.base[a]):
        jump(target)


@lua.instruction(facts={"negated": True})
def if_false(m: Machine, a: Register, target: Target) -> None:
    """Go to `target` if R[a] is nil or false"""
    if is_false(m.base[a]):
        jump(target)
