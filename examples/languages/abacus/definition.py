# mypy: disable-error-code="untyped-decorator"
# An instruction is an object of the toolkit; nobody calls it from Python.
"""Abacus: its machine and its instructions. Everything native about the language is made from this file.

The stack of cells holds what expressions compute. A frame, on another stack, holds a function's variables:

    fp[0]  where the caller goes on
    fp[1]  the caller's frame
    fp[2]  the first variable, and so on
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, pointer, registers, struct, u8, unlikely
from cupola.language import (
    FIRST_REASON,
    Address,
    Cell,
    Context,
    Count,
    Imm32,
    Imm64,
    Language,
    Target,
    exit_,
    jump,
    slow,
    standard_paths,
)

PRINT, DONE, ZERO_DIVISOR, TOO_DEEP = range(FIRST_REASON, FIRST_REASON + 4)
LINKAGE = 2  # cells of a frame before its first variable
ROOM = 1024  # cells that a function may take without asking again; the compiler lets it take fewer
CALL_BYTES = 16


@struct
class VM:
    """What one Abacus system has besides its stacks and its guest code."""

    context: Context
    value: i64  # what is to be printed, or the result of the run


@registers
class Machine:
    """What is in machine registers while guest code runs."""

    vm: Ptr[VM]
    budget: i64
    sp: Ptr[i64]
    fp: Ptr[i64]
    pc: Ptr[u8]


abacus = Language("abacus", version="1", machine=Machine, cache=3, canonical=1)
paths = standard_paths(abacus)


# --- numbers and variables ----------------------------------------------------------------------------------


@abacus.instruction
def push(value: Address) -> Cell:
    """Push a number from 0 to 2**30 - 1, as most are: machine code for these is the shortest."""
    return value


@abacus.instruction
def push_long(value: Imm64) -> Cell:
    """Push any number."""
    return value


@abacus.instruction
def drop(x: Cell) -> None:
    """Forget a number."""


@abacus.instruction
def get(m: Machine, slot: Count) -> Cell:
    """Push a variable."""
    return m.fp[slot]


@abacus.instruction
def set(m: Machine, x: Cell, slot: Count) -> None:
    """Pop into a variable."""
    m.fp[slot] = x


# --- arithmetic ---------------------------------------------------------------------------------------------


@abacus.slow_path
def zero_divisor(m: Machine) -> None:
    """Division by zero: the run ends here."""
    exit_(ZERO_DIVISOR)


@abacus.instruction
def add(a: Cell, b: Cell) -> Cell:
    """a + b; numbers have 64 bits, and wrap"""
    return a + b


@abacus.instruction
def subtract(a: Cell, b: Cell) -> Cell:
    """a - b"""
    return a - b


@abacus.instruction
def multiply(a: Cell, b: Cell) -> Cell:
    """a * b"""
    return a * b


@abacus.instruction
def divide(a: Cell, b: Cell) -> Cell:
    """a / b, rounded down"""
    if unlikely(b == 0):
        slow(zero_divisor)
    if unlikely(b == -1):  # the machine's division traps for the most negative number
        return -a
    return a // b


@abacus.instruction
def modulo(a: Cell, b: Cell) -> Cell:
    """a % b: what a / b leaves; it has the sign of b"""
    if unlikely(b == 0):
        slow(zero_divisor)
    if unlikely(b == -1):
        return 0
    return a % b


@abacus.instruction
def negate(a: Cell) -> Cell:
    """-a"""
    return -a


@abacus.instruction
def less(a: Cell, b: Cell) -> Cell:
    """a < b: 1 or 0"""
    return i64(a < b)


@abacus.instruction
def less_equal(a: Cell, b: Cell) -> Cell:
    """a <= b: 1 or 0"""
    return i64(a <= b)


@abacus.instruction
def greater(a: Cell, b: Cell) -> Cell:
    """a > b: 1 or 0"""
    return i64(a > b)


@abacus.instruction
def greater_equal(a: Cell, b: Cell) -> Cell:
    """a >= b: 1 or 0"""
    return i64(a >= b)


@abacus.instruction
def equal(a: Cell, b: Cell) -> Cell:
    """a == b: 1 or 0"""
    return i64(a == b)


@abacus.instruction
def not_equal(a: Cell, b: Cell) -> Cell:
    """a != b: 1 or 0"""
    return i64(a != b)


# --- control ------------------------------------------------------------------------------------------------


@abacus.slow_path
def too_deep(m: Machine) -> None:
    """The two stacks have met: the run ends here."""
    exit_(TOO_DEEP)


@abacus.instruction
def room(m: Machine) -> None:
    """The start of a function: give up if cells and frames have come close to each other."""
    if unlikely(address(m.sp) - address(m.fp) < ROOM * 8):
        slow(too_deep)


@abacus.instruction(heat=True)
def enter(m: Machine, cost: Imm32) -> None:
    """The start of a function, too: count its work."""
    paths.charge(m, cost)


@abacus.instruction(ends=True)
def go(target: Target) -> None:
    """Go on at `target`, further down."""
    jump(target)


@abacus.instruction
def go_if_zero(x: Cell, target: Target) -> None:
    """Go on at `target`, further down, if x is 0."""
    if x == 0:
        jump(target)


@abacus.instruction(heat=True, ends=True)
def repeat(m: Machine, cost: Imm32, target: Target) -> None:
    """Go back to `target`, the head of a loop."""
    paths.charge(m, cost)
    jump(target)


@abacus.instruction(out_state=1)
def call(m: Machine, size: Count, function: Target) -> None:
    """Call a function; the present frame has `size` cells, and the new one begins after it."""
    frame = m.fp + size
    frame[0] = address(m.pc + CALL_BYTES)
    frame[1] = address(m.fp)
    m.fp = frame
    jump(function)


@abacus.instruction(out_state=1, ends=True)
def leave(m: Machine) -> None:
    """Return to the caller; the result is on the stack."""
    back = pointer(Ptr[u8], m.fp[0])
    m.fp = pointer(Ptr[i64], m.fp[1])
    jump(back)


# --- the driver's part --------------------------------------------------------------------------------------


@abacus.instruction(name="print", cold=True)
def print_number(m: Machine, x: Cell) -> None:
    """Let the driver print a number."""
    m.vm.value = x
    m.pc = m.pc + 8  # where the driver enters again
    exit_(PRINT)


@abacus.instruction(cold=True, ends=True)
def done(m: Machine, x: Cell) -> None:
    """The end of the run, with its result."""
    m.vm.value = x
    exit_(DONE)


for comparison in ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"):
    abacus.superinstruction(comparison, "go_if_zero")
abacus.superinstruction("room", "enter")
abacus.superinstruction("push", "add")
abacus.superinstruction("get", "get")
assert abacus["call"].length == CALL_BYTES
