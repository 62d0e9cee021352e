"""A journal as text, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cupola.lab.journal import export
from cupola.lab.journal.errors import BrokenChain, JournalError, NewerJournal, NotAJournal
from cupola.lab.journal.store import Journal
from tests.lab.journal import support


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db") as made:
        made.register(support.experiment(), None, "Zoë", support.directory(tmp_path))
        run = made.begin("cache")
        for block in range(5):
            run.keep(support.record(block))
        run.analysis(support.analysis(d=float("inf")))
        run.end("complete")
        yield made


def test_text_becomes_the_same_journal(journal: Journal, tmp_path: Path) -> None:
    text = tmp_path / "journal.jsonl"
    assert export.write(journal, text) == 9
    head, *rest = text.read_text(encoding="utf-8").splitlines()
    assert json.loads(head)["digest"] == journal.digest
    assert [json.loads(each)["kind"] for each in rest[-2:]] == ["analysis", "end"]
    assert '"author":"Zoë"' in rest[0], "reviewed as text: no escapes"
    with Journal(tmp_path / "copy.db") as copy:
        assert export.load(copy, text) == (0, 9)
        assert list(copy.entries()) == list(journal.entries())
        assert copy.records("cache") == journal.records("cache")
        assert export.load(copy, text) == (9, 0)
    assert not list(tmp_path.glob("*.new"))


def test_a_later_text_adds_what_is_new(journal: Journal, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    export.write(journal, first)
    journal.begin("cache").end("failed")
    export.write(journal, second)
    with Journal(tmp_path / "copy.db") as copy:
        export.load(copy, first)
        assert export.load(copy, second) == (9, 2)
        assert export.load(copy, first) == (9, 0)
        assert copy.digest == journal.digest
    assert (
        second.read_text(encoding="utf-8").splitlines()[1:10]
        == first.read_text(encoding="utf-8").splitlines()[1:]
    )


def test_journals_with_different_pasts_are_not_mixed(journal: Journal, tmp_path: Path) -> None:
    text = tmp_path / "journal.jsonl"
    export.write(journal, text)
    with Journal(tmp_path / "copy.db") as copy:
        export.load(copy, text)
        copy.begin("cache")
        journal.begin("cache").end("failed")
        export.write(journal, text)
        with pytest.raises(BrokenChain, match=r"entry 10: .*neither is the other's past"):
            export.load(copy, text)
        assert copy.number == 10


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        ('"wall":1.0', '"wall":1.1', 3),
        ('"Zoë"', '"Zoe"', 1),
        ('"kind":"end"', '"kind":"gate"', 9),
        ('"number":4', '"number":5', 4),
        ('"wall":1.0', '"wall":NaN', 3),
        ('"Zoë"', '"\\ud800"', 1),
        ('{"number":6', '"number":6', 6),
        ('"number":6', '"number":"6"', 6),
        ('"number":6,', "", 6),
    ],
)
def test_an_edited_text_is_refused(journal: Journal, tmp_path: Path, old: str, new: str, number: int) -> None:
    path = tmp_path / "journal.jsonl"
    export.write(journal, path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with Journal(tmp_path / "copy.db") as copy:
        with pytest.raises(BrokenChain) as caught:
            export.load(copy, path)
        assert caught.value.number == number
        assert copy.number == 0, "all or nothing"


def test_a_text_that_ends_early_is_refused(journal: Journal, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    export.write(journal, path)
    path.write_text(
        "".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8"
    )
    with pytest.raises(
        BrokenChain, match="broken at entry 9: it is missing, the first line says that there are 9"
    ):
        list(export.read(path))


def test_other_files_are_refused(journal: Journal, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with pytest.raises(JournalError, match="cannot be read"):
        list(export.read(path))
    for text in ("", "[1]\n", "{}\n", "\xff"):
        path.write_text(text, encoding="latin-1")
        with pytest.raises(NotAJournal, match="--export"):
            list(export.read(path))
    path.write_text('{"what":"cupola lab journal","format":2}\n', encoding="utf-8")
    with pytest.raises(NewerJournal, match="pip install --upgrade"):
        list(export.read(path))
    with pytest.raises(JournalError, match="cannot be written"):
        export.write(journal, tmp_path / "none" / "journal.jsonl")
