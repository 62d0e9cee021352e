"""Entries, and the chain that holds them: each has the digest of the one before it, so none can be changed alone.

Pure: `store` puts entries into a database, `export` into text. Whoever changes what `seal` hashes makes every journal
that exists unreadable: raise FORMAT, and keep the old form for old journals.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cupola.lab.experiment.canonical import canonical_json

FORMAT = 1
"""Of journals; a journal of a greater number is refused."""

START = hashlib.sha256(b"cupola lab journal 1\n").hexdigest()
"""What stands in the first entry in place of the digest of the one before."""

KINDS = {
    "registration": "an experiment, frozen before it ran",
    "amendment": "a later form of it, and why; results after it are exploratory",
    "begin": "a run began: under which form, on which machine",
    "record": "one process",
    "gate": "what was checked before numbers count: meaning, state, A/A",
    "analysis": "what followed from the records, and the verdict",
    "end": "the run ended, and how",
}
"""What an entry may be."""


@dataclass(frozen=True)
class Entry:
    """One entry. `content` is canonical JSON; `time` is ISO 8601 in UTC; digests are SHA-256 in hexadecimal."""

    number: int  # from 1
    kind: str
    experiment: str
    time: str
    content: str
    previous: str
    digest: str

    @property
    def data(self) -> dict[str, Any]:
        """The content as Python has it."""
        content: dict[str, Any] = json.loads(self.content)
        return content


def seal(number: int, kind: bytes, experiment: bytes, time: bytes, previous: bytes, content: bytes) -> str:
    """The digest of an entry. Each part stands on a line of its own, so no other parts give the same text: only
    `content` may be long, and canonical JSON has no line ends either."""
    text = b"%d\n%b\n%b\n%b\n%b\n%b" % (number, kind, experiment, time, previous, content)
    return hashlib.sha256(text).hexdigest()


Row = tuple[int, bytes, bytes, bytes, bytes, bytes, bytes]
"""An entry as it lies in a file: number, kind, experiment, time, content, digest of the one before, own digest."""


def make(number: int, kind: str, experiment: str, time: str, previous: str, data: Any) -> Entry:
    """A new entry after the one whose digest is `previous`. Raises ValueError for a kind that does not exist, a name of
    more than one line, and data that JSON does not hold."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of entry: expected one of {', '.join(KINDS)}")
    if not experiment or not experiment.isprintable():
        raise ValueError(f"{experiment!r} cannot be the name of an experiment: expected one line of text")
    content = canonical_json(data)
    parts = (each.encode() for each in (kind, experiment, time, previous, content))
    return Entry(number, kind, experiment, time, content, previous, seal(number, *parts))


def row_of(entry: Entry) -> Row:
    """The entry as bytes."""
    parts = (entry.kind, entry.experiment, entry.time, entry.content, entry.previous, entry.digest)
    kind, experiment, time, content, previous, digest = (each.encode() for each in parts)
    return entry.number, kind, experiment, time, content, previous, digest


def flaw(row: Row, number: int, previous: bytes) -> str | None:
    """What is wrong with an entry where number `number` is expected, after the digest `previous`; None if nothing is.

    A row of a damaged file may hold anything, in spite of its type.
    """
    found, kind, experiment, time, content, before, digest = row
    if found != number:
        return f"it is missing, the next that is there has the number {found}"
    if before != previous:
        return "it does not follow the entry before it, which is not what it was when this one was written"
    try:
        sealed = seal(number, kind, experiment, time, before, content)
    except TypeError:
        return "a part of it is missing, or of another type"
    return None if sealed.encode() == digest else "its content is not what was written"
