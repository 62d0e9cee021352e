"""Where something came from and where it ran: the commit, the versions, the machine, the files an experiment names."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from os import cpu_count
from os.path import isfile  # unlike Path's, it takes any argument of a command, however long
from pathlib import Path
from typing import Any

import cupola
from cupola.lab.errors import LabError
from cupola.lab.experiment.spec import Experiment
from cupola.lab.journal.database import EXPORT, NAME
from cupola.lab.report import processor

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


def files_of(experiment: Experiment, base: Path) -> dict[str, str]:
    """The files that an experiment names, as it names them, with the SHA-256 of what is in them: programs, and
    arguments that are files. Paths are from `base`. Raises LabError where a program is missing."""
    for workload in experiment.workloads:
        if workload.program and not isfile(base / workload.program):
            raise LabError(
                f"workload {workload.name}: expected the program {base / workload.program}, found no such file; paths "
                "are from the directory of the experiment's file"
            )
    return {each: _digest(base / each) for each in sorted(set(_named(experiment))) if isfile(base / each)}


def _named(experiment: Experiment) -> Iterator[str]:
    for workload in experiment.workloads:
        yield from (workload.program, *workload.arguments)
    for arm in experiment.arms:
        yield from (*arm.switches, *arm.command)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise LabError(f"{path}: it cannot be read ({error.strerror}); the experiment names it") from error
