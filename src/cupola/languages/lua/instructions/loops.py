"""Loops: numeric ones on integers of 48 bits and doubles, with a slow path for wide integers; generic ones."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, ceil, floor, i64, inline, kernel, u64, unlikely
from cupola.language import Imm32, Register, Target, exit_, jump, resume, slow
from cupola.language.frames import code_of, frame_above
from cupola.language.reading import after, small, target_at
from cupola.language.standard import cost_at
from cupola.languages.lua.constants import FRAME_CELLS, HEAP_FULL
from cupola.languages.lua.definition import lua, paths
from cupola.languages.lua.failures import CALL, FOR_INITIAL, FOR_LIMIT, FOR_STEP, FOR_STEP_ZERO
from cupola.languages.lua.instructions.calls import CALL_BYTES
from cupola.languages.lua.instructions.tables import element
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.root_numbers import IPAIRS_FUNCTION, NEXT_FUNCTION
from cupola.languages.lua.semantics.calling import fail_here
from cupola.languages.lua.semantics.coercion import string_to_number
from cupola.languages.lua.semantics.collecting import collect_if_wanted
from cupola.languages.lua.semantics.frames import enter_frame, resolve
from cupola.runtime import values
from cupola.runtime.heap.heap import Heap
from cupola.runtime.numbers.boxes import NOTHING, integer_value, wide_value
from cupola.runtime.numbers.kinds import TWO_63, is_any_integer, is_number, is_string, real, whole
from cupola.runtime.objects import Table, WideInteger
from cupola.runtime.tables import OK, table_next
from cupola.runtime.values import (
    INTEGER,
    NIL,
    SHIFT,
    both_integers,
    double,
    from_double,
    integer,
    is_double,
    is_integer,
    lowered,
    object_of,
    payload,
    raised,
    tag_of,
)

START, LIMIT, STEP, VARIABLE = 0, 1, 2, 3
FUNCTION_CELL, STATE, CONTROL, CLOSING, FIRST = 0, 1, 2, 3, 4
ONE = 1 | (INTEGER << SHIFT)
LEAST, MOST = -(1 << 63), (1 << 63) - 1


@kernel
def clip(limit: i64, step: i64) -> tuple[i64, bool]:
    """The limit of a loop over integers as an integer, and whether the loop runs at all as far as that goes."""
    if is_any_integer(limit):
        return whole(limit), True
    number = double(limit)
    if number != number:  # not above 0: as the least integer
        return LEAST, step < 0
    rounded = floor(number) if step > 0 else ceil(number)
    if rounded >= TWO_63:
        return MOST, step > 0
    if rounded < -TWO_63:
        return LEAST, step < 0
    return i64(rounded), True


@kernel
def prepare_integers(heap: Ptr[Heap], loop: Ptr[i64]) -> i64:
    """Prepare a loop over integers of any width: 0 if it does not run, 1 if it does, -1 if there is no memory.

    With wide numbers, LIMIT holds how many rounds are left after the first, always as a wide integer.
    """
    step = whole(loop[STEP])
    start = whole(loop[START])
    limit, runs = clip(loop[LIMIT], step)
    if not runs or (start > limit if step > 0 else start < limit):
        return 0
    loop[VARIABLE] = loop[START]
    fast = values.fits(limit) and is_integer(loop[START]) and is_integer(loop[STEP])
    if fast and values.fits(limit + step):
        loop[LIMIT] = integer(limit)
        return 1
    distance = u64(limit) - u64(start) if step > 0 else u64(start) - u64(limit)
    by = u64(step) if step > 0 else u64(-(step + 1)) + u64(1)
    rounds = wide_value(heap, i64(distance // by))
    if rounds == NOTHING:
        return -1
    loop[LIMIT] = rounds
    return 1


@kernel
def make_number(heap: Ptr[Heap], place: Ptr[i64]) -> bool:
    """Let a string that is a number be that; False if the value is no number then."""
    if is_string(place[0]):
        if not string_to_number(heap, place[0], place):
            return False
    return is_number(place[0])


@lua.slow_path
def for_prepare_slow(m: Machine) -> None:
    """Loops over wide integers, doubles, mixtures; and what is no number."""
    loop = m.base + small(m.pc, 0)
    whole_numbers = is_any_integer(loop[START]) and is_any_integer(loop[STEP])
    if not make_number(m.vm.heap, loop + LIMIT):
        fail_here(m, FOR_LIMIT, loop[LIMIT], 0)
    if not make_number(m.vm.heap, loop + STEP):
        fail_here(m, FOR_STEP, loop[STEP], 0)
    if not make_number(m.vm.heap, loop + START):
        fail_here(m, FOR_INITIAL, loop[START], 0)
    if whole_numbers:
        if whole(loop[STEP]) == 0:
            fail_here(m, FOR_STEP_ZERO, 0, 0)
        found = prepare_integers(m.vm.heap, loop)
        if found < 0:
            exit_(HEAP_FULL)
        if found == 0:
            resume(target_at(m.vm.context, m.pc))
        return
    start = real(loop[START])
    limit = real(loop[LIMIT])
    step = real(loop[STEP])
    if step == 0.0:
        fail_here(m, FOR_STEP_ZERO, 0, 0)
    if limit < start if step > 0.0 else start < limit:  # what is not a number does not end a loop here
        resume(target_at(m.vm.context, m.pc))
    loop[START] = from_double(start)
    loop[LIMIT] = from_double(limit)
    loop[STEP] = from_double(step)
    loop[VARIABLE] = loop[START]


@lua.instruction
def for_prepare(m: Machine, a: Register, target: Target) -> None:
    """Prepare the loop R[a+3] = R[a], R[a+1], R[a+2]; go to `target` if it has no round."""
    loop = m.base + a
    start = loop[START]
    limit = loop[LIMIT]
    step = loop[STEP]
    if unlikely(not both_integers(start & limit, step) or step == integer(0)):
        slow(for_prepare_slow)
    if unlikely(not values.fits(payload(limit) + payload(step))):
        slow(for_prepare_slow)
    runs = payload(start) <= payload(limit) if payload(step) > 0 else payload(start) >= payload(limit)
    if not runs:
        jump(target)
    loop[VARIABLE] = start


@lua.slow_path
def for_loop_slow(m: Machine) -> None:
    """The next round of a loop over wide integers."""
    collect_if_wanted(m)
    loop = m.base + small(m.pc, 2)
    rounds = cast(Ptr[WideInteger], object_of(loop[LIMIT]))
    m.budget = m.budget - cost_at(m.vm.context, m.pc)
    if rounds.number == 0:
        return
    next = integer_value(m.vm.heap, whole(loop[START]) + whole(loop[STEP]))
    if next == NOTHING:
        exit_(HEAP_FULL)
    rounds.number = rounds.number - 1
    loop[START] = next
    loop[VARIABLE] = next
    resume(target_at(m.vm.context, m.pc))


def define_for_loop(name: str, by_one: bool) -> None:
    """The end of a numeric loop of any step, or of one whose step is 1."""

    @lua.instruction(name=name, heat=True)
    def loop_again(m: Machine, cost: Imm32, a: Register, target: Target) -> None:
        """The next round: R[a] = R[a+3] = R[a] + R[a+2], back to `target`; or go on, if that was the last."""
        loop = m.base + a
        at = loop[START]
        limit = loop[LIMIT]
        if both_integers(at, limit):  # and so is the step, and the sum fits: that was prepared
            paths.charge(m, cost)
            step = ONE if by_one else loop[STEP]
            next = raised(at) + raised(step)
            turned = (
                0 if by_one else step << 16 >> 63
            )  # all ones if the loop goes down: that turns the order about
            if next ^ turned <= raised(limit) ^ turned:
                loop[START] = lowered(next)
                loop[VARIABLE] = lowered(next)
                jump(target)
        else:
            if unlikely(not is_double(at)):
                slow(for_loop_slow)
            paths.charge(m, cost)
            by = 1.0 if by_one else double(loop[STEP])
            place = double(at) + by
            more = place <= double(limit)
            if not by_one and by < 0.0:
                more = place >= double(limit)
            if more:
                loop[START] = from_double(place)
                loop[VARIABLE] = from_double(place)
                jump(target)


define_for_loop("for_loop", False)
define_for_loop("for_loop_1", True)


# --- generic loops --------------------------------------------------------------------------------------------------


@lua.slow_path
def for_call_slow(m: Machine) -> None:
    """The iterator is no function."""
    loop = m.base + small(m.pc, 0)
    place = loop + FIRST
    place[0] = loop[FUNCTION_CELL]
    place[FRAME_CELLS] = loop[STATE]
    place[FRAME_CELLS + 1] = loop[CONTROL]
    found = resolve(m.vm, place, 2)
    if found < 0:
        fail_here(m, CALL, loop[FUNCTION_CELL], 0)
    enter_frame(m, place, found, after(m.vm.context, m.pc))


@inline
def next_element(heap: Ptr[Heap], function: i64, control: i64, state: i64) -> i64:
    """What `ipairs` and `pairs` find after the integer `control`, if that is in the array of a table; else NIL."""
    found: i64 = NIL
    if is_integer(control):
        if function == heap.roots[IPAIRS_FUNCTION]:
            found = element(state, payload(control))
        elif function == heap.roots[NEXT_FUNCTION] and payload(control) > 0:
            found = element(state, payload(control))
    return found


@lua.instruction(out_state=0)
def for_call(m: Machine, a: Register, b: Register) -> None:
    """R[a+4], ... = R[a](R[a+1], R[a+2])"""
    loop = m.base + a
    function = loop[FUNCTION_CELL]
    value = next_element(m.vm.heap, function, loop[CONTROL], loop[STATE])
    if value != NIL:
        loop[FIRST] = integer(payload(loop[CONTROL]) + 1)
        loop[FIRST + 1] = value
        m.n = 2
    elif function == m.vm.heap.roots[NEXT_FUNCTION] and tag_of(loop[STATE]) == values.TABLE:
        table = cast(Ptr[Table], object_of(loop[STATE]))
        if unlikely(table_next(m.vm.heap, table, loop[CONTROL], loop + FIRST) != OK):
            loop[FIRST] = NIL
        m.n = 2
    else:
        if unlikely(tag_of(function) != values.FUNCTION):
            slow(for_call_slow)
        loop[FIRST + FRAME_CELLS] = loop[STATE]
        loop[FIRST + FRAME_CELLS + 1] = loop[CONTROL]
        loop[FIRST] = function
        m.base = frame_above(m.base, a + FIRST + FRAME_CELLS, m.pc + CALL_BYTES)
        m.n = 2
        jump(code_of(function))


@lua.instruction(heat=True)
def for_in_loop(m: Machine, cost: Imm32, a: Register, target: Target) -> None:
    """If R[a+4] is not nil, R[a+2] = R[a+4], and back to `target`."""
    paths.charge(m, cost)
    loop = m.base + a
    first = loop[FIRST]
    if first != NIL:
        loop[CONTROL] = first
        jump(target)
