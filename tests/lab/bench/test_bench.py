"""`cupola bench` as a whole, with tiny arms: its table in every format, its status, its messages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from cupola.lab.bench import arms as bench_arms
from cupola.lab.bench import command as bench
from cupola.lab.bench import report
from cupola.lab.bench.programs import EXTENSIONS, directory_of, programs_in
from cupola.launch.switches import TIERS

ECHO = f"{sys.executable} -S -c 'import sys; print(open(sys.argv[1]).read(), end=\"\")' {{program}}"
"""An arm that prints the program it is given: right for every program whose text is its expected output."""

SILENT = f"{sys.executable} -S -c pass {{program}}"
"""An arm that prints nothing: right for the empty program alone."""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a directory with two programs."""
    (tmp_path / "expected.toml").write_text('alpha = "first"\nbeta = "second"\n')
    (tmp_path / "alpha.fs").write_text("first\n")
    (tmp_path / "beta.fs").write_text("second\n")
    return tmp_path


def run(*arguments: str) -> int:
    """Run the benchmark as the command line does."""
    parser = ArgumentParser()
    bench.add_arguments(parser)
    return bench.main(parser.parse_args(["forth", "--tiers", "", "--runs", "2", "--seed", "7", *arguments]))


def document(capsys: pytest.CaptureFixture[str]) -> Any:
    """Return the JSON that was printed."""
    return json.loads(capsys.readouterr().out)


def test_what_the_command_line_offers_without_imports_is_what_there_is() -> None:
    assert list(bench.FORMATS) == list(report.FORMATS)
    assert list(bench.PEERS) == list(bench_arms.PEERS)
    assert ",".join(bench_arms.USUAL_TIERS) == bench.TIERS
    assert set(bench_arms.USUAL_TIERS) <= set(TIERS)
    assert list(bench.LANGUAGES) == list(EXTENSIONS)


def test_json_has_everything(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arms = ["--arm", f"one={ECHO}", "--arm", f"two={ECHO}", "--vs", "two"]
    assert run("--directory", str(programs), "--format", "json", *arms) == 0
    found = document(capsys)
    assert found["reference"] == "two"
    assert [arm["name"] for arm in found["arms"]] == ["two", "one"]
    assert found["programs"] == ["alpha", "beta"]
    assert len(found["processes"]) == 2 * 2 * 3  # blocks, arms, programs with the empty one
    assert {"cpu", "cores", "load", "date", "versions", "seed", "runs"} <= set(found["setting"])
    assert found["setting"]["seed"] == 7
    assert {pair["program"] for pair in found["pairs"]} == {"alpha", "beta", "(start-up)"}
    assert all(pair["wall_median"] > 0 and pair["invalid"] is None for pair in found["pairs"])
    assert found["geometric_means"]["two"]["ratio"] is None, "the reference is not compared with itself"
    of_one = found["geometric_means"]["one"]
    assert of_one["ratio_interval"][0] < of_one["ratio"] < of_one["ratio_interval"][1]


@pytest.mark.parametrize("form", bench.FORMATS)
def test_an_arm_with_wrong_output_is_shown_as_invalid(
    programs: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    arms = ["--arm", f"good={ECHO}", "--arm", f"bad={SILENT}"]
    assert run("--directory", str(programs), "--format", form, *arms) == 1
    captured = capsys.readouterr()
    assert "bad on alpha: differs: 0 lines, expected 1" in captured.err
    if form == "json":
        invalid = {pair["program"] for pair in json.loads(captured.out)["pairs"] if pair["invalid"]}
        assert invalid == {"alpha", "beta"}
    else:
        assert "INVALID: bad on alpha: differs: 0 lines, expected 1" in captured.out
        row = next(line for line in captured.out.splitlines() if line.strip("| ").startswith("alpha"))
        assert row.rstrip("| ").endswith("INVALID")


def test_the_text_names_seed_versions_and_commands(
    programs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--directory", str(programs), "--arm", f"one={ECHO}") == 0
    out = capsys.readouterr().out
    for part in ("seed 7", "Versions: cupola", "geometric mean", "(start-up)", "Times as fast as one"):
        assert part in out
    assert str(Path(sys.executable).parent) not in out


def test_markdown_goes_to_a_file(programs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "table.md"
    arguments = ["--directory", str(programs), "--format", "markdown", "--output", str(target)]
    assert run(*arguments, "--arm", f"one={ECHO}", "--program", "beta") == 0
    assert capsys.readouterr().out == ""
    lines = target.read_text().splitlines()
    assert "| program | one |" in lines
    assert "| :--- | ---: |" in lines
    assert not any(line.startswith("| alpha") for line in lines)
    assert sum(line.startswith("| beta") for line in lines) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--runs", "0", "--arm", "one=true {program}"], "--runs 0: expected at least 1"),
        (["--arm", "true {program}"], "expected NAME=COMMAND"),
        (["--arm", "one=true"], "expected NAME=COMMAND with {program}"),
        (["--arm", "one=true {program}", "--arm", "one=true {program}"], "two arms have the same name"),
        ([], "nothing to run"),
        (["--tiers", "warp"], "--tiers warp: expected some of auto, switch"),
        (["--arm", "one=true {program}", "--vs", "two"], "--vs two: expected one of gforth"),
        (
            ["--arm", "one=true {program}", "--program", "gamma"],
            "--program gamma: expected one of alpha, beta",
        ),
        (["--arm", "one=true {program}", "--directory", "/absent"], "no expected.toml in /absent"),
    ],
)
def test_wrong_usage(
    programs: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run("--directory", str(programs), *arguments) == 2
    assert message in capsys.readouterr().err


def test_a_program_without_a_file_is_named(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (programs / "beta.fs").unlink()
    assert run("--directory", str(programs), "--arm", f"one={ECHO}") == 2
    assert "beta.fs: expected.toml names it, but there is no such file" in capsys.readouterr().err


def test_a_peer_that_is_not_installed_is_named(
    programs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/absent")
    assert run("--directory", str(programs), "--vs", "gforth-fast") == 2
    assert "gforth-fast: it is not on the path" in capsys.readouterr().err


def test_the_tiers_become_arms_after_the_reference() -> None:
    arms = bench_arms.arms_of("one", "switch,baseline", ["one=true {program}"])
    assert [arm.name for arm in arms] == ["one", "switch", "baseline"]
    assert arms[1].command[-4:] == ("run", "--tier", "switch", "{program}")


def test_the_project_s_own_programs_are_found() -> None:
    names = [program.name for program in programs_in(directory_of("forth", None), ".fs", [])]
    assert len(names) == 8


def test_ctrl_c_ends_it_and_the_process_it_runs(programs: Path) -> None:
    mark = programs / "pid"
    code = f'import os, time; open("{mark}", "w").write(str(os.getpid())); time.sleep(600)'
    slow = f"{sys.executable} -S -c '{code}' {{program}}"
    command = [sys.executable, "-m", "cupola", "bench", "forth", "--tiers", "", "--arm", f"slow={slow}"]
    process = subprocess.Popen([*command, "--directory", str(programs)], stderr=subprocess.PIPE, text=True)
    while not (mark.exists() and mark.read_text()):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in errors
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)
