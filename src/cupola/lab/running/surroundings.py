"""What a measured process finds around it, and how it is listened to: the runner's side of the protocol `told`."""

from __future__ import annotations

import os

from cupola.lab.experiment.spec import Arm
from cupola.lab.running import told


def variables(arm: Arm, file: str, iterations: int) -> dict[str, str]:
    """What a process finds in its environment beside ours. Python's path, which may be relative to where we are, means
    the same for it; and cupola itself imports nothing that lies beside the experiment."""
    paths = [os.path.abspath(each) for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    found = {"PYTHONPATH": os.pathsep.join(paths)} if paths else {}
    if arm.is_cupola:
        found["PYTHONSAFEPATH"] = "1"
    return {**found, **told.environment(file, iterations), **dict(arm.environment)}


def listen(file: str) -> tuple[told.Told | None, str | None]:
    """What a process told, and what is wrong with it."""
    try:
        return told.read(file), None
    except told.NothingUseful as error:
        return None, str(error)
