"""The tables of a report: what was measured, what follows, what the processes were and said."""

from __future__ import annotations

import shlex
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from cupola.lab.journal.calibration import Scored
from cupola.lab.reporting import units
from cupola.lab.reporting.charts.forest import ALL
from cupola.lab.reporting.document import Code, Table, table
from cupola.lab.reporting.material import Material, values
from cupola.lab.statistics.results import Estimate

MOST_ROWS = 400
"""Of a table; what is beyond stands in the data."""

MOST_COLUMNS = 9

KINDS = ("flat", "warm-up", "slowdown", "no steady state")


def arms(material: Material) -> Table:
    """The arms as they were declared."""
    rows = []
    for each in material.arms:
        command = shlex.join(each.command or ("cupola", "run", *each.switches))
        rows.append(
            (
                each.name + (" (reference)" if each.name == material.experiment.reference else ""),
                Code(command),
                Code(" ".join(f"{key}={value}" for key, value in each.environment)),
                Code(", ".join(f"{key} = {value}" for key, value in each.state)),
            )
        )
    return table("Arms", ("arm", "command", "environment", "state that must hold"), rows)


def states(material: Material) -> Table | None:
    """What the processes said of themselves: a row for each fact, a column for each arm."""
    names = [each.name for each in material.arms]
    said: dict[str, dict[str, list[str]]] = {}
    for record in material.records:
        for key, value in record.state if record.problem is None else ():
            said.setdefault(key, {}).setdefault(record.arm, []).append(value)
    if not said:
        return None
    rows = [(key, *(summary(by_arm.get(name, [])) for name in names)) for key, by_arm in said.items()]
    head, rows = turned(("", *names), rows)
    note = "Where processes differ: the median of numbers (least to greatest), else each value and how often."
    return table("What the processes said of themselves", head, rows[:MOST_ROWS], note)


def turned(
    head: tuple[str, ...], rows: list[tuple[str, ...]]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A table with arms as columns; where they are many, with arms as rows."""
    if len(head) <= MOST_COLUMNS:
        return head, rows
    columns = list(zip(head, *rows, strict=True))
    return ("arm", *columns[0][1:]), columns[1:]


def summary(found: Sequence[str]) -> str:
    """All values of a fact in short."""
    counted = Counter(found)
    if len(counted) <= 1:
        return next(iter(counted), "")
    numbers = numbers_of(found)
    if numbers is not None:
        least, most = min(numbers), max(numbers)
        return f"{statistics.median(numbers):,g} ({least:,g} to {most:,g})"
    told = [f"{value} ({count})" for value, count in counted.most_common(4)]
    return ", ".join(told) + (f" and {len(counted) - 4} more" if len(counted) > 4 else "")


def numbers_of(found: Iterable[str]) -> list[float] | None:
    """The values as numbers; None if one is none."""
    try:
        return [float(each) for each in found]
    except ValueError:
        return None


def measured(material: Material) -> Table:
    """What was measured: median and extremes of the processes of each arm on each workload."""
    found = values(material)
    names = [each.name for each in material.arms]
    rows = []
    for workload in (each.name for each in material.experiment.workloads):
        here = [(each.arm, value) for each, value in found if each.workload == workload]
        unit = units.unit_of(material.experiment.metric, [value for _, value in here])
        cells = []
        for name in names:
            own = [unit.of(value) for arm, value in here if arm == name]
            cells.append(spread(own) if own else "-")
        rows.append((f"{workload}{unit.title}", *cells))
    title = (
        f"Measured: {units.NOUNS[material.experiment.metric]}, median (least to greatest) of the processes"
    )
    return table(title, *turned(("workload", *names), rows))


def spread(found: list[float]) -> str:
    """Median and extremes."""
    return f"{units.plain(statistics.median(found))} ({units.plain(min(found))} to {units.plain(max(found))})"


def matrix(material: Material) -> Table | None:
    """The comparison of all approaches: the ratio of each arm on each workload."""
    workloads: list[str | None] = [each.name for each in material.experiment.workloads]
    if len(workloads) < 2 or len(material.experiment.challengers) < 2:
        return None
    columns = [None, *workloads]
    rows = []
    for arm in material.experiment.challengers:
        known = {each.workload: each for each in material.estimates(arm.name)}
        rows.append(
            (
                arm.name,
                *(
                    units.within(known[each].ratio, known[each].interval) if each in known else "-"
                    for each in columns
                ),
            )
        )
    title = f"How many times as good as {material.experiment.reference}"
    return table(title, ("arm", ALL, *(each for each in workloads if each)), rows)


def estimates(found: Sequence[Estimate]) -> Table:
    """Everything that the tests say."""
    rows = [
        (
            each.arm,
            each.workload or ALL,
            f"{each.processes[0]} + {each.processes[1]}",
            units.within(each.ratio, each.interval),
            units.span(each.interval.low, each.interval.high),
            units.span(each.bootstrap.low, each.bootstrap.high),
            units.chance(each.p),
            units.chance(each.adjusted),
            f"{each.d:.2f}",
        )
        for each in found[:MOST_ROWS]
    ]
    head = ("arm", "workload", "processes", "ratio", "95 % interval", "bootstrap", "p", "p, adjusted", "d")
    note = "Processes: of the reference and of the arm. d: Cohen's, of the logarithms: how far apart they are in units "
    note += "of their noise, not how much is gained."
    return table("Ratios", head, rows, note)


def posteriors(found: Sequence[Estimate], limit: float) -> Table:
    """Posterior probabilities of the claim, by both engines, how far apart they are and how far they may be."""
    from cupola.lab.statistics.posterior import ENGINE_ERROR, welch_is_off_by

    rows = []
    for each in found[:MOST_ROWS]:
        other = each.probability_q48
        apart = "-" if other is None else f"{abs(other - each.probability):.1e}"
        allowed = "-" if other is None else f"{welch_is_off_by(min(each.processes)) + ENGINE_ERROR:.1e}"
        rows.append(
            (
                each.arm,
                each.workload or ALL,
                units.chance(each.probability),
                units.chance(other),
                apart,
                allowed,
            )
        )
    head = ("arm", "workload", "closed form", "in integers (Q48.16)", "apart", "at most")
    note = "- where the range of the integer engine ends." if any(each[3] == "-" for each in rows) else ""
    return table(f"Posterior probability that the ratio is above {units.ratio(limit)}", head, rows, note)


def warm_ups(material: Material) -> Table | None:
    """How many processes of each arm and workload are of each class, and which they are together."""
    from cupola.lab.statistics.warm_up import class_of_arm

    counted: dict[tuple[str, str], Counter[str]] = {}
    for record, warm_up in material.classified:
        if warm_up is not None:
            counted.setdefault((record.arm, record.workload), Counter())[warm_up.kind] += 1
    if not counted:
        return None
    pairs = [(arm.name, workload.name) for workload in material.experiment.workloads for arm in material.arms]
    declared = {pair: number for number, pair in enumerate(pairs)}
    kinds = [*KINDS, *sorted({kind for each in counted.values() for kind in each} - set(KINDS))]
    rows = [
        (arm, workload, *(str(found[kind]) for kind in kinds), class_of_arm(found))
        for (arm, workload), found in sorted(
            counted.items(), key=lambda each: declared.get(each[0], len(pairs))
        )
    ]
    return table("Processes by class of warm-up", ("arm", "workload", *kinds, "together"), rows[:MOST_ROWS])


def flagged(found: Sequence[Estimate]) -> Table | None:
    """The ratios with and without the processes that are flagged."""
    rows = [
        (
            each.arm,
            each.workload or ALL,
            listed(each.flagged),
            units.within(each.ratio, each.interval),
            "-" if each.without_flagged is None else units.within(each.without_flagged, each.interval),
        )
        for each in found
        if each.flagged
    ]
    if not rows:
        return None
    head = ("arm", "workload", "blocks", "ratio", "without them")
    return table("Ratios with and without flagged processes", head, rows[:MOST_ROWS])


def listed(blocks: Sequence[int]) -> str:
    """Numbers of blocks, the first twelve."""
    more = f" and {len(blocks) - 12} more" if len(blocks) > 12 else ""
    return ", ".join(map(str, blocks[:12])) + more


def lost(material: Material) -> Table | None:
    """The processes that are in no figure, and why."""
    rows = [
        (str(each.block), each.arm, each.workload, each.problem)
        for each in material.records
        if each.problem is not None
    ]
    if not rows:
        return None
    return table(
        f"Processes that are in no figure: {len(rows)}", ("block", "arm", "workload", "why"), rows[:MOST_ROWS]
    )


PREDICTED = ("arm", "predicted", "confidence", "measured", "95 % interval", "came", "score", "basis")


def predictions(material: Material) -> Table | None:
    """What was expected and what came of it."""
    if not material.outcomes:
        return None
    note = "Score: the square of confidence minus outcome, 0 is best; its mean is the Brier score. "
    note += "But near: an end of the predicted interval lies within the measured one."
    return table("Predictions", PREDICTED, [outcome(each) for each in material.outcomes], note)


def outcome(each: Scored) -> tuple[str, ...]:
    """A prediction and what came of it, as a row."""
    said, hit = each.prediction, each.hit
    came = (
        each.why
        if hit is None
        else ("inside" if hit else "outside") + (", but near" if each.doubtful else "")
    )
    return (
        said.arm,
        units.span(said.low, said.high),
        f"{said.confidence:g}",
        "-" if each.measured is None or each.interval is None else units.within(each.measured, each.interval),
        "-" if each.interval is None else units.span(each.interval.low, each.interval.high),
        came,
        "-" if hit is None else f"{(said.confidence - hit) ** 2:.3f}",
        said.basis,
    )


def facts(title: str, pairs: Iterable[tuple[str, str]]) -> Table:
    """Names and their values."""
    return table(title, ("", ""), [(name, value) for name, value in pairs])
