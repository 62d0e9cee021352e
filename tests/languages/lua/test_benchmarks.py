"""The benchmark programs of bench/lua: each has its expected value, and other systems find the same, each in its
language.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "bench" / "lua"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Peer:
    """Another system, and the harness that it runs."""

    name: str
    harness: Path

    def command(self) -> list[str]:
        """What to run; without PyPy, this very Python will do to see that the programs are right."""
        if self.name == "pypy3" and not shutil.which(self.name):
            return [sys.executable, str(self.harness)]
        if not shutil.which(self.name):
            pytest.skip(f"needs {self.name} (Debian's package of that name), which is not on the path")
        return [self.name, str(self.harness)]


PEERS = [
    Peer("lua5.4", FOLDER / "harness.lua"),
    Peer("luajit", FOLDER / "harness.lua"),
    Peer("pypy3", FOLDER / "python" / "harness.py"),
    Peer("node", FOLDER / "javascript" / "harness.js"),
]
each_peer = pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)


@each_peer
def test_each_program_has_its_expected_value(peer: Peer) -> None:
    programs = {path.stem for path in peer.harness.parent.glob(f"*{peer.harness.suffix}")}
    assert programs - {"harness"} == set(EXPECTED)


@each_peer
@pytest.mark.parametrize("program", EXPECTED)
def test_peers_find_the_expected_value(program: str, peer: Peer) -> None:
    command = [*peer.command(), program, "1"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.stderr == ""
    time, value = result.stdout.splitlines()
    assert time.startswith(f"{program}: iteration 1: ")
    assert value == EXPECTED[program]


@each_peer
def test_the_harness_waits_for_its_turn_if_asked(peer: Peer) -> None:
    command = [*peer.command(), "queens", "3", "turns"]
    result = subprocess.run(command, input="\n\n", capture_output=True, text=True, timeout=60)
    assert [line.split(":")[1] for line in result.stdout.splitlines()] == [" iteration 1", " iteration 2"]
    assert "standard input ended before iteration 3" in result.stderr
    assert result.returncode == 1


@each_peer
@pytest.mark.parametrize("arguments", [[], ["fib", "1", "turn"]])
def test_the_harness_says_how_it_is_used(arguments: list[str], peer: Peer) -> None:
    result = subprocess.run([*peer.command(), *arguments], capture_output=True, text=True, timeout=60)
    assert "usage: " in result.stderr
    assert "PROGRAM [ITERATIONS [turns]]" in result.stderr
    assert result.returncode == 1
