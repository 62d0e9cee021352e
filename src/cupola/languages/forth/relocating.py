"""What native code does to a system that was copied from an image: its addresses move, its code gets handlers.

Which fields hold addresses is read from the structs; nothing is listed here.
"""

from __future__ import annotations

from typing import Any

from cupola.kernel import Ptr, address, cast, i32, i64, kernel, null, static, u8, u32
from cupola.kernel.types import PointerType
from cupola.languages.forth.constants import CODE_OFFSET, DATA_OFFSET
from cupola.languages.forth.definition import forth
from cupola.languages.forth.finish import loop_heat
from cupola.languages.forth.inlining import origins
from cupola.languages.forth.machine import VM, Word
from cupola.tiers.relocation import moved, number_at, opcode_at, relocate_code


def pointers(struct: Any) -> tuple[int, ...]:
    """The offsets of the fields of a struct that are pointers."""
    return tuple(field.offset for field in struct.fields.values() if isinstance(field.type, PointerType))


VM_POINTERS, WORD_POINTERS = pointers(VM), pointers(Word)


@forth.entry
def move_system(vm: Ptr[VM], old: i64) -> i64:
    """Make a system that was copied from the address `old` ready to run at `vm`: 0, or -9 if it holds something that is
    no guest code. The driver has set what depends on the process and is no address, and `recover` comes after it."""
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
        return -9
    at = 1
    while at < vm.word_count:
        count_anew(vm, vm.words + at)
        at += 1
    return 0


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
