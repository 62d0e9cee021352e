"""A journal as text for the terminal: its experiments, one form, the calibration of its predictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cupola.lab.journal.calibration import Calibration, Scored
from cupola.lab.journal.difference import lines
from cupola.lab.journal.store import COMPARISON, Journal
from cupola.lab.statistics.results import Analysis, Interval


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts, aligned to the left."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    every = (head, *rows)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in every
    )


def journal_text(journal: Journal) -> str:
    """Every experiment of a journal, with its last result."""
    rows = []
    last = {entry.experiment: (entry.data["exploratory"], found) for entry, found in journal.analyses()}
    processes: Counter[tuple[str, str]] = Counter()
    for run in journal.runs():
        processes[run.experiment, run.measuring] += run.records if run.purpose == COMPARISON else 0
    for name, form in journal.forms().items():
        amended = f"amended {len(form.amendments)} times" if len(form.amendments) > 1 else "amended once"
        state = amended if form.amendments else "as registered"
        count = processes[name, form.measuring]
        rows.append([name, form.registered[:10], state, str(count), _result(last.get(name))])
    end = f"{journal.path}: {journal.number:,} entries, the chain is whole"
    if not rows:
        return f"no experiment is registered; cupola lab register EXPERIMENT\n\n{end}"
    table = columns(["experiment", "registered", "form", "processes", "last result"], rows)
    return f"{table}\n\n{end}"


def _result(last: tuple[bool, Analysis] | None) -> str:
    if last is None:
        return "none yet"
    exploratory, analysis = last
    means = [each for each in analysis.estimates if each.workload is None] or list(analysis.estimates)
    ratios = ", ".join(f"{each.arm} {ratio_text(each.ratio, each.interval)}" for each in means[:3])
    more = f" and {len(means) - 3} more" if len(means) > 3 else ""
    parts = [analysis.verdict.word, f"{ratios}{more}"]
    return f"{': '.join(filter(None, parts))}{' (exploratory)' if exploratory else ''}"


def ratio_text(ratio: float, interval: Interval | None) -> str:
    """A ratio with its interval."""
    return f"{ratio:.3g}x" + (f" ({interval.low:.3g} to {interval.high:.3g})" if interval else "")


def form_text(journal: Journal, name: str) -> str:
    """The form of an experiment that counts now, in the manner of its file, and how it came to be. Raises
    Unregistered."""
    form = journal.form(name)
    told = [f"# entry {form.entry}, {form.time[:19]} UTC, digest {form.digest}"]
    told += [f"# amended in entry {number}: {why}" for number, why in form.amendments]
    told += [f"# file {path}: SHA-256 {digest}" for path, digest in sorted(form.files.items())]
    return "\n".join([*told, *lines(form.experiment)])


def calibration_text(calibration: Calibration) -> str:
    """The score of all predictions, in words and tables."""
    made = len(calibration.predictions)
    if not made:
        return "no experiment of this journal predicts anything: [[predictions]] in an experiment's file"
    parts = [f"{made} predictions, {calibration.count} with a result that counts"]
    if calibration.coverage is not None:
        parts += [_summary(calibration), _bins(calibration)]
    parts.append(_predictions(calibration.predictions))
    return "\n\n".join(parts)


def _summary(found: Calibration) -> str:
    interval = found.coverage_interval or Interval(0.0, 1.0)
    return (
        f"came true    {found.hits} of {found.count}: {found.coverage:.0%}, and the rate behind it is from "
        f"{interval.low:.0%} to {interval.high:.0%} (95 %); stated were {found.stated:.0%} on average\n"
        f"Brier score  {found.brier:.3f}: 0 is best, saying 50 % always has 0.250; {found.brier_expected:.3f} is usual "
        f"for such confidences if they are right, and then {found.p:.0%} of all scores are as bad as this"
    )


def _bins(found: Calibration) -> str:
    rows = [
        [
            f"{each.low:.0%} to {each.high:.0%}",
            str(each.count),
            f"{each.stated:.0%}",
            f"{each.rate:.0%}",
            f"{each.interval.low:.0%} to {each.interval.high:.0%}",
        ]
        for each in found.bins
    ]
    return columns(["confidence", "predictions", "stated", "came true", "95 %"], rows)


def _predictions(scored: Sequence[Scored]) -> str:
    rows = [
        [
            each.experiment,
            each.prediction.arm,
            f"{each.prediction.low:.3g}x to {each.prediction.high:.3g}x",
            f"{each.prediction.confidence:.0%}",
            "" if each.measured is None else ratio_text(each.measured, each.interval),
            _outcome(each),
        ]
        for each in scored
    ]
    return columns(["experiment", "arm", "predicted", "confidence", "measured", "outcome"], rows)


def _outcome(scored: Scored) -> str:
    if scored.hit is None:
        return scored.why
    return f"{'came true' if scored.hit else 'failed'}{', doubtful' if scored.doubtful else ''}"
