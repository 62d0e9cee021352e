"""How two forms of an experiment differ: which fields, and both as text, line by line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

from cupola.lab.experiment.spec import Experiment


@dataclass(frozen=True)
class Difference:
    """`fields` that differ, such as processes or arms.cache.switches, and `text`, a unified diff."""

    fields: tuple[str, ...]
    text: str

    def __bool__(self) -> bool:
        return bool(self.fields)


def difference(
    old: Experiment,
    new: Experiment,
    old_files: Mapping[str, str] | None = None,
    new_files: Mapping[str, str] | None = None,
    names: tuple[str, str] = ("registered", "now"),
) -> Difference:
    """From one form to another, and from the digests of its files to others."""
    before, after = dict(old_files or {}), dict(new_files or {})
    changed = [*_changed(old, new), *_changed_files(before, after)]
    one, other = [*lines(old), *_file_lines(before)], [*lines(new), *_file_lines(after)]
    text = "\n".join(difflib.unified_diff(one, other, *names, n=2, lineterm=""))
    return Difference(tuple(changed), text)


def lines(experiment: Experiment) -> list[str]:
    """The experiment in the manner of its file, one field a line; what is as usual is left out."""
    single, several = [], []
    for each in fields(experiment):
        value = getattr(experiment, each.name)
        if _is_table(value):
            for part in value:
                several += ["", f"[[{each.name}]]", *_assignments(part)]
        elif value != each.default or each.default is MISSING:
            single.append(f"{each.name} = {_shown(value)}")
    return [*single, *several]


def _assignments(part: Any) -> list[str]:
    return [
        f"{each.name} = {_shown(getattr(part, each.name))}"
        for each in fields(part)
        if getattr(part, each.name) != each.default or each.default is MISSING
    ]


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_table(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and is_dataclass(value[0])


def _changed(old: Experiment, new: Experiment) -> Iterator[str]:
    for each in fields(Experiment):
        one, other = getattr(old, each.name), getattr(new, each.name)
        if one == other:
            continue
        if _is_table(one) and _is_table(other):
            yield from _changed_parts(each.name, _named(one), _named(other))
        else:
            yield each.name


def _named(parts: tuple[Any, ...]) -> dict[str, Any]:
    """The parts by their names: arms and workloads have one, predictions have their arm's."""
    return {getattr(each, "name", None) or each.arm: each for each in parts}


def _changed_parts(field: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name in [*old, *(each for each in new if each not in old)]:
        if name not in new:
            yield f"{field}.{name} (taken away)"
        elif name not in old:
            yield f"{field}.{name} (added)"
        else:
            for each in fields(old[name]):
                if getattr(old[name], each.name) != getattr(new[name], each.name):
                    yield f"{field}.{name}.{each.name}"
    if list(old) != list(new) and set(old) == set(new):
        yield f"{field} (their order)"


def _changed_files(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield f"the file {name}"


def _file_lines(files: Mapping[str, str]) -> list[str]:
    return ["", *(f"# {name}: SHA-256 {digest}" for name, digest in sorted(files.items()))] if files else []
