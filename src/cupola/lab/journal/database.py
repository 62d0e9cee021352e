"""The journal's file: a database of SQLite that only grows, and whose chain is verified whenever it is opened.

No other module opens it; `store` says what its entries are. One file, with no other beside it while nobody writes (a
rollback journal, not a write-ahead log: docs/decisions/0017-journal.md), every entry on the disk before `append`
returns. Each writer takes the lock first, verifies what others added meanwhile, and adds its own: so two writers make
one chain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from cupola.lab.errors import LabError
from cupola.lab.journal import chain
from cupola.lab.journal.chain import FORMAT, Entry
from cupola.lab.journal.errors import (
    BrokenChain,
    JournalBusy,
    JournalError,
    JournalFull,
    NewerJournal,
    NotAJournal,
)

NAME = "journal.db"
"""How a journal is called, in the directory of its experiments, unless the user names another file."""

EXPORT = "journal.jsonl"
"""How its export as text is called, where it is committed."""

APPLICATION = 0x43504C4A  # "CPLJ", at byte 68 of the file: `file` and SQLite call it the application's id
BUSY = 30.0  # seconds that a writer waits for others
PAGE = 512  # entries read at once, so that no reader holds the lock for long

LEAST = 512  # bytes of a page, and so of a database

COLUMNS = "number, kind, experiment, time, content, previous, digest"
SCHEMA = {
    "entries": """CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    experiment TEXT NOT NULL,
    time TEXT NOT NULL,
    content TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL
)""",
    "no_update": """CREATE TRIGGER no_update BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'a journal only grows: no entry is changed'); END""",
    "no_delete": """CREATE TRIGGER no_delete BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'a journal only grows: no entry is removed'); END""",
}
"""All that is in the database: name -> how it was made. There is no index: one that is damaged would hide entries."""


class Chain:
    """An open journal, as a chain of entries of any content. `number` and `digest` are those of the last entry that was
    verified.

    Raises NotAJournal, NewerJournal, BrokenChain or another JournalError where the file cannot be trusted, or `create`
    is false and there is none. Use it in one thread.
    """

    def __init__(self, path: Path | str, *, create: bool = True, busy: float = BUSY) -> None:
        self.path = Path(path)
        self.number = 0
        self.digest = chain.START
        if not create and not self.path.exists():
            raise JournalError(
                f"{self.path}: there is no journal; `cupola lab register EXPERIMENT` begins one, --journal FILE names "
                "another"
            )
        if self.path.is_file() and 0 < self.path.stat().st_size < LEAST:  # SQLite would take it for a new one
            raise NotAJournal(
                f"{self.path}: expected a journal of the lab, found a file that is too short for one"
            )
        with self._translated():
            self._database = sqlite3.connect(self.path, timeout=busy, isolation_level=None)
        try:
            with self._translated():
                self._prepare()
                self._catch_up()
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    # What is in it

    def entries(self, experiment: str | None = None, kinds: Sequence[str] = ()) -> Iterator[Entry]:
        """All entries that are there now, or those of an experiment, or of some kinds, oldest first. While they are
        read others may write; what they write then is not among them."""
        self.refresh()
        where, values = ["number > ?", "number <= ?"], [experiment] if experiment is not None else []
        where += ["experiment = ?"] if experiment is not None else []
        where += [f"kind IN ({', '.join('?' * len(kinds))})"] if kinds else []
        question = f"SELECT {COLUMNS} FROM entries WHERE {' AND '.join(where)} ORDER BY number LIMIT {PAGE}"
        after, last = 0, self.number
        while True:
            with self._translated():
                rows = self._database.execute(question, (after, last, *values, *kinds)).fetchall()
            for row in rows:
                yield Entry(*row)
            if len(rows) < PAGE:
                return
            after = rows[-1][0]

    def entry(self, number: int) -> Entry:
        """The entry of that number. Raises KeyError."""
        with self._translated():
            row = self._database.execute(
                f"SELECT {COLUMNS} FROM entries WHERE number = ?", (number,)
            ).fetchone()
        if row is None:
            raise KeyError(number)
        return Entry(*row)

    def refresh(self) -> None:
        """Verify what others have added since, so that it can be read."""
        with self._translated():
            self._catch_up()

    # How it grows

    def append(self, kind: str, experiment: str, data: Any) -> Entry:
        """Add an entry; it is on the disk when this returns, or when the `locked` around it ends. Raises JournalFull,
        JournalBusy, BrokenChain; ValueError for what no entry can hold."""
        with self.locked():
            entry = chain.make(self.number + 1, kind, experiment, now(), self.digest, data)
            self._insert([entry])
        return entry

    def restore(self, entries: Sequence[Entry]) -> None:
        """Add entries that were in another copy of this journal, exactly as they were there: they must follow the last.
        Raises BrokenChain if they do not."""
        with self.locked():
            number, digest = self.number, self.digest
            for each in entries:
                self._check(chain.row_of(each), number + 1, digest.encode())
                number, digest = each.number, each.digest
            self._insert(entries)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """No other process writes meanwhile. All that is added inside is kept, or nothing if anything fails there."""
        if self._database.in_transaction:
            yield  # whoever took the lock ends the transaction
            return
        known = self.number, self.digest
        try:
            with self._translated():
                self._database.execute("BEGIN IMMEDIATE")
                self._catch_up()
            known = self.number, self.digest
            yield
            with self._translated():
                self._database.execute("COMMIT")
        except BaseException:
            self.number, self.digest = known
            self._roll_back()
            raise

    def _insert(self, entries: Sequence[Entry]) -> None:
        rows = [
            (each.number, each.kind, each.experiment, each.time, each.content, each.previous, each.digest)
            for each in entries
        ]
        with self._translated():
            self._database.executemany(f"INSERT INTO entries ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        if entries:
            self.number, self.digest = entries[-1].number, entries[-1].digest

    # Whether it is what it was

    def _prepare(self) -> None:
        """Make a new file into a journal; refuse what is none."""
        ask = self._database.execute
        ask("PRAGMA synchronous = EXTRA")
        if not ask("SELECT count(*) FROM sqlite_master").fetchone()[0] and not self._stamp("application_id"):
            self._create()
        if self._stamp("application_id") != APPLICATION:
            raise NotAJournal(
                f"{self.path}: a database of something else, no journal of the lab; --journal FILE names another file"
            )
        format = self._stamp("user_version")
        if format > FORMAT:
            raise NewerJournal(
                f"{self.path}: written by a newer Cupola: its format is {format}, this one knows up to {FORMAT}. "
                "Nothing was changed; to use it: pip install --upgrade 'cupola[lab]'"
            )
        # As bytes: in a damaged file they may be no text.
        rows = ask("SELECT CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_master").fetchall()
        found = {
            str(name or b"", "utf-8", "replace"): str(sql or b"", "utf-8", "replace") for name, sql in rows
        }
        if found != SCHEMA:
            different = sorted(name for name in {*found, *SCHEMA} if found.get(name) != SCHEMA.get(name))
            raise NotAJournal(
                f"{self.path}: not as Cupola made it: {', '.join(different)} was changed, added or taken away, so its "
                "entries are not protected; take a copy that is whole, or make a new one of an export "
                "(cupola lab journal --import FILE.jsonl)"
            )

    def _create(self) -> None:
        ask = self._database.execute
        ask("PRAGMA journal_mode = DELETE")
        ask("BEGIN IMMEDIATE")
        try:
            if not ask("SELECT count(*) FROM sqlite_master").fetchone()[0]:  # nobody else was quicker
                for statement in SCHEMA.values():
                    ask(statement)
                ask(f"PRAGMA application_id = {APPLICATION}")
                ask(f"PRAGMA user_version = {FORMAT}")
            ask("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._database.in_transaction:  # after some errors SQLite has rolled back itself
            self._database.execute("ROLLBACK")

    def _stamp(self, name: str) -> int:
        return int(self._database.execute(f"PRAGMA {name}").fetchone()[0])

    def _catch_up(self) -> None:
        """Verify what was added since the last entry that is known, and that this one is as it was."""
        self._still_there()
        self._database.text_factory = bytes
        number, digest = self.number, self.digest.encode()
        try:
            for row in self._database.execute(
                f"SELECT {COLUMNS} FROM entries WHERE number > ? ORDER BY number", (number,)
            ):
                self._check(row, number + 1, digest)
                number, digest = row[0], row[-1]
        except sqlite3.DatabaseError as error:
            if damaged(error):
                raise BrokenChain(self.path, number + 1, f"the file is damaged there ({error})") from error
            raise
        finally:
            self._database.text_factory = str
        self.number, self.digest = number, digest.decode()

    def _still_there(self) -> None:
        known = self._database.execute(
            "SELECT digest FROM entries WHERE number = ?", (self.number,)
        ).fetchone()
        if self.number and (known is None or known[0] != self.digest):
            raise BrokenChain(self.path, self.number, "it was changed while the journal was open")

    def _check(self, row: chain.Row, number: int, previous: bytes) -> None:
        wrong = chain.flaw(row, number, previous)
        if wrong is not None:
            raise BrokenChain(self.path, number, wrong)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Say what SQLite's errors mean, and what to do."""
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter from a damaged file's own names
            raise explained(self.path, error) from error


def now() -> str:
    """The time as entries have it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def damaged(error: Exception) -> bool:
    """Whether SQLite says that the file's bytes cannot be what it wrote."""
    return code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def code(error: Exception) -> int:
    """SQLite's number of the error, without what it adds to tell cases apart."""
    number: int = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return sqlite3.SQLITE_CORRUPT if isinstance(error, UnicodeDecodeError) else number


def explained(path: Path, error: Exception) -> LabError:
    """An error of SQLite as one of the journal's."""
    kept = "The entry was not written; all entries before it are kept"
    number = code(error)
    if number == sqlite3.SQLITE_FULL:
        return JournalFull(f"{path}: the disk is full. {kept}: make room, then run the same command again")
    if number in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY):
        return JournalFull(
            f"{path}: it could not be written ({error}). {kept}: see whether the disk is full, and whether you may "
            "write this file and its directory, then run the same command again"
        )
    if number in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return JournalBusy(
            f"{path}: another process has kept it locked for a long time; wait for it, or end it, then run the same "
            "command again"
        )
    if number == sqlite3.SQLITE_NOTADB:
        return NotAJournal(f"{path}: expected a journal of the lab, found another kind of file")
    if number == sqlite3.SQLITE_CORRUPT:
        return NotAJournal(
            f"{path}: the file is damaged ({error}); take a copy that is whole, or make a new one of an export "
            "(cupola lab journal --import FILE.jsonl)"
        )
    if number == sqlite3.SQLITE_CANTOPEN:
        return JournalError(
            f"{path}: it cannot be opened: expected a file in a directory that exists and that you may write"
        )
    return JournalError(f"{path}: {error}")
