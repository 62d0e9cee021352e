"""The engines on which every Forth test runs, and what a run of a program on one of them came to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

import cupola

TIME_LIMIT = 60.0  # seconds: far above what any test needs, so that a hang is a failure and not a wait


@dataclass(frozen=True)
class Engine:
    """A tier, and when it compiles: (calls, loops), or None for the normal thresholds."""

    tier: str
    thresholds: tuple[int, int] | None = None

    def __str__(self) -> str:
        if self.thresholds is None:
            return self.tier
        return f"{self.tier}-calls{self.thresholds[0]}-loops{self.thresholds[1]}"


ENGINES = [
    Engine("switch"),
    Engine("table"),
    Engine("threaded"),  # never compiles
    Engine("baseline", (1, 1)),
    Engine("auto", (1, 1)),  # begins in the interpreter and leaves it at the first chance
    Engine("auto", (3, 2)),  # switches in the middle of the small loops that tests are made of
    Engine("auto"),
]
REFERENCE = ENGINES[0]


@dataclass(frozen=True)
class Outcome:
    """What a program did: the error's code (None without one), the output, the place, the words that ran."""

    code: int | None
    output: str
    line: int | None = None
    backtrace: tuple[str, ...] = ()
    message: str = ""

    def comparable(self) -> tuple[object, ...]:
        """What has to be the same on every engine."""
        return self.code, self.output, self.line, self.backtrace


def make_vm(engine: Engine, source_of_input: BinaryIO | None = None) -> cupola.VM:
    """Return a fresh Forth system on this engine, with its output captured."""
    thresholds = None
    if engine.thresholds is not None:
        thresholds = cupola.Thresholds(calls=engine.thresholds[0], loops=engine.thresholds[1])
    return cupola.VM(
        language="forth",
        tier=engine.tier,
        thresholds=thresholds,
        limits=cupola.Limits(time=TIME_LIMIT),
        input=source_of_input,
    )


def run(vm: cupola.VM, source: str) -> Outcome:
    """Run a source text and tell what it did."""
    try:
        vm.run(source)
    except cupola.GuestError as error:
        names = tuple(frame.name for frame in error.backtrace)
        line = error.where.line if error.where else None
        return Outcome(error.code, vm.take_output(), line, names, error.message)
    return Outcome(None, vm.take_output())


@cache
def reference(source: str) -> Outcome:
    """What the reference engine makes of a source text in a fresh system."""
    return run(make_vm(REFERENCE), source)
