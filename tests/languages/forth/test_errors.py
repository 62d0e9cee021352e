"""Programs that fail, on every engine: the right error and backtrace, no crash, and a system that goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

import cupola
from tests.languages.forth.cases import ANY, CASES, FILES, SAFE, Case
from tests.languages.forth.engines import ENGINES, REFERENCE, Engine, Outcome, make_vm, reference, run

EAGER = Engine("auto", (1, 1))
DICTIONARY_OVERFLOW = -8


def squeezed(text: str) -> str:
    """Return a text without the blanks at its ends."""
    return text.strip(" \n")


def check_end(name: str, expect: int | str | None, outcome: Outcome) -> None:
    """Check how a program ended."""
    if expect == SAFE:
        return
    if expect == ANY:
        assert outcome.code is not None, (
            f"{name}: expected an error, but it ended well, with {outcome.output!r}"
        )
    else:
        assert outcome.code == expect, f"{name}: {outcome}"


def check(case: Case, outcome: Outcome) -> None:
    """Check all that the case says."""
    check_end(case.name, case.expect, outcome)
    if case.output is not None:
        assert squeezed(outcome.output) == case.output
    if case.message is not None:
        assert case.message in outcome.message
    if case.line is not None:
        assert outcome.line == case.line
    if case.backtrace is not None:
        assert outcome.backtrace == case.backtrace
    if case.backtrace_starts is not None:
        assert outcome.backtrace[: len(case.backtrace_starts)] == case.backtrace_starts


def check_usable(vm: cupola.VM) -> None:
    """Check that the system still works; first close the definition that a program left open."""
    assert run(vm, "[ decimal 1 2 + .") == Outcome(None, "3 ")


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_error(case: Case, engine: Engine) -> None:
    vm = make_vm(engine)
    outcome = run(vm, case.source)
    check(case, outcome)
    check_usable(vm)
    if engine != REFERENCE:
        assert outcome.comparable() == reference(case.source).comparable()


@pytest.mark.parametrize(
    "case", [case for case in CASES if isinstance(case.expect, int)], ids=lambda case: case.name
)
def test_every_error_can_be_caught(case: Case, tmp_path: Path) -> None:
    program = tmp_path / "case.fs"
    program.write_text(case.source, encoding="utf-8")
    vm = make_vm(EAGER)
    outcome = run(vm, f's" {program}" \' included catch [ decimal . 2drop')
    assert outcome.code is None
    assert outcome.output.endswith(f"{case.expect} ")
    check_usable(vm)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("name", FILES)
def test_error_in_a_file(name: str, engine: Engine, tmp_path: Path) -> None:
    files, expect, output = FILES[name]
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
    vm = make_vm(engine)
    outcome = run(vm, f's" {tmp_path / "main.fs"}" included')
    check_end(name, expect, outcome)
    if output is not None:
        assert squeezed(outcome.output) == output
    check_usable(vm)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_the_same_system_survives_all_errors(engine: Engine) -> None:
    vm = make_vm(engine)
    for case in CASES:
        fills_memory = (
            case.expect == DICTIONARY_OVERFLOW or "unused" in case.source or len(case.source) > 1000
        )
        if isinstance(case.expect, int) and not fills_memory:
            assert run(vm, "[ decimal") == Outcome(None, "")
            outcome = run(vm, case.source)
            assert outcome.code == case.expect, f"{case.name}: {outcome}"
    check_usable(vm)
