"""Whether an experiment makes sense: what no single field can tell.

Every check is a generator of problems; a new one is a function in CHECKS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath

from cupola.lab.experiment.claims import threshold
from cupola.lab.experiment.slots import Problem, nearest
from cupola.lab.experiment.spec import ITERATED, Experiment

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
PLACE = "{program}"


def problems(experiment: Experiment) -> Iterator[Problem]:
    """Everything that makes no sense."""
    for check in CHECKS:
        yield from check(experiment)


def missing_programs(experiment: Experiment, base: FilePath) -> Iterator[Problem]:
    """Programs that are not there; `base` is where their paths begin."""
    for number, each in enumerate(experiment.workloads):
        if each.program and not (base / each.program).is_file():
            files = [one.name for one in (base / each.program).parent.glob("*") if one.is_file()]
            message = f"there is no such file: {base / each.program}; paths begin at the experiment's file"
            close = nearest(FilePath(each.program).name, files)
            yield Problem(("workloads", number, "program"), message + close)


def _name(experiment: Experiment) -> Iterator[Problem]:
    if NAME.fullmatch(experiment.name) is None:
        yield Problem(("name",), f"expected letters, digits and hyphens, found {experiment.name!r}")


def _counts(experiment: Experiment) -> Iterator[Problem]:
    if len(experiment.arms) < 2:
        yield Problem(("arms",), f"expected two arms or more to compare, found {len(experiment.arms)}")
    if not experiment.workloads:
        yield Problem(("workloads",), "expected something to run, at least one [[workloads]], found none")


def _names(experiment: Experiment) -> Iterator[Problem]:
    tables = {
        "arms": [each.name for each in experiment.arms],
        "workloads": [each.name for each in experiment.workloads],
    }
    for table, names in tables.items():
        for number, name in enumerate(names):
            path = (table, number, "name")
            if not name.strip() or not name.isprintable():
                yield Problem(path, f"expected a name of one line, found {name!r}")
            if name in names[:number]:
                yield Problem(path, f"the name {name!r} stands twice: each needs one of its own")


def _reference(experiment: Experiment) -> Iterator[Problem]:
    names = [each.name for each in experiment.arms]
    if names and experiment.reference not in names:
        message = f"expected one of the arms, {', '.join(names)}, found {experiment.reference!r}"
        yield Problem(("reference",), message + nearest(experiment.reference, names))


def _arms(experiment: Experiment) -> Iterator[Problem]:
    programs = [each for each in experiment.workloads if each.program]
    for number, arm in enumerate(experiment.arms):
        if arm.switches and arm.command:
            message = "an arm is either cupola with switches, or another command: take one of the two away"
            yield Problem(("arms", number, "command"), message)
        elif programs and arm.command and not any(PLACE in part for part in arm.command):
            message = (
                f"it has no {PLACE}, so it would run the same for every workload: put it into the command"
            )
            yield Problem(("arms", number, "command"), message)


def _workloads(experiment: Experiment) -> Iterator[Problem]:
    ours = next((each.name for each in experiment.arms if each.is_cupola), None)
    for number, each in enumerate(experiment.workloads):
        if not each.program and ours is not None:
            message = f"program is missing: the arm {ours!r} is cupola, which needs one to run"
            yield Problem(("workloads", number), message)


def _iterations(experiment: Experiment) -> Iterator[Problem]:
    if experiment.metric in ITERATED and experiment.iterations < 2:
        message = (
            f"{experiment.metric} is about iterations within a process, and there is one: "
            "expected iterations = 30 or so, or another metric"
        )
        yield Problem(("metric",), message)


def _claim(experiment: Experiment) -> Iterator[Problem]:
    try:
        threshold(experiment.claim, experiment.rope)
    except ValueError as error:
        yield Problem(("claim",), str(error) + nearest(experiment.claim, ("faster", "not-slower")))


def _claimed(experiment: Experiment) -> Iterator[Problem]:
    names = [each.name for each in experiment.challengers]
    for number, each in enumerate(experiment.claimed):
        if each == experiment.reference:
            message = f"{each!r} is the reference, of which nothing can be claimed: expected one of {', '.join(names)}"
            yield Problem(("claimed",), message)
        elif each not in names:
            message = f"expected some of {', '.join(names)}, found {each!r}{nearest(each, names)}"
            yield Problem(("claimed",), message)
        elif each in experiment.claimed[:number]:
            yield Problem(("claimed",), f"{each!r} stands twice")


def _predictions(experiment: Experiment) -> Iterator[Problem]:
    names = [each.name for each in experiment.challengers]
    seen: set[str] = set()
    for number, each in enumerate(experiment.predictions):
        path = ("predictions", number)
        if each.arm == experiment.reference:
            message = (
                f"{each.arm!r} is the reference: its ratio to itself is 1; expected one of {', '.join(names)}"
            )
            yield Problem((*path, "arm"), message)
        elif each.arm not in names:
            message = f"expected one of {', '.join(names)}, found {each.arm!r}{nearest(each.arm, names)}"
            yield Problem((*path, "arm"), message)
        if each.arm in seen:
            yield Problem((*path, "arm"), f"{each.arm!r} has a prediction already")
        seen.add(each.arm)
        if each.low > each.high:
            message = f"the interval is upside down: low is {each.low:g}, high {each.high:g}"
            yield Problem((*path, "low"), message)


def _generated(experiment: Experiment) -> Iterator[Problem]:
    if experiment.generated and not any(each.is_cupola for each in experiment.arms):
        message = "random programs are for cupola's own arms, and there is none: expected 0"
        yield Problem(("generated",), message)


CHECKS: tuple[Callable[[Experiment], Iterator[Problem]], ...] = (
    _name, _counts, _names, _reference, _arms, _workloads, _iterations, _claim, _claimed, _predictions, _generated,
)  # fmt: skip
