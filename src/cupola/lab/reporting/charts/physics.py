"""The physics of words in pictures: how heat is distributed, and what the heartbeat saw over time."""

from __future__ import annotations

from typing import Any

from cupola.lab.reporting import drawing, palette
from cupola.lab.reporting.charts import thinning
from cupola.lab.reporting.charts.sequence import panel_title
from cupola.lab.reporting.drawing import Picture, Sheets, picture
from cupola.lab.reporting.material import Physics

POINTS = 240
MOST_WORDS = 400
NAMED = (1, 2, 4, 8, 16, 32)
"""Ranks of the words whose names are drawn: evenly apart on a logarithmic axis."""

SHORT = "format(datum.value, '~s')"

ROWS = (
    ("heat", "heat of all words"),
    ("hot", "hot words"),
    ("hits", "hits of the cache"),
    ("window", "window, words"),
)
"""Columns of the heartbeat's rows that are drawn, each with its title."""


def heat_distribution(physics: Physics | None) -> Picture | None:
    """Heat over rank: few words carry most of it."""
    if physics is None:
        return None
    words = sorted(
        ((name, heat, runs) for name, heat, runs in physics.heats if heat > 0), key=lambda each: -each[1]
    )
    if not words:
        return None
    ranked = list(enumerate(words, 1))
    kept = ranked[:50] + thinning.evenly(ranked[50:], MOST_WORDS - 50)
    data = [
        {
            "rank": rank,
            "heat": heat,
            "name": name if rank in NAMED else "",
            "place": "hot" if heat > physics.threshold else "not hot",
        }
        for rank, (name, heat, _) in kept
    ]
    total = sum(heat for _, heat, _ in words)
    top = sum(heat for _, heat, _ in words[:10]) / total
    notes = (
        (f"Drawn: {len(kept)} of {len(words):,} words, the 50 hottest among them.",)
        if len(kept) < len(words)
        else ()
    )
    sheets = Sheets()
    return picture(
        ranks(sheets, data, physics.threshold),
        sheets,
        key="heat",
        title=f"Distribution of heat: {physics.program}",
        subtitle=f"A mark for each word, the hottest first; both axes logarithmic. Dashed: the threshold of promotion, "
        f"{physics.threshold}.",
        description=f"{len(words)} words have heat. The ten hottest have {top:.0%} of it: "
        + ", ".join(f"{name} {heat:,}" for name, heat, _ in words[:10])
        + ".",
        head=("rank", "word", "heat", "executions"),
        rows=[(str(rank), name, f"{heat:,}", f"{runs:,}") for rank, (name, heat, runs) in kept],
        notes=notes,
    )


def ranks(sheets: Sheets, data: list[dict[str, Any]], threshold: int) -> Any:
    """The chart of heat over rank."""
    import altair as alt

    places = ["hot", "not hot"]
    powers = [10**power for power in range(19)]
    base = sheets.chart(data)
    x = alt.X(
        "rank:Q",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(title="rank of the word", grid=False, values=powers, labelExpr=SHORT),
    )
    y = alt.Y(
        "heat:Q", scale=alt.Scale(type="log"), axis=alt.Axis(title="heat", values=powers, labelExpr=SHORT)
    )
    parts = [
        base.mark_point(filled=True, opacity=0.9, size=40).encode(
            x=x,
            y=y,
            color=alt.Color(
                "place:N",
                scale=alt.Scale(domain=places, range=[palette.series(2), palette.series(1)]),
                legend=alt.Legend(title=None),
            ),
            shape=alt.Shape(
                "place:N",
                scale=alt.Scale(domain=places, range=["diamond", "circle"]),
                legend=alt.Legend(title=None),
            ),
        ),
        base.transform_filter("datum.name != ''")
        .mark_text(align="left", dx=7, dy=-6, fontSize=11, limit=56, color=palette.light("ink"))
        .encode(x=x, y=y, text="name:N"),
    ]
    if threshold > 0:
        line = sheets.chart([{"threshold": threshold}])
        parts.insert(0, line.mark_rule(strokeDash=[5, 4], color=palette.light("ink")).encode(y="threshold:Q"))
    return alt.layer(*parts).properties(width=drawing.WIDTH, height=260)


def heartbeat(physics: Physics | None) -> Picture | None:
    """What the ticks saw: heat, words that became hot, hits of the cache, the window."""
    if physics is None or len(physics.ticks) < 2:
        return None
    ticks = thinning.evenly(physics.ticks, POINTS)
    import altair as alt

    sheets = Sheets()
    panels = [
        panel(
            sheets,
            [{"tick": each["tick"], "value": each[name]} for each in ticks],
            title,
            last=name == ROWS[-1][0],
        )
        for name, title in ROWS
    ]
    first, final = physics.ticks[0], physics.ticks[-1]
    notes = (
        (f"Drawn: {POINTS} of {len(physics.ticks):,} ticks, evenly chosen.",)
        if len(ticks) < len(physics.ticks)
        else ()
    )
    return picture(
        alt.vconcat(*panels, spacing=10).resolve_scale(y="independent"),
        sheets,
        key="heartbeat",
        title=f"Promotion over time: {physics.program}",
        subtitle="What each tick of the heartbeat saw.",
        description="; ".join(
            f"{title}: {first[name]:,} at first, {final[name]:,} at the end" for name, title in ROWS
        )
        + ".",
        head=("tick", *(title for _, title in ROWS)),
        rows=[(str(each["tick"]), *(f"{each[name]:,}" for name, _ in ROWS)) for each in ticks],
        notes=notes,
    )


def panel(sheets: Sheets, data: list[dict[str, Any]], title: str, *, last: bool) -> Any:
    """One quantity over the ticks."""
    import altair as alt

    return (
        sheets.chart(data)
        .mark_line(interpolate="step-after", color=palette.light("series1"), strokeWidth=1.5)
        .encode(
            x=alt.X(
                "tick:Q",
                axis=alt.Axis(title="tick of the heartbeat" if last else None, grid=False, labels=last),
                scale=alt.Scale(nice=False),
            ),
            y=alt.Y(
                "value:Q", axis=alt.Axis(title=None, tickCount=3, labelExpr=SHORT), scale=alt.Scale(zero=True)
            ),
        )
        .properties(width=drawing.WIDTH, height=62, title=panel_title(title))
    )
