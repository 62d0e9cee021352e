"""What `cupola lab run` and `compare` print in the end: the verdict first, then the figures behind it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from cupola.lab.experiment.spec import METRICS, Experiment
from cupola.lab.running.gates import Difference
from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.results import Analysis, Estimate, Interval, Verdict

MEAN = "(geometric mean)"


def need_statistics() -> None:
    """Say what is missing for the analysis now, and not after everything has run. Raises ModuleNotFoundError."""
    for name in ("numpy", "scipy"):
        if find_spec(name) is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def of_difference(difference: Difference) -> Verdict:
    """The verdict on arms that do not mean the same: no number is said."""
    from cupola.lab.statistics.verdict import invalid

    return invalid(str(difference))


def without_numbers(experiment: Experiment, verdict: Verdict) -> Analysis:
    """The analysis of an experiment of which nothing was measured."""
    return Analysis(experiment.name, (), (), None, (verdict,), verdict)


def export(path: Path, experiment: Experiment, records: Sequence[ProcessRecord], analysis: Analysis) -> None:
    """Write what was measured in the format of pyperf; the iterations before a steady state are its warm-ups. Not if
    arms do not mean the same: no number is said then. Raises LabError."""
    from cupola.lab.running.pyperf_files import suite, write
    from cupola.lab.statistics.verdict import INVALID

    if analysis.verdict.word != INVALID:
        steady = {
            (arm, workload, block): each.steady_from for arm, workload, block, each in analysis.warm_ups
        }
        write(path, suite(experiment, records, steady))


def text(experiment: Experiment, analysis: Analysis, records: Sequence[ProcessRecord]) -> str:
    """The outcome in words and tables."""
    parts = [f"{analysis.verdict.word}: {analysis.verdict.rule}"]
    if len(analysis.verdicts) > 1:
        parts.append(_table(["arm", "verdict", "rule"], [[e.arm, e.word, e.rule] for e in analysis.verdicts]))
    shown = [each for each in analysis.estimates if _shown(experiment, each)]
    if shown:
        parts.append(_estimates(experiment, shown))
    parts += [*_predictions(experiment, analysis), *_lost(records), *_false_positives(experiment, analysis)]
    return "\n\n".join(parts)


def _shown(experiment: Experiment, estimate: Estimate) -> bool:
    """With one workload the mean of all says the same as it."""
    return len(experiment.workloads) > 1 or estimate.workload is None


def _estimates(experiment: Experiment, estimates: Iterable[Estimate]) -> str:
    head = ["arm", "workload", "ratio", "95 % interval", "bootstrap", "P", "p", "d", "processes"]
    only = experiment.workloads[0].name if len(experiment.workloads) == 1 else MEAN
    rows = [
        [
            each.arm,
            each.workload or only,
            f"{each.ratio:.4g}",
            _interval(each.interval),
            _interval(each.bootstrap),
            f"{each.probability:.3f}",
            f"{each.adjusted:.2g}",
            "unknown" if math.isnan(each.d) else f"{each.d:.2g}",
            "{} + {}".format(*each.processes),
        ]
        for each in estimates
    ]
    notes = [
        f"ratio: {experiment.reference} to the arm, of {_metric(experiment)}: above 1 the arm is better",
        f"P: probability of the claim ({experiment.claim}); p: of the test, corrected for all; d: Cohen's",
    ]
    flagged = [
        f"flagged as outliers, and kept: {each.arm} on {each.workload or only} in blocks "
        f"{', '.join(map(str, each.flagged))}; without them the ratio is {each.without_flagged:.4g}"
        for each in estimates
        if each.flagged and each.without_flagged is not None
    ]
    return "\n".join([_table(head, rows), *notes, *flagged])


def _interval(interval: Interval) -> str:
    """An interval of ratios; that of a single process excludes nothing."""
    return f"{interval.low:.4g} to {interval.high:.4g}" if math.isfinite(interval.high) else "unknown"


def _metric(experiment: Experiment) -> str:
    return METRICS[experiment.metric].partition(":")[0]


def _predictions(experiment: Experiment, analysis: Analysis) -> list[str]:
    """What was predicted, beside what was found."""
    found = {each.arm: each for each in analysis.estimates if each.workload is None}
    lines = []
    for each in experiment.predictions:
        if each.arm in found:
            ratio = found[each.arm].ratio
            met = "as predicted" if each.low <= ratio <= each.high else "not as predicted"
            said = f"{each.low:g} to {each.high:g} with confidence {each.confidence:g}"
            lines.append(f"{each.arm}: {ratio:.4g}, {met}: {said}")
    return ["\n".join(lines)] if lines else []


def _lost(records: Iterable[ProcessRecord]) -> list[str]:
    """The processes that are in no figure, with why."""
    count = Counter((each.arm, each.workload, each.problem) for each in records if each.problem is not None)
    lines = [f"{number} of {arm} on {workload}: {why}" for (arm, workload, why), number in count.items()]
    return ["\n".join(["in no figure, and kept:", *lines])] if lines else []


def _false_positives(experiment: Experiment, analysis: Analysis) -> list[str]:
    if analysis.false_positive_rate is None:
        return []
    return [
        f"A/A on this machine: {experiment.reference} against itself differs at alpha {experiment.alpha:g} in "
        f"{analysis.false_positive_rate:.1%} of all splits"
    ]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from cupola.lab.journal.listing import columns

    return columns(head, rows)
