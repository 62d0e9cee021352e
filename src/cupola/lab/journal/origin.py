"""Where something came from and where it ran: the commit, the author, the versions, the machine."""

from __future__ import annotations

import platform
import subprocess
from dataclasses import asdict, dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

import cupola
from cupola.lab.journal.database import EXPORT, NAME
from cupola.lab.running.conditions import processor

ALL_BUT_JOURNALS = (":(top)", *(f":(top,exclude,glob)**/{name}" for name in (NAME, EXPORT)))
"""All of a tree but journals, as git says it: a journal grows while experiments run."""


@dataclass(frozen=True)
class Commit:
    """What git says of a directory: the commit, and whether all files that it knows, but for journals, were as they are
    there."""

    digest: str
    clean: bool


def commit_of(directory: Path) -> Commit | None:
    """The commit that a directory is at; None where git, or a commit, is not there."""
    head = _git(directory, "rev-parse", "HEAD")
    status = _git(directory, "status", "--porcelain", "--untracked-files=no", "--", *ALL_BUT_JOURNALS)
    return None if head is None or status is None else Commit(head.strip(), not status.strip())


def _git(directory: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(directory), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def author_of(directory: Path) -> str:
    """Whom git calls the author of what is committed there; empty if it knows nobody."""
    return (_git(directory, "config", "user.name") or "").strip()


def circumstances(commit: Commit | None) -> dict[str, Any]:
    """What is noted beside a registration and a run: versions, the machine, the commit."""
    return {
        "cupola": cupola.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": processor(),
        "cores": cpu_count() or 1,
        "commit": None if commit is None else asdict(commit),
    }
