"""The page of the lab: its files are written, its commands run, and what they print has the shape that it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.support import environment

PAGE = (Path(__file__).parents[2] / "docs" / "lab.md").read_text(encoding="utf-8")
FILES = re.findall(r"^<!-- file (\S+) -->\n```\w+\n(.*?)^```$", PAGE, re.M | re.S)
SESSIONS = re.findall(r"^<!-- console -->\n```console\n(.*?)^```$", PAGE, re.M | re.S)
NUMBER = re.compile(r"[=<>]? ?(?:more than |less than )?\d[\d.,]*(?:e[-+]\d+)?")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory with the files of the page, and a `cupola` and a `python3` that are those of this test."""
    for name, text in FILES:
        fewer = text.replace("processes = 10", "processes = 5")  # enough for A/A
        (tmp_path / name).write_text(fewer, encoding="utf-8")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, command in (
        ("cupola", f"{shlex.quote(sys.executable)} -m cupola"),
        ("python3", shlex.quote(sys.executable)),
    ):
        (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (programs / name).chmod(0o755)
    return tmp_path


def shape(text: str) -> list[str]:
    """The lines of an output, without numbers, widths of columns, and what is there or not as the machine is."""
    text = re.sub(r"; the processes of [^;\n]* fall into two groups, [^;\n]*", "", text)
    text = re.sub(r"; on this machine the test sees a difference in [^;\n]*", "", text)
    lines = [re.sub(r"\s+", " ", NUMBER.sub(" 0", line)).strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("flagged as outliers")]


def steps(session: str) -> list[tuple[str, str]]:
    """Each command of a session with what it prints."""
    return [
        (command, output)
        for command, _, output in (each.partition("\n") for each in session.split("$ ") if each)
    ]


def ran(command: str, directory: Path) -> subprocess.CompletedProcess[str]:
    paths = {"PATH": f"{directory / 'bin'}:/usr/bin:/bin", "TMPDIR": str(directory)}
    return subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        text=True,
        cwd=directory,
        env=environment(**paths),
        timeout=300,
    )


@pytest.mark.parametrize("session", SESSIONS)
def test_a_session_of_the_page_goes_as_it_shows(session: str, directory: Path) -> None:
    for command, expected in steps(session):
        done = ran(command, directory)
        found, wanted = shape(done.stdout), shape(expected)
        if "..." in wanted:
            at = wanted.index("...")
            found = [*found[:at], "...", *found[len(found) - (len(wanted) - at - 1) :]]
        assert found == wanted, done.stdout + done.stderr


def test_a_mistake_is_said_as_the_page_shows(directory: Path) -> None:
    found = re.search(r"```text\n(cupola lab run: .*?)```", PAGE, re.S)
    assert found
    path = directory / "fib-tiers.toml"
    path.write_text(path.read_text().replace('"cpu"', '"cup"'))
    assert ran("cupola lab run fib-tiers", directory).stderr == found[1]


def test_the_page_names_every_command_and_every_status() -> None:
    from cupola.cli.lab import SUBCOMMANDS
    from cupola.lab.statistics.verdict import STATUS

    for name in SUBCOMMANDS:
        assert f"`{name}`" in PAGE, name
    for word, status in STATUS.items():
        assert re.search(rf"^\| {status} \| {word}", PAGE, re.M), word


def test_numbers_do_not_matter_and_words_do() -> None:
    one = "accepted: ratio 7 on x; P(r > 1.01) = 0.98; the processes of a fall into two groups, 3 of 10 being 9% above"
    one += (
        "; on this machine the test sees a difference in 12% of the splits of an A/A run, where 0.05 is meant"
    )
    assert shape(one) == shape(
        "accepted:  ratio 1.5e+03 on x; P(r > 2) > 9.9e-05\nflagged as outliers, and kept: x"
    )
    assert shape(one) != shape(one.replace("accepted", "rejected"))


def test_the_page_has_files_and_sessions() -> None:
    assert [name for name, _ in FILES] == ["fib-tiers.toml", "fib.fs"]
    assert len(SESSIONS) == 3
