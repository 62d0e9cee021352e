"""The clocks that must go alike, to be looked at twice: where they part, somebody set one, or the machine slept.

The measured process imports this as well as the driver, so it imports nothing that is slow.
"""

from __future__ import annotations

import time
from typing import NamedTuple


class Moment(NamedTuple):
    """The three clocks at once, in seconds: the one that only goes on, the wall's, and the one that goes on while the
    machine is suspended."""

    monotonic: float
    wall: float
    boot: float


def now() -> Moment:
    """The clocks now."""
    return Moment(time.monotonic(), time.time(), time.clock_gettime(time.CLOCK_BOOTTIME))


def drift(before: Moment, after: Moment) -> dict[str, float]:
    """By how many seconds the other clocks moved on more than the monotonic one did, by their names."""
    passed = after.monotonic - before.monotonic
    return {"wall": after.wall - before.wall - passed, "boot": after.boot - before.boot - passed}
