"""A sampling profiler: where a program is, asked again and again while it runs.

A thread asks by a clock; the program answers at the next place where it can stop, on its own thread. A sample weighs
the time since the one before, so all of them together weigh as much as the run took, less what sampling itself did.
"""

from __future__ import annotations

import threading
import time
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from cupola.language.driver import Driver
    from cupola.language.spots import Spot

INTERVAL = 0.001  # seconds


class Samples:
    """What a run showed: how often it was in which stack of functions, in the order in which that was seen."""

    def __init__(self) -> None:
        self.stacks: list[tuple[Spot, ...]] = []
        self.taken: list[tuple[int, int]] = []  # the number of a stack, and nanoseconds
        self._numbers: dict[tuple[Spot, ...], int] = {}

    def add(self, stack: tuple[Spot, ...], nanoseconds: int) -> None:
        """One more sample."""
        number = self._numbers.get(stack)
        if number is None:
            number = self._numbers[stack] = len(self.stacks)
            self.stacks.append(stack)
        self.taken.append((number, nanoseconds))

    def __iter__(self) -> Iterator[tuple[tuple[Spot, ...], int]]:
        """Each sample: a stack, the outermost function first, and its nanoseconds."""
        for number, nanoseconds in self.taken:
            yield self.stacks[number], nanoseconds

    def __len__(self) -> int:
        return len(self.taken)

    @property
    def total(self) -> int:
        """Nanoseconds of all samples."""
        return sum(nanoseconds for _, nanoseconds in self.taken)


class Sampler:
    """Takes samples of a VM within a `with` statement, about one each `interval` seconds. `samples` has them."""

    def __init__(self, vm: Driver, interval: float = INTERVAL) -> None:
        if interval <= 0:
            raise ValueError(f"the interval between samples must be positive, found {interval}")
        self.vm = vm
        self.interval = interval
        self.samples = Samples()
        self._last = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask, name="sampler", daemon=True)

    def __enter__(self) -> Sampler:
        self.vm.watcher = self
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self.vm.watcher = None

    def _ask(self) -> None:
        """The thread with the clock. Its pace changes all the time, as programs have rhythms of their own."""
        random = Random()
        while not self._ended.wait(self.interval * random.uniform(0.5, 1.5)):
            self.vm.want_sample()

    def begin(self) -> None:
        """The program begins to run, or goes on."""
        self._last = time.perf_counter_ns()

    def sample(self) -> None:
        """The program has stopped: look where."""
        passed = time.perf_counter_ns() - self._last
        self.samples.add(self.vm.spots(), passed)
        self._last = time.perf_counter_ns()

    def end(self) -> None:
        """The program does not run any more: what it did since the last sample is not known."""
