"""The slow paths of the hot instructions: errors become THROW codes, ticks and heat go to the driver."""

from __future__ import annotations

from typing import Any

from cupola.kernel import KernelFunction, Ptr, cast, i32, i64, inline
from cupola.language import exit_
from cupola.languages.forth.constants import EXIT_TICK, EXIT_TIER_UP
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import Machine
from cupola.languages.forth.throwing.catch_frames import throw_now

COST_OFFSET = 8  # of the cost operand in every instruction that counts work


def thrower(name: str, code: int) -> KernelFunction[Any, Any]:
    """A slow path that throws `code`."""

    def path(m: Machine) -> None:
        throw_now(m, code)

    path.__qualname__ = path.__name__ = name
    return forth.slow_path(path)


underflow = thrower("underflow", -4)
float_underflow = thrower("float_underflow", -45)
float_overflow = thrower("float_overflow", -44)
bad_address = thrower("bad_address", -9)
out_of_range = thrower("out_of_range", -11)
division_by_zero = thrower("division_by_zero", -10)
invalid_token = thrower("invalid_token", -9)


@forth.slow_path
def no_room(m: Machine) -> None:
    """The stacks have met: the one that took more overflowed."""
    if m.rp - m.vm.return_bottom > m.vm.stack_bottom - m.sp:
        throw_now(m, -5)
    else:
        throw_now(m, -3)


@inline
def give_back(m: Machine) -> None:
    """The instruction is going to be run again: a negative budget was charged for it already."""
    if m.budget < 0:
        m.budget = m.budget + i64(cast(Ptr[i32], m.pc + COST_OFFSET)[0])


@forth.slow_path
def tick(m: Machine) -> None:
    """The budget is used up: let the driver look around."""
    give_back(m)
    exit_(EXIT_TICK)


def _tier_up(m: Machine) -> None:
    """The countdown of this instruction is used up: ask for a faster tier."""
    give_back(m)
    exit_(EXIT_TIER_UP)


_tier_up.__name__ = "tier_up"
tier_up = forth.slow_path(_tier_up)
tier_up.name = "tier_up"  # the symbol by which every language's handlers know it
