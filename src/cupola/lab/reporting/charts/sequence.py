"""Run sequences: the processes in the order in which they ran, how iterations warm up over all processes, and single
processes with their change points."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from cupola.lab.reporting import drawing, palette, units
from cupola.lab.reporting.charts import arms, thinning
from cupola.lab.reporting.charts.forest import ratio_ticks
from cupola.lab.reporting.drawing import Picture, Sheets, picture
from cupola.lab.reporting.material import Material, values
from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.results import WarmUp

MOST_WORKLOADS = 8
MOST_PANELS = 12
MOST_SINGLE = 8
PARTS = 120  # of the iterations, in the picture of all processes
POINTS = 300  # of a single process
HALF = 350  # width of a panel where two stand side by side
PANELS = {"row": 78, "column": 74}  # from the plot of one panel to that of the next, with titles and axes
LOGARITHMIC = 5  # times the least value: from there on the axis is logarithmic


def order(material: Material) -> Picture | None:
    """What each process measured, in the order of the blocks: a drift of the machine shows here."""
    found = values(material)
    if not found or material.silent:
        return None
    names, left = arms.shown(material)
    workloads, less = arms.workloads(material, MOST_WORKLOADS)
    flagged = flags(material, found)
    sheets, panels, rows = Sheets(), [], []
    for number, workload in enumerate(workloads):
        kept = [
            (each, value, place in flagged)
            for place, (each, value) in enumerate(found)
            if each.workload == workload and each.arm in names
        ]
        if not kept:
            continue
        unit = units.unit_of(material.experiment.metric, [value for _, value, _ in kept])
        data = [
            {
                "block": each.block + (names.index(each.arm) - (len(names) - 1) / 2) * 0.6 / len(names),
                "arm": each.arm,
                "value": unit.of(value),
                "flagged": far,
            }
            for each, value, far in kept
        ]
        rows += [(workload, str(each.block), each.arm, unit.write(value)) for each, value, _ in kept]
        panels.append(blocks(sheets, data, workload, unit, names, last=number == len(workloads) - 1))
    import altair as alt

    return picture(
        alt.vconcat(*panels, spacing=14).resolve_scale(y="independent", color="shared", shape="shared"),
        sheets,
        key="order",
        title=f"In the order of running: {units.NOUNS[material.experiment.metric]}",
        subtitle="A mark for each process; those of a block ran next to each other. Ringed: flagged as an outlier.",
        description=f"A panel for each of {len(panels)} workloads with a mark for each process, by block and arm. "
        f"{len(found)} processes counted, {len(flagged)} of them are flagged as outliers.",
        head=("workload", "block", "arm", units.NOUNS[material.experiment.metric]),
        rows=rows,
        notes=(left, less),
    )


def flags(material: Material, found: list[tuple[ProcessRecord, float]]) -> set[int]:
    """The places in `found` of the processes that are outliers among those of their arm and workload."""
    import numpy

    from cupola.lab.statistics.outliers import outliers

    cells: dict[tuple[str, str], list[int]] = {}
    for place, (record, _) in enumerate(found):
        cells.setdefault((record.arm, record.workload), []).append(place)
    flagged: set[int] = set()
    for places in cells.values():
        logs = numpy.log([found[place][1] for place in places])
        far = outliers(logs, material.experiment.outlier)
        flagged |= {place for place, each in zip(places, far.tolist(), strict=True) if each}
    return flagged


def blocks(
    sheets: Sheets,
    data: list[dict[str, Any]],
    workload: str,
    unit: units.Unit,
    names: list[str],
    *,
    last: bool,
) -> Any:
    """The panel of a workload."""
    import altair as alt

    base = sheets.chart(data)
    x = alt.X(
        "block:Q",
        axis=alt.Axis(title="block, in the order of running" if last else None, tickMinStep=1, grid=False),
        scale=alt.Scale(nice=False, zero=False, padding=12),
    )
    found = [each["value"] for each in data]
    y = alt.Y("value:Q", scale=scale_of(found), axis=alt.Axis(title=unit.name, **marks_of(found)))
    marks = base.mark_point(filled=True, opacity=1, size=55).encode(
        x=x,
        y=y,
        color=alt.Color("arm:N", scale=arms.colours(names), legend=alt.Legend(title=None)),
        shape=alt.Shape("arm:N", scale=arms.shapes(names), legend=alt.Legend(title=None)),
    )
    rings = base.mark_point(shape="circle", size=220, strokeWidth=1.5, color=palette.light("ink")).encode(
        x=x, y=y
    )
    return alt.layer(marks, rings.transform_filter("datum.flagged")).properties(
        width=drawing.WIDTH, height=130, title=panel_title(workload)
    )


def scale_of(found: Sequence[float]) -> Any:
    """An axis that fits the values: logarithmic where they are far apart."""
    import altair as alt

    ticks = steps_of(found)
    if ticks is None:
        return alt.Scale(type="linear", zero=False, nice=True)
    return alt.Scale(type="log", domain=[ticks[0], ticks[-1]], nice=False)


def steps_of(found: Sequence[float]) -> list[float] | None:
    """The places that a logarithmic axis of these values marks; None if the axis is linear."""
    apart = min(found) > 0 and max(found) / min(found) > LOGARITHMIC
    return ratio_ticks(list(found), list(found)) if apart else None


def marks_of(found: Sequence[float]) -> dict[str, Any]:
    """How an axis of these values is marked."""
    ticks = steps_of(found)
    return {"tickCount": 4} if ticks is None else {"values": ticks, "format": "~r"}


def panel_title(text: str) -> dict[str, Any]:
    """The title of one of several panels."""
    return {"text": text, "fontSize": 12, "anchor": "start", "offset": 4, "fontWeight": "bold"}


def warming(material: Material) -> Picture | None:
    """How iterations go along over all processes of an arm, and where their change points are."""
    names, left = arms.shown(material)
    pairs = [(each.name, name) for each in material.experiment.workloads for name in names]
    sheets, panels, rows = Sheets(), [], []
    for workload, name in pairs[:MOST_PANELS]:
        kept = good(material, name, workload)
        if not kept:
            continue
        unit = units.unit_of("steady", [value for each, _ in kept for value in each.iterations])
        parts = thinning.spread([each.iterations for each, _ in kept], PARTS)
        data = [
            {key: part[key] if key == "iteration" else unit.of(part[key]) for key in part} for part in parts
        ]
        changes = [change for _, warm_up in kept if warm_up is not None for change in warm_up.changes]
        rows += [(workload, name, *(f"{each[key]:.5g}" for key in each), unit.name) for each in data]
        panels.append(together(sheets, data, changes, f"{name}, {workload}: {len(kept)} processes", unit))
    if not panels or material.silent:
        return None
    import altair as alt

    less = (
        f"Drawn: {MOST_PANELS} of {len(pairs)} pairs of arm and workload." if len(pairs) > MOST_PANELS else ""
    )
    return picture(
        alt.concat(*panels, columns=2, spacing=PANELS, bounds="flush").resolve_scale(y="independent"),
        sheets,
        key="warming",
        title="How the processes warm up",
        subtitle="Line: median of all processes. Shaded: from the 10 % to the 90 % quantile. "
        "Ticks below: change points, one for each process that has one there.",
        description=f"{len(panels)} panels, one for each arm and workload, of the time of an iteration from the first "
        "to the last.",
        head=("workload", "arm", "iteration", "10 %", "median", "90 %", "unit"),
        rows=rows,
        notes=(left, less, joined(material)),
    )


def good(material: Material, arm: str, workload: str) -> list[tuple[ProcessRecord, WarmUp | None]]:
    """The processes of an arm on a workload that have iterations, and no problem; with their classes."""
    return [
        (each, warm_up)
        for each, warm_up in material.classified
        if each.arm == arm and each.workload == workload and len(each.iterations) > 1
    ]


def joined(material: Material) -> str:
    """What is said where iterations were put together."""
    most = max((len(each.iterations) for each in material.records), default=0)
    return f"Neighbouring iterations are put together: {PARTS} parts of {most:,}." if most > PARTS else ""


def together(
    sheets: Sheets, data: list[dict[str, float]], changes: list[int], title: str, unit: units.Unit
) -> Any:
    """The panel of one arm on one workload."""
    import altair as alt

    base = sheets.chart(data)
    x = alt.X(
        "iteration:Q", axis=alt.Axis(title="iteration", grid=False, tickCount=5), scale=alt.Scale(nice=False)
    )
    ends = [each[key] for each in data for key in ("low", "high")]
    y = alt.Y(
        "low:Q", scale=scale_of(ends), axis=alt.Axis(title=f"{unit.name} an iteration", **marks_of(ends))
    )
    parts = [
        base.mark_area(color=palette.light("series1"), opacity=0.25).encode(x=x, y=y, y2="high:Q"),
        base.mark_line(color=palette.light("series1"), strokeWidth=1.5).encode(x=x, y="middle:Q"),
    ]
    if changes:
        ticks = sheets.chart([{"iteration": each} for each in changes])
        parts.append(
            ticks.mark_tick(color=palette.light("ink"), opacity=0.5, thickness=1, size=10).encode(
                x=x, y=alt.value(134)
            )
        )
    return alt.layer(*parts).properties(width=HALF, height=140, title=panel_title(title))


def single(material: Material) -> Picture | None:
    """Single processes, one for each class of warm-up that an arm has, with change points and means of segments."""
    examples, left = typical(material)
    if not examples or material.silent:
        return None
    import altair as alt

    sheets, panels = Sheets(), []
    for record, warm_up in examples:
        unit = units.unit_of("steady", record.iterations)
        title = f"{record.arm}, {record.workload}, block {record.block}: {warm_up.kind}"
        panels.append(one_process(sheets, record, warm_up, unit, title))
    thinned = "" if all(len(each.iterations) <= POINTS for each, _ in examples) else (
        "Of neighbouring iterations the least and the greatest are drawn."
    )  # fmt: skip
    return picture(
        alt.concat(*panels, columns=2, spacing=PANELS, bounds="flush").resolve_scale(
            y="independent", color="shared", shape="shared"
        ),
        sheets,
        key="single",
        title="Single processes, and their change points",
        subtitle=[
            "Thin line: iterations. Thick lines: mean of each segment. Dashed: change points.",
            "Of each arm and workload one process for each class of warm-up that occurs.",
        ],
        description="; ".join(
            f"{each.arm} on {each.workload}, block {each.block}: {warm_up.kind}, {len(warm_up.changes)} change points"
            for each, warm_up in examples
        )
        + ".",
        head=("arm", "workload", "block", "class", "segment from", "to", "mean"),
        rows=[
            (each.arm, each.workload, str(each.block), warm_up.kind, str(first), str(end - 1), told)
            for each, warm_up in examples
            for first, end, told in (
                (first, end, units.unit_of("steady", each.iterations).write(mean(each.iterations[first:end])))
                for first, end in segments(warm_up, len(each.iterations))
            )
        ],
        notes=(left, thinned),
    )


def typical(material: Material) -> tuple[list[tuple[ProcessRecord, WarmUp]], str]:
    """For each arm and workload one process of each class, the most frequent class first; at most eight, and a sentence
    about the rest."""
    found: list[tuple[int, int, ProcessRecord, WarmUp]] = []
    for place, (workload, arm) in enumerate(
        (each.name, arm.name) for each in material.experiment.workloads for arm in material.arms
    ):
        kinds: dict[str, list[tuple[ProcessRecord, WarmUp]]] = {}
        for record, warm_up in good(material, arm, workload):
            if warm_up is not None:
                kinds.setdefault(warm_up.kind, []).append((record, warm_up))
        ranked = sorted(kinds.values(), key=len, reverse=True)
        found += [(rank, place, *same[0]) for rank, same in enumerate(ranked)]
    found.sort(key=lambda each: each[:2])
    kept = sorted(found[:MOST_SINGLE], key=lambda each: (each[1], each[0]))
    left = (
        f"Drawn: {MOST_SINGLE} of {len(found)} classes of arms and workloads."
        if len(found) > MOST_SINGLE
        else ""
    )
    return [each[2:] for each in kept], left


def segments(warm_up: WarmUp, length: int) -> list[tuple[int, int]]:
    """First iteration and end of each segment."""
    bounds = [0, *warm_up.changes, length]
    return list(itertools.pairwise(bounds))


def mean(found: Sequence[float]) -> float:
    """The mean, for the eye."""
    return sum(found) / len(found)


def one_process(sheets: Sheets, record: ProcessRecord, warm_up: WarmUp, unit: units.Unit, title: str) -> Any:
    """The panel of a process."""
    import altair as alt

    line = [
        {"iteration": place, "value": unit.of(value)}
        for place, value in thinning.extremes(record.iterations, POINTS)
    ]
    steps = [
        {"first": first, "end": end - 1, "mean": unit.of(mean(record.iterations[first:end]))}
        for first, end in segments(warm_up, len(record.iterations))
    ]
    found = [each["value"] for each in line]
    x = alt.X(
        "iteration:Q", axis=alt.Axis(title="iteration", grid=False, tickCount=5), scale=alt.Scale(nice=False)
    )
    y = alt.Y(
        "value:Q",
        scale=scale_of(found),
        axis=alt.Axis(title=f"{unit.name} an iteration", **marks_of(found)),
    )
    parts = [
        sheets.chart(steps)
        .mark_rule(color=palette.light("series2"), strokeWidth=5, opacity=0.55)
        .encode(x="first:Q", x2="end:Q", y="mean:Q"),
        sheets.chart(line).mark_line(color=palette.light("series1"), strokeWidth=1).encode(x=x, y=y),
    ]
    if warm_up.changes:
        changes = sheets.chart([{"at": each} for each in warm_up.changes])
        parts.append(
            changes.mark_rule(color=palette.light("ink"), strokeDash=[4, 3], strokeWidth=1).encode(x="at:Q")
        )
    return alt.layer(*parts).properties(width=HALF, height=140, title=panel_title(title))
