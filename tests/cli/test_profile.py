"""`cupola profile`, and runs with what it wrote."""

from __future__ import annotations

import json
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


LUA = "local function busy(n) for i = 1, n do n = n * 3 % 1000003 end end\nfor i = 1, 40 do busy(100000) end print(...)"


@pytest.mark.parametrize("tier", ["auto", "switch"])
def test_samples_of_lua_are_written_in_all_formats(
    tier: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program, stem = tmp_path / "busy.lua", tmp_path / "found"
    program.write_text(LUA)
    assert main(["profile", "--tier", tier, "-o", str(stem), "--interval", "500us", str(program), "one"]) == 0
    captured = capfd.readouterr()
    assert captured.out == "one\n"
    assert f"busy ({program}:1)" in captured.err.splitlines()[3]
    speedscope = json.loads(Path(f"{stem}.speedscope.json").read_text())
    (profile,) = speedscope["profiles"]
    assert len(profile["samples"]) == len(profile["weights"]) > 5
    assert {at for stack in profile["samples"] for at in stack} == set(
        range(len(speedscope["shared"]["frames"]))
    )
    folded = [line.rpartition(" ") for line in Path(f"{stem}.folded").read_text().splitlines()]
    assert sum(int(weight) for _, _, weight in folded) == profile["endValue"]
    trace = json.loads(Path(f"{stem}.trace.json").read_text())
    bars = [each for each in trace["traceEvents"] if each["ph"] == "X"]
    whole = sum(each["dur"] for each in bars if each["name"] == "main chunk")
    assert whole == pytest.approx(profile["endValue"] / 1000)


def test_which_files_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "busy.lua"
    program.write_text(LUA)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    assert main(["profile", "--formats", "", str(program)]) == 0
    assert not list(work.iterdir())
    assert main(["profile", "--formats", "trace", str(program)]) == 0
    assert [each.name for each in work.iterdir()] == ["busy.trace.json"]
    capfd.readouterr()
    assert main(["profile", "--formats", "svg", str(program)]) == 2
    assert "'svg' is no format: there are folded, speedscope, trace" in capfd.readouterr().err
    assert main(["profile", "-o", str(program / "x"), str(program)]) == 2
    assert "cannot write" in capfd.readouterr().err
    assert main(["profile", "--add", str(program)]) == 2
    assert "--add is for profiles that count" in capfd.readouterr().err


def test_programs_that_fail_have_samples_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stem = tmp_path / "a"
    code = "for i = 1, 3000000 do end error('the end', 0)"
    assert main(["profile", "-l", "lua", "-o", str(stem), "--formats", "folded", "-e", code]) == 1
    assert "the end" in capfd.readouterr().err
    assert Path(f"{stem}.folded").read_text().startswith("main chunk ((command line))")


def test_counts_need_a_file(program: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", str(program)]) == 2
    assert "Say it with -o FILE" in capfd.readouterr().err
