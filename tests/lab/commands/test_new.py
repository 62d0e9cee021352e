"""`cupola lab new` writes an experiment that can be read, and overwrites nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.cli.main import main
from cupola.lab.experiment.reading import read_experiment


def test_a_new_experiment_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "new", "my-idea", "--directory", str(tmp_path / "experiments")]) == 0
    path = tmp_path / "experiments" / "my-idea.toml"
    assert read_experiment(path).name == "my-idea"
    out = capsys.readouterr().out
    assert str(path) in out
    assert f"cupola lab register {path}" in out


def test_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "idea.toml").write_text("mine")
    assert main(["lab", "new", "idea"]) == 2
    assert "idea.toml: it is there already, and is not overwritten" in capsys.readouterr().err
    assert (tmp_path / "idea.toml").read_text() == "mine"
    assert not (tmp_path / "idea.fs").exists()


def test_a_program_that_is_there_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "idea.fs").write_text("42 .")
    assert main(["lab", "new", "idea"]) == 0
    assert (tmp_path / "idea.fs").read_text() == "42 ."


@pytest.mark.parametrize("name", ["two words", "../up", "-x"])
def test_a_name_is_letters_digits_and_hyphens(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "new", "--", name]) == 2
    assert f"NAME: expected letters, digits and hyphens, found {name!r}" in capsys.readouterr().err


def test_a_directory_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["lab", "new", "x", "--directory", str(tmp_path / "file" / "sub")]) == 2
    assert "it cannot be written: Not a directory" in capsys.readouterr().err
