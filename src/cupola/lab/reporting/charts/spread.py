"""How values spread: histograms of each arm, and the reference against itself."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from typing import Any

from cupola.lab.reporting import drawing, palette, units
from cupola.lab.reporting.charts import arms
from cupola.lab.reporting.charts.forest import decades
from cupola.lab.reporting.charts.sequence import LOGARITHMIC, panel_title
from cupola.lab.reporting.drawing import Picture, Sheets, picture
from cupola.lab.reporting.material import Material, a_a_values, values

MOST_WORKLOADS = 6
BINS = 48
FEW_BINS = 16
SHOWN = 0.995
"""The share of values that a histogram of iterations shows; the rest is a long tail, told in numbers."""


def histograms(material: Material) -> Picture | None:
    """The distribution of what was measured, a row for each arm, a panel for each workload."""
    if material.silent:
        return None
    names, left = arms.shown(material)
    workloads, less = arms.workloads(material, MOST_WORKLOADS)
    pooled = {name: samples(material, name) for name in workloads}
    sheets, panels, rows, beyond = Sheets(), [], [], []
    for workload in workloads:
        found = {arm: pooled[workload][arm] for arm in names if pooled[workload].get(arm)}
        if sum(map(len, found.values())) < 3:
            continue
        metric = material.experiment.metric
        unit = units.unit_of(metric, [value for each in found.values() for value in each])
        bounds, far = bin_edges(list(found.values()))
        data, told = counts(found, bounds, unit, workload)
        rows += told
        if far:
            beyond.append(f"{workload}: {far:,} values lie beyond the right edge.")
        panels.append(ridge(sheets, data, workload, unit, list(found), names, bounds))
    if not panels:
        return None
    import altair as alt

    what = "iterations in the steady state" if material.experiment.metric == "steady" else "processes"
    return picture(
        alt.vconcat(*panels, spacing=18).resolve_scale(color="shared"),
        sheets,
        key="histograms",
        title=f"Distribution: {units.NOUNS[material.experiment.metric]}",
        subtitle=f"How many {what} took how long; dashed: the median of the arm. Each row has a scale of its own."
        if material.experiment.metric not in ("memory", "instructions")
        else f"How many {what} needed how much; dashed: the median of the arm. Each row has a scale of its own.",
        description=f"{len(panels)} panels, one for each workload, with a histogram of the {what} of each arm.",
        head=("workload", "arm", "from", "to", "count"),
        rows=rows,
        notes=(
            left,
            less,
            "Iterations of all processes of an arm are counted together here; the analysis compares processes."
            if what.startswith("iterations")
            else "",
            *beyond,
        ),
    )


def samples(material: Material, workload: str) -> dict[str, list[float]]:
    """What is counted, by arm: steady iterations where they are measured, else processes."""
    found: dict[str, list[float]] = {}
    if material.experiment.metric != "steady":
        for record, value in values(material):
            if record.workload == workload:
                found.setdefault(record.arm, []).append(value)
        return found
    for record, warm_up in material.classified:
        if record.workload == workload and warm_up is not None and warm_up.steady_from is not None:
            found.setdefault(record.arm, []).extend(record.iterations[warm_up.steady_from :])
    return found


def bin_edges(samples: Sequence[Sequence[float]]) -> tuple[list[float], int]:
    """Common edges of bins, evenly apart or, where values are far apart, evenly in their logarithms; and how many
    values lie beyond the last."""
    pooled = sorted(value for each in samples for value in each)
    many = len(pooled) > 40 * len(samples)
    low = pooled[0]
    high = pooled[min(len(pooled) - 1, math.ceil(SHOWN * len(pooled)))] if many else pooled[-1]
    high = high if high > low else low * 1.001 + 1e-12
    count = BINS if many else FEW_BINS
    if low > 0 and high / low > LOGARITHMIC:
        edges = [low * (high / low) ** (number / count) for number in range(count + 1)]
    else:
        edges = [low + (high - low) * number / count for number in range(count + 1)]
    edges[-1] = high
    return edges, sum(value > high for value in pooled)


def counts(
    found: dict[str, list[float]], bounds: list[float], unit: units.Unit, workload: str
) -> tuple[list[dict[str, Any]], list[tuple[str, str, str, str, str]]]:
    """The bars that are not empty, and their rows of the table."""
    import numpy

    data, rows = [], []
    for arm, sample in found.items():
        middle = unit.of(statistics.median(sample))
        heights, _ = numpy.histogram(sample, bounds)
        for (first, end), count in zip(itertools.pairwise(bounds), heights.tolist(), strict=True):
            if count:
                low, high = unit.of(first), unit.of(end)
                data.append({"arm": arm, "low": low, "high": high, "count": count, "median": middle})
                rows.append((workload, arm, unit.write(first), unit.write(end), str(count)))
    return data, rows


def ridge(
    sheets: Sheets,
    data: list[dict[str, Any]],
    workload: str,
    unit: units.Unit,
    found: list[str],
    names: list[str],
    bounds: list[float],
) -> Any:
    """The panel of a workload: a row of bars for each arm over a common axis."""
    import altair as alt

    far = bounds[0] > 0 and bounds[-1] / bounds[0] > LOGARITHMIC
    scale = alt.Scale(
        type="log" if far else "linear",
        zero=False,
        nice=False,
        domain=[unit.of(bounds[0]), unit.of(bounds[-1])],
    )
    low, high = unit.of(bounds[0]), unit.of(bounds[-1])
    inside = [each for each in decades(low, high) if low <= each <= high] if far else []
    marks: dict[str, Any] = {"values": inside, "format": "~r"} if far else {"tickCount": 7}
    base = sheets.chart(data)
    bars = base.mark_rect(stroke=palette.light("paper"), strokeWidth=0.5, fillOpacity=0.6).encode(
        x=alt.X("low:Q", scale=scale, axis=alt.Axis(title=unit.name, grid=True, **marks)),
        x2="high:Q",
        y=alt.Y("count:Q", axis=alt.Axis(title=None, tickCount=2, grid=False)),
        y2=alt.Y2Datum(0),
        color=alt.Color("arm:N", scale=arms.colours(names), legend=None),
    )
    middle = base.mark_rule(strokeDash=[4, 3], color=palette.light("ink")).encode(
        x=alt.X("min(median):Q", scale=scale)
    )
    return (
        alt.layer(bars, middle)
        .properties(width=drawing.WIDTH, height=46)
        .facet(
            row=alt.Row(
                "arm:N",
                sort=found,
                header=alt.Header(
                    title=None, labelAngle=0, labelAlign="left", labelAnchor="middle", labelPadding=10
                ),
            ),
            spacing=6,
        )
        .resolve_scale(y="independent")
        .properties(title=panel_title(workload))
    )


def against_itself(material: Material) -> Picture | None:
    """The A/A run: two processes of the reference in each block, as deviations from the median of all."""
    found = a_a_values(material)
    if not found or material.silent:
        return None
    workloads, less = arms.workloads(material, 12)
    sheets, data, rows = Sheets(), [], []
    reference = material.experiment.reference
    sets = sorted({record.arm for record, _ in found}, key=lambda each: (each != reference, each))
    for workload in workloads:
        here = [(record, value) for record, value in found if record.workload == workload]
        if not here:
            continue
        middle = statistics.median(value for _, value in here)
        for record, value in here:
            away = 100 * (value / middle - 1)
            data.append({"workload": workload, "set": record.arm, "away": away})
            rows.append((workload, record.arm, str(record.block), f"{away:+.3f} %"))
    rate = None if material.analysis is None else material.analysis.false_positive_rate
    told = (
        "Too few blocks to tell how often a difference is found where there is none."
        if rate is None
        else f"Split at random again and again, the test finds a difference in {units.percent(rate)} of the splits."
    )
    return picture(
        strips(sheets, data, sets, material.experiment.rope),
        sheets,
        key="a-a",
        title="A/A: the reference against itself",
        subtitle=["A mark for each process; bar: the mean. Grey band: no difference in practice.", told],
        description=f"Two processes of the reference in each block, on {len(workloads)} workloads. {told}",
        head=("workload", "set", "block", "from the median of both"),
        rows=rows,
        notes=(less,),
    )


def strips(sheets: Sheets, data: list[dict[str, Any]], sets: list[str], rope: float) -> Any:
    """A row for each workload, in it a strip for each set."""
    import altair as alt

    base = sheets.chart(data)
    x = alt.X(
        "away:Q",
        axis=alt.Axis(title="deviation from the median of both sets (%)"),
        scale=alt.Scale(padding=12),
    )
    y = alt.Y("workload:N", sort=None, axis=alt.Axis(title=None, ticks=False, domain=False, grid=False))
    offset = alt.YOffset("set:N", sort=sets, scale=alt.Scale(paddingInner=0.3))
    colour = alt.Color("set:N", sort=sets, scale=arms.colours(sets), legend=alt.Legend(title=None))
    band = sheets.chart([{"low": -100 * rope / (1 + rope), "high": 100 * rope, "zero": 0}])
    return alt.layer(
        band.mark_rect(color=palette.light("band")).encode(x=alt.X("low:Q"), x2="high:Q"),
        band.mark_rule(color=palette.light("line")).encode(x="zero:Q"),
        base.mark_point(filled=False, size=45, strokeWidth=1.5, opacity=0.9).encode(
            x=x,
            y=y,
            yOffset=offset,
            color=colour,
            shape=alt.Shape("set:N", sort=sets, scale=arms.shapes(sets), legend=alt.Legend(title=None)),
        ),
        base.mark_tick(thickness=3, size=16).encode(
            x=alt.X("mean(away):Q"), y=y, yOffset=offset, color=colour
        ),
    ).properties(width=drawing.WIDTH, height={"step": 22, "for": "offset"})
