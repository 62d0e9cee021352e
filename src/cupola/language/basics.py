"""Instructions that most machines with registers want as they are: variables, boxes, functions, calls, jumps.

`basic_instructions` gives them to a language whose machine is `dynamic.Machine`. Functions take a fixed number of
arguments and return one value. A variable that inner functions use, too, lives in a box: the register holds the box.
Global variables are boxes whose addresses stand in the code, and that hold NOTHING until they are defined.
"""

from __future__ import annotations

from typing import Any

from cupola.kernel import (
    KernelFunction,
    Ptr,
    address,
    address_of,
    cast,
    i64,
    inline,
    kernel,
    null,
    pointer,
    sizeof,
    slow,
    u8,
    u32,
    unlikely,
)
from cupola.language.dynamic import Machine, System, dynamic_entries
from cupola.language.frame_cells import CALLER, CELL, FRAME_CELLS, FUNCTION, LINK
from cupola.language.frames import closure_at, code_of, collect_now, down, frame_above, frame_size
from cupola.language.reading import number_at, small
from cupola.language.reasons import DONE, HEAP_FULL, NO_FUNCTION, STACK_FULL, UNDEFINED, WRONG_COUNT
from cupola.language.standard import standard_paths
from cupola.runtime.heap.heap import allocate, barrier, wants_collection
from cupola.runtime.objects import (
    CELLS_START,
    CLOSURE,
    CLOSURE_UPVALUES,
    UPVALUE,
    Closure,
    Object,
    Prototype,
    Upvalue,
)
from cupola.runtime.tags import NOTHING
from cupola.runtime.values import (
    FUNCTION as FUNCTION_TAG,
)
from cupola.runtime.values import (
    OTHER,
    address_in,
    integer,
    is_false,
    object_of,
    payload,
    reference,
    tag_of,
)
from cupola.tiers.definition.language import Language
from cupola.tiers.definition.leaves import exit_, jump
from cupola.tiers.definition.leaves import slow as give_up
from cupola.tiers.definition.operands import Imm32, Register, Small, Target, Word

CALL_BYTES = 16  # of `call`


@inline
def fail(m: Machine, reason: i64, value: i64) -> None:
    """End the run with an error about a value."""
    m.vm.value = value
    exit_(reason)


@slow
def full(m: Machine) -> None:
    """There is no memory: the driver collects, and the instruction runs again."""
    exit_(HEAP_FULL)


@inline
def collect(m: Machine) -> None:
    """Let the collector work if it wants to: before an instruction makes something."""
    if unlikely(wants_collection(m.vm.heap)):
        collect_now(m.vm.heap, m.base, m.base + frame_size(m.base))


# --- variables ------------------------------------------------------------------------------------------------------


def move(m: Machine, a: Register, b: Register) -> None:
    """R[a] = R[b]"""
    m.base[a] = m.base[b]


def constant(m: Machine, a: Register, k: Word) -> None:
    """R[a] = k"""
    m.base[a] = k


@inline
def box_in(value: i64) -> Ptr[Upvalue]:
    """The box that a value is."""
    return cast(Ptr[Upvalue], object_of(value))


@inline
def captured(m: Machine, number: i64) -> Ptr[Upvalue]:
    """A box that the running function has captured."""
    return cast(Ptr[Ptr[Upvalue]], cast(Ptr[u8], closure_at(m.base)) + CLOSURE_UPVALUES)[number]


@inline
def put(m: Machine, box: Ptr[Upvalue], value: i64) -> None:
    """Set the variable in a box."""
    box.value = value
    barrier(m.vm.heap, cast(Ptr[Object], box))


@slow
def undefined(m: Machine) -> None:
    """A global variable is read before it is defined."""
    fail(m, UNDEFINED, number_at(m.vm.context, m.pc))


def get_global(m: Machine, a: Register, k: Word) -> None:
    """R[a] = the global variable k"""
    value = box_in(k).value
    if unlikely(value == NOTHING):
        give_up(undefined)
    m.base[a] = value


def set_global(m: Machine, a: Register, k: Word) -> None:
    """The global variable k = R[a]"""
    put(m, box_in(k), m.base[a])


def make_box(m: Machine, a: Register) -> None:
    """R[a] = a box that holds R[a]"""
    collect(m)
    made = new_box(m.vm, m.base[a])
    if unlikely(made == 0):
        give_up(full)
    m.base[a] = made


@kernel
def new_box(vm: Ptr[System], value: i64) -> i64:
    """A box that holds a value; 0: no memory."""
    made = cast(Ptr[Upvalue], allocate(vm.heap, UPVALUE, sizeof(Upvalue)))
    if made == null(Ptr[Upvalue]):
        return 0
    made.value = value
    made.place = address_of(made.value)
    return reference(OTHER, address(made))


def get_box(m: Machine, a: Register, b: Register) -> None:
    """R[a] = what is in the box R[b]"""
    m.base[a] = box_in(m.base[b]).value


def set_box(m: Machine, a: Register, b: Register) -> None:
    """What is in the box R[b] = R[a]"""
    put(m, box_in(m.base[b]), m.base[a])


def get_captured(m: Machine, a: Register, b: Register) -> None:
    """R[a] = the captured variable b"""
    m.base[a] = captured(m, b).value


def set_captured(m: Machine, a: Register, b: Register) -> None:
    """The captured variable b = R[a]"""
    put(m, captured(m, b), m.base[a])


@kernel
def new_closure(vm: Ptr[System], base: Ptr[i64], of: Ptr[Prototype]) -> i64:
    """A function with the boxes that it captures from the one at `base`; 0: no memory."""
    count = i64(of.upvalues)
    made = cast(Ptr[Closure], allocate(vm.heap, CLOSURE, CLOSURE_UPVALUES + count * CELL))
    if made == null(Ptr[Closure]):
        return 0
    made.header.extra = u32(count)
    made.code = of.code
    made.prototype = of
    boxes = cast(Ptr[i64], cast(Ptr[u8], made) + CLOSURE_UPVALUES)
    outer = cast(Ptr[i64], cast(Ptr[u8], closure_at(base)) + CLOSURE_UPVALUES)
    captures = cast(Ptr[i64], cast(Ptr[u8], of.captures) + CELLS_START)
    for place in range(count):
        number = payload(captures[place])
        if number >= 0:
            boxes[place] = address_in(base[number])
        else:
            boxes[place] = outer[-1 - number]
    return reference(FUNCTION_TAG, address(made))


def closure(m: Machine, a: Register, k: Word) -> None:
    """R[a] = a function of the code k"""
    collect(m)
    made = new_closure(m.vm, m.base, cast(Ptr[Prototype], object_of(k)))
    if unlikely(made == 0):
        give_up(full)
    m.base[a] = made


# --- calls ----------------------------------------------------------------------------------------------------------


@slow
def no_function(m: Machine) -> None:
    """What is called is no function."""
    fail(m, NO_FUNCTION, m.base[small(m.pc, 0)])


def call(m: Machine, a: Register, b: Register) -> None:
    """R[a] = R[a](the b values from R[a+3] on)"""
    function = m.base[a]
    if unlikely(tag_of(function) != FUNCTION_TAG):
        give_up(no_function)
    m.base = frame_above(m.base, a + FRAME_CELLS, m.pc + CALL_BYTES)
    m.n = b
    jump(code_of(function))


def give_back(m: Machine, a: Register) -> None:
    """Return R[a]."""
    caller = pointer(Ptr[u8], m.base[CALLER])
    m.base[FUNCTION] = m.base[a]
    m.base = down(m.base, m.base[LINK])
    jump(caller)


@slow
def cannot_enter(m: Machine) -> None:
    """The stack is too small, or the number of arguments is wrong: of the small operands, after 32 bits, number 3 is
    how many registers there are."""
    if m.base + small(m.pc, 3) > m.vm.stack_end:
        exit_(STACK_FULL)
    fail(m, WRONG_COUNT, integer(m.n))


def done(m: Machine) -> None:
    """The function that the driver called has returned."""
    exit_(DONE)


def go(m: Machine, target: Target) -> None:
    """Go to `target`."""
    jump(target)


def if_true(m: Machine, a: Register, target: Target) -> None:
    """Go to `target` if R[a] is neither nil nor false."""
    if not is_false(m.base[a]):
        jump(target)


def if_false(m: Machine, a: Register, target: Target) -> None:
    """Go to `target` if R[a] is nil or false."""
    if is_false(m.base[a]):
        jump(target)


INSTRUCTIONS: tuple[Any, ...] = (
    move, constant, get_global, set_global, make_box, get_box, set_box, get_captured, set_captured, closure,
    if_true, if_false,
)  # fmt: skip
SLOW_PATHS: tuple[KernelFunction[Any, Any], ...] = (full, undefined, no_function, cannot_enter)


def basic_instructions(language: Language) -> None:
    """Give a language these instructions, those that count work, and the entries of dynamic languages."""
    dynamic_entries(language)
    language.structs = (*language.structs, Closure)
    language.entries.append(new_box)
    language.slow_paths.extend(SLOW_PATHS)
    paths = standard_paths(language)
    for each in INSTRUCTIONS:
        language.instruction(each)
    language.instruction(call, out_state=0)
    language.instruction(give_back, name="return", ends=True)
    language.instruction(done, ends=True, cold=True)
    language.instruction(go, ends=True)

    @language.instruction(heat=True)
    def enter(m: Machine, cost: Imm32, a: Small, b: Small) -> None:
        """A function with `a` parameters and `b` registers starts."""
        if unlikely(m.n != a):
            give_up(cannot_enter)
        if unlikely(m.base + b > m.vm.stack_end):
            give_up(cannot_enter)
        paths.charge(m, cost)

    @language.instruction(heat=True, ends=True)
    def loop(m: Machine, cost: Imm32, target: Target) -> None:
        """Go back to `target`, the head of a loop."""
        paths.charge(m, cost)
        jump(target)
