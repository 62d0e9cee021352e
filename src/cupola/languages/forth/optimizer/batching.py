"""Texts and characters that are printed one after the other become one instruction (the option string-batching).

`." a" cr ." b" space [char] x emit` is one `print`: its operand names a *batch*, a list of pieces in a table of the VM.
A piece is a text in the data space, where the program may change it as before, or a character. The table only grows;
the newest batch of the definition that is being compiled is open, and takes more pieces in; any other is copied first.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i32, i64, inline, kernel, u8, u16, u32
from cupola.language import Imm32, slow
from cupola.languages.forth.constants import BATCHES_LIMIT, BATCHES_OFFSET, OUTPUT_BYTES
from cupola.languages.forth.data.output import BLANK, NEWLINE, flush, put, put_text
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM, Machine, Piece, data, good_range
from cupola.languages.forth.optimizer.rewriting import class_of
from cupola.languages.forth.options import acted, is_on
from cupola.policy.options import STRING_BATCHING

MOST_BYTES = 8192  # that one batch prints: they must fit the empty buffer
MOST_PIECES = 256
NONE = -1


@inline
def pieces(vm: Ptr[VM]) -> Ptr[Piece]:
    """The table of pieces. A batch is one piece that has the number of those after it, and of bytes, and these."""
    return cast(Ptr[Piece], cast(Ptr[u8], vm) + BATCHES_OFFSET)


@forth.instruction(name="print", cold=True)
def print_batch(m: Machine, batch: Imm32) -> None:
    """Print the pieces of a batch, one after the other."""
    head = pieces(m.vm) + batch
    if m.vm.output_count + i64(head.length) > OUTPUT_BYTES:
        slow(flush)
    put_pieces(m.vm, batch)


@kernel
def put_pieces(vm: Ptr[VM], batch: i64) -> None:
    """Append the pieces of a batch to the output."""
    count = i64(pieces(vm)[batch].start)
    at = batch + 1
    while at <= batch + count:
        piece = pieces(vm) + at
        if piece.length == 0:
            put(vm, i64(piece.start))
        else:
            put_text(vm, data(vm, i64(piece.start)), i64(piece.length))
        at += 1


@kernel
def gather(vm: Ptr[VM]) -> None:
    """If the draft now ends with two instructions or runs that print what is known, make them one `print`."""
    if not is_on(vm, STRING_BATCHING):
        return
    middle = printing(vm, vm.draft_count)
    if middle <= 0 or vm.draft[middle].flags != 0:
        return
    start = printing(vm, middle)
    if start < 0:
        return
    batch = batch_for(vm, start, middle)
    if batch == NONE or not append(vm, batch, middle, vm.draft_count):
        return
    one = vm.draft + start
    one.opcode = u16(forth["print"].opcode)
    one.operand = batch
    one.target = i32(-1)
    vm.draft_count = start + 1
    acted(vm, STRING_BATCHING)


@kernel
def printing(vm: Ptr[VM], end: i64) -> i64:
    """Where the run starts that ends before `end` and prints something known; NONE if there is none."""
    if end < 1:
        return NONE
    opcode = i64(vm.draft[end - 1].opcode)
    if opcode == forth["print"].opcode or opcode == forth["cr"].opcode or opcode == forth["space"].opcode:
        return end - 1
    numbers: i64 = 0
    if opcode == forth["emit"].opcode:
        numbers = 1
    elif opcode == forth["type"].opcode:
        numbers = 2
    start = end - 1 - numbers
    if numbers == 0 or start < 0:
        return NONE
    at = start
    while at < end - 1:
        if class_of(i64(vm.draft[at].opcode)) != forth["lit"].opcode or vm.draft[at + 1].flags != 0:
            return NONE
        at += 1
    if numbers == 2 and not is_text(vm, vm.draft[start].operand, vm.draft[start + 1].operand):
        return NONE
    return start


@inline
def is_text(vm: Ptr[VM], start: i64, length: i64) -> bool:
    """Whether it is a text that a batch can have."""
    return 0 < length and length <= MOST_BYTES and good_range(vm, start, length)


@kernel
def batch_for(vm: Ptr[VM], start: i64, end: i64) -> i64:
    """The open batch with what the draft prints from `start` to `end`; NONE if there is no room."""
    one = vm.draft + start
    if i64(one.opcode) == forth["print"].opcode and one.operand == vm.batch_open:
        return vm.batch_open
    if vm.batch_next + MOST_PIECES + 1 >= BATCHES_LIMIT:
        return NONE
    batch = vm.batch_next
    pieces(vm)[batch].start = u32(0)
    pieces(vm)[batch].length = u32(0)
    vm.batch_next = batch + 1
    vm.batch_open = batch
    return batch if append(vm, batch, start, end) else i64(NONE)


@kernel
def append(vm: Ptr[VM], batch: i64, start: i64, end: i64) -> bool:
    """Add what the draft prints from `start` to `end` to the open batch; false if that is more than one may have."""
    opcode = i64(vm.draft[end - 1].opcode)
    if opcode == forth["print"].opcode:
        other = vm.draft[start].operand
        count = i64(pieces(vm)[other].start)
        if not has_room(vm, batch, count, i64(pieces(vm)[other].length)):
            return False
        at: i64 = 1
        while at <= count:
            add_piece(vm, batch, i64(pieces(vm)[other + at].start), i64(pieces(vm)[other + at].length))
            at += 1
    elif opcode == forth["type"].opcode:
        length = vm.draft[start + 1].operand
        if not has_room(vm, batch, 1, length):
            return False
        add_piece(vm, batch, vm.draft[start].operand, length)
    else:
        if not has_room(vm, batch, 1, 1):
            return False
        char = i64(BLANK)
        if opcode == forth["cr"].opcode:
            char = NEWLINE
        elif opcode == forth["emit"].opcode:
            char = vm.draft[start].operand & 255
        add_piece(vm, batch, char, 0)
    return True


@inline
def has_room(vm: Ptr[VM], batch: i64, count: i64, length: i64) -> bool:
    """Whether so many more pieces and bytes fit."""
    head = pieces(vm) + batch
    return i64(head.start) + count <= MOST_PIECES and i64(head.length) + length <= MOST_BYTES


@kernel
def add_piece(vm: Ptr[VM], batch: i64, start: i64, length: i64) -> None:
    """Add a piece to the open batch; a text that follows the one before in memory makes that longer."""
    head = pieces(vm) + batch
    last = batch + i64(head.start)
    head.length = u32(i64(head.length) + max(length, 1))
    if i64(head.start) > 0 and length > 0:
        piece = pieces(vm) + last
        if piece.length != 0 and i64(piece.start) + i64(piece.length) == start:
            piece.length = u32(i64(piece.length) + length)
            return
    pieces(vm)[last + 1].start = u32(start)
    pieces(vm)[last + 1].length = u32(length)
    head.start = u32(i64(head.start) + 1)
    vm.batch_next = last + 2
