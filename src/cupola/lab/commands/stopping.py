"""How a command of the lab is stopped: whatever asks it to end is as Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130
"""The exit status then: 128 + SIGINT, as shells report it."""


@contextmanager
def terminable() -> Iterator[None]:
    """A request to end (SIGTERM, SIGHUP) is as Ctrl-C meanwhile: what runs is killed, and what ran is kept."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    asked = [
        each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) is not signal.SIG_IGN
    ]  # nohup
    before = {each: signal.signal(each, interrupt) for each in asked}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
