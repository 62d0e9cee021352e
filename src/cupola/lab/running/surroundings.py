"""What a measured process finds around it, and how it is listened to: the runner's side of the protocol `told`."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cupola.lab.running import told


def variables(environment: Sequence[tuple[str, str]], file: str, iterations: int) -> dict[str, str]:
    """What a process finds in its environment beside ours. The directory of an experiment is not on its Python's path,
    and our own path, which may be relative to where we are, means the same for it."""
    paths = [os.path.abspath(each) for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    python = {"PYTHONSAFEPATH": "1", **({"PYTHONPATH": os.pathsep.join(paths)} if paths else {})}
    return {**python, **told.environment(file, iterations), **dict(environment)}


def listen(file: str) -> tuple[told.Told | None, str | None]:
    """What a process told, and what is wrong with it."""
    try:
        return told.read(file), None
    except told.NothingUseful as error:
        return None, str(error)
