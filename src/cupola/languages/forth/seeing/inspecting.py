"""SEE. It prints a line per step, so that the output buffer can be written in between; the loop around the steps is in
`pieces`.
"""

from __future__ import annotations

from functools import cached_property

from cupola.kernel import Ptr, cast, i32, i64, kernel, u8
from cupola.language import Cell
from cupola.languages.forth.constants import (
    COMPILE_ONLY,
    IMMEDIATE,
    INSERTED,
    KIND_COLON,
    KIND_CONSTANT,
    KIND_CREATED,
    KIND_DEFER,
    KIND_DOES,
    KIND_PRIMITIVE,
    KIND_TWO_VALUE,
    KIND_VALUE,
)
from cupola.languages.forth.data.output import BLANK, NEWLINE, need_output, put, put_number, put_text
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.code_index import word_at
from cupola.languages.forth.dictionary.records import good_token
from cupola.languages.forth.interpreter.parsing import next_word
from cupola.languages.forth.machine import VM, Machine, Word
from cupola.languages.forth.throwing.failure import check
from cupola.tiers.definition.instruction import Instruction
from cupola.tiers.definition.operands import OperandKind
from cupola.tiers.headers import OPCODE_MASK
from cupola.tiers.layout import Header

NUMBER_32, NUMBER_64, PLACE, CALLED = 1, 2, 3, 4
MOVES = "to_"
HIDDEN_OPERANDS = ("heat", "cost")
ROW_BYTES = 64
# The bytes of a row: what the instruction takes in guest code, the length of its name, offset and kind of its
# one operand that is shown; then the name.
LENGTH, NAME_LENGTH, OPERAND, KIND, NAME = 0, 1, 2, 3, 4
LONGEST_NAME = ROW_BYTES - NAME
KIND_NAMES = {
    KIND_PRIMITIVE: b"primitive",
    KIND_COLON: b":",
    KIND_CONSTANT: b"constant",
    KIND_CREATED: b"create",
    KIND_DOES: b"create does>",
    KIND_VALUE: b"value",
    KIND_TWO_VALUE: b"2value",
    KIND_DEFER: b"defer",
}


def kind_of(instruction: Instruction, kind: OperandKind) -> int:
    """How SEE-CODE shows an operand of that kind."""
    if kind.relative:
        return CALLED if instruction.name in ("call", "tail") else PLACE
    return NUMBER_64 if kind.stored.bits == 64 else NUMBER_32


class Catalog:
    """What SEE-CODE knows of the instructions, by opcode; made when it is compiled, and all instructions are
    there.
    """

    @cached_property
    def rows(self) -> bytes:
        return b"".join(self._row(each) for each in forth.instructions)

    def _row(self, instruction: Instruction) -> bytes:
        hidden = instruction.name in INSERTED or instruction.name.startswith(MOVES)
        name = b"" if hidden else instruction.name.encode()[:LONGEST_NAME]
        shown = [
            (each.offset, kind_of(instruction, each.kind))
            for each in instruction.operands
            if each.name not in HIDDEN_OPERANDS
        ]
        offset, kind = shown[0] if shown else (0, 0)
        return (bytes((instruction.length, len(name), offset, kind)) + name).ljust(ROW_BYTES, b"\0")


catalog = Catalog()


@kernel
def put_name(vm: Ptr[VM], word: Ptr[Word]) -> None:
    put_text(vm, word.name, i64(word.name_length))


@kernel
def put_called(vm: Ptr[VM], target: Ptr[u8]) -> None:
    """Which word a call goes to: its name, or where the code after its DOES> begins."""
    called = word_at(vm, target)
    if called == 0 or (vm.words + called).name_length == 0:
        put_text(vm, b"(noname)", 8)
        return
    put_name(vm, vm.words + called)
    if target != (vm.words + called).start:
        put_text(vm, b" does>", 6)


@kernel
def row_at(pc: Ptr[u8]) -> Ptr[u8]:
    """The row of the instruction at `pc`."""
    rows = catalog.rows
    return rows + (i64(cast(Ptr[Header], pc).packed) & OPCODE_MASK) * ROW_BYTES


@kernel
def shown_from(word: Ptr[Word], start: Ptr[u8]) -> i64:
    """The offset of the first instruction from `start` on that is shown; the word's size if there is none."""
    pc = start
    while pc < word.code_end and row_at(pc)[NAME_LENGTH] == 0:
        pc = pc + i64(row_at(pc)[LENGTH])
    return pc - word.start


@kernel
def put_operand(vm: Ptr[VM], word: Ptr[Word], pc: Ptr[u8], row: Ptr[u8]) -> None:
    place = pc + i64(row[OPERAND])
    kind = i64(row[KIND])
    if kind == 0:
        return
    put(vm, BLANK)
    if kind == NUMBER_64:
        put_number(vm, cast(Ptr[i64], place)[0])
    elif kind == NUMBER_32:
        put_number(vm, i64(cast(Ptr[i32], place)[0]))
    elif kind == CALLED:
        put_called(vm, pc + i64(cast(Ptr[i32], place)[0]))
    else:
        put_number(vm, shown_from(word, pc + i64(cast(Ptr[i32], place)[0])))


@kernel
def see_line(vm: Ptr[VM], token: i64, offset: i64) -> i64:
    """Print the next instruction of the word from that offset on; the offset after it, or 0 at the end."""
    word = vm.words + token
    size = word.code_end - word.start
    if offset < 0 or offset >= size:
        return 0
    here = shown_from(word, word.start + offset)
    if here >= size:
        return 0
    row = row_at(word.start + here)
    put_text(vm, b"  ", 2)
    put_number(vm, here)
    put(vm, BLANK)
    put_text(vm, row + NAME, i64(row[NAME_LENGTH]))
    put_operand(vm, word, word.start + here, row)
    put(vm, NEWLINE)
    return here + i64(row[LENGTH])


@kernel
def put_title(vm: Ptr[VM], word: Ptr[Word]) -> None:
    """The line before the instructions: what the word is, its name and its flags."""
    kind = i64(word.kind)
    put(vm, NEWLINE)
    for number, text in KIND_NAMES.items():
        if kind == number:
            put_text(vm, text, len(text))
    put(vm, BLANK)
    put_name(vm, word)
    flags = i64(word.flags)
    if flags & IMMEDIATE != 0:
        put_text(vm, b" immediate", 10)
    if flags & COMPILE_ONLY != 0:
        put_text(vm, b" compile-only", 13)
    put(vm, NEWLINE)


@forth.instruction(name="see start", cold=True)
def see_start(m: Machine) -> tuple[Cell, Cell]:
    """( "name" -- xt 0 ) Print what the word is."""
    need_output(m)
    token = next_word(m.vm)
    check(m)
    put_title(m.vm, m.vm.words + token)
    return token, 0


@forth.instruction(name="see step", cold=True)
def see_step(m: Machine, token: Cell, offset: Cell) -> tuple[Cell, Cell, Cell]:
    """( xt n1 -- xt n2 flag ) Print the instruction at offset n1; n2 is that of the next, if the flag is
    true.
    """
    need_output(m)
    after: i64 = 0
    if good_token(m.vm, token):
        after = see_line(m.vm, token, offset)
    return token, after, after
