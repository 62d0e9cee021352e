"""Numbers as people read them: units that fit the size, and no more digits than mean something."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from cupola.lab.statistics.results import Interval

NOUNS = {
    "steady": "time of an iteration, once warm",
    "least": "time of the fastest iteration",
    "peak": "time from the first iteration to the steady state",
    "total": "wall time of the process",
    "cpu": "processor time of the process",
    "memory": "peak memory of the process",
    "instructions": "instructions",
}
"""Each metric as a noun; its full meaning stands in METRICS of experiment.spec."""

_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "bytes"))
_COUNTS = ((1e9, "thousand million"), (1e6, "million"), (1.0, ""))


@dataclass(frozen=True)
class Unit:
    """A unit and how much of the metric's own (seconds, bytes, instructions) it is."""

    name: str
    size: float

    def of(self, value: float) -> float:
        """The value in this unit."""
        return value / self.size

    def write(self, value: float) -> str:
        """The value with its unit."""
        return f"{plain(self.of(value))} {self.name}".strip()

    @property
    def title(self) -> str:
        """The unit in brackets, for an axis."""
        return f" ({self.name})" if self.name else ""


def unit_of(metric: str, values: Iterable[float]) -> Unit:
    """The unit in which the median of the values is a number from 1 up to a thousand or so."""
    known = [abs(each) for each in values if each]
    middle = statistics.median(known) if known else 1.0
    scale = {"memory": _BYTES, "instructions": _COUNTS}.get(metric, _SECONDS)
    size, name = next((each for each in scale if middle >= each[0]), scale[-1])
    return Unit(name, size)


def plain(value: float, digits: int = 4) -> str:
    """A number to so many significant digits, without an exponent where it is of usual size."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    size = math.floor(math.log10(abs(value)))
    if not -5 <= size < 9:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{max(0, digits - 1 - size)}f}"


def ratio(value: float) -> str:
    """A ratio: two digits behind the point, three where it is close to 1, three significant ones where it is large."""
    if abs(value - 1) < 0.1:
        return f"{value:.3f}"
    return f"{value:.2f}" if value < 100 else plain(value, 3)


def digits_of(low: float, high: float) -> int:
    """How many digits behind the point an interval of ratios needs."""
    return 3 if high - low < 0.1 and high < 10 else 2


def span(low: float, high: float) -> str:
    """An interval of ratios; that of a single process excludes nothing."""
    if not math.isfinite(high):
        return "unknown"
    if high >= 100:
        return f"{plain(low, 3)} to {plain(high, 3)}"
    digits = digits_of(low, high)
    return f"{low:.{digits}f} to {high:.{digits}f}"


def within(value: float, interval: Interval) -> str:
    """A ratio with as many digits as its interval."""
    if interval.high >= 100:
        return plain(value, 3)
    return f"{value:.{digits_of(interval.low, interval.high)}f}"


def chance(value: float | None) -> str:
    """A probability; what is next to 0 or 1 is told as a bound, for nothing measured is certain."""
    if value is None:
        return "-"
    if value < 0.0001:
        return "< 0.0001"
    return "> 0.9999" if value > 0.9999 else f"{value:.4f}"


def percent(value: float) -> str:
    """A part of 1 as per cent."""
    return f"{plain(100 * value, 3)} %"
