"""What a pass is, what it works with, and what it reports: names, statistics, refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from cupola.ir.core import Function, Instruction, Location, Module


class Refusal(NamedTuple):
    """Something that a pass could have done and did not: which pass, why (a fixed name), and about what."""

    pass_name: str
    reason: str
    detail: str
    location: Location | None = None

    def __str__(self) -> str:
        where = f" at {self.location.file}:{self.location.line}" if self.location else ""
        return f"{self.pass_name} refused ({self.reason}): {self.detail}{where}"


class Statistics:
    """How often each thing happened. Keys are (pass, what), as ("rewrite", "add_zero")."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.refusals: list[Refusal] = []

    def count(self, pass_name: str, what: str, times: int = 1) -> None:
        self.counts[pass_name, what] += times

    def of(self, pass_name: str) -> dict[str, int]:
        """The counts of one pass, by what it did, the most frequent first."""
        return {what: times for (owner, what), times in self.counts.most_common() if owner == pass_name}


class Context:
    """What a pass may look at besides the function, and where it reports.

    `module` is where callees are found; without one, every call is to an unknown function.
    """

    def __init__(self, module: Module | None = None, statistics: Statistics | None = None) -> None:
        self.module = module
        self.statistics = statistics if statistics is not None else Statistics()

    def count(self, pass_name: str, what: str, times: int = 1) -> None:
        self.statistics.count(pass_name, what, times)

    def refuse(self, pass_name: str, reason: str, detail: str, location: Location | None = None) -> None:
        self.statistics.count(pass_name, f"refused: {reason}")
        self.statistics.refusals.append(Refusal(pass_name, reason, detail, location))

    def callee(self, call: Instruction) -> Function | None:
        """The function that a `call` names, where it is known."""
        return self.module.functions.get(call.symbol) if self.module is not None else None


class Pass(NamedTuple):
    """A transformation of one function. `run` tells whether it changed anything."""

    name: str
    meaning: str
    run: Callable[[Function, Context], bool]
