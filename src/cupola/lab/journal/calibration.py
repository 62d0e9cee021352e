"""How good the predictions were: those of all registered experiments, held against what was measured.

A prediction is an interval of ratios and the probability that the measured ratio lies in it. It counts once, in the
form that was registered, against the last result that is not exploratory: what was predicted after a look at the data,
or measured after an amendment, is listed and not scored. Standard library only: a journal can be scored anywhere.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from cupola.lab.experiment.canonical import canonical_json, from_canonical
from cupola.lab.experiment.spec import Experiment, Prediction
from cupola.lab.journal.chain import Entry
from cupola.lab.journal.outcome import analysis_of
from cupola.lab.statistics.results import Analysis, Estimate, Interval

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Of the bins of stated confidence; each has its lower edge, the last has both."""

Z95 = 1.959963984540054
MOST_EXACT = 14  # predictions up to which all outcomes are gone through; beyond, DRAWS are drawn
DRAWS = 20_000


@dataclass(frozen=True)
class Scored:
    """One prediction and what came of it. `measured` is None where no result counts, and `why` says why not;
    `doubtful` says that the measured interval has an edge of the predicted one inside, so the hit, or the miss, may be
    chance."""

    experiment: str
    prediction: Prediction
    measured: float | None
    interval: Interval | None
    why: str = ""

    @property
    def hit(self) -> bool | None:
        """Whether what was measured lies where it was predicted."""
        if self.measured is None:
            return None
        return self.prediction.low <= self.measured <= self.prediction.high

    @property
    def doubtful(self) -> bool:
        return self.interval is not None and any(
            self.interval.low < edge < self.interval.high
            for edge in (self.prediction.low, self.prediction.high)
        )


@dataclass(frozen=True)
class Bin:
    """Predictions of like confidence: how many, what they stated on average, how many came true, and the 95 % interval
    of the rate at which such come true (Wilson 1927)."""

    low: float
    high: float
    count: int
    stated: float
    hits: int
    interval: Interval

    @property
    def rate(self) -> float:
        """The share that came true."""
        return self.hits / self.count


@dataclass(frozen=True)
class Calibration:
    """The score of all predictions; what needs one that counts is None without."""

    predictions: tuple[Scored, ...]
    count: int  # of those that are scored
    hits: int
    stated: float | None  # mean confidence
    coverage: float | None  # share of predicted intervals that contain what was measured
    coverage_interval: Interval | None  # 95 %, of the rate behind it
    brier: float | None  # mean squared distance of confidence and outcome: 0 best, 0.25 for saying 0.5 always
    brier_expected: float | None  # the mean of that score, if all confidences were right
    p: (
        float | None
    )  # how often it would be as bad, if they were: a small value speaks against the confidences
    bins: tuple[Bin, ...]  # those that have predictions


def calibrate(entries: Iterable[Entry]) -> Calibration:
    """Score the predictions of a journal's entries (registrations and analyses are looked at, others ignored)."""
    scored = tuple(_scored(entries))
    outcomes = [(each.prediction.confidence, each.hit) for each in scored if each.hit is not None]
    stated = [confidence for confidence, _ in outcomes]
    hits = sum(hit for _, hit in outcomes)
    count = len(outcomes)
    score = brier(outcomes) if count else None
    return Calibration(
        predictions=scored,
        count=count,
        hits=hits,
        stated=math.fsum(stated) / count if count else None,
        coverage=hits / count if count else None,
        coverage_interval=wilson(hits, count) if count else None,
        brier=score,
        brier_expected=math.fsum(p * (1 - p) for p in stated) / count if count else None,
        p=None if score is None else as_bad(stated, score),
        bins=_bins(outcomes),
    )


def brier(outcomes: Sequence[tuple[float, bool]]) -> float:
    """The mean squared distance of stated probabilities and outcomes (Brier 1950)."""
    return math.fsum((confidence - hit) ** 2 for confidence, hit in outcomes) / len(outcomes)


def wilson(hits: int, count: int) -> Interval:
    """The 95 % interval of a rate of which `hits` of `count` were seen (Wilson 1927). It is honest about few: none of
    two seen leaves rates up to 0.66."""
    rate, z2 = hits / count, Z95 * Z95
    middle = (rate + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 / (1 + z2 / count) * math.sqrt(rate * (1 - rate) / count + z2 / (4 * count * count))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def as_bad(stated: Sequence[float], score: float) -> float:
    """The probability that the Brier score is at least `score` if every outcome is true with the probability stated,
    independently: by all outcomes where they are few, else by draws (whose seed is fixed: the same in every report)."""
    slack = 1e-12  # the score is one of these sums, in another order
    if len(stated) <= MOST_EXACT:
        return math.fsum(
            math.prod(p if hit else 1 - p for p, hit in zip(stated, hits, strict=True))
            for hits in product((False, True), repeat=len(stated))
            if brier(list(zip(stated, hits, strict=True))) >= score - slack
        )
    chance = random.Random(1950)
    bad = sum(brier([(p, chance.random() < p) for p in stated]) >= score - slack for _ in range(DRAWS))
    return (bad + 1) / (DRAWS + 1)


def _bins(outcomes: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    bins = []
    for low, high in pairwise(EDGES):
        inside = [each for each in outcomes if low <= each[0] < high or each[0] == high == EDGES[-1]]
        if inside:
            hits, count = sum(hit for _, hit in inside), len(inside)
            stated = math.fsum(confidence for confidence, _ in inside) / count
            bins.append(Bin(low, high, count, stated, hits, wilson(hits, count)))
    return tuple(bins)


def _scored(entries: Iterable[Entry]) -> list[Scored]:
    experiments: dict[str, Experiment] = {}
    results: dict[str, Analysis] = {}
    explored: set[str] = set()
    for entry in entries:
        if entry.kind == "registration":
            experiments[entry.experiment] = from_canonical(canonical_json(entry.data["form"]))
        elif entry.kind == "analysis" and entry.data["exploratory"]:
            explored.add(entry.experiment)
        elif entry.kind == "analysis":
            results[entry.experiment] = analysis_of(entry.data["analysis"])
    found = []
    for name, experiment in experiments.items():
        for each in experiment.predictions:
            found.append(_outcome(name, each, results.get(name), name in explored))
    return found


def _outcome(name: str, prediction: Prediction, analysis: Analysis | None, explored: bool) -> Scored:
    if analysis is None:
        why = "all results are exploratory: it was amended" if explored else "no result yet"
        return Scored(name, prediction, None, None, why)
    estimate = estimate_of(analysis.estimates, prediction.arm)
    if estimate is None or not math.isfinite(estimate.ratio):
        return Scored(name, prediction, None, None, f"nothing was measured: {analysis.verdict.word}")
    return Scored(name, prediction, estimate.ratio, estimate.interval)


def estimate_of(estimates: Sequence[Estimate], arm: str) -> Estimate | None:
    """The arm's estimate of the mean of all workloads, or of the only one."""
    own = [each for each in estimates if each.arm == arm]
    means = [each for each in own if each.workload is None]
    if means:
        return means[0]
    return own[0] if len(own) == 1 else None
