"""Engines that differ in one thing: what each of them lacks. None is built here; that takes half a minute each."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cupola.lab.workloads.variant import VARIANTS, main

LOOK = """
import sys
from cupola.lab.workloads.variant import VARIANTS
from cupola.tiers.variants import Plan
forth = VARIANTS[sys.argv[1]]()
forth.check()
plan = Plan(forth)
states = {each.state_in for each in plan.variants} | {each.state_out for each in plan.variants}
print(len(forth.superinstructions), max(states), any(each.fused for each in plan.variants))
"""


def look(name: str) -> list[str]:
    """Superinstructions of a variant, the most cells in registers, and whether any of its code is fused."""
    done = subprocess.run([sys.executable, "-c", LOOK, name], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_without_superinstructions_each_instruction_stands_alone() -> None:
    assert look("no-superinstructions") == ["0", "3", "False"]


def test_without_a_stack_cache_no_cell_is_in_a_register() -> None:
    count, most, fused = look("no-stack-cache")
    assert (int(count) > 50, most, fused) == (True, "0", "True")


def test_the_product_itself_is_one_of_them() -> None:
    assert VARIANTS["as-it-is"] is None


def test_an_unknown_engine_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fastest"]) == 2
    assert "expected an engine (as-it-is," in capsys.readouterr().err
