"""bench/lua/compare.py: processes take turns, ratios are of one turn, and one that fails does not stop the others."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMPARE = Path(__file__).resolve().parents[3] / "bench" / "lua" / "compare.py"

# A process with the arguments MODE LOG HARNESS PROGRAM ITERATIONS turns. The host is twice as slow in every other
# turn, for all alike.
FAKE = """
import sys, time
mode, log, _, program, iterations, turns = sys.argv[1:]
assert turns == "turns"
for i in range(1, int(iterations) + 1):
    assert sys.stdin.readline() == "\\n"
    with open(log, "a") as file:
        file.write(mode + str(i) + " ")
    if mode == "dies" and i == 2:
        sys.exit("out of luck")
    if mode == "hangs" and i == 2:
        time.sleep(60)
    if mode == "chats" and i == 2:
        print("hello")
    work = {"half": 2000, "fine": 1000}.get(mode, 500)
    print(f"{program}: iteration {i}: {work * (1 + i % 2)} us", flush=True)
print(program, "1" if mode == "errs" else "832040", flush=True)
"""


def compare(
    tmp_path: Path, modes: list[str], *more: str
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Compare fake processes with `fine`; return what is printed, and who did its iterations when."""
    (tmp_path / "fake.py").write_text(FAKE)
    arms = [
        f"--arm={mode}={sys.executable} {tmp_path / 'fake.py'} {mode} {tmp_path / 'log'}" for mode in modes
    ]
    done = subprocess.run(
        [sys.executable, str(COMPARE), "fib", "--peers=", "--tiers=", "--reference=fine", *arms, *more],
        capture_output=True,
        text=True,
        timeout=60,
    )
    log = tmp_path / "log"
    return done, log.read_text().split() if log.exists() else []


def test_processes_take_turns_and_ratios_are_of_the_same_turn(tmp_path: Path) -> None:
    file = tmp_path / "times.json"
    done, log = compare(
        tmp_path, ["fine", "half", "twice"], "--turns=3", "--warm-up=1", "--rounds=2", f"--json={file}"
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "| program | fine, ms | half | twice |",
        "|---|--:|--:|--:|",
        "| fib | 1.0 | 0.50 | 2.00 |",
        "| **geometric mean** |  | **0.50** | **2.00** |",
        "| its 95 % interval |  | 0.50 to 0.50 | 2.00 to 2.00 |",
    ]
    assert log == 2 * [f"{mode}{i}" for i in range(1, 5) for mode in ("fine", "half", "twice")]
    told = json.loads(file.read_text())
    assert told["warm_up"] == 1
    assert told["reference"] == "fine"
    assert list(told["arms"]) == ["fine", "half", "twice"]
    assert [each["half"] for each in told["microseconds"]["fib"]] == 2 * [[4000, 2000, 4000, 2000]]


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("dies", "ended with status 1: out of luck"),
        ("hangs", "said nothing for 5 s"),
        ("chats", "expected the time of an iteration, found 'hello'"),
        ("errs", "expected 'fib 832040', found 'fib 1'"),
    ],
)
def test_one_that_fails_is_out_and_the_others_go_on(tmp_path: Path, mode: str, message: str) -> None:
    start = time.monotonic()
    done, log = compare(tmp_path, ["fine", mode, "twice"], "--turns=4", "--warm-up=0", "--patience=5")
    assert time.monotonic() - start < 30
    assert done.returncode == 1
    assert done.stderr == f"fib: {mode} {message}\n"
    assert "| fib | 1.5 | - | 2.00 |" in done.stdout.splitlines()
    assert log[-1] == "twice4"


def test_a_command_that_does_not_exist_is_out(tmp_path: Path) -> None:
    done, _ = compare(tmp_path, ["fine"], "--turns=1", f"--arm=none={tmp_path / 'none'}")
    assert done.returncode == 1
    assert done.stderr.startswith("fib: none cannot be started: ")
    assert "| fib | 2.0 | - |" in done.stdout.splitlines()


def test_no_reference_no_figures(tmp_path: Path) -> None:
    done, _ = compare(tmp_path, ["dies", "fine"], "--reference=dies", "--turns=4")
    assert done.returncode == 1
    assert done.stdout.splitlines()[2:] == [
        "| fib | - | - |",
        "| **geometric mean** |  | - |",
        "| its 95 % interval |  | - |",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--reference=lua"], "the reference, lua, is not among the arms: fine"),
        (["--peers=gforth"], "no peer gforth: expected some of lua5.4, "),
        (["--arm=x"], "--arm x: expected NAME=COMMAND"),
        (["--arm=fine=lua"], "--arm fine=lua: there is an arm of that name"),
        (["nothing"], "no program nothing in "),
    ],
)
def test_wrong_arguments_say_so(tmp_path: Path, arguments: list[str], message: str) -> None:
    done, log = compare(tmp_path, ["fine"], *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert log == []
