"""The experiments that come with Cupola: each can be read, and runs: every arm once, on its smallest workload."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import cupola
from cupola.lab.experiment.reading import read_experiment
from cupola.lab.experiment.spec import Experiment
from cupola.lab.running import told
from cupola.lab.running.guest import command_of
from tools import make_experiments

FOLDER = Path(__file__).resolve().parents[2] / "experiments"
FILES = sorted(FOLDER.glob("*.toml"))
SWEPT = ("feedback-loops", "option")  # names of experiments whose arms differ in a switch alone begin so
BUILDS = (
    "variant",
    "llvm_words",
    "compiling",
)  # what has to compile engines first: tests of their own have these


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_every_file_is_an_experiment_with_a_prediction(path: Path) -> None:
    found = read_experiment(path)
    assert found.name == path.stem
    first = path.with_stem(path.stem.removesuffix("-undisturbed"))  # by another metric: predicted there
    predictions = found.predictions or read_experiment(first).predictions
    assert predictions
    assert all(each.basis for each in predictions)
    assert "It takes about" in path.read_text(encoding="utf-8")


def test_files_that_are_made_are_as_they_would_be_made() -> None:
    assert make_experiments.main(["--check"]) == 0


def test_a_file_that_was_changed_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(make_experiments.SHORTER, "forth/fib", [("39 fib", "3 fib")])
    assert make_experiments.main(["--check"]) == 1
    assert "fib.fs" in capsys.readouterr().out


def test_a_program_that_cannot_be_shortened_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(make_experiments.SHORTER, "forth/fib", [("no such text", "")])
    with pytest.raises(ValueError, match="expected 'no such text' once, found it 0 times"):
        make_experiments.program("forth/fib")


def chosen() -> list[tuple[Experiment, str]]:
    """Experiments and arms that run without compiling an engine."""
    found = []
    for path in FILES:
        experiment = read_experiment(path)
        arms = [
            arm.name for arm in experiment.arms if not any(each in " ".join(arm.command) for each in BUILDS)
        ]
        if experiment.name.startswith(SWEPT):
            arms = arms[-1:]
        found += [(experiment, arm) for arm in arms]
    return found


@pytest.fixture(scope="module")
def image() -> None:
    """Forth is compiled for this machine: processes have nothing to say about that."""
    cupola.VM("forth").close()


@pytest.mark.usefixtures("image")
@pytest.mark.parametrize(
    ("experiment", "arm"), chosen(), ids=[f"{each.name}, {arm}" for each, arm in chosen()]
)
def test_every_arm_runs_and_is_in_the_state_that_it_declares(
    experiment: Experiment, arm: str, tmp_path: Path
) -> None:
    file = tmp_path / "told"
    command = command_of(experiment.arm(arm), experiment.workloads[0], experiment, FOLDER)
    environment = {**os.environ, **told.environment(str(file), 2)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    found = told.read(str(file))
    assert found is not None and len(found.iterations) == 2
    wanted = dict(experiment.arm(arm).state)
    assert {name: found.state.get(name) for name in wanted} == wanted
