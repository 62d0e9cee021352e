"""What goes wrong in the lab through no fault of Cupola's: the errors that its commands turn into a message.

LabError            anything that keeps a command from doing what it was asked
  ExperimentError   the experiment's file (experiment/reading.py)
  JournalError      the journal (journal/errors.py)
"""

from __future__ import annotations


class LabError(Exception):
    """The message says what was expected, what was found, where, and what to do; `status` is the command's exit
    status."""

    status = 2
