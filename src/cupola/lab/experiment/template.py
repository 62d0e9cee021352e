"""The file of a new experiment: every field with its meaning, made of the same metadata as the reader's messages."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from cupola.lab.experiment.slots import PAIRS, TABLES, TEXTS, Slot, slots
from cupola.lab.experiment.spec import METRICS, Experiment

WIDTH = 100

STARTING: dict[str, list[dict[str, Any]]] = {
    "arms": [
        {"name": "switch", "switches": ["--tier", "switch"]},
        {"name": "baseline", "switches": ["--tier", "baseline"]},
    ],
    "workloads": [{"name": "NAME", "program": "NAME.fs"}],
    "predictions": [
        {"arm": "baseline", "low": 2.0, "high": 10.0, "confidence": 0.8, "basis": "compiled, not interpreted"}
    ],
}
"""What stands in the tables of a new file; NAME is the experiment's."""

FIRST: dict[str, Any] = {
    "name": "NAME",
    "question": "Is the baseline compiler faster than the switch interpreter?",
    "h0": "no difference",
    "h1": "baseline takes less time",
    "metric": "total",
    "reference": "switch",
}
"""What stands in the fields that have no default."""

PROGRAM = """\
\\ What the experiment runs: change it, or name another in the experiment's file.
: fib ( n -- fib )  dup 2 < if exit then  dup 1- recurse swap 2 - recurse + ;
: main ( -- )  27 fib . cr ;
main
"""


def template(name: str) -> str:
    """The text of a new experiment's file, which reads without error where NAME.fs lies beside it."""
    head = [
        f"# An experiment: what is asked, and what is expected. Change it; then `cupola lab register {name}.toml`, and",
        f"# `cupola lab run {name}.toml`. A line that begins with # is a comment; one with a field has its default.",
        "",
    ]
    lines = [*head, *_fields(Experiment, FIRST, name)]
    for slot in slots(Experiment):
        if slot.kind == TABLES and slot.part is not None:
            lines += ["", "", *_comment(slot.meaning[0].upper() + slot.meaning[1:])]
            for number, each in enumerate(STARTING[slot.name]):
                lines += ["", f"[[{slot.name}]]", *_fields(slot.part, each, name, short=number > 0)]
    return "\n".join([*lines, ""])


def _fields(part: type, values: dict[str, Any], name: str, short: bool = False) -> Iterator[str]:
    """The lines of one table; `short`: only what has a value, without comments."""
    for slot in slots(part):
        if slot.kind == TABLES or (short and slot.name not in values):
            continue
        if not short:
            yield from ["", *_comment(_explained(slot))] if part is Experiment else _comment(_explained(slot))
        if slot.name in values:
            yield f"{slot.name} = {_toml(values[slot.name]).replace('NAME', name)}"
        else:
            yield f"# {slot.name} = {slot.example or _toml(slot.default)}"


def _explained(slot: Slot) -> str:
    meaning = f"{slot.name}: {slot.meaning}"
    if slot.name == "metric":
        return meaning + ":" + "".join(f"\n  {each}: {what}" for each, what in METRICS.items())
    if slot.kind in (TEXTS, PAIRS):
        return meaning
    return f"{meaning} ({slot.expected})" if slot.choices or any(slot.limits.values()) else meaning


def _comment(text: str) -> list[str]:
    lines = []
    for paragraph in text.split("\n"):
        lines += textwrap.wrap(
            paragraph, WIDTH, initial_indent="# ", subsequent_indent="#   ", drop_whitespace=True
        )
    return lines


def _toml(value: Any) -> str:
    """A text, a number or a list of texts, as TOML has it: JSON's forms are among TOML's."""
    return json.dumps(value, ensure_ascii=False)
