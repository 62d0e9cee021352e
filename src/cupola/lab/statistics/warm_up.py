"""How a process warmed up: its class, and the iteration from which it is steady.

After E. Barrett, C. F. Bolz-Tereick, R. Killick, S. Mount, L. Tratt, Virtual Machine Warmup Blows Hot and Cold (OOPSLA
2017), and their program warmup_stats. What is different here:

- "Equivalent" is relative. There segments are equivalent whose means differ by no more than 0.001 seconds or their
  variances (iterations lasted about a second); here by no more than 1 %, or the region of practical equivalence if that
  is more, or the last segment's squared coefficient of variation: its variance where an iteration lasts a second. The
  earlier segment's own variance allows nothing: one slow first iteration makes a segment of two, whose variance is so
  large that it would be equivalent to anything.
- The last quarter of the run must be steady: there the last 500 of 2,000 iterations.
- We own the virtual machine: an iteration in which it loads, compiles or deoptimizes is not steady, whatever the clock
  says. The steady state begins after the last such event; if that is in the last quarter, there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from cupola.lab.running.records import Event
from cupola.lab.statistics.change_points import change_points, window_outliers
from cupola.lab.statistics.results import WarmUp

FLAT = "flat"
WARM_UP = "warm-up"
SLOWDOWN = "slowdown"
UNSTEADY = "no steady state"
INCONSISTENT = "inconsistent"
GOOD = (FLAT, WARM_UP)  # of these a steady state of peak performance can be claimed

LEAST_ITERATIONS = 10  # fewer show no steady state
TAIL = 0.25  # the part of the run, at its end, that must be steady
TOLERANCE = 0.01  # relative difference of means that is none
UNSETTLED = ("load", "compile", "deoptimize")  # kinds of events of a machine that is not warm yet
MOST_BAD = 0.1  # share of the processes of an arm that may fail to become steady


def classify(
    iterations: Sequence[float], events: Iterable[Event] = (), tolerance: float = TOLERANCE
) -> WarmUp:
    """The class of one process, from the seconds of its iterations in order, and its events.

    Change points are sought without the outliers of a window; the mean of the steady state is of all iterations from
    `steady_from` on, outliers too: a pause of the collector is part of how fast a machine is. Fewer than
    LEAST_ITERATIONS show no steady state.
    """
    times = np.asarray(iterations, dtype=np.float64)
    count = len(times)
    if count < LEAST_ITERATIONS:
        return WarmUp(UNSTEADY, (), None, None)
    kept = np.flatnonzero(~window_outliers(times))
    changes = change_points(times[kept])
    kind, steady = _of_segments(times[kept], changes, tolerance, len(kept) * (1 - TAIL))
    begin = max(int(kept[steady]) if steady else 0, _settled(times, events))
    if begin > count * (1 - TAIL):
        kind = UNSTEADY
    places = tuple(int(kept[each]) for each in changes)
    if kind == UNSTEADY:
        return WarmUp(kind, places, None, None)
    return WarmUp(kind, places, begin, float(times[begin:].mean()))


def _of_segments(
    times: NDArray[np.float64], changes: tuple[int, ...], tolerance: float, latest: float
) -> tuple[str, int]:
    """The class of a series with these change points, and the place from which all segments equal the last one.

    From the end to the beginning, as in warmup_stats: the first segment that is not equivalent to the last one and
    ends after `latest` makes it unsteady; one that is faster makes it a slowdown; slower ones make it a warm-up.
    """
    starts, ends = (0, *changes), (*changes, len(times))
    parts = [times[start:end] for start, end in zip(starts, ends, strict=True)]
    scale = abs(float(parts[-1].mean())) or 1.0
    means = [float(part.mean()) / scale for part in parts]
    reach = max(tolerance, float(parts[-1].var()) / scale**2)
    low, high = means[-1] - reach, means[-1] + reach
    kind, steady, unbroken = FLAT, 0, True
    for place in range(len(parts) - 2, -1, -1):
        if low <= means[place] <= high:
            continue
        if unbroken:
            unbroken, steady = False, ends[place]
        if ends[place] > latest:
            return UNSTEADY, steady
        if means[place] < low:
            return SLOWDOWN, steady
        kind = WARM_UP
    return kind, steady


def _settled(times: NDArray[np.float64], events: Iterable[Event]) -> int:
    """The first iteration after the last event of a machine that is not warm; 0 if there is none."""
    passed = np.cumsum(times)
    inside = [each.at for each in events if each.kind in UNSETTLED and 0 < each.at < passed[-1]]
    return int(np.searchsorted(passed, max(inside), side="right")) + 1 if inside else 0


def time_to_steady(iterations: Sequence[float], warm_up: WarmUp) -> float | None:
    """Seconds from the first iteration to the beginning of the steady state; None if there is none.

    At least the first iteration: how much of it was warm-up nobody sees, and a time of zero has no ratio to another.
    """
    if warm_up.steady_from is None:
        return None
    return float(sum(iterations[: max(warm_up.steady_from, 1)]))


def class_of_arm(kinds: Iterable[str]) -> str:
    """The class of all processes of an arm on a workload; inconsistent if they have several.

    Flat and warm-up together are a warm-up, some of which was over at once: Barrett and others call it good
    inconsistent.
    """
    found = set(kinds)
    if len(found) == 1:
        return found.pop()
    return WARM_UP if found <= set(GOOD) else INCONSISTENT


def too_few_steady(kinds: Sequence[str]) -> str | None:
    """What forbids a claim about the steady state of an arm on a workload, in words; None if nothing does.

    One process in ten may be bad: on a machine that others use a disturbance of minutes is no property of the arm.
    """
    count = Counter(kind for kind in kinds if kind not in GOOD)
    if sum(count.values()) <= MOST_BAD * len(kinds):
        return None
    return ", ".join(f"{number} of {len(kinds)} processes: {kind}" for kind, number in sorted(count.items()))
