"""`cupola lab compare`: two commands, a verdict, and exit statuses that a script can use.

Differences are planted in processor time, tenfold, so that a busy machine changes no verdict.
"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from cupola.cli.main import main
from cupola.lab.commands.compare import enough, names_of, words
from cupola.lab.errors import LabError

PYTHON = f"{shlex.quote(sys.executable)} -S -c"
MUCH = f'{PYTHON} "sum(range(2000000)); print(1)"'
LITTLE = f'{PYTHON} "sum(range(400)); print(1)"'
QUICK = ("--metric", "cpu", "--runs", "6", "--seed", "1")


def compare(*arguments: str) -> int:
    return main(["lab", "compare", *arguments])


def test_a_faster_command_is_accepted_and_a_slower_one_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(*QUICK, MUCH, LITTLE) == 0
    done = capsys.readouterr()
    assert done.out.startswith("accepted: ratio ")
    assert "95 % interval" in done.out
    assert "6 + 6" in done.out
    assert "[12/12] block 6 done, 0:00 left" in done.err
    assert compare(*QUICK, LITTLE, MUCH) == 11
    assert capsys.readouterr().out.startswith("rejected: ratio ")


def test_a_claim_of_more_than_there_is_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(*QUICK, "--claim", "1000x", MUCH, LITTLE) == 11
    assert "P(ratio > 1000)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        ("print(1)", "print(2)", "output: line 1 is '2', expected '1'"),
        (
            "print(1)",
            "print(1); raise SystemExit(3)",
            "exit status 3: nothing on standard error, expected 0",
        ),
        ("print(1)", "import os; os.kill(os.getpid(), 9)", "does: killed by signal 9"),
        (
            "raise SystemExit('no')",
            "raise SystemExit('no')",
            "fails: exit status 1: no (-i, --ignore-failure",
        ),
    ],
)
def test_commands_that_differ_are_invalid_and_no_number_is_printed(
    capsys: pytest.CaptureFixture[str], one: str, other: str, text: str
) -> None:
    assert compare(*QUICK, f'{PYTHON} "{one}"', f'{PYTHON} "{other}"', "-n", "one", "-n", "other") == 12
    out = capsys.readouterr().out
    assert out.startswith("invalid: ")
    assert text in out
    assert "ratio" not in out


def test_output_that_changes_between_runs_is_invalid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = f"f = open({str(tmp_path / 'count')!r}, 'a'); print(f.tell() // 6); f.write('x')"
    assert compare(*QUICK, f'{PYTHON} "{count}"', f'{PYTHON} "{count}"') == 12
    out = capsys.readouterr().out
    assert "its output is not that of the processes before it" in out
    assert "ratio" not in out


def test_a_command_that_does_not_exist_or_hangs(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(*QUICK, LITTLE, "/absent/command") == 12
    assert "/absent/command on the command fails: does not start" in capsys.readouterr().out
    assert compare(*QUICK, "--timeout", "0.5", LITTLE, "sleep 600") == 12
    assert "sleep 600 on the command fails: still running after 0.5 s" in capsys.readouterr().out


def test_output_and_failure_can_be_ignored() -> None:
    one, other = (each.replace("print(1)", "print(2); raise SystemExit(4)") for each in (MUCH, LITTLE))
    assert compare(*QUICK, "--ignore-failure", one, other) == 0
    assert compare(*QUICK, "--ignore-output", MUCH, LITTLE.replace("print(1)", "print(3)")) == 0


def test_each_process_reads_the_input_and_finds_things_prepared(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("hello")
    log = tmp_path / "log"
    code = f"import sys; assert sys.stdin.read() == 'hello'; open({str(log)!r}, 'a').write('r')"
    work = f'{PYTHON} "{code}"'
    more = (
        "--warmup",
        "1",
        "--prepare",
        f"printf p >> {log}",
        "--input",
        str(tmp_path / "in"),
        "--runs",
        "2",
    )
    assert compare(*more, work, work) in (0, 10, 11)
    ran = log.read_text()
    assert ran.count("r") == 2 + 2 + 4  # gate 0, warm-up, runs
    assert "rr" not in ran


def test_what_is_prepared_must_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare("--prepare", "echo oh >&2; false", "true", "true") == 2
    assert "--prepare 'echo oh >&2; false': exit status 1: oh" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["true"], "expected two commands, each in quotes, found 1"),
        (["true", ""], "expected a command, found nothing between the quotes"),
        (["true", "echo 'x"], "cannot be read: no closing quotation"),
        (["true", "true", "--claim", "quicker"], "--claim: expected faster, not-slower, or a ratio above 1"),
        (["true", "true", "--runs", "1"], "expected 2 or more, found 1"),
        (["true", "true", "--rope", "1 %"], "expected a number, found '1 %'"),
        (["true", "true", "--rope", "1"], "expected a share from 0 to 1"),
        (["true", "true", "--timeout", "nan"], "--timeout: expected seconds, found nan"),
        (["true", "true", "-n", "a", "-n", "b", "-n", "c"], "there are 2 commands, found 3 names"),
        (["true", "true", "--input", "/absent"], "--input /absent: it cannot be read: No such file"),
        (["true", "true", "-N", "-S", "bash"], "not allowed with argument"),
        (["true", "--from", "x.json"], "expected either commands or --from, found both"),
        (["--from", "/absent.json", "b.json"], "/absent.json: there is no such file"),
    ],
)
def test_wrong_usage(arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(*arguments) == 2
    assert text in capsys.readouterr().err


def test_a_shell_runs_what_needs_one() -> None:
    assert words("sort -n 'a b'", None, False) == ("sort", "-n", "a b")
    assert words("""awk '{print $1; x}' "a(b)" 'c'""", None, False) == ("awk", "{print $1; x}", "a(b)", "c")
    assert words('echo "$HOME"', None, False) == ("sh", "-c", 'echo "$HOME"')
    assert words("sort a | uniq", None, False) == ("sh", "-c", "sort a | uniq")
    assert words("sort a | uniq", "bash -e", False) == ("bash", "-e", "-c", "sort a | uniq")
    assert words("echo $HOME", None, True) == ("echo", "$HOME")
    with pytest.raises(LabError):
        words("  ", None, False)


def test_no_two_commands_have_the_same_name() -> None:
    assert names_of(["a", "a", "a", "b"], []) == ["a", "a (again)", "a (again 2)", "b"]
    assert names_of(["a\n  b", "c"], ["first"]) == ["first", "c"]


def test_so_many_runs_that_they_take_a_while() -> None:
    assert [enough(seconds) for seconds in (0.0, 0.01, 0.2, 1.0, 60.0)] == [100, 100, 25, 10, 10]


def test_results_are_exported_and_compared_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "found.json"
    assert compare(*QUICK, "-n", "much", "-n", "little", "--export-json", str(path), MUCH, LITTLE) == 0
    first = capsys.readouterr().out
    assert compare("--from", str(path)) == 0
    second = capsys.readouterr().out
    assert second.partition(" on ")[0] == first.partition(" on ")[0]  # the same ratio and interval
    assert "measured by pyperf" in second


def planted(path: Path, values: list[float]) -> str:
    """A file as pyperf writes it, with a process for each value."""
    runs = [{"values": [value, value * 1.001]} for value in values]
    data = {"version": "1.0", "metadata": {}, "benchmarks": [{"metadata": {"name": "work"}, "runs": runs}]}
    path.write_text(json.dumps(data))
    return str(path)


def test_every_verdict_of_figures_has_its_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noise = [0.98, 1.02, 0.99, 1.01, 1.0, 0.97, 1.03, 1.0]
    base = planted(tmp_path / "base.json", noise)
    for factor, word, status in ((0.8, "accepted", 0), (0.985, "conditional", 10), (1.2, "rejected", 11)):
        other = planted(tmp_path / f"{word}.json", [factor * each for each in noise])
        assert compare("--from", base, other) == status
        out = capsys.readouterr().out
        assert out.startswith(f"{word}: ")
        if word == "conditional":
            assert "processes of each arm would settle it" in out
