"""What the machine is like while something is measured: which CPUs are used, and what else it does."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BUSY = 0.2  # of a CPU: other work beyond this disturbs what is measured


@dataclass(frozen=True)
class Placement:
    """The CPUs that measured processes may use, and the one that the driver stays on; None: wherever the system puts
    them."""

    measured: frozenset[int] | None = None
    driver: int | None = None

    def __str__(self) -> str:
        if self.measured is None:
            return "not pinned"
        return f"cpu {','.join(map(str, sorted(self.measured)))}; driver on {self.driver}"


def placement(pin: bool = True) -> Placement:
    """The driver on the first CPU that we may use, measured processes on all others; nothing where there is one."""
    ours = sorted(os.sched_getaffinity(0))
    if not pin or len(ours) < 2:
        return Placement()
    return Placement(frozenset(ours[1:]), ours[0])


@cache
def machine() -> str:
    """A name that tells this machine from others, without saying what it is called."""
    return f"machine-{hashlib.sha256(platform.node().encode()).hexdigest()[:8]}"


def load() -> float:
    """The machine's load average of the last minute."""
    return os.getloadavg()[0]


@dataclass(frozen=True)
class Busy:
    """How much the machine's CPUs have done until a moment, in seconds; what another machine on the same hardware took
    from us is in it."""

    at: float
    seconds: float


def busy() -> Busy:
    """What Linux counts of all CPUs together."""
    with open("/proc/stat", encoding="ascii", errors="replace") as lines:
        user, nice, system, _, _, irq, softirq, steal = map(int, lines.readline().split()[1:9])
    ticks = user + nice + system + irq + softirq + steal
    return Busy(time.monotonic(), ticks / os.sysconf("SC_CLK_TCK"))


def others(before: Busy, after: Busy, ours: float) -> float:
    """How many CPUs were busy with something else between two moments; `ours`: seconds that our process used.

    The count has a resolution of a hundredth of a second, so less than that is nothing.
    """
    passed = after.at - before.at
    foreign = after.seconds - before.seconds - ours
    return foreign / passed if foreign > 0.02 and passed > 0 else 0.0


def processor() -> str:
    """The name of the processor's model."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
