"""The two interpreters that are loops: one over a switch, one over a table of functions.

Both are handlers themselves: guest code that is to run in a loop has the loop's address in every header, so that
entering, resuming, slow paths and upcalls work as in the other tiers. In a loop, the language's canonical number of
cells is in registers between instructions.
"""

from __future__ import annotations

from collections.abc import Callable

from cupola.ir.builder import Builder
from cupola.ir.core import Block, Constant, Function, Value
from cupola.ir.types import I64, PTR
from cupola.tiers.definition.instruction import Instruction
from cupola.tiers.definition.language import Language
from cupola.tiers.endings import InterpreterEnding, load_opcode
from cupola.tiers.expand import (
    CELL_BYTES,
    RESUME,
    Frame,
    expand,
    handler_arguments,
    load_machine,
    save_machine,
)
from cupola.tiers.interpreter.threaded import LEAVE_NOW, load_table, new_handler

SWITCH = "switch_loop"
TABLE = "table_loop"


class _LoopEnding(InterpreterEnding):
    """Go on in the loop; `again` appends the way back to its head."""

    def __init__(self, language: Language, again: Callable[[Builder, Frame], None]) -> None:
        super().__init__(language)
        self.again = again

    def next(self, builder: Builder, frame: Frame, entry: Frame, length: int) -> None:
        frame.fields["pc"] = builder.offset(entry.fields["pc"], length)
        self.again(builder, frame)

    def jump(self, builder: Builder, frame: Frame, target: Value, operand: str | None) -> None:
        frame.fields["pc"] = target
        self.again(builder, frame)


def switch_loop(language: Language) -> Function:
    """All instructions in one function, around one switch on the opcode."""
    function, start = new_handler(language, SWITCH, language.canonical)
    head = function.add_block("head")
    builder = Builder(function)
    builder.jump(head, _values(language, start))
    frame = _parameters(language, head)

    def again(builder: Builder, frame: Frame) -> None:
        builder.jump(head, _values(language, frame))

    ending = _LoopEnding(language, again)
    builder.block = head
    blocks: list[tuple[int, Block]] = []
    opcode = load_opcode(builder, frame.fields["pc"])
    for each in language.instructions:
        block = function.add_block(each.name)
        blocks.append((each.opcode, block))
        expand(Builder(function, block), (each,), frame, language.canonical, ending)
    impossible = function.add_block("impossible")
    Builder(function, impossible).end("unreachable")
    builder.switch(opcode, blocks, impossible)
    return function


def _values(language: Language, frame: Frame) -> list[Value]:
    return [*(frame.fields[name] for name, _ in language.fields), *frame.cells]


def _parameters(language: Language, block: Block) -> Frame:
    fields: dict[str, Value] = {name: block.add_parameter(type, name) for name, type in language.fields}
    return Frame(fields, [block.add_parameter(I64, f"c{index}") for index in range(language.canonical)])


# --- the table of functions -----------------------------------------------------------------------------------------


class _TableEnding(_LoopEnding):
    """A function of the table: the machine lies in the VM's context; returns the handler to go to, or null."""

    def __init__(self, language: Language) -> None:
        super().__init__(language, self._store)

    def _store(self, builder: Builder, frame: Frame, handler: Value | None = None) -> None:
        save_machine(builder, self.language, frame)
        builder.end("return", [handler or Constant(PTR, 0)])

    def slow(self, builder: Builder, entry: Frame, function: str) -> None:
        frame = entry.copy()
        frame.settle(builder, 0)
        self._store(builder, frame, builder.value("symbol", symbol=function))

    def resume(self, builder: Builder, frame: Frame) -> None:
        self._store(builder, frame, builder.value("symbol", symbol=RESUME))

    def exit(self, builder: Builder, frame: Frame, reason: Value) -> None:
        builder.emit("store", frame.fields["vm"], reason)
        self._store(builder, frame, builder.value("symbol", symbol=LEAVE_NOW))


def table_function(language: Language, instruction: Instruction) -> Function:
    """An instruction as a C function (vm) -> handler to leave to, or null to go on in the loop."""
    function = Function(f"{TABLE} {instruction.name}", [("vm", PTR)], [PTR])
    builder = Builder(function)
    frame = load_machine(builder, language, function.parameters[0], language.canonical)
    expand(builder, (instruction,), frame, language.canonical, _TableEnding(language))
    return function


def table_loop(language: Language) -> Function:
    """Call the functions of the engine's table, by opcode, until one wants to leave."""
    function, start = new_handler(language, TABLE, language.canonical)
    builder = Builder(function)
    vm = start.fields["vm"]
    head, leave, on = (function.add_block(name) for name in ("head", "leave", "on"))
    save_machine(builder, language, start)
    functions = load_table(builder, vm, "functions")
    builder.jump(head)
    builder.block = head
    pc_place = builder.offset(vm, (len(language.fields) - 1) * CELL_BYTES)
    opcode = load_opcode(builder, builder.value("load", pc_place, type=PTR))
    row = builder.value("ptr_add", functions, builder.value("mul", opcode, Constant(I64, 8)))
    (found,) = builder.call_indirect(builder.value("load", row, type=PTR), [vm], [PTR])
    builder.branch(builder.value("eq", found, Constant(PTR, 0)), on, leave)
    Builder(function, on).jump(head)
    builder.block = leave
    frame = load_machine(builder, language, vm, 0)
    builder.end("tail_call_indirect", [found, *handler_arguments(builder, language, frame)])
    return function
