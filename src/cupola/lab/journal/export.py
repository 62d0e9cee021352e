"""A journal as text, one entry a line, so that it can be committed and reviewed; and back, verified.

The first line says what the file is and where its chain ends; each other line is an entry, its content in the open. The
digests are those of the journal: a text that was edited does not become a journal.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cupola.lab.experiment.canonical import canonical_json
from cupola.lab.journal import chain
from cupola.lab.journal.chain import FORMAT, Entry
from cupola.lab.journal.database import Chain
from cupola.lab.journal.errors import BrokenChain, JournalError, NewerJournal, NotAJournal

HEAD = "cupola lab journal"
AT_ONCE = 1000  # entries in one transaction


def write(journal: Chain, path: Path) -> int:
    """Write all entries of a journal to a file, which is replaced when all is written; how many they are. Raises
    JournalError if it cannot be written."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            head = {"what": HEAD, "format": FORMAT, "entries": journal.number, "digest": journal.digest}
            file.write(canonical_json(head) + "\n")
            for entry in journal.entries():
                file.write(line_of(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise JournalError(
            f"{path}: it cannot be written: {error.strerror}; what was there is as it was"
        ) from error
    return journal.number


def line_of(entry: Entry) -> str:
    """An entry as one line of JSON: what a reader looks for first, then its content, then the digests."""
    head = {"number": entry.number, "kind": entry.kind, "experiment": entry.experiment, "time": entry.time}
    tail = {"previous": entry.previous, "digest": entry.digest}
    parts = [json.dumps(each, ensure_ascii=False, separators=(",", ":"))[1:-1] for each in (head, tail)]
    return f'{{{parts[0]},"content":{entry.content},{parts[1]}}}'


def read(path: Path) -> Iterator[Entry]:
    """The entries of a text, verified one by one. Raises NotAJournal, NewerJournal; BrokenChain, which names the first
    bad entry, also where the text ends before its last one."""
    try:
        with path.open("rb") as file:
            head = _head(path, file.readline())
            number, digest = 0, chain.START
            for line in file:
                entry = _entry(path, number + 1, line)
                wrong = chain.flaw(chain.row_of(entry), number + 1, digest.encode())
                if wrong is not None:
                    raise BrokenChain(path, number + 1, wrong)
                number, digest = entry.number, entry.digest
                yield entry
    except OSError as error:
        raise JournalError(f"{path}: it cannot be read: {error.strerror}") from error
    if (number, digest) != (head["entries"], head["digest"]):
        raise BrokenChain(
            path, number + 1, f"it is missing, the first line says that there are {head['entries']}"
        )


def load(journal: Chain, path: Path) -> tuple[int, int]:
    """Add to a journal what a text has beyond it; how many entries were there already, and how many were added. Raises
    what `read` raises, and BrokenChain where the two have different pasts: then nothing is added."""
    there = added = 0
    with journal.locked():
        ours = journal.entries()
        waiting: list[Entry] = []
        for entry in read(path):
            own = next(ours, None)
            _same_past(journal, path, own, entry)
            if own is not None:
                there += 1
                continue
            waiting.append(entry)
            if len(waiting) == AT_ONCE:
                journal.restore(waiting)
                added, waiting = added + len(waiting), []
        journal.restore(waiting)
    return there, added + len(waiting)


def compare(journal: Chain, path: Path) -> tuple[int, int]:
    """How many entries of a text are in a journal, and how many are missing at its end. Raises what `read` raises, and
    BrokenChain where the two have different pasts."""
    ours, common, lost = journal.entries(), 0, 0
    for entry in read(path):
        own = next(ours, None)
        _same_past(journal, path, own, entry)
        common, lost = (common, lost + 1) if own is None else (common + 1, lost)
    return common, lost


def _same_past(journal: Chain, path: Path, own: Entry | None, other: Entry) -> None:
    if own is not None and own != other:
        why = f"{journal.path} has another entry there, so neither is the other's past"
        raise BrokenChain(path, other.number, why)


def _head(path: Path, line: bytes) -> dict[str, Any]:
    head = _json(line)
    if not isinstance(head, dict) or head.get("what") != HEAD:
        raise NotAJournal(
            f"{path}: expected a journal that `cupola lab journal --export` wrote, found another text"
        )
    if not isinstance(head.get("format"), int) or head["format"] > FORMAT:
        raise NewerJournal(
            f"{path}: written by a newer Cupola: its format is {head.get('format')}, this one knows up to {FORMAT}; "
            "pip install --upgrade 'cupola[lab]'"
        )
    return head


def _entry(path: Path, number: int, line: bytes) -> Entry:
    data = _json(line)
    names = ("number", "kind", "experiment", "time", "previous", "digest")
    if not isinstance(data, dict) or set(data) != {*names, "content"}:
        parts = ", ".join((*names, "content"))
        raise BrokenChain(path, number, f"line {number + 1} is no entry: expected an object with {parts}")
    if not isinstance(data["number"], int) or any(not isinstance(data[each], str) for each in names[1:]):
        raise BrokenChain(path, number, f"line {number + 1} has a part of another type")
    try:
        entry = Entry(**{each: data[each] for each in names}, content=canonical_json(data["content"]))
        chain.row_of(entry)  # what is no Unicode has no bytes
        return entry
    except ValueError as error:
        raise BrokenChain(path, number, f"line {number + 1}: {error}") from error


def _json(line: bytes) -> Any:
    """What a line of JSON says; None for what is none."""
    try:
        return json.loads(line)
    except ValueError:  # also of bytes that are no UTF-8
        return None
