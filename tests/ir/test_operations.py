"""Every pure operation means the same to the evaluator, to Z3 and to LLVM: edge cases, random operands."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import product

import pytest

from cupola.ir import semantics
from cupola.ir.builder import Builder
from cupola.ir.core import Function, Module
from cupola.ir.evaluator import same
from cupola.ir.operations import TABLE, Operation
from cupola.ir.operations.terms import z3
from cupola.ir.types import PTR, Type
from tests.ir.native import Native, box, decode, unbox

TRIALS = 24
PURE = [each for each in TABLE.values() if each.effect == "pure" and each.evaluate is not None]
FLOATS = (
    0.0,
    -0.0,
    1.0,
    -1.5,
    0.5,
    2.5,
    1e300,
    -1e300,
    5e-324,
    math.inf,
    -math.inf,
    math.nan,
    2.0**31,
    2.0**63,
    16777217.0,
)


def bindings_of(operation: Operation) -> Iterator[dict[str, Type]]:
    """Every choice of the operation's type variables that its constraint allows."""
    letters = sorted(
        {each for each in (*operation.operand_types, *operation.result_types) if isinstance(each, str)}
    )
    choices = [operation.types if letter == "T" else operation.source_types for letter in letters]
    for types in product(*choices):
        bindings = dict(zip(letters, types, strict=True))
        if operation.constraint is None or operation.constraint(bindings):
            yield bindings


def concrete(types: tuple[Type | str, ...], bindings: dict[str, Type]) -> list[Type]:
    return [bindings[each] if isinstance(each, str) else each for each in types]


def some_value(random: random.Random, type: Type) -> int | float:
    if type.is_float:
        value = (
            random.choice(FLOATS)
            if random.random() < 0.6
            else random.uniform(-1e3, 1e3) * 10 ** random.randrange(-3, 18)
        )
        return type.rounded(value)
    edges = (0, 1, 2, type.bits, type.mask, type.mask >> 1, (type.mask >> 1) + 1)
    value = (
        random.choice(edges) if random.random() < 0.5 else random.getrandbits(random.randrange(type.bits) + 1)
    )
    return type.unsigned(value)


CASES = [
    pytest.param(
        operation, bindings, id=".".join([operation.name, *(each.name for each in bindings.values())])
    )
    for operation in PURE
    for bindings in bindings_of(operation)
]


def function_name(operation: Operation, bindings: dict[str, Type]) -> str:
    return ".".join([operation.name, *(each.name for each in bindings.values())])


@pytest.fixture(scope="module")
def native() -> Native:
    """All the operations compiled, one function each."""
    module = Module("operations")
    for operation in PURE:
        for bindings in bindings_of(operation):
            function = module.add(Function(function_name(operation, bindings), [("cells", PTR)]))
            builder = Builder(function)
            types = concrete(operation.operand_types, bindings)
            operands = [
                unbox(builder, function.parameters[0], place, type) for place, type in enumerate(types)
            ]
            (suffix, *_) = concrete(operation.result_types, bindings)
            results = builder.emit(operation.name, *operands, type=suffix if operation.suffixed else None)
            for place, result in enumerate(results):
                box(builder, function.parameters[0], place, result)
            builder.end("return")
    return Native(module, optimize=0)


@pytest.mark.parametrize(("operation", "bindings"), CASES)
def test_three_meanings_agree(operation: Operation, bindings: dict[str, Type], native: Native) -> None:
    assert operation.evaluate is not None
    name = function_name(operation, bindings)
    numbers = random.Random(name)
    operand_types = concrete(operation.operand_types, bindings)
    result_types = concrete(operation.result_types, bindings)
    tried = 0
    while tried < TRIALS:
        operands = [some_value(numbers, each) for each in operand_types]
        terms = [semantics.constant(type, value) for type, value in zip(operand_types, operands, strict=True)]
        meaningful = operation.defined is None or operation.defined(bindings, *operands)
        condition = semantics.is_defined(operation, bindings, terms)
        assert bool(z3().simplify(condition)) == meaningful, operands
        tried += 1
        if not meaningful or (operation.name == "bits" and operands[0] != operands[0]):
            continue
        outcome = operation.evaluate(bindings, *operands)
        expected = list(outcome) if isinstance(outcome, tuple) else [outcome]
        proved = [
            semantics.number(type, term)
            for type, term in zip(result_types, semantics.apply(operation, bindings, terms), strict=True)
        ]
        cells = native.call_boxed(name, operands, operand_types)
        computed = [decode(type, cell) for type, cell in zip(result_types, cells, strict=False)]
        assert all(map(same, expected, proved)), f"{operands}: evaluator {expected}, Z3 {proved}"
        assert all(map(same, expected, computed)), f"{operands}: evaluator {expected}, LLVM {computed}"


def test_every_pure_operation_has_all_meanings() -> None:
    without = {"symbol", "operand", "undefined"}  # no functions of their operands
    found = {
        each.name
        for each in TABLE.values()
        if each.effect == "pure" and not (each.evaluate and each.z3 and each.llvm)
    }
    assert found == without


def test_commutative_operations_commute() -> None:
    numbers = random.Random(1)
    for operation in PURE:
        if operation.commutative:
            for bindings in bindings_of(operation):
                assert operation.evaluate is not None
                left, right = (
                    some_value(numbers, each) for each in concrete(operation.operand_types, bindings)
                )
                here = operation.evaluate(bindings, left, right)
                there = operation.evaluate(bindings, right, left)
                assert here == there or here != here, (operation.name, left, right)
