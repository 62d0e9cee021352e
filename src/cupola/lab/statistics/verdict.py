"""What is said in the end, by which rule, and with which exit status.

The rule, before any figure is seen: accepted if the p value of the claim's test, corrected for all tests that decide,
is below alpha and the posterior probability of the claim is above 0.95; rejected if that probability is below 0.05;
conditional otherwise, with the number of processes that would settle it. Arms that do not mean the same are invalid,
and a claim about a steady state that too many processes do not have says so: both come before any figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cupola.lab.experiment.claims import threshold
from cupola.lab.experiment.spec import Experiment
from cupola.lab.statistics.family import NAMES
from cupola.lab.statistics.results import Estimate, Verdict

ACCEPTED = "accepted"
CONDITIONAL = "conditional"
REJECTED = "rejected"
INVALID = "invalid"
UNSTEADY = "no steady state"

STATUS = {ACCEPTED: 0, CONDITIONAL: 10, REJECTED: 11, INVALID: 12, UNSTEADY: 13}
"""The exit status of a command that ends with the verdict."""

WORST_FIRST = (INVALID, UNSTEADY, REJECTED, CONDITIONAL, ACCEPTED)
"""Where all arms must keep the claim, the experiment's verdict is the first of these that any of them has."""

BEST_FIRST = (INVALID, ACCEPTED, CONDITIONAL, UNSTEADY, REJECTED)
"""The same where one of them suffices; one that means something else makes all invalid."""

NO_CLAIM = "no claim"  # of an arm that is measured beside those that the claim is of

SIZES = ("memory", "instructions")  # metrics of which "slower" is not the word
SURE = 0.95  # posterior probability above which a claim is believed; below 1 - SURE it is not

Floats = NDArray[np.float64]


def decide(adjusted: Floats, probability: Floats, alpha: float) -> NDArray[np.str_]:
    """The words for corrected p values and posterior probabilities: the whole rule, where figures may decide."""
    accepted = (adjusted < alpha) & (probability > SURE)
    rejected = probability < 1 - SURE
    return np.where(accepted, ACCEPTED, np.where(rejected, REJECTED, CONDITIONAL))


def invalid(reason: str, arm: str = "") -> Verdict:
    """The verdict where two arms do not mean the same: no number is said."""
    return Verdict(INVALID, STATUS[INVALID], f"no comparison, since the meaning differs: {reason}", None, arm)


def unsteady(reason: str, arm: str = "") -> Verdict:
    """The verdict on a claim about a steady state that is not there."""
    return Verdict(UNSTEADY, STATUS[UNSTEADY], f"no steady state to compare: {reason}", None, arm)


def doubtful(reason: str, arm: str, needed: int | None = None) -> Verdict:
    """The verdict where something else than the figures forbids a decision."""
    return Verdict(CONDITIONAL, STATUS[CONDITIONAL], f"undecided: {reason}", needed, arm)


def verdict(
    experiment: Experiment,
    arm: str,
    deciding: Sequence[Estimate],
    needed: int | None,
    notes: Sequence[str] = (),
) -> Verdict:
    """The verdict on one arm by the estimates that decide: the mean of all workloads, or every workload.

    Of every workload, all must be accepted, and one that is rejected suffices. `needed`: processes an arm that would
    settle what is conditional. `notes` are added to the rule.
    """
    words = [_word(experiment, each) for each in deciding]
    word = min(words, key=WORST_FIRST.index)
    shown = deciding[words.index(word)]
    sentences = [_rule(experiment, shown, word)]
    if len(deciding) > 1:
        sentences.append(f"{words.count(ACCEPTED)} of {len(words)} workloads accepted, all must be")
    if word == CONDITIONAL and needed is not None:
        count = _rounded(needed)
        sentences.append(
            f"about {count} processes of each arm would settle it, if the ratio is what it seems"
        )
    elif word == CONDITIONAL:
        sentences.append("no reasonable number of processes would settle it: the ratio is at the threshold")
    return Verdict(
        word, STATUS[word], "; ".join((*sentences, *notes)), needed if word == CONDITIONAL else None, arm
    )


def unclaimed(experiment: Experiment, arm: str, estimate: Estimate | None, unsteady: str | None) -> Verdict:
    """What stands in place of a verdict for an arm that the claim is not of: it decides nothing."""
    if estimate is None:
        return Verdict(NO_CLAIM, 0, "the claim is not of it, and there is no ratio", None, arm)
    note = f"; no steady state: {unsteady}" if unsteady is not None else ""
    return Verdict(NO_CLAIM, 0, f"the claim is not of it; {_ratio(experiment, estimate)}{note}", None, arm)


def overall(experiment: Experiment, verdicts: Sequence[Verdict]) -> Verdict:
    """The experiment's verdict: that of the worst arm of which something is claimed, or of the best where one
    suffices; named where there are several."""
    judged = [each for each in verdicts if each.word != NO_CLAIM]
    if not judged:
        return doubtful("the experiment has no arm beside the reference", "")
    order = BEST_FIRST if experiment.suffices == "one" else WORST_FIRST
    first = min(judged, key=lambda each: order.index(each.word))
    if len(judged) == 1:
        return Verdict(first.word, first.status, first.rule, first.needed)
    alike = [each for each in judged if each.word == first.word]
    if first.word == CONDITIONAL:
        needs = [each.needed for each in alike]
        needed = None if None in needs else max(each for each in needs if each is not None)
    else:
        needed = None
    how_many = "all arms" if len(alike) == len(judged) else f"{len(alike)} of {len(judged)} arms"
    one = ", one suffices" if experiment.suffices == "one" else ""
    return Verdict(
        first.word, first.status, f"{how_many} {first.word}{one}; {first.arm}: {first.rule}", needed
    )


def _word(experiment: Experiment, estimate: Estimate) -> str:
    adjusted, probability = np.asarray(estimate.adjusted), np.asarray(estimate.probability)
    return str(decide(adjusted, probability, experiment.alpha))


def _rule(experiment: Experiment, estimate: Estimate, word: str) -> str:
    """The sentence with the figures that decided."""
    limit = threshold(experiment.claim, experiment.rope)
    ratio = _ratio(experiment, estimate)
    probability = _told(f"P(ratio > {limit:.4g})", estimate.probability)
    p = f"{_told('p', estimate.adjusted)} ({NAMES[experiment.correction]})"
    if word == ACCEPTED:
        return f"{ratio}; {p} is below {experiment.alpha:g} and {probability} is above {SURE:g}"
    if word == REJECTED:
        worse = "it takes more" if experiment.metric in SIZES else "it is slower"
        return f"{ratio}{': ' + worse if estimate.interval.high < 1 else ''}; {probability} is below {1 - SURE:.2g}"
    if not estimate.adjusted < experiment.alpha:
        return (
            f"{ratio}; {p} is not below {experiment.alpha:g}, and {probability} is not below {1 - SURE:.2g}"
        )
    return f"{ratio}; {p} is below {experiment.alpha:g}, but {probability} is not above {SURE:g}"


def _ratio(experiment: Experiment, estimate: Estimate) -> str:
    where = f"on {estimate.workload}" if estimate.workload is not None else _all_workloads(experiment)
    low, high = estimate.interval.low, estimate.interval.high
    return f"ratio {estimate.ratio:.4g} (95 % interval {low:.4g} to {high:.4g}) {where}"


def _all_workloads(experiment: Experiment) -> str:
    if len(experiment.workloads) == 1:
        return f"on {experiment.workloads[0].name}"
    return f"on the geometric mean of {len(experiment.workloads)} workloads"


def _told(name: str, value: float) -> str:
    """A probability with three digits after the point; what is nearer to 0 or 1 by its order of size."""
    if value < 1e-9:
        return f"{name} < 1e-9"
    if value < 0.0005:
        return f"{name} = {value:.1g}"
    return f"{name} > 0.9995" if value > 0.9995 else f"{name} = {value:.3f}"


def _rounded(count: int) -> str:
    """A number of processes with the two digits that mean something."""
    unit = 10 ** max(len(str(count)) - 2, 0)
    return f"{math.ceil(count / unit) * unit:,}"
