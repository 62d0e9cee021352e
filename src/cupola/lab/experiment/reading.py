"""Reads an experiment's file. Everything that is wrong with it is said at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from cupola.lab.errors import LabError
from cupola.lab.experiment.places import Places, Span
from cupola.lab.experiment.sense import missing_programs, problems
from cupola.lab.experiment.slots import Part, Problem, build
from cupola.lab.experiment.spec import Experiment

MOST_SHOWN = 20


class ExperimentError(LabError):
    """An experiment's file is wrong; the message has a paragraph for each thing that is."""


def read_experiment(path: Path) -> Experiment:
    """The experiment of a TOML file. Raises ExperimentError: file, line, the text underlined, what was expected."""
    return read_as(Experiment, path, lambda made: (*problems(made), *missing_programs(made, path.parent)))


def read_as(part: type[Part], path: Path, check: Callable[[Part], Iterable[Problem]]) -> Part:
    """A dataclass whose fields have meanings (`spec.said`), read from a TOML file; `check` says what is wrong with it
    beyond its fields. Raises ExperimentError."""
    text = _text(path)
    places = Places(text)
    found: list[Problem] = []
    try:
        made = build(part, tomllib.loads(text), (), found)
    except tomllib.TOMLDecodeError as error:
        raise ExperimentError(_not_toml(path, places, error)) from None
    if made is not None:
        found += check(made)
    if found or made is None:
        raise ExperimentError(_message(path, places, found))
    return made


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        known = sorted(each.name for each in path.parent.glob("*.toml")) if path.parent.is_dir() else []
        there = f"; there are {', '.join(known[:8])}" if known else ""
        message = f"{path}: there is no such file{there}; cupola lab new NAME writes a new one"
        raise ExperimentError(message) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ExperimentError(f"{path}:{line}: expected text in UTF-8, found other bytes") from None
    except OSError as error:
        raise ExperimentError(f"{path}: it cannot be read: {error.strerror}") from None


def _not_toml(path: Path, places: Places, error: tomllib.TOMLDecodeError) -> str:
    """The message of a file that is no TOML; its place stands at the end of the library's own words."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", str(error), re.S)
    if found is None:  # "(at end of document)"
        return (
            f"{path}:{len(places.text.splitlines())}: expected TOML: {str(error)[0].lower()}{str(error)[1:]}"
        )
    line, column = int(found[2]), int(found[3])
    begin = sum(len(each) + 1 for each in places.text.split("\n")[: line - 1]) + column - 1
    span = Span(line, begin, begin + 1)
    return f"{path}:{line}: expected TOML: {found[1][0].lower()}{found[1][1:]}\n{places.underlined(span)}"


def _message(path: Path, places: Places, found: Sequence[Problem]) -> str:
    spans = [(places.find(each.path, each.of_key), each) for each in found]
    spans.sort(key=lambda pair: 0 if pair[0] is None else pair[0].begin)
    parts = [_one(path, places, span, each) for span, each in spans[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        parts.append(f"and {len(found) - MOST_SHOWN} more")
    return "\n".join(parts)


def _one(path: Path, places: Places, span: Span | None, problem: Problem) -> str:
    name = "" if problem.of_key else f"{_key(problem)}: " if _key(problem) else ""
    if span is None:
        return f"{path}: {name}{problem.message}"
    return f"{path}:{span.line}: {name}{problem.message}\n{places.underlined(span)}"


def _key(problem: Problem) -> str:
    """The name of the field that is meant, as its file has it."""
    last = problem.path[-1] if problem.path else ""
    return last if isinstance(last, str) else ""
