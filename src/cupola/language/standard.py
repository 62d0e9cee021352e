"""What every language needs besides its instructions: counting work, and asking for the driver.

A language calls `standard_paths` once, before its instructions. One that starts a function or ends a loop has
an operand `cost: Imm32`, the option `heat=True`, and begins with `paths.charge(m, cost)`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cupola.kernel import KernelFunction, Ptr, cast, i32, i64, inline, u8, u16, unlikely
from cupola.language.assembler import assemble
from cupola.language.reading import opcode_at
from cupola.language.reasons import TICK, TIER_UP
from cupola.tiers.definition.language import Language
from cupola.tiers.definition.leaves import exit_, resume, slow
from cupola.tiers.headers import OPCODE_MASK
from cupola.tiers.layout import Context, Header


class StandardPaths(NamedTuple):
    """What `standard_paths` makes: two slow paths, and a function that instructions begin with."""

    tick: KernelFunction[Any, Any]
    tier_up: KernelFunction[Any, Any]
    charge: KernelFunction[Any, Any]


@inline
def cost_at(context: Ptr[Context], pc: Ptr[u8]) -> i64:
    """The number operand of the instruction at `pc`, which takes 32 bits."""
    return i64(cast(Ptr[i32], pc + i64(context.tables.facts[opcode_at(pc)].number_offset))[0])


@inline
def quicken(context: Ptr[Context], pc: Ptr[u8], opcode: i64) -> None:
    """Let the instruction at `pc` be another one with the same operands from now on: one made for what it has met.

    Native code of it stays as it is. (Brunthaler, "Efficient Interpretation using Quickening", DLS 2010)
    """
    tables = context.tables
    one = cast(Ptr[Header], pc)
    before = tables.plain[opcode_at(pc) * tables.states]
    if (
        one.variant == before
    ):  # an interpreter that is a loop has a variant of its own for all, and reads the opcode
        after = tables.plain[opcode * tables.states]
        if one.handler == tables.variants[i64(before)].handler:
            one.handler = tables.variants[i64(after)].handler
        one.variant = after
    one.packed = u16((i64(one.packed) & ~OPCODE_MASK) | opcode)


def standard_paths(language: Language, compile_here: KernelFunction[Any, Any] | None = None) -> StandardPaths:
    """Give a language the slow paths `tick` and `tier_up`, and the native assembler that `Assembler` calls.

    The VM struct must begin with `context: Context`. With `compile_here`, a function of the machine, a function of the
    guest that gets hot is compiled without the driver: it compiles the one that runs, and says whether it did; if not,
    the driver is asked.
    """

    def back(m: Any) -> None:
        """The instruction is going to be run again: a negative budget was charged for it already."""
        if m.budget < 0:
            m.budget = m.budget + cost_at(m.vm.context, m.pc)

    give_back = inline(back)

    def tick(m: Any) -> None:
        """The budget is used up: let the driver look around."""
        give_back(m)
        exit_(TICK)

    def tier_up(m: Any) -> None:
        """The countdown of this instruction is used up: ask for a faster tier."""
        give_back(m)
        if compile_here is not None:  # known when this is lowered
            served = compile_here(m)
            if served:
                resume(m.pc)
        exit_(TIER_UP)

    def charge(m: Any, cost: i64) -> None:
        """Count work; leave for the driver when the budget is used up."""
        m.budget = m.budget - cost
        if unlikely(m.budget < 0):
            slow(tick_path)

    for function in (back, tick, tier_up, charge):
        function.__annotations__["m"] = language.machine
    tick_path = language.slow_path(tick)
    tier_up_path = language.slow_path(tier_up)
    tier_up_path.name = "tier_up"  # the symbol by which the tiers know it
    language.entries.append(assemble)
    return StandardPaths(tick_path, tier_up_path, inline(charge))
