"""The timeline of what happened inside processes: what was loaded, compiled, given up, collected, and when."""

from __future__ import annotations

from typing import Any

from cupola.lab.reporting import drawing, palette, units
from cupola.lab.reporting.charts import arms, thinning
from cupola.lab.reporting.charts.sequence import panel_title
from cupola.lab.reporting.drawing import Picture, Sheets, picture
from cupola.lab.reporting.material import Material
from cupola.lab.running.records import ProcessRecord

SHAPES = {
    "compile": "triangle-up",
    "deoptimize": "triangle-down",
    "collect": "circle",
    "load": "square",
    "clock": "cross",
}
"""How the kinds of events are drawn; others, such as ticks, say nothing about what code runs."""

MOST_PANELS = 8
MOST_EVENTS = 150  # of a kind, in one process


def promotions(material: Material) -> Picture | None:
    """The events of one process of each arm and workload that has any: promotions to a faster tier, and back."""
    if material.silent:
        return None
    names, left = arms.shown(material)
    found = [
        record
        for workload in material.experiment.workloads
        for name in names
        if (record := first_with_events(material, name, workload.name)) is not None
    ]
    if not found:
        return None
    sheets, panels, rows, thinned = Sheets(), [], [], False
    for record in found[:MOST_PANELS]:
        data = drawn(record)
        thinned |= len(data) < sum(each.kind in SHAPES for each in record.events)
        unit = units.unit_of("total", [max(abs(each.at) for each in record.events)])
        panels.append(timeline(sheets, record, data, unit))
        rows += [
            (record.arm, record.workload, unit.write(each["at"]), each["kind"], each["detail"])
            for each in data
        ]
    import altair as alt

    less = (
        f"Drawn: {MOST_PANELS} of {len(found)} pairs of arm and workload." if len(found) > MOST_PANELS else ""
    )
    return picture(
        alt.vconcat(*panels, spacing=12).resolve_scale(x="independent", color="shared", shape="shared"),
        sheets,
        key="promotions",
        title="What happened inside, and when",
        subtitle="The first good process of each arm and workload. The number is how often it happened.",
        description="; ".join(
            f"{each.arm} on {each.workload}: "
            + ", ".join(f"{kind} {count}" for kind, count in counted(each).items())
            for each in found[:MOST_PANELS]
        )
        + ".",
        head=("arm", "workload", "at", "event", "of what"),
        rows=rows,
        notes=(
            left,
            less,
            f"Of more than {MOST_EVENTS} events of a kind, {MOST_EVENTS} evenly chosen ones are drawn."
            if thinned
            else "",
        ),
    )


def first_with_events(material: Material, arm: str, workload: str) -> ProcessRecord | None:
    """The first process of an arm on a workload that has no problem, and events to draw."""
    kept = (
        each
        for each in material.records
        if (each.arm, each.workload) == (arm, workload) and each.problem is None and counted(each)
    )
    return next(kept, None)


def counted(record: ProcessRecord) -> dict[str, int]:
    """How often each kind of event happened."""
    kinds = [each.kind for each in record.events]
    return {kind: kinds.count(kind) for kind in SHAPES if kind in kinds}


def drawn(record: ProcessRecord) -> list[dict[str, Any]]:
    """The events that are drawn."""
    return [
        {"at": each.at, "kind": kind, "detail": each.detail}
        for kind in SHAPES
        for each in thinning.evenly([one for one in record.events if one.kind == kind], MOST_EVENTS)
    ]


def timeline(sheets: Sheets, record: ProcessRecord, data: list[dict[str, Any]], unit: units.Unit) -> Any:
    """The panel of a process: a row for each kind of event."""
    import altair as alt

    kinds = list(SHAPES)
    marks = sheets.chart([{"at": unit.of(each["at"]), "kind": each["kind"]} for each in data])
    totals = sheets.chart([{"kind": kind, "text": f"{n:,}"} for kind, n in counted(record).items()])
    y = alt.Y(
        "kind:N", sort=kinds, axis=alt.Axis(title=None, ticks=False, domain=False, grid=True, labelPadding=10)
    )
    return alt.layer(
        marks.mark_point(filled=True, opacity=0.75, size=50).encode(
            x=alt.X("at:Q", axis=alt.Axis(title=None, grid=False, tickCount=8), scale=alt.Scale(nice=False)),
            y=y,
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(
                    domain=kinds, range=[palette.series(number + 1) for number in range(len(kinds))]
                ),
                legend=None,
            ),
            shape=alt.Shape(
                "kind:N", scale=alt.Scale(domain=kinds, range=list(SHAPES.values())), legend=None
            ),
        ),
        totals.mark_text(align="left", fontSize=12, color=palette.light("soft")).encode(
            x=alt.value(drawing.WIDTH + 12), y=y, text="text:N"
        ),
    ).properties(
        width=drawing.WIDTH,
        height={"step": 18},
        title=panel_title(f"{record.arm}, {record.workload}{unit.title}"),
    )
