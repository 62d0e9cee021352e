"""Passes: text in, text out; the same results before and after; registry, refusals, errors."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from cupola.ir.core import Function, Module
from cupola.ir.errors import IRError
from cupola.ir.evaluator import EvaluationError, Evaluator, same
from cupola.ir.passes import PASSES, STANDARD, Context, Pass, Statistics, optimize, run_passes
from cupola.ir.passes import __main__ as tool
from cupola.ir.passes.reference import reference
from cupola.ir.types import Type
from tests.ir.pass_cases import Case, all_cases, format_case, module_of, run

CASES = all_cases()
PAGE = Path(__file__).resolve().parents[2] / "docs" / "passes.md"


@pytest.mark.parametrize("case", CASES, ids=[each.name for each in CASES])
def test_text_in_text_out(case: Case) -> None:
    assert format_case(case, run(case, Statistics())) == case.after


SHORT = [each for each in CASES if len(each.passes) <= 2]  # a longer sequence may leave work for its start


@pytest.mark.parametrize("case", SHORT, ids=[each.name for each in SHORT])
def test_nothing_is_left_to_do(case: Case) -> None:
    """A pass that ran finds nothing the second time, and says so."""
    module = run(case, Statistics())
    for function in module.functions.values():
        assert not any(
            run_passes(function, [name], module=module) for name in case.passes if name != "inline"
        )


def _number(chance: random.Random, type: Type) -> int | float:
    if type.is_float:
        return chance.choice([0.0, -0.0, 1.5, -2.25])
    near = chance.choice([0, 1, 2, 5, 7, 8, 255, type.mask, type.mask >> 1, (type.mask >> 1) + 1])
    return type.unsigned(chance.choice([near, near - 1, chance.getrandbits(64)]))


def _outcome(module: Module, function: Function, arguments: list[int | float]) -> tuple[object, ...]:
    try:
        return Evaluator(module, steps=10_000).run(function.name, *arguments)
    except EvaluationError as error:
        return (type(error), str(error) if type(error).__name__ == "Trapped" else "")


def _touches_memory(module: Module) -> bool:
    effects = {each.operation.effect for f in module.functions.values() for each in f.instructions()}
    names = {each.operation.name for f in module.functions.values() for each in f.instructions()}
    return bool(effects & {"reads", "writes"} or names & {"operand", "undefined"} or module.declarations)


PURE = [each for each in CASES if not _touches_memory(module_of(each.before))]


@pytest.mark.parametrize("case", PURE, ids=[each.name for each in PURE])
def test_the_same_results_before_and_after(case: Case) -> None:
    before, after = module_of(case.before), module_of(case.before)
    for function in after.functions.values():
        optimize(function, module=after, verify=True)
    chance = random.Random(case.name)
    for function in before.functions.values():
        for _ in range(20):
            arguments = [_number(chance, each.type) for each in function.parameters]
            expected = _outcome(before, function, arguments)
            if expected and isinstance(expected[0], type):
                continue  # no meaning: anything may happen
            found = _outcome(after, after.functions[function.name], arguments)
            assert all(map(same, expected, found)), (function.name, arguments, expected, found)  # type: ignore[arg-type]  # numbers, by the test above


def test_every_pass_has_a_text_test() -> None:
    assert {name for case in CASES for name in case.passes} == set(PASSES)


def test_the_registry_names_passes_as_they_name_themselves() -> None:
    assert all(name == each.name and each.meaning for name, each in PASSES.items())
    assert set(STANDARD) <= set(PASSES)


def test_an_unknown_pass_is_an_error() -> None:
    module = module_of("function @f() {\nentry:\n  return\n}\n")
    with pytest.raises(ValueError, match=r"no pass 'flod'; there are inline, fold"):
        run_passes(module.functions["f"], ["flod"])


def test_a_pass_that_breaks_the_function_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(function: Function, context: Context) -> bool:
        function.entry.instructions.pop()
        return True

    monkeypatch.setitem(PASSES, "cut", Pass("cut", "takes the terminator away", cut))
    module = module_of("function @f() {\nentry:\n  return\n}\n")
    with pytest.raises(IRError) as caught:
        run_passes(module.functions["f"], ["cut"], verify=True)
    assert caught.value.__notes__ == ["after the pass 'cut' on the function 'f'"]


def test_refusals_to_inline_have_names() -> None:
    (case,) = [each for each in CASES if each.title.startswith("recursion, unmarked and slow")]
    statistics = Statistics()
    run(case, statistics)
    assert [(each.reason, each.detail) for each in statistics.refusals] == [
        ("recursion", "down into down"),
        ("marked slow", "rare into f"),
    ]
    assert statistics.of("inline") == {"refused: recursion": 1, "refused: marked slow": 1}


def test_mutual_recursion_is_inlined_once_around() -> None:
    text = """
function @even(%x: i64) -> i64 inline {
entry(%x: i64):
  %y = call.i64 @odd(%x)
  return %y
}
function @odd(%x: i64) -> i64 inline {
entry(%x: i64):
  %y = call.i64 @even(%x)
  return %y
}
function @f(%x: i64) -> i64 {
entry(%x: i64):
  %y = call.i64 @even(%x)
  return %y
}
"""
    module, statistics = module_of(text), Statistics()
    run_passes(module.functions["f"], ["inline"], module=module, statistics=statistics, verify=True)
    assert [str(each) for each in statistics.refusals] == [
        "inline refused (recursion): even into f > even > odd"
    ]
    calls = [each.symbol for each in module.functions["f"].instructions() if each.operation.name == "call"]
    assert calls == ["even"]


def test_the_page_is_current() -> None:
    message = "run: python -m cupola.ir.passes.reference > docs/passes.md"
    assert PAGE.read_text(encoding="utf-8") == reference(), message


def test_the_text_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    path = tmp_path / "f.ir"
    path.write_text("function @f() -> i64 {\nentry:\n  %x = add 1:i64, 2:i64\n  return %x\n}\n")
    monkeypatch.setattr(sys, "argv", ["passes", str(path), "--passes", "fold"])
    assert tool.main() == 0
    output = capsys.readouterr()
    assert "  return 3:i64\n" in output.out
    assert output.err == "fold: instructions: 1\n"
    monkeypatch.setattr(sys, "argv", ["passes", str(path), "--passes", "flod"])
    assert tool.main() == 1
    assert "there is no pass 'flod'" in capsys.readouterr().err
