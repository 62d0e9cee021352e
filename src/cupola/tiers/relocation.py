"""Guest code that comes from another process, or lies at another address: what it must be given to run here.

What guest code looks like is read from the tables of the engine: `layout.Facts` says where an instruction has an
address, the variant in its header which native code it runs.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i32, i64, inline, kernel, u8, u64
from cupola.tiers.headers import OPCODE_MASK
from cupola.tiers.layout import Header, Tables


@inline
def opcode_at(pc: Ptr[u8]) -> i64:
    return i64(cast(Ptr[Header], pc).packed) & OPCODE_MASK


@kernel
def is_instruction(tables: Ptr[Tables], pc: Ptr[u8], end: Ptr[u8]) -> bool:
    """Whether the bytes at `pc` are an instruction of this engine that ends by `end`, with a variant that fits it."""
    if end - pc < 8:
        return False
    opcode = opcode_at(pc)
    variant = i64(cast(Ptr[Header], pc).variant)
    if opcode >= tables.opcode_count or end - pc < i64(tables.facts[opcode].length):
        return False
    if variant >= tables.variant_count:
        return False
    row = tables.variants + variant
    return row.handler != 0 and (row.count == 0 or i64(row.opcode) == opcode) and end - pc >= i64(row.length)


@kernel
def relocate_code(tables: Ptr[Tables], start: Ptr[u8], end: Ptr[u8], distance: i64) -> bool:
    """Make guest code, which was copied `distance` bytes away from where it was laid out, fit to run: every header gets
    the handler of its variant, native code is forgotten, and addresses in the VM's memory move. False, with the rest as
    it was, at the first bytes that are no instruction.
    """
    pc = start
    while pc < end:
        if not is_instruction(tables, pc, end):
            return False
        facts = tables.facts + opcode_at(pc)
        cast(Ptr[Header], pc).handler = tables.variants[i64(cast(Ptr[Header], pc).variant)].handler
        if facts.number_located != 0:
            place = pc + i64(facts.number_offset)
            if facts.number_bytes == 8:
                cast(Ptr[i64], place)[0] += distance
            else:
                cast(Ptr[i32], place)[0] = i32(i64(cast(Ptr[i32], place)[0]) + distance)
        pc = pc + i64(facts.length)
    return True


@kernel
def number_at(tables: Ptr[Tables], pc: Ptr[u8]) -> i64:
    """The number operand of the instruction at `pc`, which has one."""
    facts = tables.facts + opcode_at(pc)
    place = pc + i64(facts.number_offset)
    return cast(Ptr[i64], place)[0] if facts.number_bytes == 8 else i64(cast(Ptr[i32], place)[0])


@inline
def moved(address: i64, start: i64, size: i64, distance: i64) -> i64:
    """An address that lies in memory that was copied: where the same byte is now. Others stay as they are."""
    return address + distance if u64(address - start) < u64(size) else address
