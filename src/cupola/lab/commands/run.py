"""`cupola lab run`: run a registered experiment, or what is missing of it, and say the verdict."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cupola.lab.commands import naming, outcome
from cupola.lab.commands.stopping import INTERRUPTED, terminable
from cupola.lab.errors import LabError
from cupola.lab.journal.store import A_A, COMPARISON
from cupola.lab.running.blocks import plan
from cupola.lab.running.gates import same_twice

if TYPE_CHECKING:
    from cupola.lab.experiment.spec import Experiment
    from cupola.lab.journal.origin import Commit
    from cupola.lab.journal.store import Form, Journal, Run
    from cupola.lab.running.gates import Difference
    from cupola.lab.running.progress import Progress
    from cupola.lab.running.records import ProcessRecord
    from cupola.lab.statistics.results import Analysis

DESCRIPTION = """\
Run a registered experiment: first whether all arms mean the same, then the reference against itself (A/A), then the
arms in interleaved blocks; then the analysis and the verdict. Each process is in the journal as soon as it has ended:
after Ctrl-C, or a crash, the same command runs what is missing."""
EPILOG = """\
exit status: 0 accepted, 10 conditional, 11 rejected, 12 invalid, 13 no steady state, 130 interrupted

examples:
  cupola lab run cache
  cupola lab run experiments/cache.toml --cluster tcp://scheduler:8786"""

STAGES = {
    A_A: "first gate 2: the reference against itself (A/A)",
    COMPARISON: "now the arms, in interleaved blocks",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola lab run`."""
    naming.add_experiment(parser)
    naming.add_journal(parser)
    add = parser.add_argument
    add(
        "--cluster", metavar="ADDRESS", help="run whole blocks on the workers of a dask.distributed scheduler"
    )
    add(
        "--no-aa",
        action="store_true",
        help="no A/A run: half the time with two arms, and nothing known of this machine's false positives",
    )
    add("--export-json", type=Path, metavar="FILE", help="write what was measured in the format of pyperf")
    add("--no-pin", action="store_true", help="leave it to the system on which CPUs processes run")


def main(args: Namespace) -> int:
    """Run; the exit status of the verdict. Raises LabError."""
    from cupola.lab.experiment.reading import read_experiment
    from cupola.lab.journal.origin import commit_of
    from cupola.lab.journal.store import Journal
    from cupola.lab.running.alone import WAITS, alone
    from cupola.lab.running.progress import shown

    outcome.need_statistics()
    path = naming.experiment_file(args.experiment)
    experiment, base = read_experiment(path), path.parent
    with Journal(naming.journal_of(path, args.journal), create=False) as journal, shown() as progress:
        form = journal.require(experiment, base)
        if form.exploratory:
            progress.note("it was amended: its results are exploratory")
        session = Session(journal, form, base, commit_of(base), progress, args)
        try:
            # On a cluster the workers take the lock of their machine, of which one may be this.
            lock = nullcontext() if args.cluster else alone(lambda: progress.note(WAITS))
            with terminable(), lock:
                return session.run()
        except KeyboardInterrupt:
            progress.close()
            print(
                f"interrupted: {session.kept()}; for the rest: cupola lab run {args.experiment}",
                file=sys.stderr,
            )
            return INTERRUPTED


@dataclass
class Session:
    """One call of the command."""

    journal: Journal
    form: Form
    base: Path
    commit: Commit | None
    progress: Progress
    args: Namespace

    @property
    def experiment(self) -> Experiment:
        """As it was registered, or amended, before this began."""
        return self.form.experiment

    def run(self) -> int:
        """The gates, the processes, the verdict; its exit status."""
        from cupola.lab.running.gates import check_meaning

        if self._missing():
            found = check_meaning(self.experiment, self.base, self.progress)
            if found is not None:
                return self._invalid(found)
        else:
            self.progress.note("all of its processes have run")
        for made, purpose in self._wanted()[:-1]:
            self._measure(made, purpose)
        made, purpose = self._wanted()[-1]
        with self._begun(purpose) as run:
            self._run_missing(made, purpose, run)
            analysis = self._analysed(run)
        self.progress.close()
        records = self._records(COMPARISON)
        print(outcome.text(self.experiment, analysis, records))
        if self.args.export_json is not None:
            outcome.export(self.args.export_json, self.experiment, records, analysis)
        return analysis.verdict.status

    def kept(self) -> str:
        """How many processes have run, of how many."""
        total = sum(len(plan(made)) for made, _ in self._wanted())
        return f"{total - self._missing()} of {total} processes have run and are kept"

    def _wanted(self) -> list[tuple[Experiment, str]]:
        """What is run, and for what: the comparison last."""
        comparison = (self.experiment, COMPARISON)
        return [comparison] if self.args.no_aa else [(same_twice(self.experiment), A_A), comparison]

    def _records(self, purpose: str) -> tuple[ProcessRecord, ...]:
        """What has run, here or in another command meanwhile."""
        return self.journal.records(self.experiment.name, purpose, self.form)

    def _missing(self) -> int:
        return sum(len(plan(made, self._records(purpose))) for made, purpose in self._wanted())

    def _invalid(self, found: Difference) -> int:
        """Gate 0 has found a difference: no number is said."""
        analysis = outcome.without_numbers(self.experiment, outcome.of_difference(found))
        with self._begun(COMPARISON) as run:
            run.gate("meaning", False, asdict(found))
            run.analysis(analysis)
        self.progress.close()
        print(outcome.text(self.experiment, analysis, ()))
        return analysis.verdict.status

    def _measure(self, made: Experiment, purpose: str) -> None:
        """Run what is missing for a purpose, if anything is."""
        if plan(made, self._records(purpose)):
            with self._begun(purpose) as run:
                self._run_missing(made, purpose, run)

    def _run_missing(self, made: Experiment, purpose: str, run: Run) -> None:
        done = self._records(purpose)
        if not plan(made, done):
            return
        alike = [each.name for each in self.experiment.workloads]
        run.gate("meaning", True, {"workloads": alike, "generated": self.experiment.generated})
        self.progress.stage(STAGES[purpose])
        pin = not self.args.no_pin
        if self.args.cluster:
            from cupola.lab.running.cluster import run_on_cluster

            address = self.args.cluster
            run_on_cluster(
                address, made, base=self.base, done=done, keep=run.keep, progress=self.progress, pin=pin
            )
            return
        from cupola.lab.running import runner

        runner.run(made, base=self.base, done=done, keep=run.keep, progress=self.progress, pin=pin)

    def _analysed(self, run: Run) -> Analysis:
        """The analysis of all that has run, which goes into the journal."""
        from cupola.lab.statistics.analysis import analyse

        self.progress.stage("analysis")
        records = self._records(COMPARISON)
        analysis = analyse(self.experiment, records, self._records(A_A))
        voided = [
            each.problem for each in records if each.problem is not None and each.problem.startswith("state:")
        ]
        run.gate("state", not voided, {"void": len(voided), "why": sorted(set(voided))})
        run.gate("a/a", analysis.false_positive_rate is not None, {"rate": analysis.false_positive_rate})
        run.analysis(analysis)
        return analysis

    @contextmanager
    def _begun(self, purpose: str) -> Iterator[Run]:
        """A run in the journal, which says how it ended."""
        run = self.journal.begin(self.experiment.name, self.commit, purpose, self.form)
        try:
            yield run
        except BaseException as error:
            how = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            with suppress(
                LabError
            ):  # the journal itself may be what failed: a run without an end was broken off
                run.end(how, str(error))
            raise
        run.end("complete")
