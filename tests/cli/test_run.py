"""`cupola run`: programs from everywhere, exit statuses, messages, limits, statistics, signals and pipes."""

from __future__ import annotations

import json
import signal
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from cupola.cli.main import main
from cupola.machine import perfmap
from tests.cli.support import TIMEOUT, command, cupola, environment

ENDLESS = ": spin begin again ; spin"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.fs"
    path.write_text(': greet ." hello " ; greet 6 7 * .\n')
    return path


def test_a_file_by_its_ending(program: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(program)]) == 0
    assert capfd.readouterr().out == "hello 42 "


@pytest.mark.parametrize("tier", ["auto", "switch", "table", "threaded", "baseline"])
def test_every_tier(tier: str, program: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--tier", tier, str(program)]) == 0
    assert capfd.readouterr().out == "hello 42 "


def test_a_file_with_another_ending_and_a_line_for_the_shell(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "script"
    path.write_text("#!/usr/bin/env -S cupola run -l forth\n1 .\nnonsense\n")
    assert main(["run", "-l", "forth", str(path)]) == 1
    captured = capfd.readouterr()
    assert captured.out == "1 "
    assert f"{path}:3:1" in captured.err  # the blanked line still counts


def test_text_on_the_command_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-e", ": f 2 ;", "-e", "f ."]) == 0
    assert capfd.readouterr().out == "2 "


def test_the_arguments_are_the_programs_own(program: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program.write_text("next-arg type space next-arg type next-arg . .")
    assert main(["run", str(program), "--stats", "x y"]) == 0
    assert capfd.readouterr() == ("--stats x y0 0 ", "")
    assert main(["run", "-e", program.read_text(), "one", "-e"]) == 0
    assert capfd.readouterr().out == "one -e0 0 "


def test_a_program_on_standard_input() -> None:
    done = cupola("run", "-", input="1 2 + .\nfoo\n")
    assert (done.returncode, done.stdout) == (1, "3 ")
    assert "undefined word: foo" in done.stderr
    assert "<standard input>:2:1" in done.stderr


def test_include_counts_from_the_including_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "outer.fs").write_text("include inner/one.fs")
    (tmp_path / "inner" / "one.fs").write_text("include two.fs")
    (tmp_path / "inner" / "two.fs").write_text("2 .")
    assert main(["run", str(tmp_path / "outer.fs")]) == 0
    assert capfd.readouterr().out == "2 "


def test_a_guest_error_shows_where_and_how(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.fs"
    path.write_text(": inner begin dup while 1- repeat 1 swap / ;\n: outer 3 inner ;\n  outer\n")
    assert main(["run", str(path)]) == 1
    lines = capfd.readouterr().err.splitlines()
    assert lines[0] == "error: division by zero"
    assert lines[1] == f"  {path}:3:3"
    assert lines[2:4] == ["      outer", "      ^^^^^"]
    assert [each.split()[1] for each in lines[4:]] == ["inner", "outer"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "what shall be run?"),
        (["run", "no-such-file.fs"], "cannot read no-such-file.fs: No such file"),
        (["run", "README.md"], "no language has this ending (known: .fs, .fth, .4th, .f79, .lua)"),
        (["run", "--time-limit", "soon", "-e", "1"], "'soon' does not begin with a number"),
        (["run", "--memory-limit", "1", "-e", "1"], "the memory limit of Forth must be from"),
        (["run", "--tier", "fast", "-e", "1"], "invalid choice: 'fast'"),
        (["rum"], "unknown command 'rum'"),
        (["pyproject.toml"], "to run it: cupola run pyproject.toml"),
    ],
)
def test_wrong_usage_says_what_to_do(
    arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("limit", "source", "message"),
    [
        (["--time-limit", "30ms"], ENDLESS, "the time limit of 0.03 s is used up"),
        (["--step-limit", "1M"], ENDLESS, "the limit of 1,000,000 steps is used up"),
        (["--memory-limit", "64KiB"], "70000 allot", "the memory limit of 65,536 bytes is used up"),
    ],
)
def test_limits(limit: list[str], source: str, message: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *limit, "-e", source]) == 3
    assert message in capfd.readouterr().err


def test_a_step_limit_is_for_the_program_alone(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--step-limit", "500", "-e", "1 ."]) == 0
    assert capfd.readouterr().out == "1 "


def test_statistics_for_machines(capfd: pytest.CaptureFixture[str]) -> None:
    source = ": f 5000 0 do i drop loop ; f f"
    assert main(["run", "--stats=json", "-e", source]) == 0
    found = json.loads(capfd.readouterr().err)
    expected = {
        "language", "tier", "run_seconds", "steps", "ticks", "entries", "tier_ups", "compiled_instructions",
        "compiled_bytes", "compile_seconds", "refusals", "calls", "back_edges",
    }  # fmt: skip
    assert expected <= set(found)
    assert found["tier_ups"] >= 1
    assert found["compiled_bytes"] > found["compiled_instructions"] > 0
    assert found["back_edges"] >= 2 * 4999
    assert found["steps"] > 20_000


def test_statistics_for_people(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--stats", "-e", "1 ."]) == 0
    captured = capfd.readouterr()
    assert captured.out == "1 "
    assert "compiled instructions" in captured.err


def test_an_interrupt_ends_the_program_and_keeps_its_output() -> None:
    with subprocess.Popen(
        command("run", "-e", f'.( begun ) key drop {ENDLESS}'), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(), text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.read(6) == "begun "  # it waits for KEY, so this was written already
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors


def test_an_interrupt_stops_a_loop() -> None:
    with subprocess.Popen(
        command("run", "-e", f".( begun ) key emit {ENDLESS}"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(),
    ) as process:  # fmt: skip
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.read(6) == b"begun "
        process.stdin.write(b"x")
        process.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)  # it is in its loop by now
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130
    assert b"in spin" in errors


def test_a_broken_pipe_ends_quietly() -> None:
    with subprocess.Popen(
        command("run", "-e", ": f begin 1 . again ; f"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(),
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.read(4) == b"1 1 "
        process.stdout.close()
        process.wait(TIMEOUT)
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_options_are_listed_switched_and_counted(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--options"]) == 0
    assert "colon-inlining" in capfd.readouterr().out
    code = ": twice dup + ; : eight twice twice twice ; 1 eight ."
    for flag, counted in (("--with", 3), ("--without", None)):
        assert main(["run", "--stats=json", flag, "colon-inlining", "-e", code]) == 0
        captured = capfd.readouterr()
        assert captured.out == "8 "
        assert json.loads(captured.err)["options"].get("colon-inlining") == counted


def test_an_unknown_option_is_wrong_usage(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--without", "inlining", "-e", "1"]) == 2
    assert "unknown option 'inlining': did you mean 'colon-inlining'?" in capfd.readouterr().err


def test_names_for_perf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "perf.map"
    monkeypatch.setenv("CUPOLA_PERF", "0")  # the switch sets it: undone afterwards
    monkeypatch.setattr(perfmap, "path", lambda: str(target))
    program = tmp_path / "hot.lua"
    program.write_text(
        "local function hot(n) return n * 2 end\nlocal x = 1\nfor i = 1, 1000 do x = hot(i) end print(x)"
    )
    assert main(["run", "--perf-map", str(program)]) == 0
    assert capfd.readouterr().out == "2000\n"
    rows = [line.split(" ", 2) for line in target.read_text().splitlines()]
    named = {name: (int(address, 16), int(size, 16)) for address, size, name in rows}
    assert {f"hot ({program}:1)", f"main chunk ({program}:0)"} <= named.keys()
    assert all(name.startswith("[") or name.endswith(")") for name in named)
    assert {"[enter]", "[resume]"} <= named.keys()
    places = sorted(named.values())
    assert all(size > 0 for _, size in places)
    assert all(one + size <= other for (one, size), (other, _) in pairwise(places))


def test_words_have_names_for_perf_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "perf.map"
    monkeypatch.setenv("CUPOLA_PERF", "0")
    monkeypatch.setattr(perfmap, "path", lambda: str(target))
    assert main(["run", "--perf-map", "--tier", "baseline", "-e", ": hot 2 * ; 4 hot ."]) == 0
    assert capfd.readouterr().out == "8 "
    assert any(line.endswith(" hot") for line in target.read_text().splitlines())
