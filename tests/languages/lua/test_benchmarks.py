"""The benchmark programs of bench/lua: each has its expected value, and other systems find the same."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "bench" / "lua"
PROGRAMS = sorted(path.stem for path in FOLDER.glob("*.lua") if path.stem != "harness")
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
PEERS = ["lua5.4", "luajit"]


def test_each_program_has_its_expected_value() -> None:
    assert set(PROGRAMS) == set(EXPECTED)


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_peers_find_the_expected_value(program: str, peer: str) -> None:
    if not shutil.which(peer):
        pytest.skip(f"needs {peer} (Debian's package of that name), which is not on the path")
    command = [peer, str(FOLDER / "harness.lua"), program, "1"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.stderr == ""
    time, value = result.stdout.splitlines()
    assert time.startswith(f"{program}: iteration 1: ")
    assert value == EXPECTED[program]


@pytest.mark.parametrize("peer", PEERS)
def test_the_harness_waits_for_its_turn_if_asked(peer: str) -> None:
    if not shutil.which(peer):
        pytest.skip(f"needs {peer} (Debian's package of that name), which is not on the path")
    command = [peer, str(FOLDER / "harness.lua"), "queens", "3", "turns"]
    result = subprocess.run(command, input="\n\n", capture_output=True, text=True, timeout=60)
    assert [line.split(":")[1] for line in result.stdout.splitlines()] == [" iteration 1", " iteration 2"]
    assert "standard input ended before iteration 3" in result.stderr
    assert result.returncode == 1
