"""Says how far a run is, and how long it will take: from what was seen, not from what was hoped.

`Progress` is what the runner calls, and says nothing; `on_terminal` and `in_lines` say it.
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import IO, Any, Self

from cupola.lab.running.blocks import Step
from cupola.lab.running.records import ProcessRecord


class Left:
    """The time left: for each arm and workload the median of what its processes took. A pair of which none has run yet
    is taken to need the median of the others, and then `sure` is false."""

    def __init__(self, steps: Iterable[Step], done: Iterable[ProcessRecord] = ()) -> None:
        self._missing = Counter((each.arm.name, each.workload.name) for each in steps)
        self._seen: dict[tuple[str, str], list[float]] = defaultdict(list)
        for each in done:
            self._seen[each.arm, each.workload].append(each.wall)

    def saw(self, record: ProcessRecord) -> None:
        """A process has ended."""
        pair = record.arm, record.workload
        self._missing[pair] -= 1
        self._seen[pair].append(record.wall)

    @property
    def sure(self) -> bool:
        """Whether every pair that is missing was seen."""
        return all(pair in self._seen for pair, count in self._missing.items() if count > 0)

    @property
    def seconds(self) -> float | None:
        """The time left, or None before anything was seen."""
        medians = {pair: statistics.median(walls) for pair, walls in self._seen.items()}
        if not medians:
            return None
        usual = statistics.median(medians.values())
        return sum(count * medians.get(pair, usual) for pair, count in self._missing.items() if count > 0)

    def __str__(self) -> str:
        seconds = self.seconds
        if seconds is None:
            return "time left unknown"
        return f"{'' if self.sure else 'about '}{duration(seconds)} left"


def duration(seconds: float) -> str:
    """A time as people read it: 0:07, 12:34, 1:02:03."""
    whole = round(seconds)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


class Progress:
    """What the runner tells; this one passes nothing on."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def stage(self, name: str) -> None:
        """Something begins that is not counted, such as a gate."""

    def begin(self, steps: Sequence[Step], done: Sequence[ProcessRecord]) -> None:
        """These processes will run, those ran before."""

    def saw(self, record: ProcessRecord) -> None:
        """A process has ended, and is kept."""

    def note(self, text: str) -> None:
        """Something that the user should know."""

    def close(self) -> None:
        """Nothing comes any more."""


class Lines(Progress):
    """A line for each block, for a log."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self.stream = sys.stderr if stream is None else stream
        self._left = Left(())
        self._last: dict[int, Step] = {}
        self._count = self._total = 0
        self._missing: Counter[int] = Counter()

    def stage(self, name: str) -> None:
        self._say(name)

    def begin(self, steps: Sequence[Step], done: Sequence[ProcessRecord]) -> None:
        self._left = Left(steps, done)
        self._count, self._total = len(done), len(steps) + len(done)
        self._missing = Counter(each.block for each in steps)

    def saw(self, record: ProcessRecord) -> None:
        self._left.saw(record)
        self._count += 1
        self._missing[record.block] -= 1
        if record.problem is not None:
            self._say(problem(record))
        if self._missing[record.block] == 0:
            self._say(f"[{self._count}/{self._total}] block {record.block} done, {self._left}")

    def note(self, text: str) -> None:
        self._say(text)

    def _say(self, text: str) -> None:
        print(text, file=self.stream, flush=True)


class Bar(Progress):
    """A bar on a terminal, with what runs and the time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._bar: Any = RichProgress(
            TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"), console=Console(stderr=True), transient=True,
            auto_refresh=False,  # it would wake the driver ten times a second while something is measured
        )  # fmt: skip
        self._task: Any = None
        self._left = Left(())

    def stage(self, name: str) -> None:
        self._bar.console.print(name, highlight=False, markup=False)

    def begin(self, steps: Sequence[Step], done: Sequence[ProcessRecord]) -> None:
        self.close()
        self._left = Left(steps, done)
        total = len(steps) + len(done)
        self._task = self._bar.add_task("running", total=total, completed=len(done), left="")
        self._bar.start()
        self._bar.refresh()

    def saw(self, record: ProcessRecord) -> None:
        self._left.saw(record)
        if record.problem is not None:
            self.note(problem(record))
        what = f"{record.arm} on {record.workload}"
        self._bar.update(self._task, advance=1, description=what, left=str(self._left), refresh=True)

    def note(self, text: str) -> None:
        self._bar.console.print(text, highlight=False, markup=False)

    def close(self) -> None:
        if self._task is not None:
            self._bar.stop()
            self._bar.remove_task(self._task)
            self._task = None


def shown() -> Progress:
    """A bar on a terminal, else lines."""
    return Bar() if sys.stderr.isatty() else Lines()


def problem(record: ProcessRecord) -> str:
    """A line about a process that is in no figure."""
    return f"block {record.block}: {record.arm} on {record.workload}: {record.problem}"
