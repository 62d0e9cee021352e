"""`cupola lab`: which subcommand is meant, and what is said when it cannot be run."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from cupola.cli import lab
from cupola.cli.main import main
from cupola.lab.errors import LabError


def planted(monkeypatch: pytest.MonkeyPatch, act: object) -> None:
    """Put a subcommand `probe` in the table whose `main` is `act`."""
    module = ModuleType("planted_subcommand")
    module.__dict__.update(add_arguments=lambda parser: parser.add_argument("word"), main=act)
    monkeypatch.setitem(sys.modules, "planted_subcommand", module)
    monkeypatch.setitem(lab.SUBCOMMANDS, "probe", ("planted_subcommand", "for this test"))


def test_help_names_every_subcommand_and_every_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("usage: cupola lab COMMAND")
    for name, (_, summary) in lab.SUBCOMMANDS.items():
        assert f"  {name:8}  {summary}" in text
    for word in ("0  accepted", "10  conditional", "11  rejected", "12  invalid", "13  no steady state"):
        assert word in text


def test_nothing_asked_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab"]) == 2
    assert "usage: cupola lab COMMAND" in capsys.readouterr().out


def test_an_unknown_subcommand_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "compaer"]) == 2
    assert "cupola lab: unknown command 'compaer': expected one of" in (found := capsys.readouterr().err)
    assert found.endswith("did you mean 'compare'?\n")


def test_a_subcommand_gets_its_arguments_and_gives_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def act(args: SimpleNamespace) -> int:
        seen.append(args.word)
        return 11

    planted(monkeypatch, act)
    assert main(["lab", "probe", "hello"]) == 11
    assert seen == ["hello"]


def test_wrong_arguments_are_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    planted(monkeypatch, lambda args: 0)
    assert main(["lab", "probe"]) == 2
    assert capsys.readouterr().err.startswith("usage: cupola lab probe")


def test_an_error_of_the_lab_is_a_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(LabError):
        status = 1

    def act(args: SimpleNamespace) -> int:
        raise Full("no space")

    planted(monkeypatch, act)
    assert main(["lab", "probe", "x"]) == 1
    assert capsys.readouterr().err == "cupola lab probe: no space\n"


def test_a_package_that_is_missing_is_said_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def act(args: SimpleNamespace) -> int:
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy.stats")

    planted(monkeypatch, act)
    assert main(["lab", "probe", "x"]) == 2
    text = capsys.readouterr().err
    assert text.startswith("cupola lab probe: it needs the package scipy")
    assert "pip install 'cupola[lab]'" in text


def test_a_module_of_ours_that_is_missing_is_no_matter_of_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    def act(args: SimpleNamespace) -> int:
        raise ModuleNotFoundError("No module named 'cupola.nowhere'", name="cupola.nowhere")

    planted(monkeypatch, act)
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        main(["lab", "probe", "x"])
