"""Random modules mean the same after every pass; past failures are replayed; a wrong pass is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.ir.core import Function
from cupola.ir.operations import TABLE
from cupola.ir.passes import PASSES, Context, Pass
from cupola.ir.printer import format_module
from cupola.ir.random import random_module
from tests.ir import fuzz, pass_fuzz
from tests.ir.fuzz import seed_of


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_the_same_after_every_pass(first: int) -> None:
    for seed in range(first, first + 10):
        assert not pass_fuzz.check(seed)


def test_optimized_modules_run_natively_as_the_evaluator_says() -> None:
    for seed in range(300, 310):
        text = format_module(random_module(seed))
        assert not fuzz.compare(pass_fuzz.transformed(text, pass_fuzz.ALL), seed)


@pytest.mark.parametrize("path", sorted(pass_fuzz.CORPUS.glob("*.ir")), ids=lambda path: path.stem)
def test_past_failures(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for way in pass_fuzz.WAYS:
        assert not pass_fuzz.compare(text, seed_of(text), way)


def test_a_wrong_pass_is_found_shrunk_and_stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def spoil(function: Function, context: Context) -> bool:
        for each in function.instructions():
            if each.operation.name == "lshr":
                each.operation = TABLE["ashr"]
        return True

    monkeypatch.setitem(PASSES, "fold", Pass("fold", "shifts with the wrong sign", spoil))
    monkeypatch.setattr(pass_fuzz, "CORPUS", tmp_path)
    found = next(filter(None, (pass_fuzz.check(seed) for seed in range(50))))
    assert found.startswith("after fold: ")
    (path,) = tmp_path.iterdir()
    text = path.read_text(encoding="utf-8")
    assert " lshr " in text
    assert len(text.splitlines()) < 20, text
