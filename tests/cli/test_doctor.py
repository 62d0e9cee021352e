"""`cupola doctor`: what it looks at, what it says when something is broken, and the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.cli import doctor
from cupola.cli.main import main
from cupola.launch import switches
from cupola.machine.cache import Cache
from tests.cli.support import cupola


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    assert "BROKEN" not in text
    for wanted in ("cupola", "Python", "llvmlite", "LLVM", "CPU", "executable memory", "perf map", "cache"):
        assert wanted in text
    for tier in switches.TIERS:
        assert f"forth, {tier}" in text


def test_a_wrong_result_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(doctor.PROBES, "forth", (": probe 1 ;", "probe", (), (2,)))
    assert main(["doctor"]) == 1
    captured = capsys.readouterr()
    assert "gave (1,) instead of (2,)" in captured.out
    assert f"{len(switches.TIERS)} of these must be repaired" in captured.err


def test_a_cache_that_cannot_be_used_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "cache"
    place.write_text("a file is in the way")
    monkeypatch.setenv("CUPOLA_CACHE", str(place))
    assert [well for _, well, _ in doctor.cache()] == [False]


def test_clear_empties_the_cache(tmp_path: Path) -> None:
    place = tmp_path / "cache"
    assert Cache(place).store("something", b"x")
    done = cupola("doctor", "--clear", CUPOLA_CACHE=str(place))
    assert done.returncode == 0
    assert "removed 1 compiled language(s)" in done.stdout
    assert Cache(place).entries() == []
