"""The language itself, to which the modules of `instructions` add theirs, and the kinds of slow paths that all need."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i16, i32, i64, inline, u8
from cupola.language import FIRST_REASON, Language, standard, standard_paths
from cupola.languages.lua.constants import DONE, TICK, TIER_UP
from cupola.languages.lua.machine import VM, Machine
from cupola.runtime.objects import Closure, Coroutine, Host, Native, Prototype, String, Table
from cupola.tiers.definition.instruction import HEADER_BYTES, Instruction
from cupola.tiers.headers import OPCODE_MASK
from cupola.tiers.layout import Header

STRUCTS = (Closure, Coroutine, Host, Native, Prototype, String, Table)  # objects that the driver looks into
NEGATED = 1  # flag of an instruction: it jumps if the condition does not hold


def flags(instruction: Instruction) -> int:
    """What native code wants to know about an instruction."""
    return int(instruction.facts.get("negated", False)) * NEGATED


assert (DONE, TICK, TIER_UP) == (FIRST_REASON, standard.TICK, standard.TIER_UP)

lua = Language("lua", version="1", machine=Machine, flags=flags, structs=STRUCTS)
paths = standard_paths(lua)


@inline
def small(pc: Ptr[u8], number: i64) -> i64:
    """A small operand of the instruction at `pc`: register a is number 0."""
    return i64(cast(Ptr[i16], pc + HEADER_BYTES)[number])


@inline
def number_at(vm: Ptr[VM], pc: Ptr[u8]) -> i64:
    """The number operand of 64 bits of the instruction at `pc`."""
    return cast(Ptr[i64], pc + i64(vm.context.tables.facts[opcode_at(pc)].number_offset))[0]


@inline
def opcode_at(pc: Ptr[u8]) -> i64:
    """The number of the instruction at `pc`."""
    return i64(cast(Ptr[Header], pc).packed) & OPCODE_MASK


@inline
def target_at(vm: Ptr[VM], pc: Ptr[u8]) -> Ptr[u8]:
    """Where the instruction at `pc` leads to."""
    facts = vm.context.tables.facts + opcode_at(pc)
    return pc + i64(cast(Ptr[i32], pc + i64(facts.target_offset))[0])


@inline
def after(vm: Ptr[VM], pc: Ptr[u8]) -> Ptr[u8]:
    """The instruction after the one at `pc`."""
    return pc + i64(vm.context.tables.facts[opcode_at(pc)].length)
