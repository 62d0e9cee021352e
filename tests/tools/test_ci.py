"""Continuous integration: `.ci/run` runs the test command of the README, `check` runs every check."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import check

ROOT = Path(__file__).resolve().parent.parent.parent


def ci(directory: Path, readme: str) -> subprocess.CompletedProcess[str]:
    """Run `.ci/run` in a project that consists of a README."""
    (directory / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", directory / ".ci" / "run")
    (directory / "README.md").write_text(readme)
    return subprocess.run([str(directory / ".ci" / "run")], capture_output=True, text=True, cwd="/")


def test_the_marked_block_is_run_in_the_project(tmp_path: Path) -> None:
    readme = (
        "```sh\necho other\n```\n\n<!-- test command -->\n```sh\npwd\necho two\n```\n```sh\necho after\n```\n"
    )
    result = ci(tmp_path, readme)
    assert result.returncode == 0
    assert result.stdout.splitlines() == ["$ pwd", "$ echo two", str(tmp_path), "two"]


def test_a_command_that_fails_ends_it(tmp_path: Path) -> None:
    result = ci(tmp_path, "<!-- test command -->\n```sh\nfalse\necho not reached\n```\n")
    assert result.returncode == 1
    assert "not reached" not in result.stdout.replace("$ echo not reached", "")


def test_a_readme_without_the_block_is_an_error(tmp_path: Path) -> None:
    result = ci(tmp_path, "```sh\necho other\n```\n")
    assert result.returncode == 1
    assert "expected a fenced block after the line '<!-- test command -->'" in result.stderr


def test_all_checks_run_and_the_failed_ones_are_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def command(code: str) -> list[str]:
        return [sys.executable, "-c", code]

    steps = {"first": command("raise SystemExit(3)"), "second": command("print('ran')")}
    monkeypatch.setattr(check, "checks", lambda arguments: steps)
    assert check.main([]) == 1
    captured = capfd.readouterr()
    assert "ran" in captured.out.splitlines()
    assert captured.err.startswith("failed: first (")
    del steps["first"]
    assert check.main([]) == 0


def test_the_tests_come_last_and_take_the_arguments() -> None:
    steps = check.checks(["-k", "linker"])
    assert list(steps) == ["style", "format", "types", "imports", "tests"]
    assert steps["tests"][-2:] == ["-k", "linker"]
