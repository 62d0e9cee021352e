"""The main effects of a registered factorial, and its settings by rank, as Markdown on standard output.

    python tools/main_effects.py JOURNAL NAME

The arms of the experiment are named by their settings: a digit for each factor, 1 for on. Of each process its value
for the experiment's metric is taken; blocks in which one is missing are left out.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from cupola.lab.experiment.spec import IN_PROCESS, Experiment
from cupola.lab.journal.store import Journal
from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.effects import complete, main_effects, ranks
from cupola.lab.statistics.values import value_of
from cupola.lab.statistics.warm_up import TOLERANCE, classify

SHOWN = 5  # settings at both ends of the ranks


def values(experiment: Experiment, records: Sequence[ProcessRecord]) -> dict[int, dict[str, float]]:
    """Block -> setting -> what its process measured."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for record in records:
        if record.problem is not None:
            continue
        warm_up = None
        if experiment.metric in IN_PROCESS:
            warm_up = classify(record.iterations, record.events, max(TOLERANCE, experiment.rope))
        value = value_of(record, experiment.metric, warm_up)
        if value:
            found[record.block][record.arm] = value
    return dict(found)


def report(experiment: Experiment, records: Sequence[ProcessRecord], names: Sequence[str] = ()) -> str:
    """The tables. `names` are those of the factors."""
    runs = values(experiment, records)
    effects = main_effects(runs)
    named = names or [f"L{each.factor + 1}" for each in effects]
    lines = [
        f"{len(complete(runs))} complete blocks of {len(runs)}; values with a factor on, divided by those without.",
        "",
        "| factor | on / off | 95 % interval | p |",
        "|:---|---:|---:|---:|",
    ]
    for name, each in zip(named, effects, strict=True):
        interval = f"{each.interval.low:.4f} to {each.interval.high:.4f}"
        lines.append(f"| {name} | {each.ratio:.4f} | {interval} | {each.p:.2g} |")
    order = ranks(runs)
    control = next(place for place, each in enumerate(order) if each[0] == experiment.reference)
    least = order[control][1]
    places = sorted({*range(min(SHOWN, len(order))), control, *range(max(0, len(order) - SHOWN), len(order))})
    lines += ["", "| rank | setting | to the control | standard error |", "|---:|:---|---:|---:|"]
    for place in places:
        setting, value, error = order[place]
        note = " (control)" if place == control else ""
        lines.append(f"| {place + 1} | {setting}{note} | {value / least:.4f} | {error:.4f} |")
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    """Print the tables; the exit status."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with Journal(Path(arguments[0])) as journal:
        experiment = journal.form(arguments[1]).experiment
        records = journal.records(arguments[1])
    try:
        print(report(experiment, records), end="")
    except ValueError as error:
        print(f"{arguments[1]}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
