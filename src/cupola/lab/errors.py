"""What goes wrong in the lab through no fault of Cupola's: the errors that its commands turn into a message.

LabError            anything that keeps a command from doing what it was asked
  ExperimentError   the experiment's file (experiment/reading.py)
  JournalError      the journal (journal/errors.py)
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable


class LabError(Exception):
    """The message says what was expected, what was found, where, and what to do; `status` is the command's exit
    status."""

    status = 2


PACKAGES = {"numpy", "scipy", "altair", "vl_convert", "jinja2", "joblib", "distributed"}
"""The top modules of what the extra `lab` installs."""


def guarded(command: str, run: Callable[[], int]) -> int:
    """What `run` returns; of what the user has to mend it says on standard error that `command` failed, and why."""
    try:
        return run()
    except LabError as error:
        print(f"{command}: {error}", file=sys.stderr)
        return error.status
    except ModuleNotFoundError as error:
        missing = missing_package(error)
        if missing is None:
            raise
        print(f"{command}: {missing}", file=sys.stderr)
        return LabError.status


def missing_package(error: ModuleNotFoundError) -> str | None:
    """What is said where one of `PACKAGES` is not there; None where something else is missing, which is a defect."""
    missing = (error.name or "").partition(".")[0]
    if missing not in PACKAGES:
        return None
    return (
        f"it needs the package {missing}, which is not installed; "
        "for everything that the lab needs: pip install 'cupola[lab]'"
    )
