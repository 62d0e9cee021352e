"""The journal's file: that it only grows, that nothing is lost, and that whatever happened to it is found."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from cupola.lab.errors import LabError
from cupola.lab.journal.chain import FORMAT, START
from cupola.lab.journal.database import SCHEMA, Chain
from cupola.lab.journal.errors import (
    BrokenChain,
    JournalBusy,
    JournalError,
    JournalFull,
    NewerJournal,
    NotAJournal,
)
from tests.lab.journal import support


def filled(path: Path, count: int = 20) -> Path:
    """A journal with some entries."""
    with Chain(path) as journal, journal.locked():
        for number in range(count):
            journal.append("record", "cache", {"wall": number / 7, "note": f"process {number} ran α"})
    return path


def contents(path: Path) -> list[str]:
    with Chain(path, create=False) as journal:
        return [entry.content for entry in journal.entries()]


def altered(path: Path, statement: str) -> None:
    """Change a journal behind its back."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        for name in ("no_update", "no_delete"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)
        for name in ("no_update", "no_delete"):
            database.execute(SCHEMA[name])


def test_entries_come_back_as_they_were_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Chain(path) as journal:
        first = journal.append("begin", "cache", {"b": 1, "a": [0.1, None, "ü\n\u2028"]})
        second = journal.append("record", "other", {})
        third = journal.append("end", "cache", {"how": "complete"})
    assert (first.previous, second.previous, third.previous) == (START, first.digest, second.digest)
    assert first.content == '{"a":[0.1,null,"ü\\n\u2028"],"b":1}'
    with Chain(path, create=False) as journal:
        assert list(journal.entries()) == [first, second, third]
        assert list(journal.entries("cache")) == [first, third]
        assert list(journal.entries("cache", ("end", "record"))) == [third]
        assert list(journal.entries(kinds=("record",))) == [second]
        assert journal.entry(2) == second
        assert (journal.number, journal.digest) == (3, third.digest)
        with pytest.raises(KeyError):
            journal.entry(4)


def test_more_entries_than_are_read_at_once(tmp_path: Path) -> None:
    with Chain(tmp_path / "journal.db") as journal:
        with journal.locked():
            for number in range(1200):
                journal.append("record", "odd" if number % 2 else "even", {"number": number})
        assert [entry.data["number"] for entry in journal.entries("odd")] == list(range(1, 1200, 2))


def test_one_file_is_left_when_nobody_writes(tmp_path: Path) -> None:
    filled(tmp_path / "journal.db")
    assert [each.name for each in tmp_path.iterdir()] == ["journal.db"]


@pytest.mark.parametrize("statement", ["UPDATE entries SET content = '{}'", "DELETE FROM entries"])
def test_no_entry_is_changed_or_removed(tmp_path: Path, statement: str) -> None:
    path = filled(tmp_path / "journal.db", 2)
    with (
        contextlib.closing(sqlite3.connect(path)) as database,
        pytest.raises(sqlite3.IntegrityError, match="only grows"),
    ):
        database.execute(statement)


@pytest.mark.parametrize(
    ("statement", "number", "what"),
    [
        ("UPDATE entries SET content = replace(content, 'ran', 'sat') WHERE number = 7", 7, "content"),
        ("UPDATE entries SET kind = 'gate' WHERE number = 3", 3, "content"),
        ("UPDATE entries SET experiment = 'x' WHERE number = 3", 3, "content"),
        ("UPDATE entries SET time = '2027' WHERE number = 20", 20, "content"),
        ("UPDATE entries SET content = 7 WHERE number = 4", 4, "content"),
        ("UPDATE entries SET content = x'ff00' WHERE number = 4", 4, "content"),
        ("UPDATE entries SET digest = (SELECT digest FROM entries WHERE number = 4) WHERE number = 5", 5, ""),
        ("DELETE FROM entries WHERE number = 11", 11, "missing"),
        ("DELETE FROM entries WHERE number <= 2", 1, "missing"),
        ("UPDATE entries SET number = 30 WHERE number = 20", 20, "missing"),
    ],
)
def test_the_first_bad_entry_is_named(tmp_path: Path, statement: str, number: int, what: str) -> None:
    path = filled(tmp_path / "journal.db")
    altered(path, statement)
    with pytest.raises(BrokenChain, match=f"broken at entry {number}: .*{what}") as caught:
        Chain(path)
    assert caught.value.number == number


def test_a_change_under_an_open_journal_is_found(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", 3)
    with Chain(path) as journal:
        altered(path, "UPDATE entries SET digest = 'x' WHERE number = 3")
        with pytest.raises(BrokenChain, match="while the journal was open"):
            journal.append("record", "cache", {})


def test_a_journal_without_its_protection_is_refused(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db")
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("DROP TRIGGER no_delete")
    with pytest.raises(NotAJournal, match="no_delete was changed"):
        Chain(path)


def test_damaged_bytes_never_change_what_is_read(tmp_path: Path) -> None:
    path, copy = filled(tmp_path / "journal.db"), tmp_path / "copy.db"
    whole, wanted = path.read_bytes(), contents(path)
    chance, refused = random.Random(4), 0
    for _ in range(300):
        bad = bytearray(whole)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        copy.write_bytes(bad)
        try:
            assert contents(copy) == wanted  # it was a byte that nothing uses
        except LabError:
            refused += 1
    assert refused > 100


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", 200)
    whole = path.read_bytes()
    for length in range(1, len(whole), 4001):
        path.write_bytes(whole[:length])
        with pytest.raises(LabError):
            Chain(path)


def test_a_newer_journal_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db")
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {FORMAT + 1}")
    before = path.read_bytes()
    with pytest.raises(NewerJournal, match=r"its format is 2, this one knows up to 1.*pip install --upgrade"):
        Chain(path)
    assert path.read_bytes() == before


def test_what_is_no_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    text, database = tmp_path / "text", tmp_path / "other.db"
    text.write_text("name = 'cache'\n" * 100, encoding="utf-8")
    with contextlib.closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE entries (number INTEGER PRIMARY KEY)")
    for path in (text, database):
        before = path.read_bytes()
        with pytest.raises(NotAJournal):
            Chain(path)
        assert path.read_bytes() == before
    with pytest.raises(JournalError, match="cannot be opened"):
        Chain(tmp_path)
    with pytest.raises(JournalError, match="cannot be opened"):
        Chain(tmp_path / "none" / "journal.db")


def test_a_journal_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="there is no journal"):
        Chain(tmp_path / "journal.db", create=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("data", [float("nan"), {"a": float("inf")}, object(), "\ud800"])
def test_what_an_entry_cannot_hold_is_not_written(tmp_path: Path, data: object) -> None:
    with Chain(tmp_path / "journal.db") as journal:
        with pytest.raises((ValueError, TypeError)):
            journal.append("record", "cache", data)
        with pytest.raises(ValueError, match="no kind of entry"):
            journal.append("guess", "cache", {})
        with pytest.raises(ValueError, match="name of an experiment"):
            journal.append("record", "two\nlines", {})
        assert journal.append("record", "cache", {}).number == 1


def test_all_or_nothing(tmp_path: Path) -> None:
    with Chain(tmp_path / "journal.db") as journal:
        journal.append("begin", "cache", {})
        with pytest.raises(RuntimeError), journal.locked():
            journal.append("record", "cache", {})
            raise RuntimeError
        assert (journal.number, len(list(journal.entries()))) == (1, 1)
        assert journal.append("end", "cache", {}).number == 2


WRITER = """
import sys
from cupola.lab.journal.database import Chain
with Chain(sys.argv[1]) as journal:
    for number in range(int(sys.argv[3])):
        print(journal.append("record", sys.argv[2], {"number": number, "text": "x" * 3000}).number, flush=True)
"""


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    writers = [support.start(WRITER, path, name, "150") for name in ("one", "two")]
    told = [int(line) for each in writers for line in each.communicate()[0].split()]
    assert [each.returncode for each in writers] == [0, 0]
    assert sorted(told) == list(range(1, 301))
    with Chain(path, create=False) as journal:
        for name in ("one", "two"):
            assert [entry.data["number"] for entry in journal.entries(name)] == list(range(150))


def test_a_reader_sees_what_was_there_when_it_began(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", 3)
    with Chain(path) as reader, Chain(path) as writer:
        entries = reader.entries()
        next(entries)
        writer.append("record", "cache", {})
        assert len(list(entries)) == 2
        reader.refresh()
        assert reader.number == 4


def test_a_killed_writer_loses_what_it_had_not_told(tmp_path: Path) -> None:
    chance = random.Random(9)
    for turn in range(8):
        path = tmp_path / f"{turn}.db"
        writer = support.start(WRITER, path, "cache", "100000")
        assert writer.stdout is not None
        told = [int(writer.stdout.readline())]
        time.sleep(chance.random() * 0.03)
        writer.kill()
        told += [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()
        with Chain(path, create=False) as journal:
            assert journal.number in (told[-1], told[-1] + 1)
            journal.append("end", "cache", {})


CRASH = """
import os, sys
from cupola.lab.journal.database import Chain
journal = Chain(sys.argv[1])
journal._database.execute("PRAGMA cache_size = 1")  # so that unfinished pages come into the file
with journal.locked():
    for number in range(50):
        journal.append("record", "cache", {"text": "x" * 9000})
    os._exit(9)
"""


def test_a_crash_between_statements_leaves_what_was_before(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", 5)
    before, wanted = path.read_bytes(), contents(path)
    crashed = support.start(CRASH, path)
    crashed.communicate()
    assert crashed.returncode == 9
    assert path.read_bytes() != before, "the crash left nothing behind: the test shows nothing"
    assert contents(path) == wanted
    with Chain(path) as journal:
        assert journal.append("record", "cache", {}).number == 6


def test_a_full_disk_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Chain(path) as journal:
        database = journal._database
        database.execute("PRAGMA max_page_count = 12")
        with pytest.raises(JournalFull, match=r"the disk is full.*all entries before it are kept"):
            for number in range(100):
                journal.append("record", "cache", {"number": number, "text": "x" * 1000})
        kept = journal.number
        assert 5 < kept < 50
        assert [entry.data["number"] for entry in journal.entries()] == list(range(kept))
        database.execute("PRAGMA max_page_count = 1000")
        assert journal.append("record", "cache", {}).number == kept + 1
    assert len(contents(path)) == kept + 1


LIMITED = """
import resource, sys
from cupola.lab.journal.database import Chain
from cupola.lab.journal.errors import JournalFull
journal = Chain(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000))
try:
    while True:
        journal.append("record", "cache", {"text": "x" * 1000})
except JournalFull as error:
    print(journal.number, error)
"""


def test_a_file_that_may_not_grow_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    limited = support.start(LIMITED, path)
    number, _, message = limited.communicate()[0].partition(" ")
    assert "it could not be written" in message
    assert "all entries before it are kept" in message
    assert len(contents(path)) == int(number) > 5


def test_a_writer_does_not_wait_for_ever(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", 1)
    with Chain(path) as one, Chain(path, busy=0.01) as other:
        with one.locked(), pytest.raises(JournalBusy, match="another process"):
            other.append("record", "cache", {})
        assert other.append("record", "cache", {}).number == 2


def test_a_copy_goes_on_where_it_was_made(tmp_path: Path) -> None:
    path, copy = filled(tmp_path / "journal.db", 4), tmp_path / "copy.db"
    shutil.copy(path, copy)
    filled(path, 2)
    with Chain(path) as journal, Chain(copy) as other:
        entries = list(journal.entries())
        other.restore(entries[4:])
        assert list(other.entries()) == entries
        with pytest.raises(BrokenChain, match="entry 7"):
            other.restore([entries[4]])
        assert other.number == 6
