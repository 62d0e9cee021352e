"""The benchmark programs and the examples are standard Forth: another system runs them as expected."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = sorted((ROOT / "bench" / "forth").glob("*.fs"))
EXAMPLES = sorted((ROOT / "examples").glob("*.fs"))
EXPECTED = tomllib.loads((ROOT / "bench" / "forth" / "expected.toml").read_text(encoding="utf-8"))


def by_the_peer(program: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in gforth."""
    command = ["gforth-fast", str(program), "-e", "bye"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_each_benchmark_has_its_expected_output() -> None:
    assert {path.stem for path in BENCHMARKS} == set(EXPECTED)


@pytest.mark.peer
@pytest.mark.parametrize("program", BENCHMARKS, ids=lambda path: path.stem)
def test_benchmarks_print_the_expected_output_in_gforth(program: Path) -> None:
    result = by_the_peer(program)
    assert (result.stdout.strip(), result.stderr) == (EXPECTED[program.stem], "")


@pytest.mark.peer
@pytest.mark.parametrize("program", EXAMPLES, ids=lambda path: path.stem)
def test_examples_run_in_gforth(program: Path) -> None:
    result = by_the_peer(program)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip()
