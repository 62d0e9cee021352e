"""Everything that a journal knows about an experiment, put together for its report; and what the physics wrote."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cupola.lab.errors import LabError
from cupola.lab.journal.calibration import calibrate
from cupola.lab.journal.chain import Entry
from cupola.lab.journal.outcome import analysis_of
from cupola.lab.journal.store import A_A, Form, Journal
from cupola.lab.reporting.material import Amendment, Gates, Material, Physics, Registration
from cupola.lab.running.gates import Difference, reference_of_meaning
from cupola.lab.statistics.results import Analysis

CIRCUMSTANCES = ("processor", "cores", "system", "python", "cupola")
"""What a run notes about where it ran, in the order in which reports say it."""


def gather(journal: Journal, name: str, physics: Physics | None = None) -> Material:
    """The material of an experiment. Raises Unregistered."""
    form = journal.form(name)
    entries = list(journal.entries(name))
    begun = [each.data for each in entries if each.kind == "begin"]
    return Material(
        experiment=form.experiment,
        records=journal.records(name),
        aa_records=journal.records(name, A_A),
        analysis=analysis(entries, form),
        registration=registration(entries),
        gates=gates(entries, form),
        outcomes=calibrate(entries).predictions,
        environment=environment(begun),
        physics=physics,
        commands=commands(name, entries),
    )


def analysis(entries: Sequence[Entry], form: Form) -> Analysis | None:
    """The last analysis of the form that counts."""
    found = [each.data for each in entries if each.kind == "analysis" and each.data["form"] == form.entry]
    return analysis_of(found[-1]["analysis"]) if found else None


def registration(entries: Sequence[Entry]) -> Registration:
    """When and as what it was frozen, and what changed since."""
    first = next(each for each in entries if each.kind == "registration")
    changes = tuple(
        Amendment(each.time, each.data["digest"], each.data["why"], each.data["difference"])
        for each in entries
        if each.kind == "amendment"
    )
    data = first.data
    return Registration(
        time=first.time,
        digest=data["digest"],
        commit=commit(data),
        author=data["author"],
        entry=first.number,
        chain=first.digest,
        amendments=changes,
    )


def commit(data: dict[str, Any]) -> str:
    """The commit that a registration or a run notes."""
    known = data["commit"]
    return (
        "" if known is None else known["digest"] + ("" if known["clean"] else ", and changes not committed")
    )


def gates(entries: Sequence[Entry], form: Form) -> Gates:
    """What the last run said of meaning."""
    experiment = form.experiment
    found = [each.data for each in entries if each.kind == "gate" and each.data["gate"] == "meaning"]
    differs = bool(found) and not found[-1]["passed"]
    return Gates(
        meaning=not differs if found else None,
        difference=str(Difference(**found[-1]["found"])) if differs else "",
        reference=reference_of_meaning(experiment).name,
        generated=experiment.generated,
    )


def environment(begun: Sequence[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Where the runs ran; each value that occurred."""
    pairs = []
    for key in CIRCUMSTANCES:
        values = list(dict.fromkeys(str(each[key]) for each in begun if key in each))
        if values:
            pairs.append((key, ", ".join(values)))
    commits = list(dict.fromkeys(commit(each) for each in begun))
    return (*pairs, ("commit", ", ".join(each or "none" for each in commits))) if commits else tuple(pairs)


def commands(name: str, entries: Sequence[Entry]) -> tuple[str, ...]:
    """What to type to do it again."""
    begun = [each.data["commit"] for each in entries if each.kind in ("begin", "registration")]
    known = next((each["digest"] for each in reversed(begun) if each is not None), "")
    checkout = (f"git checkout {known}",) if known else ()
    return (
        *checkout,
        f"cupola lab register {name}.toml",
        f"cupola lab run {name}.toml",
        f"cupola lab report {name}",
    )


# What `cupola heat` writes


def physics_of(program: str, ticks: Path | None, heats: Path | None) -> Physics | None:
    """What the physics of words wrote of a run: `cupola heat --csv TICKS --heats HEATS`."""
    if ticks is None and heats is None:
        return None
    rows = [] if ticks is None else read(ticks, ("tick", "heat", "hot", "hits", "window"))
    words = [] if heats is None else read(heats, ("word", "heat", "executions", "threshold"))
    try:
        return Physics(
            program=program,
            threshold=int(words[0]["threshold"]) if words else 0,
            ticks=tuple({key: int(value) for key, value in each.items()} for each in rows),
            heats=tuple((each["word"], int(each["heat"]), int(each["executions"])) for each in words),
        )
    except ValueError as error:
        raise LabError(
            f"{ticks or heats}: expected whole numbers ({error}); cupola heat writes them"
        ) from error


def read(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV file that has these columns."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            found = list(reader)
            names = reader.fieldnames or []
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(f"{path}: it cannot be read as CSV ({error})") from error
    missing = [each for each in columns if each not in names]
    if missing:
        raise LabError(
            f"{path}: expected the columns {', '.join(columns)}, but {', '.join(missing)} are not there; "
            "cupola heat --csv FILE --heats FILE writes both files"
        )
    return found
