"""What was expected beside what was found: the predictions of one experiment, those of a whole journal, and whether
stated confidences come true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cupola.lab.journal.calibration import Calibration, Scored
from cupola.lab.reporting import drawing, palette, units
from cupola.lab.reporting.charts.forest import ends, ratio_ticks
from cupola.lab.reporting.drawing import Picture, Sheets, picture
from cupola.lab.reporting.material import Material

MOST_ROWS = 60
ROW = 30
CAME = ("inside", "outside")


def predicted(material: Material) -> Picture | None:
    """Predicted and measured ratios of an experiment."""
    if material.silent:
        return None
    return beside(material.outcomes, "predicted", "Predicted and measured", with_names=False)


def all_predicted(outcomes: Sequence[Scored]) -> Picture | None:
    """Predicted and measured ratios of a journal."""
    return beside(outcomes, "all-predicted", "All predictions, and what was measured", with_names=True)


def beside(outcomes: Sequence[Scored], key: str, title: str, *, with_names: bool) -> Picture | None:
    """A row for each prediction that has a result."""
    known = [each for each in outcomes if each.measured is not None and each.interval is not None]
    if not known:
        return None
    data = [drawn(each, with_names) for each in known[:MOST_ROWS]]
    notes = (f"Drawn: {MOST_ROWS} of {len(known)} predictions.",) if len(known) > MOST_ROWS else ()
    ticks = ratio_ticks([each["least"] for each in data] + [1], [each["most"] for each in data] + [1])
    sheets = Sheets()
    return picture(
        bars(sheets, data, ticks),
        sheets,
        key=key,
        title=title,
        subtitle="Bar: the predicted interval of the ratio. Mark and line: measured, with its 95 % interval.",
        description="; ".join(
            f"{each['label']}: predicted {each['said']}, measured {each['found']}, {each['came']}"
            for each in data
        )
        + ".",
        head=("prediction", "predicted", "confidence", "measured", "95 % interval", "came"),
        rows=[table_row(each, with_names) for each in known],
        notes=notes,
    )


def drawn(each: Scored, with_names: bool) -> dict[str, Any]:
    """What is drawn of a prediction with a result."""
    prediction, measured, interval = each.prediction, each.measured, each.interval
    assert measured is not None and interval is not None
    low, high = ends(interval, measured)
    return {
        "label": name_of(each, with_names),
        "low": prediction.low,
        "high": prediction.high,
        "measured": measured,
        "from": low,
        "to": high,
        "least": min(prediction.low, low),
        "most": max(prediction.high, high),
        "came": CAME[0] if each.hit else CAME[1],
        "said": f"{units.span(prediction.low, prediction.high)} with confidence {prediction.confidence:g}",
        "found": units.within(measured, interval),
        "text": f"{units.within(measured, interval)}, said {prediction.confidence:.0%}",
    }


def name_of(each: Scored, with_names: bool) -> str:
    """How a prediction is called."""
    return f"{each.experiment}: {each.prediction.arm}" if with_names else each.prediction.arm


def bars(sheets: Sheets, data: list[dict[str, Any]], ticks: list[float]) -> Any:
    """The chart."""
    import altair as alt

    scale = alt.Scale(type="log", domain=[ticks[0], ticks[-1]], nice=False, zero=False)
    axis = alt.Axis(
        values=ticks,
        format="~r" if ticks[0] >= 0.001 else "~g",
        title="ratio of the reference to the arm, logarithmic; to the right: better",
    )
    rows = sheets.chart(data)
    y = alt.Y("label:N", sort=None, axis=alt.Axis(title=None, ticks=False, domain=False, labelPadding=8))
    legend = alt.Legend(title=None, labelExpr="datum.label + ' the predicted interval'")
    came = alt.Scale(domain=list(CAME), range=[palette.light("good"), palette.light("bad")])
    colour = alt.Color("came:N", scale=came, legend=legend)
    shape = alt.Shape(
        "came:N",
        scale=alt.Scale(domain=list(CAME), range=["circle", "cross"]),
        legend=legend,
    )
    one = sheets.chart([{"one": 1}])
    return alt.layer(
        rows.mark_bar(
            color=palette.light("band"), stroke=palette.light("line"), strokeWidth=1, height=18
        ).encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=y),
        one.mark_rule(color=palette.light("line")).encode(x=alt.X("one:Q", scale=scale)),
        rows.mark_rule(strokeWidth=2.5).encode(x=alt.X("from:Q", scale=scale), x2="to:Q", y=y, color=colour),
        rows.mark_point(filled=True, opacity=1, size=110).encode(
            x=alt.X("measured:Q", scale=scale), y=y, color=colour, shape=shape
        ),
        rows.mark_text(align="left", fontSize=12, color=palette.light("ink")).encode(
            x=alt.value(drawing.WIDTH + 12), y=y, text="text:N"
        ),
    ).properties(width=drawing.WIDTH, height={"step": ROW})


def table_row(each: Scored, with_names: bool) -> tuple[str, ...]:
    """A prediction for the table below the picture."""
    assert each.measured is not None and each.interval is not None
    return (
        name_of(each, with_names),
        units.span(each.prediction.low, each.prediction.high),
        f"{each.prediction.confidence:g}",
        units.within(each.measured, each.interval),
        units.span(each.interval.low, each.interval.high),
        CAME[0] if each.hit else CAME[1],
    )


def reliability(calibration: Calibration) -> Picture | None:
    """How often predictions of each stated confidence came true."""
    if not calibration.bins:
        return None
    data: list[dict[str, Any]] = [
        {
            "stated": each.stated,
            "rate": each.rate,
            "low": each.interval.low,
            "high": each.interval.high,
            "text": f"{each.hits} of {each.count}",
        }
        for each in calibration.bins
    ]
    sheets = Sheets()
    return picture(
        diagonal(sheets, data),
        sheets,
        key="reliability",
        title="Do stated confidences come true?",
        subtitle=[
            "Mark: predictions of like confidence, with the 95 % interval of the rate (Wilson).",
            "Dashed: as stated. Above it they were too cautious, below it too sure.",
        ],
        description="; ".join(f"stated {each['stated']:.2f}, came true {each['text']}" for each in data)
        + ".",
        head=("stated", "came true", "rate", "95 % interval"),
        rows=[
            (
                f"{each['stated']:.2f}",
                each["text"],
                f"{each['rate']:.2f}",
                f"{each['low']:.2f} to {each['high']:.2f}",
            )
            for each in data
        ],
    )


def diagonal(sheets: Sheets, data: list[dict[str, Any]]) -> Any:
    """The chart: rates over confidences, both from 0 to 1."""
    import altair as alt

    scale = alt.Scale(domain=[0, 1], nice=False)
    base = sheets.chart(data)
    x = alt.X(
        "stated:Q",
        scale=scale,
        axis=alt.Axis(title="confidence stated (mean of the bin)", tickCount=6, format=".0%"),
    )
    y = alt.Y("rate:Q", scale=scale, axis=alt.Axis(title="share that came true", tickCount=6, format=".0%"))
    line = sheets.chart([{"a": 0}, {"a": 1}])
    blue = palette.light("series1")
    return alt.layer(
        line.mark_line(color=palette.light("line"), strokeDash=[5, 4], strokeWidth=1.5).encode(
            x="a:Q", y="a:Q"
        ),
        base.mark_rule(color=blue, strokeWidth=2).encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        base.mark_point(filled=True, opacity=1, size=130, color=blue).encode(x=x, y=y),
        base.mark_text(align="left", dx=11, fontSize=12, color=palette.light("ink")).encode(
            x=x, y=y, text="text:N"
        ),
    ).properties(width=380, height=380)
