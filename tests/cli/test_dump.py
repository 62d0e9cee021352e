"""`cupola dump`: the command; what it shows is tested with `observe`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.cli.main import main


def test_a_word_of_a_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "square.fs"
    path.write_text(": square dup * ; 3 square .")
    assert main(["dump", str(path), "square"]) == 0
    captured = capfd.readouterr()
    assert captured.out.startswith("square: ")
    assert captured.err == "9 "  # the program's own output is out of the way


@pytest.mark.parametrize("stage", ["bytecode", "ir", "llvm", "asm"])
@pytest.mark.parametrize("tier", ["threaded", "baseline"])
def test_every_stage(stage: str, tier: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", "-e", ": f 3 * ;", "f", "--as", stage, "--tier", tier]) == 0
    assert "enter" in capfd.readouterr().out


def test_a_program_that_fails_is_shown_nevertheless(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", "-e", ": f 3 ; foo", "f"]) == 0
    captured = capfd.readouterr()
    assert "undefined word: foo" in captured.err
    assert captured.out.startswith("f: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-e", ": square ;", "sqare"], "defines no 'sqare'; did you mean square"),
        (["bench/forth/fib.fs"], "expected PROGRAM WORD, found bench/forth/fib.fs"),
        (["-e", "1", "one", "two"], "expected -e CODE WORD, found one two"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", *arguments]) == 2
    assert message in capfd.readouterr().err


def test_the_main_chunk_of_lua_is_the_programs(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", "--language", "lua", "-e", "local x = 1", "main chunk"]) == 0
    assert capfd.readouterr().out.startswith("main chunk: 3 instructions")
