"""Puts the counting instructions into a definition: `finish` calls this for each instruction of a draft."""

from __future__ import annotations

from cupola.kernel import Ptr, address, i64, kernel, u8, u32
from cupola.languages.forth.compiler.effects import Point
from cupola.languages.forth.compiler.lines import add, lines_of, places_of
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM
from cupola.languages.forth.physics.graph import node_at
from cupola.languages.forth.physics.noting import draft_start, physics_on
from cupola.languages.forth.physics.planning import is_counted_by_callers
from cupola.languages.forth.physics.sizes import BLOCKS, EVERY, STARTS


@kernel
def add_counter(vm: Ptr[VM], lines: i64, opcode: i64, point: Ptr[Point], slot: i64) -> i64:
    """Append a counting instruction for that counter, unless it is 0."""
    if slot == 0:
        return lines
    vm.physics.tallies += 1
    return add(vm, lines, opcode, point, address(vm.physics.counters + slot))


@kernel
def before_word(vm: Ptr[VM], lines: i64, point: Ptr[Point], word: i64) -> i64:
    """What stands before the place where calls enter a word: it counts the other ways in."""
    physics = vm.physics
    number = i64(physics.regions.meta[word].piece)
    if number >= 0 and (physics.mode == BLOCKS or physics.mode == STARTS):
        lines = add_counter(vm, lines, forth["tally"].opcode, point, i64(physics.pieces[number].entered))
    physics.inner = lines
    if physics.mode == EVERY:
        lines = add(vm, lines, forth["record"].opcode, point, word)
    return lines


@kernel
def before_label(vm: Ptr[VM], lines: i64, point: Ptr[Point], at: i64) -> i64:
    """What only those pass who fall into the instruction from above."""
    node = node_at(vm, at)
    lines = add_counter(vm, lines, forth["tally"].opcode, point, i64(node.fall_slot))
    lines = add_counter(vm, lines, forth["loop closes"].opcode, point, i64(node.close_outer))
    return add_counter(vm, lines, forth["loop opens"].opcode, point, i64(node.open_outer))


@kernel
def behind_label(vm: Ptr[VM], lines: i64, point: Ptr[Point], at: i64) -> i64:
    """What all pass who come to the instruction."""
    node = node_at(vm, at)
    lines = add_counter(vm, lines, forth["loop closes"].opcode, point, i64(node.close_inner))
    return add_counter(vm, lines, forth["tally"].opcode, point, i64(node.block_slot))


@kernel
def before_instruction(vm: Ptr[VM], lines: i64, point: Ptr[Point], at: i64) -> i64:
    """What stands right before the instruction, behind the checks."""
    return add_counter(vm, lines, forth["loop opens"].opcode, point, i64(node_at(vm, at).open_inner))


@kernel
def record_notes(vm: Ptr[VM], lines: i64, point: Ptr[Point], at: i64) -> i64:
    """Count the words that the instruction is, one by one."""
    physics = vm.physics
    place = draft_start(vm) + at
    number = physics.note_count
    while number > 0 and i64(physics.notes[number - 1].place) >= place:
        number -= 1
    while number < physics.note_count and i64(physics.notes[number].place) == place:
        lines = add(vm, lines, forth["record"].opcode, point, i64(physics.notes[number].token))
        number += 1
    return lines


@kernel
def entry_for_calls(vm: Ptr[VM], token: i64) -> i64:
    """The guest address where a `call` enters a word."""
    entry = address((vm.words + token).entry)
    if not physics_on(vm):
        return entry
    if token == vm.current:
        return entry + (forth["tally"].length if vm.physics.emitting != 0 else 0)
    if vm.physics.mode == BLOCKS and is_counted_by_callers(vm, token, 0):
        return i64(vm.physics.pieces[i64(vm.physics.regions.meta[token].piece)].inner)
    return entry


@kernel
def note_places(vm: Ptr[VM], token: i64, out: Ptr[u8], size: i64) -> None:
    """Note where the piece of a word, its blocks and the words in them lie, once its guest code is laid out."""
    physics = vm.physics
    number = i64(physics.regions.meta[token].piece)
    if number < 0:
        return
    piece = physics.pieces + number
    start = address(out)
    piece.start = u32(start)
    piece.end = u32(start + size)
    inner = start + i64(lines_of(vm)[physics.inner].place)
    piece.inner = u32(inner)
    last = i64(piece.first_block) + i64(piece.blocks)
    block = i64(piece.first_block)
    while block < last:
        row = physics.blocks + block
        first = block == i64(piece.first_block)
        row.pc = u32(inner if first else place_of(vm, start, i64(row.place)))
        at = i64(row.first_occurrence)
        while at < i64(row.first_occurrence) + i64(row.occurrences):
            one = physics.occurrences + at
            own = first and at == i64(row.first_occurrence)
            if one.calls != 0:
                one.pc = u32(call_at(vm, start, i64(one.place)))
            else:
                one.pc = u32(inner if own else place_of(vm, start, i64(one.place)))
            at += 1
        block += 1


@kernel
def place_of(vm: Ptr[VM], start: i64, place: i64) -> i64:
    """The guest address of an instruction of the draft."""
    return start + i64(lines_of(vm)[i64(places_of(vm)[place])].place)


@kernel
def call_at(vm: Ptr[VM], start: i64, place: i64) -> i64:
    """The guest address of the call that an instruction of the draft is: checks may stand before it."""
    line = lines_of(vm) + i64(places_of(vm)[place])
    while i64(line.opcode) != forth["call"].opcode:
        line = line + 1
    return start + i64(line.place)
