"""Random modules: well-formed, the same after a round trip, the same natively; past failures replayed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.ir.core import Module
from cupola.ir.operations import TABLE
from cupola.ir.parser import parse_module
from cupola.ir.printer import format_module
from cupola.ir.random import random_module
from cupola.ir.verifier import verify_module
from tests.ir import fuzz
from tests.ir.shrink import shrink

# What a random module cannot hold: the tiers' operations, and ends that are no results.
NEVER = {
    "call_indirect",
    "leave",
    "operand",
    "tail_call",
    "tail_call_indirect",
    "trap",
    "undefined",
    "unreachable",
}


def test_modules_verify_and_survive_a_round_trip() -> None:
    seen = set()
    for seed in range(120):
        module = random_module(seed)
        verify_module(module)
        text = format_module(module)
        again = parse_module(text)
        verify_module(again)
        assert format_module(again) == text
        assert format_module(random_module(seed)) == text
        seen |= {
            each.operation.name for function in module.functions.values() for each in function.instructions()
        }
    assert set(TABLE) - seen == NEVER


@pytest.mark.parametrize("first", range(1000, 1040, 10))
def test_evaluator_and_llvm_agree(first: int) -> None:
    for seed in range(first, first + 10):
        assert not fuzz.check(seed)


@pytest.mark.parametrize("path", sorted(fuzz.CORPUS.glob("*.ir")), ids=lambda path: path.stem)
@pytest.mark.parametrize("optimize", [0, 2])
def test_past_failures(path: Path, optimize: int) -> None:
    text = path.read_text(encoding="utf-8")
    assert not fuzz.compare(parse_module(text), fuzz.seed_of(text), optimize=optimize)


def test_a_wrong_operation_is_found_shrunk_and_stored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:

    monkeypatch.setattr(TABLE["ffloor"], "evaluate", lambda b, x: x)
    monkeypatch.setattr(fuzz, "CORPUS", tmp_path)
    found = next(filter(None, (fuzz.check(seed) for seed in range(200))))
    assert "evaluator" in found or "memory differs" in found
    (path,) = tmp_path.iterdir()
    text = path.read_text(encoding="utf-8")
    module = parse_module(text)
    instructions = [each for function in module.functions.values() for each in function.instructions()]
    assert "ffloor" in text
    assert len(instructions) <= 8, text
    assert fuzz.compare(module, fuzz.seed_of(text))
    monkeypatch.undo()
    assert not fuzz.compare(module, fuzz.seed_of(text))


def test_shrinking_keeps_what_fails() -> None:
    def has_division(module: Module) -> bool:
        return any(
            each.operation.name == "udiv" for f in module.functions.values() for each in f.instructions()
        )

    seed = next(seed for seed in range(100) if has_division(random_module(seed)))
    module = shrink(random_module(seed), has_division)
    verify_module(module)
    assert has_division(module)
    assert sum(1 for f in module.functions.values() for _ in f.instructions()) <= 3
