"""Where the guest code of a word calls others: for whoever asks which words belong together."""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i32, i64, u8
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM
from cupola.tiers.headers import OPCODE_MASK
from cupola.tiers.layout import Header


@forth.entry
def next_call(vm: Ptr[VM], pc: Ptr[u8], end: Ptr[u8]) -> Ptr[u8]:
    """The first `call` from `pc` on, or `end`."""
    while pc < end:
        opcode = i64(cast(Ptr[Header], pc).packed) & OPCODE_MASK
        if opcode == forth["call"].opcode:
            return pc
        pc = pc + i64(vm.context.tables.facts[opcode].length)
    return end


@forth.entry
def loops_around(vm: Ptr[VM], start: Ptr[u8], end: Ptr[u8], place: Ptr[u8]) -> i64:
    """How many loops of the code from `start` to `end` go round `place`."""
    found: i64 = 0
    pc = start
    while pc < end:
        facts = vm.context.tables.facts + (i64(cast(Ptr[Header], pc).packed) & OPCODE_MASK)
        if facts.heat_offset != 0 and facts.target_offset != 0:
            target = pc + i64(cast(Ptr[i32], pc + i64(facts.target_offset))[0])
            if start <= target and target <= place and place <= pc:
                found += 1
        pc = pc + i64(facts.length)
    return found
