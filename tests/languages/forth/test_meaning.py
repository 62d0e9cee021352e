"""The evaluator is the definition of what an instruction means: native code on every tier does the same."""

from __future__ import annotations

import random
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


def of_cells_alone() -> list[Instruction]:
    """The instructions that are words, and work on nothing but the cells that they pop."""
    return [
        each
        for each in define().instructions
        if "word" in each.facts and each.pops and all(role == "cell" for role, _ in each.parameters)
    ]


def signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


@cache
def module_of(instruction: Instruction) -> Module:
    """The instruction's function, and what it calls."""
    return collect("one", [instruction.function])


def evaluate(instruction: Instruction, cells: list[int]) -> tuple[int, ...] | None:
    """What the instruction leaves, by the evaluator; None if it gives up."""
    try:
        results = Evaluator(module_of(instruction)).run(
            instruction.function.name, *(each & (1 << 64) - 1 for each in cells)
        )
    except Left:
        return None
    return tuple(signed(int(each)) for each in results)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_native_code_does_what_the_evaluator_does(engine: Engine) -> None:
    chance = random.Random(1)
    instructions = of_cells_alone()
    assert len(instructions) > 40
    with make_vm(engine) as vm:
        for each in instructions:
            vm.run(f": subject  {each.facts['word']} ;")
            for _ in range(ROUNDS):
                cells = [
                    chance.choice((chance.choice(CELLS), chance.getrandbits(64) - (1 << 63)))
                    for _ in range(each.pops)
                ]
                expected = evaluate(each, cells)
                if expected is None:
                    with pytest.raises(cupola.GuestError):
                        vm.call("subject", *cells)
                else:
                    assert vm.call("subject", *cells) == expected, (each.name, cells)
