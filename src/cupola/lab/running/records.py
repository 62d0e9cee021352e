"""What was seen: one record for each process, as it goes into the journal.

Plain data: numbers, texts, and lists of them, so that JSON holds it without loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DIFFERS = "differs"
"""The word that a problem begins with where output, errors or exit status are not what they must be: the arm means
something else, so its experiment is invalid. `differs: line 3 is '7', expected '8'`."""


@dataclass(frozen=True)
class Event:
    """Something that happened inside a process: when (seconds from its first iteration, or its start), and what."""

    at: float
    kind: str  # load, compile, deoptimize, collect, tick, clock
    detail: str = ""


@dataclass(frozen=True)
class ProcessRecord:
    """One process of an arm on a workload. Times in seconds, memory in bytes.

    `problem` says what was wrong, or is None: how it ended (crash, exit status, time-out), output that differs, a state
    that the arm does not allow, a clock that jumped. Such a process is kept, and is in no figure. One that begins with
    DIFFERS makes the experiment invalid; every other is a process lost.
    """

    block: int
    arm: str
    workload: str
    machine: str
    started: str  # ISO 8601, UTC
    wall: float
    cpu: float
    memory: int
    status: int
    load: float  # of the machine, before
    problem: str | None = None
    iterations: tuple[float, ...] = ()  # seconds of each, in order
    instructions: int | None = None
    events: tuple[Event, ...] = ()
    state: tuple[tuple[str, str], ...] = ()  # what the process says of itself: tier reached, switches, caches

    @property
    def differs(self) -> bool:
        """Whether it meant something else than it must."""
        return self.problem is not None and self.problem.startswith(DIFFERS)

    def as_data(self) -> dict[str, Any]:
        """The record as JSON takes it."""
        return {**vars(self), "events": [vars(each) for each in self.events]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ProcessRecord:
        """The record that `as_data` wrote."""
        events = tuple(Event(**each) for each in data["events"])
        state = tuple((key, value) for key, value in data["state"])
        return cls(**{**data, "events": events, "state": state, "iterations": tuple(data["iterations"])})


def measured(record: ProcessRecord, metric: str) -> float | None:
    """What a process as a whole measured, of the metrics that need no warm-up class; None if it did not."""
    if record.problem is not None:
        return None
    values = {
        "least": min(record.iterations, default=None),
        "total": record.wall,
        "cpu": record.cpu,
        "memory": record.memory,
        "instructions": record.instructions,
    }
    value = values[metric]
    return None if value is None else float(value)
