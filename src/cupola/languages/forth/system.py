"""What the driver calls as C functions: making a dictionary, assembling pieces, recovering after an error.

Importing this module defines every instruction of the Forth system, in a fixed order.
"""

from __future__ import annotations

from cupola.kernel import Array, Ptr, i64, kernel, local, memory_copy, null, u8, u16
from cupola.languages.forth import instructions
from cupola.languages.forth.compiler import changing, compiling, control_flow, defining, locals
from cupola.languages.forth.compiler.defining import close_definition, finish
from cupola.languages.forth.compiler.draft import NO_TARGET, emit, emit_branch, open_draft, place_label
from cupola.languages.forth.constants import BASE_CELL, FIRST_FREE, HIDDEN, KIND_COLON, KIND_PRIMITIVE
from cupola.languages.forth.data import division, fixed_point, heap, output, put_aside, space, strings, texts
from cupola.languages.forth.data.space import align
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary import aliases, call_sites, forgetting, search_order
from cupola.languages.forth.dictionary.records import (
    MAX_NAME,
    NONE,
    create_word,
    find_word,
    new_word,
    reveal,
    set_up_dictionary,
)
from cupola.languages.forth.dictionary.word_lists import mend_lists
from cupola.languages.forth.driver import driver_calls, terminal
from cupola.languages.forth.floats import output as float_output
from cupola.languages.forth.floats import words as float_words
from cupola.languages.forth.interpreter import input, interpreting, refilling
from cupola.languages.forth.interpreter.source import set_line
from cupola.languages.forth.machine import VM, cell_at
from cupola.languages.forth.making import relocating
from cupola.languages.forth.physics import driving as physics_driving
from cupola.languages.forth.physics import instructions as physics_instructions
from cupola.languages.forth.seeing import inspecting
from cupola.languages.forth.storage import blocks, files
from cupola.languages.forth.throwing import exceptions

LEFT, RIGHT = b"()"
FAMILIES = (
    instructions,
    aliases,
    blocks,
    call_sites,
    changing,
    compiling,
    control_flow,
    defining,
    division,
    driver_calls,
    exceptions,
    files,
    forgetting,
    float_output,
    float_words,
    heap,
    input,
    inspecting,
    interpreting,
    locals,
    output,
    put_aside,
    refilling,
    relocating,
    search_order,
    space,
    strings,
    terminal,
    texts,
    fixed_point,
    physics_driving,
    physics_instructions,
)


@kernel
def outcome(vm: Ptr[VM], result: i64) -> i64:
    """The result, or the code of the failure that was noted, which is then forgotten."""
    code = vm.pending
    vm.pending = 0
    return code if code != 0 else result


@forth.entry
def set_up(vm: Ptr[VM]) -> None:
    """Make an empty dictionary with word 0, which is none. The driver has set the pointers to the VM's
    regions.
    """
    vm.here = FIRST_FREE
    set_up_dictionary(vm)
    new_word(vm, KIND_PRIMITIVE)
    cell_at(vm, BASE_CELL)[0] = 10
    recover(vm)


@forth.entry
def recover(vm: Ptr[VM]) -> None:
    """Be ready for a new text: nothing is compiled, caught or read. The dictionary stays, an open definition
    does not.

    The driver sets the stack pointers, and drops the texts of files (`data_top`).
    """
    close_definition(vm)
    mend_lists(vm)
    vm.draft_count = 0
    vm.next_flags = 0
    vm.aside_count = 0
    vm.loop_depth = 0
    vm.leave_chain = NO_TARGET
    vm.latest = vm.word_count - 1
    vm.handler = null(Ptr[i64])
    vm.pending = 0
    vm.text_next = 0
    vm.text_end = 0
    set_line(vm, FIRST_FREE, 0)


@forth.entry
def install_primitive(vm: Ptr[VM], name: Ptr[u8], length: i64, opcode: i64, flags: i64) -> i64:
    """Add a primitive word to the dictionary; its token, or a THROW code. Its `entry` is still to be made."""
    word = create_word(vm, name, length, KIND_PRIMITIVE)
    if word >= 0:
        record = vm.words + word
        record.opcode = u16(opcode)
        record.flags = u16(flags)
        reveal(vm, word)
    return outcome(vm, word)


@forth.entry
def begin_piece(vm: Ptr[VM], name: Ptr[u8], length: i64, flags: i64) -> i64:
    """Open the definition of a piece of guest code; its token, or a THROW code. A length of 0 makes it
    nameless.
    """
    word = new_word(vm, KIND_COLON) if length == 0 else create_word(vm, name, length, KIND_COLON)
    if word >= 0:
        (vm.words + word).flags |= u16(flags)
        open_draft(vm, word)
    return outcome(vm, word)


@forth.entry
def add_instruction(vm: Ptr[VM], opcode: i64, operand: i64) -> i64:
    """Append an instruction with an operand that is no branch target; its number, or a THROW code."""
    return outcome(vm, emit(vm, opcode, operand))


@forth.entry
def add_branch(vm: Ptr[VM], opcode: i64, target: i64) -> i64:
    """Append a branch to instruction number `target`; its number, or a THROW code."""
    return outcome(vm, emit_branch(vm, opcode, target))


@forth.entry
def add_label(vm: Ptr[VM]) -> i64:
    """The number of the next instruction, which is branched to."""
    return place_label(vm)


@forth.entry
def end_piece(vm: Ptr[VM], shown: i64) -> i64:
    """Finish the piece, and let programs find it if `shown`; 0, or a THROW code. Word 0 gets the code of the
    first.
    """
    word = vm.current
    finish(vm, word)
    vm.current = NONE
    if vm.words.entry == null(Ptr[u8]):
        vm.words.entry = (vm.words + word).entry
    if vm.pending == 0 and shown != 0:
        reveal(vm, word)
    return outcome(vm, 0)


@forth.entry
def hide_piece(vm: Ptr[VM], word: i64) -> None:
    """Let a piece that is for the system alone be nothing to EXECUTE: a program can guess its token."""
    (vm.words + word).entry = vm.words.entry


@forth.entry
def end_of_system(vm: Ptr[VM]) -> None:
    """All words that there are now are the system: FORGET leaves them alone, and WORDS those whose names are in
    parentheses. What follows is the program's; it may take HERE for the address of a cell.
    """
    for word in range(1, vm.word_count):
        record = vm.words + word
        length = i64(record.name_length)
        if length > 2 and i64(record.name[0]) == LEFT and i64(record.name[length - 1]) == RIGHT:
            record.flags = record.flags | u16(HIDDEN)
    vm.fence = vm.word_count
    align(vm)


@forth.entry
def find_name(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """The token of the word that the search order finds, or a negative number."""
    if length > MAX_NAME:
        return NONE
    copy = local(Array[u8, MAX_NAME + 8])  # a search reads whole groups of 8 bytes
    memory_copy(copy, name, length)
    return outcome(vm, find_word(vm, copy, length))
