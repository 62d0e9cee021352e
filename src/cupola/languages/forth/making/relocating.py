"""What native code does to a system that was copied from an image: its addresses move, its code gets handlers.

Which fields hold addresses is read from the structs; nothing is listed here.
"""

from __future__ import annotations

from typing import Any

from cupola.kernel import Ptr, address, cast, i32, i64, kernel, null, static, u8, u32, u64
from cupola.kernel.types import PointerType
from cupola.languages.forth.compiler.finish import loop_heat
from cupola.languages.forth.constants import CODE_OFFSET, DATA_OFFSET, LOW
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM, Word
from cupola.languages.forth.optimizer.inlining import origins, pool
from cupola.languages.forth.optimizer.peephole import FIXED
from cupola.tiers.relocation import moved, number_at, opcode_at, relocate_code


def pointers(struct: Any) -> tuple[int, ...]:
    """The offsets of the fields of a struct that are pointers into the VM's memory."""
    return tuple(
        field.offset
        for name, field in struct.fields.items()
        if isinstance(field.type, PointerType) and name not in SET_ANEW
    )


# What the driver sets anew lies outside of what is moved, wherever that is.
SET_ANEW = ("heap_pages",)
VM_POINTERS, WORD_POINTERS = pointers(VM), pointers(Word)
BAD_CODE, BEYOND = -9, -8


@forth.entry
def move_system(vm: Ptr[VM], old: i64) -> i64:
    """Make a system that was copied from the address `old` ready to run at `vm`: 0, BAD_CODE if it holds something that
    is no guest code, BEYOND if its code uses addresses that are outside of the data space here. The driver has set what
    depends on the process, and `recover` comes after it."""
    distance = address(vm) - old
    for offset in static(VM_POINTERS):
        move_pointer(cast(Ptr[u8], vm) + offset, old, distance)
    at: i64 = 0
    while at < vm.word_count:
        for offset in static(WORD_POINTERS):
            move_pointer(cast(Ptr[u8], vm.words + at) + offset, old, distance)
        at += 1
    at = 0
    while at < vm.origin_count:
        row = origins(vm) + at
        row.pc = u32(moved(i64(row.pc), old, DATA_OFFSET, distance))
        at += 1
    vm.handler = null(Ptr[i64])
    if not relocate_code(vm.context.tables, cast(Ptr[u8], vm) + CODE_OFFSET, vm.code_next, distance):
        return BAD_CODE
    if not addresses_hold(vm):
        return BEYOND
    at = 1
    while at < vm.word_count:
        count_anew(vm, vm.words + at)
        at += 1
    return 0


@kernel
def addresses_hold(vm: Ptr[VM]) -> bool:
    """Whether the addresses that were checked when code was compiled are good here, too; in code, and in what is kept
    of words that are taken in."""
    tables = vm.context.tables
    pc = cast(Ptr[u8], vm) + CODE_OFFSET
    while pc < vm.code_next:
        facts = tables.facts + opcode_at(pc)
        if facts.number_offset != 0 and not good_number(vm, opcode_at(pc), number_at(tables, pc)):
            return False
        pc = pc + i64(facts.length)
    at: i64 = 0
    while at < vm.inline_next:
        kept = pool(vm) + at
        if not good_number(vm, i64(kept.opcode), kept.operand):
            return False
        at += 1
    return True


@kernel
def good_number(vm: Ptr[VM], opcode: i64, number: i64) -> bool:
    """Whether an instruction may have that number: if it is an address that nobody checks later, it must be good."""
    for _, fixed, is_cell in static(FIXED):
        if opcode == forth[fixed].opcode:
            return u64(number - LOW) <= u64(vm.cell_limit if is_cell else vm.byte_limit)
    return True


@kernel
def move_pointer(place: Ptr[u8], old: i64, distance: i64) -> None:
    field = cast(Ptr[i64], place)
    field[0] = moved(field[0], old, DATA_OFFSET, distance)


@kernel
def count_anew(vm: Ptr[VM], word: Ptr[Word]) -> None:
    """Let the countdowns in a word's code start again, with the thresholds of this process: of its calls, and of the
    rounds of its loops. What its `enter` costs is its size."""
    tables = vm.context.tables
    size: i64 = 0
    pc = word.start
    while pc < word.code_end:
        facts = tables.facts + opcode_at(pc)
        if facts.heat_offset != 0:
            heat = cast(Ptr[i32], pc + i64(facts.heat_offset))
            if facts.target_offset == 0:
                size = number_at(tables, pc)
                heat[0] = i32(vm.call_heat)
            else:
                heat[0] = i32(loop_heat(vm, size, number_at(tables, pc)))
        pc = pc + i64(facts.length)
