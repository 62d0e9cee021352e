"""One measurement at a time on a machine: a lock that all runs of the lab take, whoever started them.

It is a file in the machine's directory for temporary files, locked as a whole (flock): the system gives it back when
its owner ends, however that was. Containers of one machine that share no such directory do not see each other.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "cupola-lab-measures"
WAITS = "something else of the lab measures on this machine: waiting for it to end"


def lock_file() -> Path:
    """The file that is locked."""
    return Path(tempfile.gettempdir()) / NAME


@contextmanager
def alone(waits: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Nothing else of the lab measures on this machine meanwhile. Where something does, `waits` is called once, and
    then it waits for that to end."""
    file = _open(lock_file())
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _open(path: Path) -> int:
    """The file, made if it is not there. Another user's in a shared directory may be opened, but not so that it would
    be made; for a lock, reading is enough."""
    try:
        return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except PermissionError:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
