"""The evaluator is the definition of what an instruction means: native code on every tier does the same."""

from __future__ import annotations

import math
import random
import struct
from functools import cache

import pytest

import cupola
from cupola.ir.core import Module
from cupola.ir.evaluator import Evaluator, Left
from cupola.kernel import collect
from cupola.language import Instruction
from cupola.languages.forth.image import define
from tests.languages.forth.engines import ENGINES, Engine, make_vm

CELLS = (
    0,
    1,
    2,
    3,
    7,
    8,
    63,
    64,
    65,
    255,
    4096,
    1 << 31,
    1 << 32,
    (1 << 63) - 1,
    -1,
    -2,
    -8,
    -64,
    -(1 << 63),
)
ROUNDS = 40


FLOATS = (
    0.0,
    -0.0,
    1.0,
    -1.5,
    2.5,
    3.5,
    0.1,
    1e300,
    -1e-300,
    5e-324,
    2.0**62,
    2.0**63,
    math.inf,
    -math.inf,
    math.nan,
)


def of_the_stacks_alone() -> list[Instruction]:
    """The instructions that are words, and work on nothing but the cells and floats that they pop."""
    return [
        each
        for each in define().instructions
        if "word" in each.facts
        and each.parameters
        and all(role in ("cell", "float") for role, _ in each.parameters)
        and not module_of(each).declarations
    ]


def signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


@cache
def module_of(instruction: Instruction) -> Module:
    """The instruction's function, and what it calls."""
    return collect("one", [instruction.function])


def evaluate(
    instruction: Instruction, values: list[int | float]
) -> tuple[tuple[int, ...], list[bytes]] | None:
    """The cells and the floats that the instruction leaves, by the evaluator; None if it gives up."""
    try:
        results = Evaluator(module_of(instruction)).run(
            instruction.function.name,
            *(each if isinstance(each, float) else each & (1 << 64) - 1 for each in values),
        )
    except Left:
        return None
    cells = tuple(signed(each) for each in results if not isinstance(each, float))
    return cells, [as_bytes(each) for each in results if isinstance(each, float)]


def as_bytes(value: float) -> bytes:
    """The bytes of a float; all that are no number are the same."""
    return struct.pack("<d", math.nan if math.isnan(value) else value)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_native_code_does_what_the_evaluator_does(engine: Engine) -> None:
    chance = random.Random(1)
    instructions = of_the_stacks_alone()
    assert len([each for each in instructions if each.float_pops]) > 30
    assert len(instructions) > 80
    with make_vm(engine) as vm:
        for each in instructions:
            vm.run(f": subject  {each.facts['word']} ;")
            for _ in range(ROUNDS):
                values = [
                    chance.choice((chance.choice(CELLS), chance.getrandbits(64) - (1 << 63)))
                    if role == "cell"
                    else chance.choice((chance.choice(FLOATS), chance.gauss(0, 10)))
                    for role, _ in each.parameters
                ]
                cells = [value for value in values if not isinstance(value, float)]
                vm.float_stack = [value for value in values if isinstance(value, float)]
                expected = evaluate(each, values)
                if expected is None:
                    with pytest.raises(cupola.GuestError):
                        vm.call("subject", *cells)
                else:
                    found = vm.call("subject", *cells), [as_bytes(value) for value in vm.float_stack]
                    assert found == expected, (each.name, values)
