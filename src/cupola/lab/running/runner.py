"""Runs the processes of an experiment, one after the other, and keeps each as soon as it has ended.

Nothing else of ours runs meanwhile. A process that goes wrong is kept with its problem, and the run goes on: how often
an arm fails is part of what is found out. After an interruption `run` does what is missing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cupola.lab.experiment.spec import ITERATED, Experiment
from cupola.lab.running import conditions
from cupola.lab.running.blocks import Step, plan
from cupola.lab.running.gates import check_state
from cupola.lab.running.guest import command_of
from cupola.lab.running.output import difference, fingerprint
from cupola.lab.running.process import Finished, failure, run_process
from cupola.lab.running.progress import Progress
from cupola.lab.running.records import DIFFERS, Event, ProcessRecord
from cupola.lab.running.surroundings import listen, variables

OUTPUT, TOLD, PINNED, OTHERS = "output", "told output", "pinned", "other work"
"""Names in a record's state for what the runner adds to what the process says of itself."""

SILENT = Progress()
WATCHED = 5  # processes: so many that were disturbed, one after the other, are worth a warning


def run(
    experiment: Experiment,
    *,
    base: Path,
    done: Sequence[ProcessRecord] = (),
    keep: Callable[[ProcessRecord], None],
    progress: Progress = SILENT,
    blocks: Collection[int] | None = None,
    pin: bool = True,
    statuses: Mapping[str, int] | None = None,
    keep_output: bool = True,
    stdin: bytes = b"",
    before_each: Callable[[Step], None] | None = None,
) -> None:
    """Run all processes of an experiment that are not in `done` (or those of some `blocks`), and pass each to `keep`.

    `base` is where the paths of its programs begin, and the directory of its processes. `statuses` are exit statuses
    that workloads must have, where it is not 0. Without `keep_output` what they print goes nowhere, and is not
    compared. `stdin` is what all of them read. `before_each` is called before every process, outside of what is
    measured. Raises what `keep` and `before_each` raise, and KeyboardInterrupt; nothing for what the processes do.
    """
    steps = plan(experiment, done, blocks)
    place = conditions.placement(pin)
    outputs = Outputs(experiment, done)
    watch = Watch(progress)
    ours = os.sched_getaffinity(0)
    progress.begin(steps, done)
    try:
        if place.driver is not None:
            os.sched_setaffinity(0, {place.driver})
        for step in steps:
            if before_each is not None:
                before_each(step)
            status = (statuses or {}).get(step.workload.name, 0)
            record = run_step(experiment, step, base, place, outputs, status, keep_output, stdin)
            watch.saw(record)
            keep(record)
            progress.saw(record)
    finally:
        os.sched_setaffinity(0, ours)
        progress.close()


class Outputs:
    """What each workload must print: what the experiment expects of it, else what its first process printed.

    Gate 0 has found all arms to print the same; here it is made sure that they go on doing so.
    """

    def __init__(self, experiment: Experiment, done: Sequence[ProcessRecord] = ()) -> None:
        self._known: dict[tuple[str, str], str] = {
            (OUTPUT, each.name): fingerprint(each.expected)
            for each in experiment.workloads
            if each.expected is not None
        }
        for record in done:
            if record.problem is None:
                for name, found in record.state:
                    self.check(name, record.workload, found)

    def check(self, name: str, workload: str, found: str) -> bool:
        """Whether a workload's output (or what it told of all its output) is what it must be; the first is."""
        if name not in (OUTPUT, TOLD):
            return True
        return self._known.setdefault((name, workload), found) == found


class Watch:
    """Warns once when the machine has been busy with other work for some processes."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._disturbed = 0
        self._warned = False

    def saw(self, record: ProcessRecord) -> None:
        """Look at how a process was disturbed."""
        share = float(dict(record.state).get(OTHERS, 0.0))
        self._disturbed = self._disturbed + 1 if share > conditions.BUSY else 0
        if self._disturbed >= WATCHED and not self._warned:
            self._warned = True
            self._progress.note(
                f"the machine is busy: beside the last {WATCHED} processes other work took more than "
                f"{conditions.BUSY:.0%} of a CPU (now {share:.0%}); what is measured will vary more"
            )


def run_step(
    experiment: Experiment,
    step: Step,
    base: Path,
    place: conditions.Placement,
    outputs: Outputs,
    status: int = 0,
    keep_output: bool = True,
    stdin: bytes = b"",
) -> ProcessRecord:
    """Run one process, and judge it."""
    command = command_of(step.arm, step.workload, experiment, base)
    load = conditions.load()
    with tempfile.TemporaryDirectory() as scratch:
        file = os.path.join(scratch, "told.json")
        started = datetime.now(UTC)
        before = conditions.busy()
        done = run_process(
            command, timeout=experiment.timeout, directory=base, cpus=place.measured, keep_output=keep_output,
            stdin=stdin, environment=variables(step.arm, file, experiment.iterations),
        )  # fmt: skip
        disturbed = conditions.others(before, conditions.busy(), done.cpu)
        said, mute = listen(file)
    state = dict(said.state) if said is not None else {}
    if keep_output:
        state[OUTPUT] = fingerprint(done.stdout)
        state |= {TOLD: said.output} if said is not None and said.output else {}
    record = ProcessRecord(
        block=step.block,
        arm=step.arm.name,
        workload=step.workload.name,
        machine=conditions.machine(),
        started=started.isoformat(timespec="milliseconds"),
        wall=done.wall,
        cpu=done.cpu,
        memory=done.memory,
        status=done.status,
        load=load,
        iterations=() if said is None else said.iterations,
        instructions=None if said is None else said.instructions,
        events=() if said is None else tuple(Event(*each) for each in said.events),
        state=(*state.items(), (PINNED, str(place)), (OTHERS, f"{disturbed:.2f}")),
    )
    found = problem(experiment, step, record, done, mute, outputs, status)
    return record if found is None else replace(record, problem=found)


def problem(
    experiment: Experiment,
    step: Step,
    record: ProcessRecord,
    done: Finished,
    mute: str | None,
    outputs: Outputs,
    status: int,
) -> str | None:
    """What is wrong with a process, the worst first; None if it counts."""
    if done.problem is not None:
        return done.problem
    if done.status < 0:
        return failure(done.status, done.stderr)
    if done.status != status:
        ended = failure(done.status, done.stderr) or "exit status 0"
        return f"{DIFFERS}: {ended}" + (f", expected {status}" if status else "")
    for name, found in record.state:
        if not outputs.check(name, step.workload.name, found):
            return f"{DIFFERS}: {_output_differs(step, name, done)}"
    if mute is not None:
        return mute
    if step.arm.is_cupola and not record.iterations:
        return "it told nothing of itself"
    if experiment.metric in ITERATED and len(record.iterations) != experiment.iterations:
        return f"it told {len(record.iterations)} iterations, expected {experiment.iterations}"
    return check_state(step.arm, record)


def _output_differs(step: Step, name: str, done: Finished) -> str:
    if name == TOLD:
        return "its iterations print something else than those of the processes before it"
    if step.workload.expected is not None:
        return difference(done.stdout, step.workload.expected) or "its output"
    return f"its output is not that of the processes before it; it ends with {_end(done.stdout)}"


def _end(output: bytes) -> str:
    return repr(output.decode("utf-8", "replace").rstrip()[-60:])
