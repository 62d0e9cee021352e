"""What goes wrong with a journal, each with what to do about it.

JournalError            anything about the journal
  NotAJournal           the file is something else, or is damaged as a database
  NewerJournal          a newer Cupola wrote it
  BrokenChain           an entry is not what was written; `number` is the first such
  JournalFull           no room for a new entry; everything before is kept
  JournalBusy           another process has been writing for too long
  Unregistered          the experiment has to be registered first
  EditedExperiment      it differs from its registration; `difference` shows how
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cupola.lab.errors import LabError

if TYPE_CHECKING:
    from cupola.lab.journal.difference import Difference


class JournalError(LabError):
    """The journal cannot do what was asked for; nothing of it was changed."""

    status = 1


class NotAJournal(JournalError):
    """The file is no journal of Cupola's lab."""


class NewerJournal(JournalError):
    """The journal has a format that this version does not know."""


class BrokenChain(JournalError):
    """Entry `number` is the first that is not what was written."""

    def __init__(self, path: Path | str, number: int, what: str) -> None:
        super().__init__(
            f"{path}: the chain is broken at entry {number}: {what}. Entries before it are as they were written. "
            "Nothing is read from a broken journal and nothing added to it: take a copy that is whole, or make a new "
            "one of an export (cupola lab journal --import FILE.jsonl)"
        )
        self.number = number


class JournalFull(JournalError):
    """The entry did not fit on the disk, or could not be written; it is as if it had never been."""


class JournalBusy(JournalError):
    """Another process kept the journal locked."""


class Unregistered(JournalError):
    """An experiment that is not in the journal was asked for."""

    status = 2


class EditedExperiment(JournalError):
    """The experiment differs from what was registered."""

    status = 2

    def __init__(self, message: str, difference: Difference) -> None:
        super().__init__(message)
        self.difference = difference
