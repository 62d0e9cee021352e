"""Samples as files that other tools show: folded stacks, speedscope, traces for Perfetto and Chrome.

A function is one frame in them, whatever line it is at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.language.spots import Spot
    from cupola.observe.sampling import Samples

SPEEDSCOPE_SCHEMA = "https://www.speedscope.app/file-format-schema.json"


class Function(NamedTuple):
    """A function as people see it: its name, and the file and line where it begins."""

    name: str
    file: str
    begins: int

    @property
    def place(self) -> str:
        """`file:line`, or the file for a whole one; nothing for one that is in no file."""
        return f"{self.file}:{self.begins}" if self.begins else self.file

    @property
    def label(self) -> str:
        """The name, with the place where that does not have it."""
        return f"{self.name} ({self.place})" if self.file and self.place not in self.name else self.name


def function_of(spot: Spot) -> Function:
    """The function that a spot is in."""
    return Function(spot.name, spot.file, spot.begins)


def folded(samples: Samples) -> str:
    """A line for each stack: its functions, the outermost first, between semicolons, and its nanoseconds."""
    weights: dict[str, int] = {}
    for stack, nanoseconds in samples:
        line = ";".join(_plain(function_of(each).label) for each in stack)
        weights[line] = weights.get(line, 0) + nanoseconds
    return "".join(f"{line} {weight}\n" for line, weight in sorted(weights.items()))


def _plain(label: str) -> str:
    """A label without what separates labels and lines."""
    return label.replace(";", ":").replace("\n", " ")


def speedscope(samples: Samples, name: str) -> dict[str, Any]:
    """A file for speedscope.app: one profile with all samples, in their order."""
    numbers: dict[Function, int] = {}

    def number(spot: Spot) -> int:
        return numbers.setdefault(function_of(spot), len(numbers))

    stacks = [[number(each) for each in stack] for stack in samples.stacks]
    frames = [
        {"name": each.name} | ({"file": each.file, "line": each.begins} if each.file else {})
        for each in numbers
    ]
    profile = {
        "type": "sampled", "name": name, "unit": "nanoseconds", "startValue": 0, "endValue": samples.total,
        "samples": [stacks[at] for at, _ in samples.taken],
        "weights": [nanoseconds for _, nanoseconds in samples.taken],
    }  # fmt: skip
    return {
        "$schema": SPEEDSCOPE_SCHEMA, "shared": {"frames": frames}, "profiles": [profile], "name": name,
        "activeProfileIndex": 0, "exporter": "cupola",
    }  # fmt: skip


def trace(samples: Samples, name: str) -> dict[str, Any]:
    """A trace for Perfetto or chrome://tracing: functions as bars over time, as long as samples show them."""
    events: list[dict[str, Any]] = [
        {"ph": "M", "name": "process_name", "pid": 1, "tid": 1, "args": {"name": name}},
        {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "main"}},
    ]
    running: list[tuple[Function, int]] = []  # with the time when each was seen first
    now = 0
    for stack, nanoseconds in samples:
        functions = [function_of(each) for each in stack]
        _end(running, _common(running, functions), now, events)
        running += [(each, now) for each in functions[len(running) :]]
        now += nanoseconds
    _end(running, 0, now, events)
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def _common(running: Sequence[tuple[Function, int]], functions: Sequence[Function]) -> int:
    """How many functions at the bottom of both are the same."""
    same = 0
    for (one, _), other in zip(running, functions, strict=False):
        if one != other:
            break
        same += 1
    return same


def _end(running: list[tuple[Function, int]], left: int, now: int, events: list[dict[str, Any]]) -> None:
    """End the bars above the lowest `left`."""
    while len(running) > left:
        function, began = running.pop()
        event: dict[str, Any] = {
            "ph": "X", "name": function.name, "cat": "guest", "pid": 1, "tid": 1, "ts": began / 1000,
            "dur": (now - began) / 1000,
        }  # fmt: skip
        if function.file:
            event["args"] = {"place": function.place}
        events.append(event)
