"""`cupola profile`, and runs with what it wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.cli.main import main
from cupola.policy.profile import load

SOURCE = ": step dup 3 and xor 1+ ; : run 0 1000 0 do i step + loop . ; run"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.fs"
    path.write_text(SOURCE)
    return path


def test_a_profile_is_written_added_to_and_used(program: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = program.with_suffix(".profile")
    assert main(["profile", "-o", str(file), str(program)]) == 0
    captured = capfd.readouterr()
    expected = captured.out
    assert "functions" in captured.err
    first = load(str(file), "forth")
    assert first.functions["run", 1].calls == 1
    assert main(["profile", "--add", "-o", str(file), str(program)]) == 0
    second = load(str(file), "forth")
    assert second.functions["run", 1].calls == 2
    assert {run: 2 * count for run, count in first.runs.items()} == second.runs
    capfd.readouterr()
    assert main(["run", "--profile", str(file), str(program)]) == 0
    assert capfd.readouterr().out == expected


def test_a_program_that_fails_has_a_profile_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.profile"
    assert main(["profile", "-o", str(file), "-e", ": f 1 drop ; f nonsense"]) == 1
    assert "nonsense" in capfd.readouterr().err
    assert load(str(file), "forth").functions["f", 1].calls == 1


@pytest.mark.parametrize("command", ["run", "profile"])
def test_files_that_are_no_profiles_are_wrong_usage(
    command: str, program: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--profile", str(program)] if command == "run" else ["--add", "-o", str(program)]
    assert main([command, *arguments, str(program)]) == 2
    assert "is no profile: make one with cupola profile" in capfd.readouterr().err


def test_where_a_profile_cannot_be_written(program: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "-o", str(program / "x"), str(program)]) == 2
    assert "cannot write" in capfd.readouterr().err
