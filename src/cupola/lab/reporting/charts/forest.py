"""The interval forest: the ratio of each arm on each workload, with its intervals, the region of practical equivalence
and what was claimed."""

from __future__ import annotations

import math
from typing import Any

from cupola.lab.experiment.claims import threshold
from cupola.lab.reporting import drawing, palette, units
from cupola.lab.reporting.drawing import Picture, Sheets, picture
from cupola.lab.reporting.material import Material
from cupola.lab.statistics.results import Estimate, Interval

MOST_ROWS = 150
ROW, NARROW = 26, 18  # pixels from row to row, and where there are more than MANY
MANY = 30
CLOSE = 200  # times the least value: up to there an axis has steps of 1, 2 and 5
ALL = "all workloads"
STANDING = ("better", "no clear difference", "worse")


def forest(material: Material) -> Picture | None:
    """The forest of an experiment that has estimates."""
    estimates, notes = chosen(material)
    if not estimates or material.silent:
        return None
    experiment = material.experiment
    claim, rope = threshold(experiment.claim, experiment.rope), experiment.rope
    data = [row(each, len(experiment.workloads) > 1) for each in estimates]
    ticks = ratio_ticks(
        [each["least"] for each in data] + [1, claim], [each["most"] for each in data] + [1, claim]
    )
    subtitle = [
        "Mark: ratio. Thick line: 95 % interval; thin line below it: the same by bootstrap.",
        f"Grey band: no difference in practice (±{units.percent(rope)}). Dashed line: what was claimed, "
        f"{units.ratio(claim)}.",
    ]
    sheets = Sheets()
    return picture(
        layers(sheets, data, ticks, (1 / (1 + rope), 1 + rope), claim, experiment.reference),
        sheets,
        key="forest",
        title=f"How many times as good as {experiment.reference}",
        subtitle=subtitle,
        description=description(data, experiment.reference, claim),
        head=("arm", "workload", "ratio", "95 % interval", "bootstrap", "p, adjusted"),
        rows=[table_row(each) for each in estimates],
        notes=notes,
    )


def chosen(material: Material) -> tuple[list[Estimate], tuple[str, ...]]:
    """The estimates that are drawn: all, or only those of all workloads where they would be too many."""
    found = [each for arm in material.experiment.challengers for each in material.estimates(arm.name)]
    if len(found) <= MOST_ROWS:
        return found, ()
    means = [each for each in found if each.workload is None]
    kept = (means or found)[:MOST_ROWS]
    return kept, (f"Drawn: {len(kept)} of {len(found)} ratios; all stand in the tables.",)


def row(estimate: Estimate, several: bool) -> dict[str, Any]:
    """What is drawn of an estimate."""
    place = estimate.workload or ALL
    low, high = estimate.interval.low, estimate.interval.high
    (draw_low, draw_high), (boot_low, boot_high) = (
        ends(each, estimate.ratio) for each in (estimate.interval, estimate.bootstrap)
    )
    return {
        "label": f"{estimate.arm}, {place}" if several else estimate.arm,
        "kind": "one workload" if estimate.workload else ALL,
        "ratio": estimate.ratio,
        "low": draw_low,
        "high": draw_high,
        "boot_low": boot_low,
        "boot_high": boot_high,
        "least": min(draw_low, boot_low),
        "most": max(draw_high, boot_high),
        "standing": STANDING[0] if low > 1 else STANDING[2] if high < 1 else STANDING[1],
        "text": f"{units.within(estimate.ratio, estimate.interval)} ({units.span(low, high)})",
    }


def ends(interval: Interval, ratio: float) -> tuple[float, float]:
    """What is drawn of an interval: one that excludes nothing, as that of one process, has no ends."""
    drawable = interval.low > 0 and math.isfinite(interval.high)
    return (interval.low, interval.high) if drawable else (ratio, ratio)


def layers(
    sheets: Sheets,
    data: list[dict[str, Any]],
    ticks: list[float],
    band: tuple[float, float],
    claim: float,
    reference: str,
) -> Any:
    """The chart: what lies behind, the intervals, the marks, their texts."""
    import altair as alt

    scale = alt.Scale(type="log", domain=[ticks[0], ticks[-1]], nice=False, zero=False)
    axis = alt.Axis(
        values=ticks,
        format="~r" if ticks[0] >= 0.001 else "~g",
        title=f"ratio of {reference} to the arm, logarithmic; to the right: better",
    )
    x = alt.X("low:Q", scale=scale, axis=axis)
    y = alt.Y(
        "label:N", sort=None, axis=alt.Axis(title=None, ticks=False, domain=False, grid=True, labelPadding=8)
    )
    colour = alt.Color(
        "standing:N",
        scale=alt.Scale(
            domain=list(STANDING), range=[palette.light(each) for each in ("good", "soft", "bad")]
        ),
        legend=None,
    )
    rows = sheets.chart(data)
    alone = sheets.chart([{"low": band[0], "high": band[1], "claim": claim, "one": 1}])
    parts = [
        alone.mark_rect(color=palette.light("band")).encode(x=x, x2="high:Q"),
        alone.mark_rule(color=palette.light("line")).encode(x=alt.X("one:Q", scale=scale)),
        alone.mark_rule(color=palette.light("ink"), strokeDash=[5, 4]).encode(
            x=alt.X("claim:Q", scale=scale)
        ),
        rows.mark_rule(strokeWidth=1, yOffset=8).encode(
            x=alt.X("boot_low:Q", scale=scale), x2="boot_high:Q", y=y, color=colour
        ),
        rows.mark_rule(strokeWidth=2.5).encode(x=x, x2="high:Q", y=y, color=colour),
        *(
            rows.mark_tick(thickness=2, size=9).encode(x=alt.X(f"{end}:Q", scale=scale), y=y, color=colour)
            for end in ("low", "high")
        ),
        rows.mark_point(filled=True, opacity=1, stroke=palette.light("paper"), strokeWidth=1).encode(
            x=alt.X("ratio:Q", scale=scale), y=y, color=colour, shape=shape(data), size=size()
        ),
        rows.mark_text(align="left", fontSize=12, color=palette.light("ink")).encode(
            x=alt.value(drawing.WIDTH + 12), y=y, text="text:N"
        ),
    ]
    return alt.layer(*parts).properties(
        width=drawing.WIDTH, height={"step": ROW if len(data) <= MANY else NARROW}
    )


def shape(data: list[dict[str, Any]]) -> Any:
    """Diamonds for all workloads, circles for one; told only where both are drawn."""
    import altair as alt

    scale = alt.Scale(domain=[ALL, "one workload"], range=["diamond", "circle"])
    both = len({each["kind"] for each in data}) > 1
    return alt.Shape("kind:N", scale=scale, legend=alt.Legend(title=None) if both else None)


def size() -> Any:
    """Diamonds are larger."""
    import altair as alt

    return alt.Size("kind:N", scale=alt.Scale(domain=[ALL, "one workload"], range=[190, 90]), legend=None)


def ratio_ticks(lows: list[float], highs: list[float]) -> list[float]:
    """Even places for a logarithmic axis of ratios that hold all values; the first and last are its ends."""
    low, high = min(lows), max(highs)
    margin = max((high / low) ** 0.04, 1.005)
    low, high = low / margin, high * margin
    if high / low > 4:
        return decades(low, high)
    step = even_step(high - low)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(each * step, 10) for each in range(first, last + 1) if each > 0]


def even_step(width: float) -> float:
    """1, 2 or 5 times a power of ten, so that about six to nine fill the width."""
    power: float = 10.0 ** math.floor(math.log10(width / 6))
    return next(step * power for step in (1, 2, 5, 10) if width / (step * power) <= 9)


def decades(low: float, high: float) -> list[float]:
    """1, 2, 5, 10 ... from at most `low` up to at least `high`; powers of ten alone where they are far apart."""
    leads = (1, 2, 5) if high / low <= CLOSE else (1,)
    steps = [
        lead * 10.0**power
        for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for lead in leads
    ]
    first = max(number for number, each in enumerate(steps) if each <= low)
    last = min((number for number, each in enumerate(steps) if each >= high), default=len(steps) - 1)
    return steps[first : last + 1]


def description(data: list[dict[str, Any]], reference: str, claim: float) -> str:
    """The picture in words."""
    told = "; ".join(f"{each['label']}: {each['text']}, {each['standing']}" for each in data[:12])
    more = f"; and {len(data) - 12} more" if len(data) > 12 else ""
    return (
        f"A row for each ratio of {reference} to an arm, with its 95 % interval. Claimed was {units.ratio(claim)}. "
        f"{told}{more}."
    )


def table_row(each: Estimate) -> tuple[str, ...]:
    """An estimate for the table below the picture."""
    return (
        each.arm,
        each.workload or ALL,
        units.within(each.ratio, each.interval),
        units.span(each.interval.low, each.interval.high),
        units.span(each.bootstrap.low, each.bootstrap.high),
        units.chance(each.adjusted),
    )
