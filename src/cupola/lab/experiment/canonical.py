"""The one text of an experiment, which is what its digest is of.

Keys in the order of the alphabet, no blanks, every number with a fraction as Python prints it: the shortest text that
reads back as the same number. All fields stand there, also those that are as usual: a default that changes later does
not change what was frozen.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cupola.lab.errors import LabError
from cupola.lab.experiment.slots import NUMBER, PAIRS, TABLES, TEXTS, Problem, Slot, build, slots
from cupola.lab.experiment.spec import Experiment


def canonical_json(data: Any) -> str:
    """The one text of plain data. Raises ValueError for numbers that JSON does not have, such as infinity."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(experiment: Experiment) -> str:
    """The experiment as canonical JSON."""
    return canonical_json(_data(experiment))


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def from_canonical(text: str) -> Experiment:
    """The experiment that `canonical` wrote; fields that did not exist then have their defaults. Raises LabError for a
    text that holds no experiment, or one of a newer Cupola."""
    problems: list[Problem] = []
    try:
        made = build(Experiment, json.loads(text), (), problems)
    except json.JSONDecodeError as error:
        raise LabError(f"expected an experiment in canonical JSON, found {text[:60]!r} ({error})") from None
    if made is None:
        found = "; ".join(
            f"{'.'.join(map(str, each.path)) or 'experiment'}: {each.message}" for each in problems
        )
        raise LabError(
            f"expected an experiment in canonical JSON, but {found}; a newer Cupola may have written it"
        )
    return made


def _data(part: Any) -> dict[str, Any]:
    return {slot.name: _plain(slot, getattr(part, slot.name)) for slot in slots(type(part))}


def _plain(slot: Slot, value: Any) -> Any:
    if slot.kind == TABLES:
        return [_data(each) for each in value]
    if slot.kind == PAIRS:
        return dict(value)
    if slot.kind == TEXTS:
        return list(value)
    return float(value) + 0.0 if slot.kind == NUMBER else value  # and no -0.0, nor a 1 beside a 1.0
