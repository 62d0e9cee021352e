"""The file of a new experiment explains every field, and reads back."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

from cupola.lab.experiment.reading import read_experiment
from cupola.lab.experiment.spec import Arm, Experiment, Prediction, Workload
from cupola.lab.experiment.template import PROGRAM, template


def test_a_new_file_reads_back_without_error(tmp_path: Path) -> None:
    (tmp_path / "my-idea.toml").write_text(template("my-idea"))
    (tmp_path / "my-idea.fs").write_text(PROGRAM)
    found = read_experiment(tmp_path / "my-idea.toml")
    assert found.name == "my-idea"
    assert [each.name for each in found.arms] == ["switch", "baseline"]
    assert found.workloads[0].program == "my-idea.fs"
    assert found.predictions[0].arm == "baseline"


def test_every_field_is_explained() -> None:
    text = " ".join(line.removeprefix("#").strip() for line in template("x").splitlines())
    for part in (Experiment, Arm, Workload, Prediction):
        for field in fields(part):
            assert field.metadata["meaning"].lower() in text.lower(), field.name


def test_a_field_that_has_a_default_stands_there_as_a_comment() -> None:
    """Each such line, without its #, is TOML and has the default as its value."""
    usual = {each.name: each.default for each in fields(Experiment)}
    text = template("x")
    for name in ("claim", "scope", "processes", "rope", "alpha", "correction", "timeout", "seed"):
        line = next(line for line in text.splitlines() if line.startswith(f"# {name} = "))
        assert tomllib.loads(line[2:]) == {name: usual[name]}


def test_the_examples_are_toml() -> None:
    for name in ("command", "environment", "state", "arguments", "expected"):
        line = next(line for line in template("x").splitlines() if line.startswith(f"# {name} = "))
        assert name in tomllib.loads(line[2:])
