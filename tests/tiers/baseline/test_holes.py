"""Operand expressions: punched functions do what they did, and every hole's value lies within its bounds."""

from __future__ import annotations

import random
import struct

import pytest

from cupola.ir.builder import Builder
from cupola.ir.core import Constant, Function, Module, Value
from cupola.ir.evaluator import Evaluator
from cupola.ir.memory import SandboxMemory
from cupola.ir.types import I64
from cupola.ir.verifier import verify_module
from cupola.tiers.baseline.holes import ADDRESS, FULL, HOLE, Expression, Expressions, punch

LEAVES = ["i32@8", "i32@12", "i64@16", "i32@24<64", "pc@0", "pc@8", "target@12-8"]
OPERATIONS = ["add", "sub", "mul", "and", "or", "xor", "shl"]


def random_function(choice: random.Random, size: int) -> Function:
    """A function of one number that calculates with operands, constants and its parameter."""
    function = Function("f", [("x", I64)], [I64])
    builder = Builder(function)
    values: list[Value] = [function.parameters[0]]
    values += [builder.value("operand", type=I64, symbol=each) for each in choice.sample(LEAVES, 3)]
    for _ in range(size):
        right: Value = choice.choice(values)
        operation = choice.choice(OPERATIONS)
        if operation == "shl":
            right = Constant(I64, choice.randrange(8))
        elif choice.random() < 0.4:
            right = Constant(I64, choice.choice([1, 8, -1, 4096, 1 << 40, -(1 << 31)]))
        values.append(builder.value(operation, choice.choice(values), right))
    result = values[-1]
    for each in values[-4:-1]:
        result = builder.value("xor", result, each)
    builder.end("return", [result])
    return function


class Guest:
    """An instruction in memory with operands, and the value of each leaf."""

    def __init__(self, choice: random.Random) -> None:
        self.memory = SandboxMemory(0x40000000)
        self.pc = self.memory.allocate(64)
        first = choice.randrange(-(1 << 31), 1 << 31)
        second = choice.randrange(-self.pc, (1 << 31) - self.pc - 64)  # it leads to an address below 2 GB
        long, small = choice.randrange(-(1 << 63), 1 << 63), choice.randrange(64)
        self.memory.write(self.pc + 8, struct.pack("<iiqi", first, second, long, small))
        self.leaves = {
            "i32@8": first, "i32@12": second, "i64@16": long, "i32@24<64": small, "pc@0": self.pc, "pc@8": self.pc + 8,
            "target@12-8": self.pc + 8 + second,
        }  # fmt: skip


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_random_functions_do_the_same_with_holes(first: int) -> None:
    punched = 0
    for seed in range(first, first + 100):
        choice = random.Random(seed)
        guest = Guest(choice)
        module = Module("m")
        function = module.add(random_function(choice, choice.randint(1, 12)))
        x = choice.randrange(-(1 << 63), 1 << 63)
        expected = Evaluator(module, operands=guest.leaves).run("f", x)
        expressions = Expressions()
        punch(function, module, expressions)
        verify_module(module)
        assert not any(each.operation.name == "operand" for each in function.instructions())
        values = hole_values(expressions, guest)
        assert Evaluator(module, symbols=values).run("f", x) == expected, f"seed {seed}"
        for name, (low, high) in module.holes.items():
            assert low <= I64.signed(values[name]) < high, f"seed {seed}: {name}"
        punched += len(module.holes)
    assert punched > 100


def hole_values(expressions: Expressions, guest: Guest) -> dict[str, int]:
    """The value of each expression, by the function that the baseline compiler calls."""
    module = Module("evaluator")
    module.add(expressions.evaluator("evaluate"))
    evaluator = Evaluator(module, guest.memory)
    return {
        f"{HOLE}{number}": int(evaluator.run("evaluate", number, guest.pc)[0])
        for number in expressions.numbers.values()
    }


def leaf(symbol: str) -> Expression:
    return Expression("operand", "i64", symbol)


def constant(value: int) -> Expression:
    return Expression("constant", "i64", "", value)


def test_equal_expressions_have_one_number() -> None:
    expressions = Expressions()
    first = expressions.number(Expression("mul", "i64", "", 0, (leaf("i32@8"), constant(8))))
    assert expressions.number(Expression("mul", "i64", "", 0, (leaf("i32@8"), constant(8)))) == first
    assert expressions.number(leaf("i32@8")) == first + 1 == expressions.target("i32@8")


@pytest.mark.parametrize(
    ("expression", "bounds"),
    [
        (leaf("i32@8"), (-(1 << 31), 1 << 31)),
        (leaf("i16@8"), (-(1 << 15), 1 << 15)),
        (leaf("i64@8"), FULL),
        (leaf("pc@8"), ADDRESS),
        (leaf("i32@8<64"), (0, 64)),
        (constant(-5 & (1 << 64) - 1), (-5, -4)),
        (Expression("shl", "i64", "", 0, (leaf("i32@8"), constant(3))), (-(1 << 34), 1 << 34)),
        (Expression("add", "i64", "", 0, (leaf("i32@8<64"), constant(10))), (10, 74)),
        (Expression("sub", "i64", "", 0, (constant(10), leaf("i32@8<64"))), (-53, 11)),
        (Expression("mul", "i64", "", 0, (leaf("i64@8"), constant(2))), FULL),
        (Expression("xor", "i64", "", 0, (leaf("i32@8"), constant(2))), FULL),
    ],
)
def test_bounds(expression: Expression, bounds: tuple[int, int]) -> None:
    assert expression.bounds() == bounds


def test_an_unknown_number_evaluates_to_0() -> None:
    module = Module("m")
    module.add(Expressions().evaluator("evaluate"))
    assert Evaluator(module, SandboxMemory()).run("evaluate", 7, 0) == (0,)
