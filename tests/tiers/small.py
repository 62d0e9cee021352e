# mypy: disable-error-code="untyped-decorator"
# An instruction is an object of the toolkit; nobody calls it from Python.
"""A small language for tests of the tiers: an instruction of every sort. It is never compiled."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, registers, struct, u8, unlikely
from cupola.language import Cell, Context, Imm32, Language, StackAddress, Target, exit_, jump, slow
from cupola.tiers.definition.leaves import resume


@struct
class Struct:
    context: Context


@registers
class Machine:
    vm: Ptr[Struct]
    budget: i64
    sp: Ptr[i64]
    pc: Ptr[u8]


def language(cache: int = 2, canonical: int = 1) -> Language:
    """A new language with an instruction of every sort."""
    made = Language("small", version="1", machine=Machine, cache=cache, canonical=canonical)

    @made.slow_path
    def give_up(m: Machine) -> None:
        exit_(3)

    @made.instruction
    def one() -> Cell:
        return 1

    @made.instruction
    def number(value: Imm32) -> Cell:
        return value * 8

    @made.instruction
    def add(a: Cell, b: Cell) -> Cell:
        return a + b

    @made.instruction
    def checked(a: Cell, b: Cell) -> Cell:
        if unlikely(b == 0):
            slow(give_up)
        return a // b

    @made.instruction(heat=True)
    def enter(m: Machine, cost: Imm32) -> None:
        m.budget = m.budget - cost
        if unlikely(m.budget < 0):
            slow(give_up)

    @made.instruction
    def need(m: Machine, deepest: StackAddress) -> None:
        if unlikely(m.budget == deepest):
            slow(give_up)

    @made.instruction(memory_stack=True)
    def deep(m: Machine) -> Cell:
        return m.sp[3]

    @made.instruction
    def skip(x: Cell, target: Target) -> None:
        if x == 0:
            jump(target)

    @made.instruction(out_state=1, ends=True)
    def leave(m: Machine, back: Cell) -> None:
        m.budget = back

    @made.instruction(cold=True, ends=True)
    def stop(m: Machine) -> None:
        exit_(7)

    @made.instruction(cold=True)
    def again(m: Machine) -> None:
        resume(m.pc)

    return made
