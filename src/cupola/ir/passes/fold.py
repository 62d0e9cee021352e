"""Constant folding: what the table's `evaluate` says about constant operands."""

from __future__ import annotations

import math

from cupola.ir.core import Constant, Function, Instruction, Value
from cupola.ir.dominance import reverse_postorder
from cupola.ir.passes.base import Context, Pass
from cupola.ir.passes.graph import remove_unreachable, substitute, update


def fold_instruction(instruction: Instruction) -> list[Constant] | None:
    """The results as constants, or None where they are not known or not the same on every machine.

    A NaN is never made, nor are the bits of one read: which NaN an operation makes depends on the processor.
    """
    operation = instruction.operation
    if operation.effect != "pure" or operation.evaluate is None or not instruction.operands:
        return None  # without operands it is a symbol, or undefined
    numbers: list[int | float] = []
    for operand in instruction.operands:
        if not isinstance(operand, Constant):
            return None
        numbers.append(operand.value)
    types = tuple(each.type for each in instruction.results)
    bindings = operation.bind(tuple(each.type for each in instruction.operands), types)
    if operation.defined is not None and not operation.defined(bindings, *numbers):
        return None
    if operation.name == "bits" and _is_nan(numbers[0]):
        return None
    outcome = operation.evaluate(bindings, *numbers)
    values = outcome if isinstance(outcome, tuple) else (outcome,)
    if any(_is_nan(value) for value in values):
        return None
    return [Constant(type, value) for type, value in zip(types, values, strict=True)]


def _is_nan(value: int | float) -> bool:
    return isinstance(value, float) and math.isnan(value)


def run(function: Function, context: Context) -> bool:
    replacements: dict[Value, Value] = {}
    folded = 0
    for block in reverse_postorder(function):
        kept: list[Instruction] = []
        for instruction in block.instructions:
            update(instruction, replacements)
            constants = fold_instruction(instruction)
            if constants is None:
                kept.append(instruction)
            else:
                folded += 1
                replacements.update(zip(instruction.results, constants, strict=True))
        block.instructions = kept
    if folded:
        # A value of a folded instruction may be used in a block that control cannot reach.
        remove_unreachable(function)
        substitute(function, replacements)
        context.count("fold", "instructions", folded)
    return bool(folded)


FOLD = Pass("fold", "compute instructions whose operands are constants", run)
