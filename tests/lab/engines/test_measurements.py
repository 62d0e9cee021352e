"""The measurements of the engines themselves: found by their names, and their reports say what was measured."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

import pytest

from cupola.lab.bench import command as bench
from cupola.lab.bench import report
from cupola.lab.bench.programs import Program
from cupola.lab.engines import compile_rate, starting
from cupola.lab.engines.compile_rate import Size, Way
from cupola.lab.running.process import Finished


def run(*arguments: str) -> int:
    """Run `cupola bench` as the command line does."""
    parser = ArgumentParser()
    bench.add_arguments(parser)
    return bench.main(parser.parse_args(arguments))


@pytest.mark.parametrize("name", bench.MEASUREMENTS)
def test_every_measurement_is_a_module_that_runs(name: str) -> None:
    assert callable(import_module(bench.MEASUREMENTS[name][0]).run)


def test_compile_rates_in_every_form(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "expected.toml").write_text('one = "first"\n')
    (tmp_path / "one.fs").write_text(": one 1 2 + . ;\n\nmain\n")
    arguments = ["compile", "--directory", str(tmp_path), "--runs", "1", "--seed", "3", "--format"]
    assert run(*arguments, "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["setting"]["seed"] == 3
    assert [way["name"] for way in found["ways"]] == list(compile_rate.NAMES)
    assert len(found["ways"][0]["seconds"]) == compile_rate.NATIVE_SAMPLES
    assert all(way["median"] > 0 and way["bytes"] > 0 for way in found["ways"])
    assert found["size"]["native_bytes"] == found["ways"][0]["bytes"]


def test_a_rate_is_instructions_by_seconds() -> None:
    size = Size(2, 1000, 800, 8000, 20_000)
    shown = compile_rate.row(size, Way("it", [0.5, 0.001, 0.002], 4000), 0.0004)
    assert shown == ["it", "500,000", "2,000.0", "2,000,000", "2.000", "1.000 to 500.000", "5.0"]


def finished(wall: float, output: bytes, status: int = 0) -> Finished:
    """A process that took so long."""
    return Finished(wall, 0.04, 0.04, 1 << 20, status, output, b"no" if status else b"")


def test_starts_are_measured_first_and_later(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With a stand-in for the processes: what is run how often, and what is told."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # which is put back after the test
    caches: list[str] = []

    def run_process(
        command: Sequence[str], *, timeout: float, environment: Mapping[str, str] | None = None
    ) -> Finished:
        caches.append("" if environment is None else environment["CUPOLA_CACHE"])
        output = b"" if command[1] == "-c" else starting.EXPECTED.encode()
        return finished(20.0 if environment else 0.05, output)

    monkeypatch.setattr(starting, "run_process", run_process)
    monkeypatch.setattr(starting, "_probe", lambda hello: "told")
    written = starting.run([Program("one", tmp_path, "")], report.setting("start", 2, 1))
    assert len({each for each in caches if each}) == 2, "each first use has a cache of its own"
    rows = {row[0]: row for row in written.tables[0].rows}
    assert rows["the same, first use"] == ["the same, first use", "20,000", "20,000 to 20,000", "40", "2"]
    assert rows["cupola run hello.fs"][1] == "50"
    assert rows["cupola run hello.fs"][-1] == rows["python -c pass"][-1] == str(2 * starting.LATER)
    assert written.lines == ["told"]


def test_a_start_that_fails_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # which is put back after the test
    monkeypatch.setattr(starting, "run_process", lambda command, **given: finished(0.1, b"", status=1))
    assert run("start", "--runs", "1") == 2
    assert "exit status 1: no" in capsys.readouterr().err
