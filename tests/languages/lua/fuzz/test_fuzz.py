"""Random programs: the generator, the shrinker, and some programs on all engines."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.languages.lua.engines import ENGINES
from tests.languages.lua.fuzz.program import program, whole
from tests.languages.lua.fuzz.run import CORPUS, Comparison
from tests.languages.lua.fuzz.shrink import extent, groups, shrink
from tests.languages.lua.suite_files import by_reference, reference_missing

SEEDS = range(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_programs_are_the_same_each_time_and_end(seed: int, tmp_path: Path) -> None:
    text = program(seed)
    assert text == program(seed)
    if reason := reference_missing():
        pytest.skip(reason)
    path = tmp_path / "program.lua"
    path.write_text(text, encoding="latin-1")
    output = by_reference(path, 10)
    assert output == by_reference(path, 10)
    assert output.splitlines()[-1] == b"end"
    assert b": 0x" not in output


def test_seeds_differ() -> None:
    assert len({program(seed) for seed in range(20)}) == 20


def test_extents() -> None:
    lines = ["if a then", "  f()", "  g()", "else", "  h()", "end", "k()", "repeat", "  m()", "until b"]
    assert [extent(lines, at) for at in range(len(lines))] == [6, 2, 3, 6, 5, 6, 7, 10, 9, 10]


def test_groups() -> None:
    assert [("f((a + b), c)"[start:end]) for start, end in groups("f((a + b), c)")] == [
        "((a + b), c)",
        "(a + b)",
    ]


def test_shrinking() -> None:
    text = (
        "local a = 1\nfor i = 1, 3 do\n  print(a + (2 * 3))\n  print('wrong', (a + (1 + 2)))\nend\nprint(a)\n"
    )

    def fails(candidate: str) -> bool:
        parsed = subprocess.run(["luac5.4", "-p", "-"], input=candidate.encode(), capture_output=True)
        return parsed.returncode == 0 and "wrong" in candidate

    try:
        small = shrink(text, fails)
    except FileNotFoundError:
        pytest.skip("needs luac5.4 (Debian's package lua5.4), which is not on the path")
    assert small == "print'wrong'\n"


@pytest.mark.parametrize("seed", SEEDS)
def test_engines_do_the_same_as_the_reference(seed: int, comparison: Comparison) -> None:
    assert str(comparison.difference(program(seed)) or "") == ""


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.lua")), ids=lambda path: path.stem)
def test_programs_that_were_different_once(path: Path, comparison: Comparison) -> None:
    assert str(comparison.difference(whole(path.read_text(encoding="latin-1"))) or "") == ""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Comparison]:
    """All engines beside the reference."""
    if reason := reference_missing():
        pytest.skip(reason)
    made = Comparison([str(each) for each in ENGINES], tmp_path_factory.mktemp("fuzz"))
    yield made
    made.close()
