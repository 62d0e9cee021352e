"""What slow paths read of the instruction that they stand for: its operands, and the places that it goes on at."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i16, i32, i64, inline, u8
from cupola.tiers.definition.instruction import HEADER_BYTES
from cupola.tiers.headers import OPCODE_MASK
from cupola.tiers.layout import Context, Header


@inline
def small(pc: Ptr[u8], number: i64) -> i64:
    """A small operand of the instruction at `pc`; the first one is number 0."""
    return i64(cast(Ptr[i16], pc + HEADER_BYTES)[number])


@inline
def opcode_at(pc: Ptr[u8]) -> i64:
    """The number of the instruction at `pc`."""
    return i64(cast(Ptr[Header], pc).packed) & OPCODE_MASK


@inline
def number_place(context: Ptr[Context], pc: Ptr[u8]) -> Ptr[i64]:
    """Where the number operand of 64 bits of the instruction at `pc` stands."""
    return cast(Ptr[i64], pc + i64(context.tables.facts[opcode_at(pc)].number_offset))


@inline
def number_at(context: Ptr[Context], pc: Ptr[u8]) -> i64:
    """The number operand of 64 bits of the instruction at `pc`."""
    return number_place(context, pc)[0]


@inline
def target_at(context: Ptr[Context], pc: Ptr[u8]) -> Ptr[u8]:
    """Where the instruction at `pc` leads to."""
    facts = context.tables.facts + opcode_at(pc)
    return pc + i64(cast(Ptr[i32], pc + i64(facts.target_offset))[0])


@inline
def after(context: Ptr[Context], pc: Ptr[u8]) -> Ptr[u8]:
    """The instruction after the one at `pc`."""
    return pc + i64(context.tables.facts[opcode_at(pc)].length)
