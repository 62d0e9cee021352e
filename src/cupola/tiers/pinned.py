"""What is in the machine's registers besides what instructions put there: constants, and nothing.

Constants stay in registers while guest code runs, for code that uses them again and again. A language names fields of
its machine and what is always in them (`Language.pinned`). An immediate of 64 bits takes an instruction of ten bytes of
its own each time, and LLVM tests for a tag by a shift because it would take one too. With the tag at hand an integer is
told by one comparison, and made by one `or`. (JavaScriptCore keeps two such registers in all its tiers.)

Registers that mean something to the next instruction only are left undefined by the others: so none of them has to keep
one over a call.
"""

from __future__ import annotations

from collections.abc import Sequence

from cupola.ir.core import Constant, Function, Instruction, Result, Value
from cupola.ir.operations import TABLE
from cupola.ir.types import I64
from cupola.tiers.definition.instruction import Instruction as Definition
from cupola.tiers.definition.language import Language

ENDS = ("tail_call", "tail_call_indirect")
LIKELY = 1900  # of 2000: the weight of a branch on what is pinned, if it has none


def pin(function: Function, language: Language) -> None:
    """Let a handler or a stencil of the language use its registers with constants. What is pinned is what is met most:
    a branch on it is expected to find it."""
    by_name = {each.name: each for each in function.parameters}
    for name, value in language.pinned.items():
        tests = [each.result for each in function.instructions() if _use(each, value, by_name[name])]
        for block in function.blocks:
            end = block.terminator
            is_open = end.operation.name == "branch" and end.weight is None
            if is_open and any(end.operands[0] is test for test in tests):
                end.weight = LIKELY


def drop(function: Function, language: Language, sequence: Sequence[Definition]) -> None:
    """Leave nothing in passing registers where a handler or a stencil ends, unless it has to do with them."""
    if any(each.passes for each in sequence):
        return
    by_name = {each.name: each for each in function.parameters}
    for name in language.passing:
        register = by_name[name]
        if _is_touched(function, register):
            continue
        for block in function.blocks:
            end = block.terminator
            if end.operation.name in ENDS:
                nothing = Instruction(TABLE["undefined"], [], [register.type])
                block.instructions.insert(-1, nothing)
                end.operands = [nothing.results[0] if each is register else each for each in end.operands]


def _is_touched(function: Function, register: Value) -> bool:
    """Whether a register is read, or set where a function ends."""
    for each in function.instructions():
        is_there = any(operand is register for operand in each.operands)
        if is_there != (each.operation.name in ENDS):
            return True
        if any(argument is register for edge in each.successors for argument in edge.arguments):
            return True
    return False


def _use(each: Instruction, pinned: int, register: Value) -> bool:
    """Let one instruction use the register that always has the value `pinned`, where that helps; whether it is a test
    for it now."""
    name = each.operation.name
    if name == "or" and _is(each.operands[1], pinned):
        each.operands[1] = register
    elif name == "eq" and _is(each.operands[1], -1):
        shifted = each.operands[0]
        if isinstance(shifted, Result) and shifted.instruction.operation.name == "ashr":
            value, shift = shifted.instruction.operands
            # the upper bits are all ones if and only if the value is not below the one that has no others
            if isinstance(shift, Constant) and pinned == -1 << int(shift.value):
                each.operation = TABLE["ule"]
                each.operands = [register, value]
                return True
    return False


def _is(value: Value, wanted: int) -> bool:
    return isinstance(value, Constant) and value.type is I64 and value.signed == wanted
