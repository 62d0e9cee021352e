"""`cupola lab report`, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.cli import lab
from cupola.lab.journal.store import Journal
from tests.lab.reporting.test_site import fill


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("journal")
    with Journal(path / "journal.db") as journal:
        fill(journal, "cache")
        fill(journal, "later", run=False)
    return path


@pytest.fixture
def directory(written: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(written)
    return written


def test_both_forms(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lab.run_line(["report", "cache", "--data"]) == 11
    paths = [Path(each) for each in capsys.readouterr().out.splitlines()]
    assert Path("cache-report/cache.html") in paths and Path("cache-report/cache.md") in paths
    assert all(each.stat().st_size > 0 for each in paths)
    assert len(paths) == len(set(paths)) == len(list((directory / "cache-report").iterdir()))


def test_one_form_elsewhere(directory: Path) -> None:
    assert lab.run_line(["report", "cache", "--form", "html", "--to", "pages"]) == 11
    assert [each.name for each in (directory / "pages").iterdir()] == ["cache.html"]


def test_an_experiment_without_verdict(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lab.run_line(["report", "later", "--form", "html"]) == 1
    assert "later has no verdict yet" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["nobody"], 2, "registered are: cache, later"),
        (["cache", "--journal", "none.db"], 1, "there is no journal"),
        (["cache", "--ticks", "none.csv"], 2, "none.csv: it cannot be read"),
        (["cache", "--to", "journal.db"], 2, "journal.db: it cannot be written"),
    ],
)
def test_mistakes(
    directory: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str
) -> None:
    assert lab.run_line(["report", *arguments]) == status
    assert message in capsys.readouterr().err
