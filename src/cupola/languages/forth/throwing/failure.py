"""How native code reports an error: it notes a THROW code in the VM, and its caller throws.

Kernel functions below an instruction cannot leave it. They call `fail`, return at once, and the instruction
ends with `check`. The first failure counts.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, unlikely
from cupola.language import slow
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM, Machine
from cupola.languages.forth.throwing.catch_frames import throw_now

STACK_OVERFLOW, UNDERFLOW, RETURN_OVERFLOW = -3, -4, -5
FULL = -8
BAD_ADDRESS = -9
OUT_OF_RANGE = -11
BAD_ARGUMENT = -12
UNKNOWN_WORD, ONLY_COMPILES = -13, -14
BAD_FORGET = -15
NO_NAME, TEXT_TOO_LONG, NAME_TOO_LONG = -16, -18, -19
MISMATCH = -22
BAD_NUMBER = -24
NO_LOOP = -26
NESTED = -29
NOT_CREATED, NOT_SETTABLE = -31, -32
FLOAT_OUT_OF_RANGE, FLOAT_OVERFLOW, FLOAT_UNDERFLOW = -43, -44, -45
ORDER_OVERFLOW, ORDER_UNDERFLOW = -49, -50
BAD_BLOCK = -35
CONTROL_OVERFLOW = -52
QUIT = -56
END_OF_FILE, BAD_POSTPONE = -39, -48
TOO_MANY_LOCALS, BAD_LOCALS = -256, -257


@inline
def fail(vm: Ptr[VM], code: i64) -> None:
    """Note that the instruction must throw `code`."""
    if vm.pending == 0:
        vm.pending = code


@inline
def failed(vm: Ptr[VM]) -> bool:
    return vm.pending != 0


@forth.slow_path
def throw_pending(m: Machine) -> None:
    """Throw the code that was noted."""
    code = m.vm.pending
    m.vm.pending = 0
    throw_now(m, code)


@inline
def check(m: Machine) -> None:
    """Leave the instruction by a THROW if something below it failed."""
    if unlikely(m.vm.pending != 0):
        slow(throw_pending)
