"""What must hold before a number counts.

Gate 0, meaning: every arm prints the same, ends alike and says the same errors as the reference of meaning, on every
workload and on random programs. Where a cupola arm is among them the reference is the switch interpreter, the plainest
of its engines; else it is the experiment's. Errors are compared among cupola's arms only: other systems word them in
their own way. Gate 1, state: a process was what its arm declares. Gate 2, A/A: the reference against itself, by the
same runner, shows what this machine finds where there is nothing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cupola.lab.errors import LabError
from cupola.lab.experiment.slots import nearest
from cupola.lab.experiment.spec import REFERENCE_OF_MEANING, Arm, Experiment, Workload
from cupola.lab.generate import forth
from cupola.lab.running.guest import command_of
from cupola.lab.running.output import difference
from cupola.lab.running.process import Finished, failure, run_process
from cupola.lab.running.progress import Progress
from cupola.lab.running.records import ProcessRecord
from cupola.lab.running.surroundings import listen, variables

BUILD = 300.0  # seconds: the first process of an engine may have to compile it
MOST_SECONDS = 5.0  # of a random program on the reference; one that takes longer is passed over
MOST_PASSED_OVER = 3  # for each random program wanted
AGAIN = " (again)"
SILENT = Progress()

OF_THE_ENGINE = {
    "--tier", "--with", "--without", "--profile", "--physics", "--physics-set",
}  # fmt: skip
"""Switches that say how a program is run, and not what it means; each has a value."""


@dataclass(frozen=True)
class Difference:
    """Two arms that do not mean the same: `arm` against `reference` on a workload, in what, and what was seen."""

    arm: str
    reference: str
    workload: str
    what: str  # output, errors, exit status, failure
    text: str

    def __str__(self) -> str:
        if self.what == "failure":
            return f"{self.arm} on {self.workload} fails: {self.text}"
        what = "" if self.what == "exit status" else f"{self.what}: "
        return f"{self.arm} on {self.workload} does not mean what {self.reference} does: {what}{self.text}"


@dataclass(frozen=True)
class Manner:
    """How gate 0 runs and what it compares, beyond what the experiment says: what processes read, whether output
    counts, whether the reference may end with another status than 0; `seen` is told what each process came to."""

    stdin: bytes = b""
    keep_output: bool = True
    any_status: bool = False
    seen: Callable[[Arm, Workload, Finished], None] = lambda arm, workload, done: None


@dataclass(frozen=True)
class Meaning:
    """What running an arm came to."""

    done: Finished
    told: str  # the digest of all that its iterations printed; empty if it says nothing of itself


USUAL = Manner()


class TooLong(LabError):
    """No random program was found that ends in time."""


def check_meaning(
    experiment: Experiment, base: Path, progress: Progress = SILENT, manner: Manner = USUAL
) -> Difference | None:
    """Gate 0: the first difference between two arms, or None. `base` is where the paths of programs begin.

    Every arm runs at least once, so what it compiles at its first use is compiled before anything is timed.
    """
    reference = reference_of_meaning(experiment)
    for workload in experiment.workloads:
        progress.stage(f"gate 0: do all arms mean the same on {workload.name}?")
        found = _check_workload(experiment, reference, workload, base, manner)
        if found is not None:
            return found
    if experiment.generated:
        progress.stage(f"gate 0: do they on {experiment.generated} random programs?")
        return check_generated(experiment, reference)
    return None


def check_state(arm: Arm, record: ProcessRecord) -> str | None:
    """Gate 1: in which way a process is not what its arm declares, or None."""
    said = dict(record.state)
    for name, wanted in arm.state:
        if name not in said:
            return f"state: it says nothing of {name!r}, expected {wanted!r}{nearest(name, list(said))}"
        if said[name] != wanted:
            return f"state: {name} is {said[name]!r}, expected {wanted!r}"
    return None


def same_twice(experiment: Experiment) -> Experiment:
    """Gate 2: the experiment whose arms are the reference and the reference again."""
    reference = experiment.arm(experiment.reference)
    again = replace(reference, name=reference.name + AGAIN)
    return replace(experiment, arms=(reference, again), predictions=(), generated=0)


def reference_of_meaning(experiment: Experiment) -> Arm:
    """The arm whose output is right."""
    ours = [each for each in experiment.arms if each.is_cupola]
    if not ours:
        return experiment.arm(experiment.reference)
    chosen = next((each for each in ours if each.name == experiment.reference), ours[0])
    switches = ("--tier", REFERENCE_OF_MEANING, *_of_the_program(chosen.switches))
    return Arm(f"the {REFERENCE_OF_MEANING} interpreter", switches, environment=chosen.environment)


def check_generated(experiment: Experiment, reference: Arm) -> Difference | None:
    """Compare cupola's arms on random programs. Raises TooLong if too many take too long."""
    arms = [each for each in experiment.arms if each.is_cupola]
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        once = replace(experiment, iterations=1)
        for workload, wanted in _generated(once, reference, base):
            for arm in arms:
                found = _compare(arm, reference, workload, _run(once, arm, workload, base, USUAL), wanted)
                if found is not None:
                    text = (base / workload.program).read_text(encoding="utf-8")
                    return replace(found, text=f"{found.text}; the program:\n{text}")
    return None


def _generated(experiment: Experiment, reference: Arm, base: Path) -> Iterator[tuple[Workload, Meaning]]:
    """So many random programs, each with what it means; those that take long are passed over."""
    found = 0
    for seed in range(experiment.generated * (1 + MOST_PASSED_OVER)):
        if found == experiment.generated:
            return
        number = experiment.seed * 1_000_003 + seed
        workload = Workload(f"random program {number}", f"{number}.fs")
        (base / workload.program).write_text(forth.script(number), encoding="utf-8")
        meaning = _run(experiment, reference, workload, base, USUAL, MOST_SECONDS)
        if meaning.done.problem is None:
            found += 1
            yield workload, meaning
    if found < experiment.generated:
        raise TooLong(
            f"expected {experiment.generated} random programs that end within {MOST_SECONDS:g} s on "
            f"{reference.name}, found {found}: ask for fewer (generated)"
        )


def _check_workload(
    experiment: Experiment, reference: Arm, workload: Workload, base: Path, manner: Manner
) -> Difference | None:
    few = replace(experiment, iterations=min(experiment.iterations, 2))  # the first, and one that comes after
    wanted = _run(few, reference, workload, base, manner)
    failed = wanted.done.problem
    if failed is None and not (manner.any_status and wanted.done.status > 0):
        failed = failure(wanted.done.status, wanted.done.stderr)
    if failed is not None:
        return Difference(reference.name, "", workload.name, "failure", failed)
    if workload.expected is not None:
        differs = difference(wanted.done.stdout, workload.expected)
        if differs is not None:
            return Difference(reference.name, "the experiment", workload.name, "output", differs)
    for arm in experiment.arms:
        if arm == reference:
            continue
        found = _compare(arm, reference, workload, _run(few, arm, workload, base, manner), wanted)
        if found is not None:
            return found
    return None


def _compare(
    arm: Arm, reference: Arm, workload: Workload, found: Meaning, wanted: Meaning
) -> Difference | None:
    def differs(what: str, text: str) -> Difference:
        return Difference(arm.name, reference.name, workload.name, what, text)

    if found.done.problem is not None:
        return differs("failure", found.done.problem)
    if found.done.status != wanted.done.status:
        ended = failure(found.done.status, found.done.stderr) or "exit status 0"
        return differs("exit status", f"{ended}, expected {wanted.done.status}")
    output = difference(found.done.stdout, wanted.done.stdout)
    if output is not None:
        return differs("output", output)
    if arm.is_cupola and reference.is_cupola:
        errors = difference(found.done.stderr, wanted.done.stderr)
        if errors is not None:
            return differs("errors", errors)
        if found.told != wanted.told:
            return differs("output", "the first iteration prints the same, the next does not")
    return None


def _run(
    experiment: Experiment,
    arm: Arm,
    workload: Workload,
    base: Path,
    manner: Manner,
    timeout: float | None = None,
) -> Meaning:
    """Run an arm once; a second time if the first had to compile the engine, and said so among its errors."""
    meaning, built = _run_once(experiment, arm, workload, base, manner, timeout)
    if built:
        meaning, _ = _run_once(experiment, arm, workload, base, manner, timeout)
    manner.seen(arm, workload, meaning.done)
    return meaning


def _run_once(
    experiment: Experiment, arm: Arm, workload: Workload, base: Path, manner: Manner, timeout: float | None
) -> tuple[Meaning, bool]:
    limit = timeout if timeout is not None else experiment.timeout + (BUILD if arm.is_cupola else 0)
    with tempfile.TemporaryDirectory() as scratch:
        file = os.path.join(scratch, "told.json")
        done = run_process(
            command_of(arm, workload, experiment, base), timeout=limit, directory=base,
            environment=variables(arm, file, experiment.iterations), stdin=manner.stdin,
            keep_output=manner.keep_output,
        )  # fmt: skip
        said, mute = listen(file)
    if done.problem is None and done.status == 0 and arm.is_cupola and said is None:
        done = replace(done, problem=mute or "it told nothing of itself")
    if said is None:
        return Meaning(done, ""), False
    return Meaning(done, said.output), said.state.get("image") == "built"


def _of_the_program(switches: tuple[str, ...]) -> Iterator[str]:
    """The switches that belong to the program, and not to the engine."""
    skip = False
    for each in switches:
        if skip:
            skip = False
        elif each in OF_THE_ENGINE:
            skip = True
        elif each.partition("=")[0] not in OF_THE_ENGINE:
            yield each
