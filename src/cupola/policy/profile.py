"""A profile: what a program did most, in a file that later runs read.

It holds the straight runs of instructions with how often each was executed, and for each function its calls, whom it
called, and which way its conditional branches went. Profiles of one language can be added up; from the sum come the
superinstructions that save most dispatches. The file is JSON, so that people can read and edit it.
"""

from __future__ import annotations

import itertools
import json

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Run = tuple[str, ...]

FORMAT = "cupola profile"
VERSION = 1
HOT_CALLS = 100  # of a function, from which on it is worth more code
ONE_WAY = 0.9  # of a branch's executions, from which on one way counts as the usual one
MOST_DERIVED = 64  # superinstructions from one profile: each costs about 4 ms of compile time once
LEAST_GAIN = 0.001  # of all dispatches, that a superinstruction must save
LONGEST = 6  # instructions in one
MOST_COUNT = 1 << 63


class ProfileError(ValueError):
    """A file that is no profile, or not one of this language or version."""


class Function:
    """What is known of one function: its name and line, its calls, whom it called how often, and for each of its
    conditional branches how often it was taken and not taken."""

    __slots__ = ("branches", "callees", "calls", "line", "name")

    def __init__(
        self, name: str, line: int, calls: int, callees: dict[str, int], branches: list[tuple[int, int]]
    ) -> None:
        self.name = name
        self.line = line
        self.calls = calls
        self.callees = callees
        self.branches = branches

    @property
    def is_hot(self) -> bool:
        """Whether it is called so often that more code for it is worth while."""
        return self.calls >= HOT_CALLS

    @property
    def usual_ways(self) -> list[bool | None]:
        """For each branch whether it is nearly always taken, nearly never, or neither (None)."""
        return [_usual(taken, passed) for taken, passed in self.branches]


def _usual(taken: int, passed: int) -> bool | None:
    total = taken + passed
    if total < HOT_CALLS:
        return None
    return True if taken >= ONE_WAY * total else False if passed >= ONE_WAY * total else None


class Profile:
    """The profile of programs of one language. `superinstructions` are those that were derived from it, best first."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.runs: dict[Run, int] = {}
        self.functions: dict[tuple[str, int], Function] = {}
        self.superinstructions: list[Run] = []

    def add_run(self, names: Iterable[str], count: int) -> None:
        """Count executions of a straight run."""
        run = tuple(names)
        if run and count:
            self.runs[run] = self.runs.get(run, 0) + count

    def add_function(self, one: Function) -> None:
        """Count what a function did; one that has changed since replaces what was known of it if it did more."""
        key = (one.name, one.line)
        known = self.functions.get(key)
        if known is None or (len(known.branches) != len(one.branches) and one.calls >= known.calls):
            self.functions[key] = one
        elif len(known.branches) == len(one.branches):
            known.calls += one.calls
            for name, count in one.callees.items():
                known.callees[name] = known.callees.get(name, 0) + count
            pairs = zip(known.branches, one.branches, strict=True)
            known.branches = [(taken + more, passed + rest) for (taken, passed), (more, rest) in pairs]

    def merge(self, other: Profile) -> None:
        """Add another profile of the same language. Raises ProfileError."""
        if other.language != self.language:
            raise ProfileError(
                f"cannot add a profile of {other.language} to one of {self.language}: make one file for each"
            )
        for run, count in other.runs.items():
            self.add_run(run, count)
        for each in other.functions.values():
            self.add_function(each)

    # --- the file -----------------------------------------------------------------------------------------------

    def text(self) -> str:
        """The content of the file; the same for the same profile."""
        runs = sorted(self.runs.items(), key=lambda each: (-each[1], each[0]))
        functions = sorted(self.functions.values(), key=lambda each: (-each.calls, each.name, each.line))
        head = {FORMAT: VERSION, "language": self.language}
        lines = ["{", *(f"{json.dumps(name)}: {json.dumps(value)}," for name, value in head.items())]
        parts: dict[str, list[list[Any]]] = {
            "superinstructions": [list(each) for each in self.superinstructions],
            "runs": [[count, *run] for run, count in runs],
            "functions": [
                [one.name, one.line, one.calls, one.branches, dict(sorted(one.callees.items()))]
                for one in functions
            ],
        }
        for name, rows in parts.items():
            lines += [f'"{name}": [', ",\n".join(json.dumps(row) for row in rows), "],"]
        lines[-1] = "]"
        return "\n".join([*lines, "}", ""])


def load(path: str, language: str) -> Profile:
    """The profile in a file, for programs of `language`. Raises ProfileError."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"cannot read the profile {path}: {getattr(error, 'strerror', error)}") from None
    found = read(text, path)
    if found.language != language:
        raise ProfileError(f"{path} is a profile of {found.language}, the program is in {language}")
    return found


def read(text: str, what: str) -> Profile:
    """The profile in the text of a file, which messages call `what`. Raises ProfileError."""
    try:
        found = json.loads(text)
        version = found[FORMAT]
    except (ValueError, KeyError, TypeError):
        raise ProfileError(f"{what} is no profile: make one with cupola profile") from None
    if version != VERSION:
        raise ProfileError(f"{what} is a profile of version {version}, expected {VERSION}: make it again")
    try:
        return _from(found)
    except (KeyError, TypeError, ValueError) as error:
        raise ProfileError(f"{what} is damaged ({error!r}): make it again with cupola profile") from None


def _from(found: dict[str, Any]) -> Profile:
    made = Profile(_checked(found["language"], str))
    for count, *names in found["runs"]:
        made.add_run([_checked(name, str) for name in names], _checked(count, int))
    for name, line, calls, branches, callees in found["functions"]:
        pairs = [(_checked(taken, int), _checked(passed, int)) for taken, passed in branches]
        known = {_checked(callee, str): _checked(count, int) for callee, count in callees.items()}
        made.add_function(
            Function(_checked(name, str), _checked(line, int), _checked(calls, int), known, pairs)
        )
    made.superinstructions = [
        tuple(_checked(name, str) for name in names) for names in found["superinstructions"]
    ]
    return made


def _checked(value: Any, type: Any) -> Any:
    if not isinstance(value, type) or isinstance(value, bool):
        raise ValueError(f"expected {type.__name__}, found {value!r}")
    if isinstance(value, int) and not 0 <= value < MOST_COUNT:
        raise ValueError(f"{value!r} is no count")
    return value


# --- superinstructions ---------------------------------------------------------------------------------------------


def derive(
    runs: dict[Run, int], known: Iterable[Run], may_fuse: Callable[[Run], bool], most: int = MOST_DERIVED
) -> list[tuple[Run, int]]:
    """The superinstructions beyond those `known` that save most dispatches in these runs, and how many each saves.

    Runs are cut as the assembler does it: from the left, the longest that exists. Then the pair of neighbours that
    occurs most becomes one, and again, as byte-pair encoding does it (Gage, A New Algorithm for Data Compression,
    1994). `may_fuse` says which sequences can be one instruction.
    """
    chosen = set(known)
    total = sum(count * len(run) for run, count in runs.items())
    found: list[tuple[Run, int]] = []
    refused: set[Run] = set()
    while len(found) < most:
        pairs: dict[Run, int] = {}
        for run, count in runs.items():
            parts = cut(run, chosen)
            for left, right in itertools.pairwise(parts):
                pair = (*left, *right)
                if len(pair) <= LONGEST and pair not in refused:
                    pairs[pair] = pairs.get(pair, 0) + count
        best = max(pairs, key=lambda pair: (pairs[pair], pair), default=None)
        if best is None or pairs[best] < LEAST_GAIN * total:
            break
        if may_fuse(best):
            chosen.add(best)
            found.append((best, pairs[best]))
        else:
            refused.add(best)
    return found


def cut(run: Run, chosen: set[Run]) -> list[Run]:
    """A run as the superinstructions and single instructions that the assembler makes of it."""
    parts: list[Run] = []
    at = 0
    while at < len(run):
        longest = 1
        for length in range(2, min(LONGEST + 2, len(run) - at) + 1):
            if run[at : at + length] in chosen:
                longest = length
        parts.append(run[at : at + longest])
        at += longest
    return parts


def dispatches(runs: dict[Run, int], chosen: set[Run]) -> int:
    """How many dispatches the runs take with these superinstructions."""
    return sum(count * len(cut(run, chosen)) for run, count in runs.items())
