"""The files that an experiment names, which are part of it: its programs, and arguments that are files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from os.path import isfile  # unlike Path's, it takes any argument of a command, however long
from pathlib import Path

from cupola.lab.errors import LabError
from cupola.lab.experiment.spec import Experiment
from cupola.lab.running.guest import BASE


def files_of(experiment: Experiment, base: Path) -> dict[str, str]:
    """The files that an experiment names, as it names them, with the SHA-256 of what is in them: programs, and
    arguments that are files. Paths are from `base`. Raises LabError where a program is missing."""
    for workload in experiment.workloads:
        if workload.program and not isfile(base / workload.program):
            raise LabError(
                f"workload {workload.name}: expected the program {base / workload.program}, found no such file; paths "
                "are from the directory of the experiment's file"
            )
    paths = {each: base / each.replace(BASE, str(base.resolve())) for each in set(_named(experiment))}
    return {each: _digest(path) for each, path in sorted(paths.items()) if isfile(path)}


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
