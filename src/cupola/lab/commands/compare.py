"""`cupola lab compare A B`: is B faster than A? Whole processes of two commands, a ratio with its interval, a verdict.

An experiment without a file: the same gates, the same blocks, the same analysis and rule as `cupola lab run`, and
nothing kept.
"""

from __future__ import annotations

import math
import os
import re
import shlex
import sys
import threading
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cupola.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cupola.lab.experiment.spec import Arm, Experiment, Workload
    from cupola.lab.running.blocks import Step
    from cupola.lab.running.gates import Difference
    from cupola.lab.running.process import Finished
    from cupola.lab.running.progress import Progress
    from cupola.lab.running.records import ProcessRecord

DESCRIPTION = """\
Is B faster than A? Runs both commands as whole processes, in random order and side by side, and says the ratio of their
times with a 95 % interval, and whether the claim holds. The first command is the reference. Commands that print
something else, or end with another exit status, are not compared: the verdict is `invalid`, with the difference."""
EPILOG = """\
exit status: 0 accepted, 10 conditional, 11 rejected, 12 invalid, 130 interrupted

examples:
  cupola lab compare 'cupola run --tier threaded a.fs' 'cupola run a.fs'
  cupola lab compare --claim 1.5x --runs 30 './old' './new'
  cupola lab compare --from old.json new.json      what pyperf has measured"""

LEAST_RUNS, MOST_RUNS = 10, 100
ENOUGH = 5.0  # seconds that the runs of each command should take together
TIMEOUT = 3600.0  # seconds
ROPE = 0.01
SHELL = "sh"
SHELL_SIGNS = frozenset("|&;<>()$`*?[]#~!{}\n")
QUOTED = re.compile(r"""'[^']*'|"((?:\\.|[^"\\])*)\"""", re.S)
METRICS = ("total", "cpu", "memory")
WORK = "the command"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola lab compare`."""
    add = parser.add_argument
    add("commands", nargs="*", metavar="COMMAND", help="two commands or more, each in quotes")
    add(
        "-r", "--runs", type=_at_least(2), metavar="N",
        help=f"processes of each command (default: as many as take {ENOUGH:g} s, from {LEAST_RUNS} to {MOST_RUNS})",
    )  # fmt: skip
    add(
        "-w", "--warmup", type=_at_least(0), default=0, metavar="N", help="processes of each before it begins"
    )
    add("-p", "--prepare", metavar="COMMAND", help="run this before each process, by the shell, not measured")
    add("--claim", default="faster", help="faster (default), not-slower, or a ratio such as 1.5x")
    add("--metric", choices=METRICS, default="total", help="wall time of the process (default), cpu, memory")
    add(
        "--rope", type=_share, default=ROPE, metavar="SHARE",
        help="region of practical equivalence (default: %(default)s, which is 1 %%)",
    )  # fmt: skip
    add("--alpha", type=_share, default=0.05, metavar="SHARE", help="false positives (default: %(default)s)")
    add("--timeout", type=float, default=TIMEOUT, metavar="SECONDS", help="default: %(default)g")
    add("--seed", type=int, metavar="N", help="of the random order (default: chosen)")
    add("--no-pin", action="store_true", help="leave it to the system on which CPUs processes run")
    how = parser.add_argument_group("what is run")
    how.add_argument(
        "-n", "--command-name", action="append", default=[], metavar="NAME", help="of a command, in order"
    )
    how.add_argument("--input", type=Path, metavar="FILE", help="what the commands read (default: nothing)")
    how.add_argument(
        "--ignore-output", action="store_true", help="output goes nowhere, and does not have to be the same"
    )
    how.add_argument(
        "-i",
        "--ignore-failure",
        action="store_true",
        help="an exit status other than 0 is fine, if all have it",
    )
    shell = how.add_mutually_exclusive_group()
    shell.add_argument(
        "-S", "--shell", metavar="SHELL", help="run the commands by this shell (SHELL -c COMMAND)"
    )
    shell.add_argument(
        "-N",
        "--no-shell",
        action="store_true",
        help=f"never by a shell (default: by {SHELL} if one is needed)",
    )
    files = parser.add_argument_group("results in the format of pyperf")
    files.add_argument("--export-json", type=Path, metavar="FILE", help="write what was measured")
    files.add_argument(
        "--from",
        dest="results",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="compare results instead of commands",
    )


def main(args: Namespace) -> int:
    """Compare; the exit status of the verdict. Raises LabError."""
    from cupola.lab.commands.outcome import need_statistics
    from cupola.lab.experiment.claims import threshold

    need_statistics()
    try:
        threshold(args.claim, args.rope)
    except ValueError as error:
        raise LabError(f"--claim: {error}") from None
    if args.results:
        if args.commands:
            raise LabError("expected either commands or --from, found both")
        return compare_files(args)
    if len(args.commands) < 2:
        raise LabError(f"expected two commands, each in quotes, found {len(args.commands)}")
    from cupola.lab.commands.stopping import INTERRUPTED, terminable
    from cupola.lab.running.alone import WAITS, alone
    from cupola.lab.running.progress import shown

    try:
        with (
            shown() as progress,
            terminable(),
            alone(lambda: progress.note(WAITS)),
        ):
            return Comparison(args, progress).run()
    except KeyboardInterrupt:
        print("interrupted: nothing was kept", file=sys.stderr)
        return INTERRUPTED


class Comparison:
    """One call of the command, with commands."""

    def __init__(self, args: Namespace, progress: Progress) -> None:
        self.args = args
        self.progress = progress
        self.experiment = experiment_of(args)
        self.base = Path.cwd()
        self.stdin = _read(args.input)
        self.slowest = 0.0
        self.status = 0

    def run(self) -> int:
        """Gate 0, warm-up, the runs, the verdict; its exit status."""
        from cupola.lab.commands import outcome

        with loading_analysis(self.args.metric):
            found = self._check_meaning()
        if found is not None:
            verdict = outcome.of_difference(found)
            self.progress.close()
            print(outcome.text(self.experiment, outcome.without_numbers(self.experiment, verdict), ()))
            return verdict.status
        self._warm_up()
        self.experiment = replace(self.experiment, processes=self.args.runs or enough(self.slowest))
        records = self._measure()
        from cupola.lab.statistics.analysis import analyse

        analysis = analyse(self.experiment, records)
        self.progress.close()
        if self.args.export_json is not None:
            outcome.export(self.args.export_json, self.experiment, records, analysis)
        print(outcome.text(self.experiment, analysis, records))
        return analysis.verdict.status

    def _check_meaning(self) -> Difference | None:
        from cupola.lab.running.gates import Manner, check_meaning

        manner = Manner(self.stdin, not self.args.ignore_output, self.args.ignore_failure, self._seen)
        self._prepare()
        found = check_meaning(self.experiment, self.base, self.progress, manner)
        if (
            found is not None
            and found.what == "failure"
            and not found.reference
            and not self.args.ignore_failure
        ):
            return replace(
                found, text=f"{found.text} (-i, --ignore-failure: an exit status that all have is fine)"
            )
        return found

    def _seen(self, arm: Arm, workload: Workload, done: Finished) -> None:
        """Gate 0 has run a command; the next one finds things prepared, too."""
        self.slowest = max(self.slowest, done.wall)
        self.status = done.status
        self._prepare()

    def _warm_up(self) -> None:
        if self.args.warmup:
            self.progress.stage("warming up")
            self._run(replace(self.experiment, processes=self.args.warmup), lambda record: None, silent=True)

    def _measure(self) -> list[ProcessRecord]:
        self.progress.stage(f"{self.experiment.processes} processes of each, in interleaved blocks")
        records: list[ProcessRecord] = []
        self._run(self.experiment, records.append)
        return records

    def _run(self, made: Experiment, keep: Callable[[ProcessRecord], None], silent: bool = False) -> None:
        from cupola.lab.running import runner

        prepare: Callable[[Step], None] | None = (
            None if self.args.prepare is None else (lambda step: self._prepare())
        )
        runner.run(
            made, base=self.base, keep=keep, progress=runner.SILENT if silent else self.progress,
            pin=not self.args.no_pin, statuses={WORK: self.status}, keep_output=not self.args.ignore_output,
            stdin=self.stdin, before_each=prepare,
        )  # fmt: skip

    def _prepare(self) -> None:
        """Run the command of --prepare. Raises LabError if it fails."""
        from cupola.lab.running.process import failure, run_process

        if self.args.prepare is None:
            return
        done = run_process([self.args.shell or SHELL, "-c", self.args.prepare], timeout=self.args.timeout)
        problem = done.problem or failure(done.status, done.stderr)
        if problem is not None:
            raise LabError(f"--prepare {self.args.prepare!r}: {problem}")


@contextmanager
def loading_analysis(metric: str) -> Iterator[None]:
    """Import the analysis, which takes most of a second, beside gate 0, where no time is measured.

    Not where memory is measured: what the driver has at its peak is the least that can be measured exactly.
    """
    thread = threading.Thread(target=_load, daemon=True)
    if metric != "memory":
        thread.start()
    try:
        yield
    finally:
        if metric != "memory":
            thread.join()


def _load() -> None:
    with suppress(ImportError):  # the import that needs it says what is missing
        import_module("cupola.lab.statistics.analysis")


def experiment_of(args: Namespace) -> Experiment:
    """The experiment that the command line means. Raises LabError."""
    from cupola.lab.experiment.spec import Arm, Experiment, Workload

    names = names_of(args.commands, args.command_name)
    commands = [words(each, args.shell, args.no_shell) for each in args.commands]
    if not (math.isfinite(args.timeout) and args.timeout > 0):
        raise LabError(f"--timeout: expected seconds, found {args.timeout:g}")
    return Experiment(
        name="compare",
        question=f"is {' or '.join(names[1:])} better than {names[0]}?",
        h0="no difference",
        h1=args.claim,
        metric=args.metric,
        reference=names[0],
        arms=tuple(Arm(name, command=command) for name, command in zip(names, commands, strict=True)),
        workloads=(Workload(WORK),),
        claim=args.claim,
        processes=args.runs or LEAST_RUNS,
        rope=args.rope,
        alpha=args.alpha,
        timeout=args.timeout,
        seed=args.seed if args.seed is not None else int.from_bytes(os.urandom(4), "big"),
    )


def names_of(commands: Sequence[str], given: Sequence[str]) -> list[str]:
    """A name for each command: as given, else the command itself; no two alike. Raises LabError."""
    if len(given) > len(commands):
        raise LabError(f"--command-name: there are {len(commands)} commands, found {len(given)} names")
    names: list[str] = []
    for name in [*given, *commands[len(given) :]]:
        shown = " ".join(name.split()) or "(nothing)"
        again = sum(each == shown or each.startswith(f"{shown} (again") for each in names)
        names.append(shown if not again else f"{shown} (again)" if again == 1 else f"{shown} (again {again})")
    return names


def words(command: str, shell: str | None, no_shell: bool) -> tuple[str, ...]:
    """The arguments of a command: by a shell where one is asked for or needed. Raises LabError."""
    if shell is not None:
        return (*shlex.split(shell), "-c", command)
    if not no_shell and SHELL_SIGNS & set(QUOTED.sub(_meant_for_a_shell, command)):
        return (SHELL, "-c", command)
    try:
        found = tuple(shlex.split(command))
    except ValueError as error:
        raise LabError(f"the command {command!r} cannot be read: {str(error).lower()}") from None
    if not found:
        raise LabError("expected a command, found nothing between the quotes")
    return found


def _meant_for_a_shell(quoted: re.Match[str]) -> str:
    """What a shell would look at within quotes: dollars and backticks, if they are double quotes."""
    return "".join(each for each in quoted[1] or "" if each in "$`")


def enough(slowest: float) -> int:
    """How many processes of each command there shall be, by what the slowest took once: no result decides it."""
    return max(LEAST_RUNS, min(MOST_RUNS, math.ceil(ENOUGH / max(slowest, 1e-3))))


def compare_files(args: Namespace) -> int:
    """Compare results of pyperf; the exit status of the verdict."""
    from cupola.lab.commands import outcome
    from cupola.lab.running.pyperf_files import read
    from cupola.lab.statistics.analysis import analyse

    experiment, records = read(args.results)
    experiment = replace(experiment, claim=args.claim, rope=args.rope, alpha=args.alpha)
    analysis = analyse(experiment, records)
    print(outcome.text(experiment, analysis, records))
    print(
        "\nthese processes were measured by pyperf: what they print was not compared, nor did they run side by side"
    )
    return analysis.verdict.status


def _read(path: Path | None) -> bytes:
    if path is None:
        return b""
    try:
        return path.read_bytes()
    except OSError as error:
        raise LabError(f"--input {path}: it cannot be read: {error.strerror}") from None


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ArgumentTypeError(f"expected a whole number, found {text!r}") from None
        if value < least:
            raise ArgumentTypeError(f"expected {least} or more, found {value}")
        return value

    return number


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ArgumentTypeError(f"expected a number, found {text!r}") from None
    if not 0 <= value < 1:
        raise ArgumentTypeError(f"expected a share from 0 to 1, such as 0.01, found {text}")
    return value
