"""FORTH-79 as a language: what its words print, and that all of them are there."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

import cupola
from tests.languages.forth.engines import ENGINES, REFERENCE, TIME_LIMIT, Engine, Outcome, run
from tests.languages.forth.outputs import Program, read_programs

PROGRAMS = read_programs(Path(__file__).with_name("forth79.txt"))
WORDS = Path(__file__).with_name("forth79_words.txt").read_text(encoding="utf-8")
REQUIRED, DOUBLE, REFERENCE_WORDS = (section.split()[1:] for section in WORDS.split("\n==")[1:])
# Those that this system cannot have; docs/forth-79.md says why.
ABSENT = {"CUR", "DPL", "FLD", "I'", "LAST", "LINELOAD", "MAP0", "READ-MAP", "REWIND", "S0", "SP@"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks are in a folder of their own."""
    monkeypatch.chdir(tmp_path)


def make(engine: Engine) -> cupola.VM:
    """A FORTH-79 system."""
    thresholds = cupola.Thresholds(*engine.thresholds) if engine.thresholds else None
    return cupola.VM(
        "forth-79",
        tier=engine.tier,
        thresholds=thresholds,
        limits=cupola.Limits(time=TIME_LIMIT),
        input=io.BytesIO(b"heabc\nxy\nquery 7 .\n"),
    )


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_program(program: Program, engine: Engine) -> None:
    with make(engine) as vm:
        assert run(vm, program.source) == Outcome(None, program.expected)


def test_all_words_are_there_and_those_of_forth_2012_are_not() -> None:
    with make(REFERENCE) as vm:
        for name in (*REQUIRED, *DOUBLE, *REFERENCE_WORDS):
            assert vm.system.find(name) > 0, name
        for name in ("invert", "value", "postpone", "catch", "r/o", "um*", "[char]"):
            assert vm.system.find(name) < 0, name
    assert len(set(REQUIRED)) == 130


def test_all_required_words_are_in_a_program() -> None:
    text = " ".join(program.source.lower() for program in PROGRAMS).split()
    missing = {name for name in map(str.lower, (*REQUIRED, *DOUBLE)) if name not in text}
    assert missing <= {"abort", "quit", '."', "("}, "these are tested below, or cling to their text"


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_abort_and_quit(engine: Engine) -> None:
    with make(engine) as vm:
        assert run(vm, "1 2 abort").code == -1
        assert run(vm, "1 2 . quit 3 .") == Outcome(None, "2 ")
        assert vm.stack == (1,)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize(
    ("source", "code"),
    [("0 pick", -24), ("0 roll", -24), ("-1 pick", -24), ("1 0 /", -10), ("pad -1 -trailing", -24), ("16 line", -24),
     ("' nosuch", -13), ("64 user u", -24), (": t  5 0 do exit loop ;", -25), ("create s 1 c, 65 c, s number", -24),
     ("chain v", -21), ("0 iftrue", -58), ("compile dup", -14), ("do", -14), ("forget nosuch", -13),
     (": t  1 abort\" said\" ; t", -2)],
)  # fmt: skip
def test_errors(source: str, code: int, engine: Engine) -> None:
    with make(engine) as vm:
        assert run(vm, source).code == code
        assert run(vm, "1 2 + .").output == "3 "


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_the_vocabulary_in_forth_2012(engine: Engine) -> None:
    vm = cupola.VM("forth", tier=engine.tier)
    assert run(vm, "-7 2 / . also forth-79 -7 2 / . 10 20 1 pick . previous -7 2 / .") == Outcome(
        None, "-4 -3 20 -4 "
    )
    assert "forth-79" in {name.lower() for name in vm.words()}


def test_the_documentation_lists_what_is_absent() -> None:
    page = (Path(__file__).parents[3] / "docs" / "forth-79.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([^` ]+)`", page.partition("## Not there")[2].partition("\n## ")[0]))
    assert listed >= ABSENT
