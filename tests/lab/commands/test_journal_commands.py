"""`cupola lab register`, `amend` and `journal`, as somebody types them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cupola.cli.main import main
from cupola.lab.experiment.template import template
from cupola.lab.journal.database import EXPORT, NAME
from cupola.lab.journal.store import Journal
from tests.lab.journal import support

Said = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with an experiment that the template wrote, which is where the commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cache.toml").write_text(template("cache"), encoding="utf-8")
    (tmp_path / "cache.fs").write_text("1 .", encoding="utf-8")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_register_says_what_was_frozen(here: Path, capsys: Said) -> None:
    assert main(["lab", "register", "cache"]) == 0
    found = capsys.readouterr().out
    assert found.startswith(f"cache is registered, as entry 1 of {NAME}\ncommit     none")
    for line in ("seed  ", "digest  ", "file       cache.fs", "to run it: cupola lab run cache"):
        assert line in found
    assert main(["lab", "register", "cache.toml"]) == 0
    assert capsys.readouterr().out.startswith(f"cache is registered already, as entry 1 of {NAME}")


def test_an_edited_experiment_is_refused_until_it_is_amended(here: Path, capsys: Said) -> None:
    main(["lab", "register", "cache"])
    edit(here / "cache.toml", 'name = "baseline"\nswitches = ["--tier", "baseline"]', 'name = "baseline"')
    capsys.readouterr()
    assert main(["lab", "register", "cache"]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert "different: arms.baseline.switches" in found.err
    assert '-switches = ["--tier", "baseline"]' in found.err
    assert main(["lab", "amend", "cache"]) == 2, "without a reason"
    assert main(["lab", "amend", "cache", "--why", "it has to be the best tier"]) == 0
    found = capsys.readouterr()
    assert "cache is amended, as entry 2" in found.out
    assert "Every later result is exploratory" in found.out
    assert main(["lab", "journal", "--show", "cache"]) == 0
    assert "# amended in entry 2: it has to be the best tier" in capsys.readouterr().out


def test_an_experiment_is_found_by_its_name(here: Path, capsys: Said) -> None:
    (here / "experiments").mkdir()
    for name in ("cache.toml", "cache.fs"):
        (here / name).rename(here / "experiments" / name)
    assert main(["lab", "register", "cache"]) == 0
    assert (here / "experiments" / NAME).is_file()
    assert main(["lab", "journal"]) == 0
    assert "cache       2" in capsys.readouterr().out
    assert main(["lab", "register", "cash"]) == 2
    assert (
        "there is no cash.toml here or in experiments/; there are cache; cupola lab new"
        in capsys.readouterr().err
    )
    assert main(["lab", "register", "cash.toml"]) == 2
    assert "there is no such file" in capsys.readouterr().err


def test_another_journal(here: Path) -> None:
    assert main(["lab", "register", "cache", "--journal", "other.db"]) == 0
    assert not (here / NAME).exists()
    with Journal(here / "other.db", create=False) as journal:
        assert journal.names() == ["cache"]


def test_without_a_journal(here: Path, capsys: Said) -> None:
    assert main(["lab", "journal"]) == 1
    assert "there is no journal" in capsys.readouterr().err
    assert main(["lab", "amend", "cache", "--why", "x"]) == 1
    assert not (here / NAME).exists()


def test_the_list_has_the_last_results(here: Path, capsys: Said) -> None:
    with Journal(here / NAME) as journal:
        assert main(["lab", "journal"]) == 0
        assert "no experiment is registered" in capsys.readouterr().out
        support.directory(here)
        journal.register(support.experiment(), None, "", here)
        run = journal.begin("cache")
        run.keep(support.record())
        run.analysis(support.analysis())
    assert main(["lab", "journal"]) == 0
    head, row, _, end = capsys.readouterr().out.splitlines()
    assert head.split() == ["experiment", "registered", "form", "processes", "last", "result"]
    assert row.endswith("as registered  1          accepted: on 1.2x (1.1 to 1.3)")
    assert end == f"{NAME}: 4 entries, the chain is whole"


def test_text_and_back(here: Path, capsys: Said) -> None:
    main(["lab", "register", "cache"])
    assert main(["lab", "journal", "--export", EXPORT]) == 0
    assert main(["lab", "journal", "--verify", EXPORT]) == 0
    found = capsys.readouterr().out
    assert f"{EXPORT}: 1 entries, the last " in found
    assert f"{EXPORT}: its 1 entries are all there" in found
    (here / NAME).unlink()
    assert main(["lab", "journal", "--verify", EXPORT]) == 0
    assert f"{EXPORT}: 1 entries, the chain is whole; there is no {NAME}" in capsys.readouterr().out
    assert main(["lab", "journal", "--import", EXPORT]) == 0
    assert main(["lab", "journal", "--verify"]) == 0
    found = capsys.readouterr().out
    assert f"{NAME}: 1 entries added to 0 that were there" in found
    assert f"{NAME}: 1 entries, the chain is whole, the last " in found


def test_entries_that_were_taken_off_the_end(here: Path, capsys: Said) -> None:
    main(["lab", "register", "cache"])
    short = (here / NAME).read_bytes()
    with Journal(here / NAME) as journal:
        journal.begin("cache")
    main(["lab", "journal", "--export", EXPORT])
    (here / NAME).write_bytes(short)
    capsys.readouterr()
    assert main(["lab", "journal", "--verify", EXPORT]) == 1
    assert f"{EXPORT}: 1 entries of it are missing at the end of the journal" in capsys.readouterr().out
    assert main(["lab", "journal", "--import", EXPORT]) == 0
    assert main(["lab", "journal", "--verify", EXPORT]) == 0


def test_calibration_of_a_journal(here: Path, capsys: Said) -> None:
    main(["lab", "register", "cache"])
    with Journal(here / NAME) as journal:
        name = journal.form("cache").experiment.predictions[0].arm
        assert main(["lab", "journal", "--calibration"]) == 0
        assert "1 predictions, 0 with a result that counts" in capsys.readouterr().out
        analysis = support.analysis(ratio=2.5, interval=(2.4, 2.6))
        estimate = replace(analysis.estimates[0], arm=name)
        journal.begin("cache").analysis(replace(analysis, estimates=(estimate,)))
    assert main(["lab", "journal", "--calibration"]) == 0
    found = capsys.readouterr().out
    assert "came true    1 of 1: 100%" in found
    assert "2.5x (2.4 to 2.6)  came true" in found


def test_a_journal_that_was_tampered_with(here: Path, capsys: Said) -> None:
    main(["lab", "register", "cache"])
    whole = (here / NAME).read_bytes()
    (here / NAME).write_bytes(whole.replace(b'"alpha":0.05', b'"alpha":0.50'))
    capsys.readouterr()
    assert main(["lab", "journal"]) == 1
    assert "the chain is broken at entry 1: its content is not what was written" in capsys.readouterr().err
