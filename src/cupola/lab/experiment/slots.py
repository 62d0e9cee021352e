"""The fields of an experiment as data: what the reader, the template and the canonical form are made from.

`build` makes a part of an experiment of plain data (from TOML or JSON) and notes everything that is wrong with it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

Path = tuple[str | int, ...]
"""Where something stands: ("arms", 1, "switches")."""

Part = TypeVar("Part")

TEXT, OPTIONAL_TEXT, WHOLE, NUMBER = "a text", "a text or nothing", "a whole number", "a number"
TEXTS, PAIRS, TABLES = "a list of texts", "a table of texts", "tables"


class Problem(NamedTuple):
    """What is wrong, and where; `of_key`: the key is, and not its value."""

    path: Path
    message: str
    of_key: bool = False


@dataclass(frozen=True)
class Slot:
    """A field: its name, its kind, what it means, what it may be, and what it is where nothing stands."""

    name: str
    kind: str
    part: type | None  # of tables: what each of them is
    required: bool
    default: Any
    meaning: str
    example: str
    choices: tuple[str, ...]
    limits: Mapping[str, float | None]

    @property
    def expected(self) -> str:
        """What it must be, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        said = {"least": "not less than", "most": "not more than", "above": "above", "below": "below"}
        bounds = [f"{said[key]} {value:g}" for key, value in self.limits.items() if value is not None]
        such = f"such as {self.example}" if self.kind in (TEXTS, PAIRS) else ""
        return " ".join(each for each in (self.kind, " and ".join(bounds), such) if each)

    def admits(self, value: float) -> bool:
        """Whether a number lies within the limits."""
        least, most = self.limits["least"], self.limits["most"]
        above, below = self.limits["above"], self.limits["below"]
        return (
            math.isfinite(value)
            and (least is None or value >= least)
            and (most is None or value <= most)
            and (above is None or value > above)
            and (below is None or value < below)
        )


def slots(part: type) -> tuple[Slot, ...]:
    """The fields of a dataclass of `spec`."""
    return _slots(part)


@cache
def _slots(part: Any) -> tuple[Slot, ...]:
    hints = get_type_hints(part)
    return tuple(_slot(each, hints[each.name]) for each in fields(part))


def build(part: type[Part], data: Any, path: Path, problems: list[Problem]) -> Part | None:
    """Make a `part` of a table; None if something is wrong with it, which is then in `problems`."""
    if not isinstance(data, Mapping):
        problems.append(Problem(path, f"expected a table, found {_shown(data)}"))
        return None
    before = len(problems)
    known = {each.name: each for each in slots(part)}
    for key in data:
        if key not in known:
            problems.append(Problem((*path, key), _unknown(key, list(known)), of_key=True))
    values: dict[str, Any] = {}
    for name, slot in known.items():
        if name in data:
            values[name] = _value(slot, data[name], (*path, name), problems)
        elif slot.required:
            problems.append(Problem(path, f"{name} is missing: {slot.meaning}"))
    return part(**values) if len(problems) == before else None


def nearest(found: str, known: Sequence[str]) -> str:
    """The question after the nearest name, if there is one."""
    close = get_close_matches(found, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _slot(field: Any, hint: Any) -> Slot:
    limits = {key: field.metadata[key] for key in ("least", "most", "above", "below")}
    inner = get_args(hint)[0] if get_args(hint) else None
    part = inner if isinstance(inner, type) and is_dataclass(inner) else None
    kinds: dict[Any, str] = {
        str: TEXT, str | None: OPTIONAL_TEXT, int: WHOLE, float: NUMBER, tuple[str, ...]: TEXTS,
        tuple[tuple[str, str], ...]: PAIRS,
    }  # fmt: skip
    return Slot(
        field.name, TABLES if part is not None else kinds[hint], part, field.default is MISSING,
        None if field.default is MISSING else field.default, field.metadata["meaning"],
        field.metadata["example"], field.metadata["choices"], limits,
    )  # fmt: skip


def _value(slot: Slot, found: Any, path: Path, problems: list[Problem]) -> Any:
    """The value of a field, as its type wants it; what is wrong goes into `problems`."""
    if slot.kind == TABLES:
        return _tables(slot, found, path, problems)
    if slot.kind == TEXTS and _is_list_of_texts(found):
        return tuple(found)
    if slot.kind == PAIRS:
        pairs = _pairs(found)
        if pairs is not None:
            return pairs
    if slot.kind == OPTIONAL_TEXT and found is None:
        return None
    if slot.kind in (TEXT, OPTIONAL_TEXT) and isinstance(found, str):
        if slot.choices and found not in slot.choices:
            problems.append(Problem(path, f"{_wrong(slot, found)}{nearest(found, slot.choices)}"))
        return found
    if slot.kind == WHOLE and type(found) is int and slot.admits(found):
        return found
    if slot.kind == NUMBER and type(found) in (int, float) and slot.admits(found):
        return float(found) + 0.0
    problems.append(Problem(path, _wrong(slot, found)))
    return None


def _tables(slot: Slot, found: Any, path: Path, problems: list[Problem]) -> Any:
    assert slot.part is not None
    if not isinstance(found, list | tuple):
        problems.append(
            Problem(path, f"expected tables, each begun by [[{slot.name}]], found {_shown(found)}")
        )
        return ()
    return tuple(build(slot.part, each, (*path, number), problems) for number, each in enumerate(found))


def _pairs(found: Any) -> tuple[tuple[str, str], ...] | None:
    """A table of texts as pairs in the order of their names."""
    if not isinstance(found, Mapping):
        return None
    if not all(isinstance(key, str) and isinstance(value, str) for key, value in found.items()):
        return None
    return tuple(sorted(found.items()))


def _is_list_of_texts(found: Any) -> bool:
    return isinstance(found, list | tuple) and all(isinstance(each, str) for each in found)


def _wrong(slot: Slot, found: Any) -> str:
    return f"expected {slot.expected}, found {_shown(found)}"


def _unknown(key: str, known: Sequence[str]) -> str:
    return f"unknown key {key!r}: expected one of {', '.join(known)}{nearest(key, known)}"


def _shown(found: Any) -> str:
    """A value of a file as it would be typed, cut to a length that can be read."""
    text = repr(found) if isinstance(found, str) else json.dumps(found, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
