"""What a process of an experiment tells of itself, and how: the protocol between the runner and what it runs.

The runner names a file in the environment variable FILE and a number of iterations in ITERATIONS. A process that knows
the protocol runs that many iterations and, when it ends, writes one JSON object into the file: seconds of each
iteration, events, its state, guest instructions, a digest of all that was printed. What it prints, its errors and its
exit status stay its own. A process that does not know the protocol is measured from outside, and tells nothing.

Both sides pass here, and processes that are measured pay for what they import: nothing.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

FILE = "CUPOLA_LAB_FILE"
ITERATIONS = "CUPOLA_LAB_ITERATIONS"
FORMAT = 1


class NothingUseful(Exception):
    """A process wrote something into its file that is no report; the message says what."""


class Told:
    """What a process told: seconds of each iteration, in order; events as (seconds from the start of the first
    iteration, below 0 before it; kind; detail); its state by name; guest instructions, if it counted any; a digest of
    what it printed in all iterations, empty if it keeps none."""

    __slots__ = ("events", "instructions", "iterations", "output", "state")

    def __init__(
        self,
        iterations: Sequence[float] = (),
        events: Sequence[tuple[float, str, str]] = (),
        state: Mapping[str, str] | None = None,
        instructions: int | None = None,
        output: str = "",
    ) -> None:
        self.iterations = tuple(iterations)
        self.events = tuple(events)
        self.state = dict(state or {})
        self.instructions = instructions
        self.output = output


def environment(path: str, iterations: int) -> dict[str, str]:
    """The variables that the runner gives to a process that shall tell into the file at `path`."""
    return {FILE: path, ITERATIONS: str(iterations)}


def wanted_iterations() -> int:
    """How many iterations this process shall run; 1 where nobody says. Raises ValueError for what is no number."""
    text = os.environ.get(ITERATIONS, "1")
    count = int(text) if text.isdecimal() else 0
    if count < 1:
        raise ValueError(f"{ITERATIONS}={text}: expected a number of iterations, at least 1")
    return count


def tell(told: Told) -> None:
    """Write what this process has to tell, if anybody wants it."""
    path = os.environ.get(FILE)
    if not path:
        return
    import json

    data = {"format": FORMAT, **{name: getattr(told, name) for name in Told.__slots__}}
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(data) + "\n")


def read(path: str) -> Told | None:
    """What a process told into the file at `path`; None if it told nothing. Raises NothingUseful."""
    import json

    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return None
    if not text:
        return None
    try:
        data: dict[str, Any] = json.loads(text)
        if data["format"] != FORMAT:
            raise NothingUseful(
                f"it told in format {data['format']!r}, expected {FORMAT}: it is another version"
            )
        instructions = data["instructions"]
        return Told(
            [float(each) for each in data["iterations"]],
            [(float(at), str(kind), str(detail)) for at, kind, detail in data["events"]],
            {str(name): str(value) for name, value in data["state"].items()},
            None if instructions is None else int(instructions),
            str(data["output"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NothingUseful(f"what it told cannot be read ({error!r}): {text[:80]!r}") from None
