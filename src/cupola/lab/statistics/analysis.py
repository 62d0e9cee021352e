"""The whole analysis of an experiment: from its records to warm-up classes, estimates and verdicts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cupola.lab.experiment.claims import threshold
from cupola.lab.experiment.spec import IN_PROCESS, Experiment
from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.comparison import Comparison, cohens_d, compare, variance
from cupola.lab.statistics.false_positives import false_positive_rate
from cupola.lab.statistics.family import adjusted
from cupola.lab.statistics.outliers import groups, outliers
from cupola.lab.statistics.posterior import ENGINE_ERROR, engine_is_off_by, probability, probability_q48
from cupola.lab.statistics.power import processes_needed
from cupola.lab.statistics.resampling import bootstrap
from cupola.lab.statistics.results import Analysis, Estimate, Interval, Verdict
from cupola.lab.statistics.values import Cell, Cells, Place, Sample, mean_of_workloads, observe, sample
from cupola.lab.statistics.verdict import SURE, doubtful, invalid, overall, unclaimed, unsteady, verdict
from cupola.lab.statistics.warm_up import too_few_steady

TOO_OFTEN = 1.5  # times alpha: a rate of false positives of the A/A run that is worth a word
MOST_REASONS = 3  # that a verdict tells
FEW = 10  # processes of each arm that are advised where there are too few to tell how much they vary
UNKNOWN = Interval(0.0, math.inf)
"""The interval that excludes nothing, where one process alone shows no variation."""


@dataclass
class Assessment:
    """What is known of one challenger before its verdict."""

    arm: str
    estimates: list[Estimate] = field(default_factory=list)
    samples: dict[str | None, Sample] = field(default_factory=dict)  # by workload; None: the mean of all
    differs: str | None = None
    unsteady: str | None = None
    unfinished: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def analyse(
    experiment: Experiment, records: Iterable[ProcessRecord], aa_records: Iterable[ProcessRecord] = ()
) -> Analysis:
    """Everything that follows from the records; `aa_records` are those of the reference run against itself.

    No number is computed of an arm that does not mean the same as the reference.
    """
    cells, warm_ups = observe(experiment, records)
    found = [assess(experiment, cells, arm.name) for arm in experiment.challengers]
    correct(experiment, found)
    rate = false_positive_rate(experiment, aa_records)
    if rate is not None and rate > TOO_OFTEN * experiment.alpha:
        for each in found:
            each.notes.append(
                f"on this machine the test sees a difference in {rate:.1%} of the splits of an A/A run, where "
                f"{experiment.alpha:.3g} is meant: its model does not fit here"
            )
    verdicts = tuple(judge(experiment, each) for each in found)
    return Analysis(
        experiment=experiment.name,
        estimates=tuple(estimate for each in found for estimate in each.estimates),
        warm_ups=warm_ups,
        false_positive_rate=rate,
        verdicts=verdicts,
        verdict=overall(experiment, verdicts),
    )


def decides(experiment: Experiment, estimate: Estimate) -> bool:
    """Whether the verdict follows from this estimate, rather than that it informs only."""
    by_scope = (estimate.workload is None) == (experiment.scope == "mean")
    return by_scope and estimate.arm in experiment.claimants


def assess(experiment: Experiment, cells: Cells, arm: str) -> Assessment:
    """The estimates of one challenger, on the mean of all workloads and on each, and what speaks against them."""
    assessment = Assessment(arm)
    pairs: dict[str, tuple[Cell, Cell]] = {}
    for workload in (each.name for each in experiment.workloads):
        sides = {name: cells.get((name, workload), Cell()) for name in (experiment.reference, arm)}
        pairs[workload] = (sides[experiment.reference], sides[arm])
        for name, cell in sides.items():
            _look(experiment, assessment, name, workload, cell)
    if assessment.differs is not None:
        return assessment
    means = [mean_of_workloads([pair[side].logs for pair in pairs.values()]) for side in (0, 1)]
    _estimate(experiment, assessment, None, means[0], means[1])
    if len(pairs) == 1:  # the mean of one is that one
        (only,) = pairs
        for taken in tuple(assessment.samples.values()):
            assessment.samples[only] = taken
        assessment.estimates += [replace(each, workload=only) for each in assessment.estimates]
        return assessment
    for workload, (reference, other) in pairs.items():
        _estimate(experiment, assessment, workload, reference.logs, other.logs)
    return assessment


def _look(experiment: Experiment, assessment: Assessment, name: str, workload: str, cell: Cell) -> None:
    """Note what forbids a verdict by figures, or casts doubt on it."""
    where = f"{name} on {workload}"
    if cell.differs is not None and assessment.differs is None:
        assessment.differs = f"{where}, {cell.differs}"
    bad = too_few_steady(cell.kinds) if experiment.metric in IN_PROCESS else None
    if bad is not None and assessment.unsteady is None:
        assessment.unsteady = f"{where}, {bad}"
    elif cell.count < experiment.processes:
        assessment.unfinished.append(f"{where}: {cell.count} of {experiment.processes} processes")
    elif cell.doubt is not None:
        assessment.doubts.append(f"{where}: {cell.doubt}")
    parts = groups(np.array(list(cell.logs.values())))
    if parts is not None:
        assessment.notes.append(
            f"the processes of {where} fall into two groups, {parts.slower} of {parts.count} being "
            f"{parts.ratio - 1:.1%} above the others, so that their mean describes none"
        )


def _estimate(
    experiment: Experiment,
    assessment: Assessment,
    workload: str | None,
    reference: dict[Place, float],
    arm: dict[Place, float],
) -> None:
    """Add the estimate of one scope, if there is a process of each arm."""
    taken = sample(reference, arm, experiment.test)
    if min(len(taken.reference), len(taken.arm)) == 0:
        return
    assessment.samples[workload] = taken
    if min(len(taken.reference), len(taken.arm)) - 1 - taken.lost <= 0:
        assessment.estimates.append(_without_spread(assessment.arm, workload, taken))
        return
    limit = math.log(threshold(experiment.claim, experiment.rope))
    comparison = compare(experiment.test, taken.reference, taken.arm, taken.lost)
    closed = float(probability(comparison, limit))
    by_integers = probability_q48(taken.reference, taken.arm, experiment.test, limit)
    _check_agreement(experiment, assessment, taken, by_integers, workload)
    low, high = (float(each) for each in np.exp(comparison.interval()))
    flagged, without = _flags(experiment, taken)
    p = float(comparison.p_above(limit))
    assessment.estimates.append(
        Estimate(
            arm=assessment.arm,
            workload=workload,
            processes=(len(taken.reference), len(taken.arm)),
            ratio=math.exp(float(comparison.middle)),
            interval=Interval(low, high),
            bootstrap=bootstrap(taken.reference, taken.arm, experiment.test, experiment.seed),
            p=p,
            adjusted=p,
            d=float(cohens_d(taken.reference, taken.arm)),
            probability=closed,
            probability_q48=by_integers,
            flagged=flagged,
            without_flagged=without,
        )
    )


def _without_spread(arm: str, workload: str | None, taken: Sample) -> Estimate:
    """The estimate of one process of an arm: a ratio, of which nothing more can be said."""
    return Estimate(
        arm=arm,
        workload=workload,
        processes=(len(taken.reference), len(taken.arm)),
        ratio=math.exp(float(taken.reference.mean() - taken.arm.mean())),
        interval=UNKNOWN,
        bootstrap=UNKNOWN,
        p=1.0,
        adjusted=1.0,
        d=math.nan,
        probability=0.5,
        probability_q48=None,
        flagged=(),
        without_flagged=None,
    )


def _check_agreement(
    experiment: Experiment,
    assessment: Assessment,
    taken: Sample,
    by_integers: float | None,
    workload: str | None,
) -> None:
    """Doubt everything where the two implementations of the posterior disagree by more than they may.

    The engine knows nothing of machines, so their degrees of freedom are not taken off here.
    """
    if by_integers is None:
        return
    limit = math.log(threshold(experiment.claim, experiment.rope))
    off = engine_is_off_by(compare(experiment.test, taken.reference, taken.arm), limit, by_integers)
    if off > ENGINE_ERROR:
        assessment.doubts.append(
            f"two implementations of the posterior disagree on {workload or 'the mean of all workloads'}: in integers "
            f"{by_integers:.4f}, and {off:.4f} off in floats, where {ENGINE_ERROR:g} is allowed: one of "
            "them has a defect, please report it with the records"
        )


def _flags(experiment: Experiment, taken: Sample) -> tuple[tuple[int, ...], float | None]:
    """The blocks with an outlier in either arm, and the ratio without these processes; None if too few are left."""
    bad = [outliers(side, experiment.outlier) for side in (taken.reference, taken.arm)]
    if experiment.test == "paired":
        bad = [bad[0] | bad[1]] * 2
    blocks = {
        block
        for places, flags in zip((taken.reference_blocks, taken.arm_blocks), bad, strict=True)
        for block, flag in zip(places, flags, strict=True)
        if flag
    }
    left = taken.reference[~bad[0]], taken.arm[~bad[1]]
    without = math.exp(float(left[0].mean() - left[1].mean())) if min(map(len, left)) > 0 else None
    return tuple(sorted(blocks)), without


def correct(experiment: Experiment, found: Sequence[Assessment]) -> None:
    """Put the corrected p values into the estimates.

    The tests that decide share alpha among themselves; those that only inform are corrected for all tests of the
    experiment.
    """
    everything = [(each, place) for each in found for place in range(len(each.estimates))]
    deciding = [at for at in everything if decides(experiment, at[0].estimates[at[1]])]
    for family in (everything, deciding):
        values = adjusted([each.estimates[place].p for each, place in family], experiment.correction)
        for (each, place), value in zip(family, values, strict=True):
            each.estimates[place] = replace(each.estimates[place], adjusted=value)


def judge(experiment: Experiment, assessment: Assessment) -> Verdict:
    """The verdict on one challenger."""
    arm = assessment.arm
    if assessment.differs is not None:
        return invalid(assessment.differs, arm)
    if arm not in experiment.claimants:
        return unclaimed(experiment, arm, next(iter(assessment.estimates), None), assessment.unsteady)
    if assessment.unsteady is not None:
        return unsteady(assessment.unsteady, arm)
    deciding = [each for each in assessment.estimates if decides(experiment, each)]
    expected = 1 if experiment.scope == "mean" else len(experiment.workloads)
    if assessment.unfinished:
        return doubtful(
            f"not all has run ({_some(assessment.unfinished)}), and who looks before the end and stops where it "
            "pleases is wrong more often than alpha says",
            arm,
        )
    if assessment.doubts:
        return doubtful(_some(assessment.doubts), arm)
    if len(deciding) < expected:
        return doubtful("a workload has no block with a process of each arm", arm)
    if any(each.interval == UNKNOWN for each in deciding):
        needed = max(experiment.processes, FEW)
        return doubtful(
            f"one process of an arm shows no variation, so there is no interval and no test; run {needed}",
            arm,
            needed,
        )
    return verdict(experiment, arm, deciding, _needed(experiment, assessment, deciding), assessment.notes)


def _some(reasons: Sequence[str]) -> str:
    """The first reasons, and how many more there are."""
    more = f"; and {len(reasons) - MOST_REASONS} more" if len(reasons) > MOST_REASONS else ""
    return "; ".join(reasons[:MOST_REASONS]) + more


def _needed(experiment: Experiment, assessment: Assessment, deciding: Sequence[Estimate]) -> int | None:
    """The processes an arm that would settle all deciding estimates, each the way it leans; None if none would."""
    limit = math.log(threshold(experiment.claim, experiment.rope))
    share = 1 if experiment.correction == "none" else len(experiment.claimants) * len(deciding)
    most = 0
    for estimate in deciding:
        taken = assessment.samples[estimate.workload]
        comparison = compare(experiment.test, taken.reference, taken.arm, taken.lost)
        effect = math.log(estimate.ratio) - limit
        level = min(experiment.alpha / share, 1 - SURE) if effect > 0 else 1 - SURE
        count = processes_needed(abs(effect), _deviations(comparison, taken), level)
        if count is None:
            return None
        most = max(most, count)
    return max(most, *(1 + min(each.processes) for each in deciding))


def _deviations(comparison: Comparison, taken: Sample) -> tuple[float, ...]:
    """The standard deviations of what is compared: of both arms' values, or of the differences of pairs."""
    if len(comparison.errors) == 1:
        return (math.sqrt(float(variance(taken.reference - taken.arm))),)
    return tuple(math.sqrt(float(variance(side))) for side in (taken.reference, taken.arm))
