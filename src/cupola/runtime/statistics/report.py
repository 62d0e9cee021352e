"""The report of an experiment with two arms, as text: the original's PHYSICS-BAYESIAN-REPORT, in integers."""

from __future__ import annotations

from typing import Any

from cupola.runtime.q48 import ONE, from_text, to_text
from cupola.runtime.statistics.histogram import median
from cupola.runtime.statistics.posterior import LEAST_SAMPLES, credible_interval, deviation, mean
from cupola.runtime.statistics.speedup import probability_above, speedup, speedup_interval

Arm = tuple[str, Any, Any]  # its name, Samples, Histogram (or None): objects as `plain` and `read` make them
ABOVE = ("1", "1.1", "2")  # the speedups whose probability is told


def fixed(x: int, digits: int = 3) -> str:
    """A Q48.16 number with some digits after the point, cut off."""
    return to_text(x)[: digits - 5] if digits < 5 else to_text(x)


def report(before: Arm, after: Arm) -> str:
    """Both arms, and how much faster the second one is. Nanoseconds throughout."""
    rows = [("", before[0], after[0])]
    columns = (column(before), column(after))
    rows += [(name, columns[0][name], columns[1][name]) for name in columns[0]]
    width = max(len(name) for name, _, _ in rows)
    size = max(len(text) for row in rows for text in row[1:])
    lines = [f"{name:<{width}}  {left:>{size}}  {right:>{size}}" for name, left, right in rows]
    return "\n".join((*lines, "", *verdict(before, after))) + "\n"


def column(arm: Arm) -> dict[str, str]:
    """What is told of one arm."""
    _, samples, histogram = arm
    out = {"samples": str(samples.count), "refused": str(samples.refused)}
    middle, none = mean(samples)
    if none:
        return {
            **out,
            **dict.fromkeys(
                ("mean ns", "median ns", "deviation ns", "range ns", "95 % of mean", "99 % of mean"), "-"
            ),
        }
    out["mean ns"] = fixed(middle)
    half, unknown = median(histogram) if histogram is not None else (0, True)
    out["median ns"] = "-" if unknown else fixed(half)
    spread, single = deviation(samples)
    out["deviation ns"] = "-" if single else fixed(spread)
    out["range ns"] = f"{samples.least} to {samples.most}"
    for level in (95, 99):
        least, most, few = credible_interval(samples, level)
        out[f"{level} % of mean"] = "-" if few else f"{fixed(least)} to {fixed(most)}"
    return out


def verdict(before: Arm, after: Arm) -> list[str]:
    """The speedup with its intervals and probabilities, or why there is none."""
    ratio, impossible = speedup(before[1], after[1])
    if impossible:
        return ["speedup: unknown, an arm has no samples"]
    lines = [f"speedup {before[0]} / {after[0]}: {fixed(ratio)}"]
    for level in (95, 99):
        least, most, unknown = speedup_interval(before[1], after[1], level)
        if unknown:
            return [
                *lines,
                f"no interval: each arm needs {LEAST_SAMPLES} samples, and a mean well above its error",
            ]
        lines.append(f"  {level} % interval: {fixed(least)} to {fixed(most)} (Fieller)")
    for x in ABOVE:
        probability, _ = probability_above(before[1], after[1], from_text(x))
        lines.append(f"  P(speedup > {x}): {percent(probability)}")
    return lines


def percent(probability: int) -> str:
    """A probability in Q48.16 as per cent; its ends are what 16 bits and the approximations can tell."""
    if probability >= ONE - ONE // 2000:
        return "more than 99.95 %"
    if probability <= ONE // 2000:
        return "less than 0.05 %"
    return f"{fixed(probability * 100, 2)} %"
