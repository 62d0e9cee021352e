"""The meaning of straight-line functions as Z3 terms, made from the `z3` entries of the operation table."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cupola.ir.core import Constant, Function, Instruction, Value
from cupola.ir.errors import IRError
from cupola.ir.operation import Operation
from cupola.ir.operations.terms import Term, sort, z3
from cupola.ir.types import Type


class Meaning(NamedTuple):
    """The terms of a function's parameters and results, and the condition under which it has a meaning."""

    parameters: tuple[Term, ...]
    results: tuple[Term, ...]
    defined: Term


def variable(type: Type, name: str) -> Term:
    """An unknown of a type."""
    return z3().Const(name, sort(type))


def constant(type: Type, value: int | float) -> Term:
    """The term of a known value."""
    return z3().FPVal(value, sort(type)) if type.is_float else z3().BitVecVal(int(value), type.bits)


def apply(operation: Operation, bindings: Mapping[str, Type], operands: Sequence[Term]) -> tuple[Term, ...]:
    """The terms of an operation's results."""
    if operation.z3 is None:
        raise IRError(f"{operation.name} has no meaning as a term")
    outcome = operation.z3(bindings, *operands)
    return outcome if isinstance(outcome, tuple) else (outcome,)


def is_defined(operation: Operation, bindings: Mapping[str, Type], operands: Sequence[Term]) -> Term:
    """The condition under which an operation has a meaning."""
    return z3().BoolVal(True) if operation.z3_defined is None else operation.z3_defined(bindings, *operands)


def meaning(function: Function) -> Meaning:
    """The meaning of a function of one block that ends in `return`; raises IRError for any other."""
    if len(function.blocks) != 1 or function.entry.terminator.operation.name != "return":
        raise IRError(f"@{function.name}: expected one block that ends in return")
    known: dict[Value, Term] = {
        each: variable(each.type, each.name or f"p{place}") for place, each in enumerate(function.parameters)
    }
    parameters = tuple(known.values())
    conditions: list[Term] = []
    for each in function.entry.instructions[:-1]:
        conditions.append(_instruction(each, known))
    results = tuple(_term(each, known) for each in function.entry.terminator.operands)
    return Meaning(parameters, results, z3().And(*conditions))


def _instruction(instruction: Instruction, known: dict[Value, Term]) -> Term:
    """Enter the results of an instruction into `known`; its condition."""
    operation = instruction.operation
    types = tuple(each.type for each in instruction.operands)
    bindings = operation.bind(types, tuple(each.type for each in instruction.results))
    operands = [_term(each, known) for each in instruction.operands]
    known.update(zip(instruction.results, apply(operation, bindings, operands), strict=True))
    return is_defined(operation, bindings, operands)


def _term(value: Value, known: dict[Value, Term]) -> Term:
    return constant(value.type, value.value) if isinstance(value, Constant) else known[value]


def number(type: Type, term: Any) -> int | float:
    """The value of a term without unknowns, in the evaluator's form; raises IRError if it has some."""
    simple = z3().simplify(term)
    if not type.is_float:
        if not z3().is_bv_value(simple):
            raise IRError(f"expected a number, found {simple}")
        return int(simple.as_long())
    if not z3().is_fp_value(simple):
        raise IRError(f"expected a number, found {simple}")
    if simple.isNaN():
        return math.nan
    bits = z3().simplify(z3().fpToIEEEBV(simple)).as_long()
    code, layout = ("<I", "<f") if type.bits == 32 else ("<Q", "<d")
    value: float = struct.unpack(layout, struct.pack(code, bits))[0]
    return value
