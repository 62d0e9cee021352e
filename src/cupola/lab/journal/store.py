"""The journal of experiments: what is written when, and what counts when it is read.

An experiment is registered before it runs, under a name that it keeps. What counts is the last form: the registration,
or the last amendment. A run notes under which form it began; its records count as long as the form says the same of how
processes are run, so an amendment of the analysis keeps them, and one of an arm does not. Nothing is ever taken out.

    with Journal(path) as journal:
        journal.register(experiment, commit, author, base)
        form = journal.require(experiment, base)        # refuses what was edited since
        run = journal.begin(name, expected=form)
        runner.run(form.experiment, base=base, done=journal.records(name, form=form), keep=run.keep)
        run.analysis(analysis)
        run.end("complete")
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cupola.lab.experiment.canonical import canonical, canonical_json, digest, from_canonical
from cupola.lab.experiment.files import files_of
from cupola.lab.experiment.spec import Experiment
from cupola.lab.journal.chain import Entry
from cupola.lab.journal.database import Chain
from cupola.lab.journal.difference import Difference, difference
from cupola.lab.journal.errors import EditedExperiment, JournalError, Unregistered
from cupola.lab.journal.origin import Commit, circumstances
from cupola.lab.journal.outcome import analysis_data, analysis_of
from cupola.lab.running.records import ProcessRecord
from cupola.lab.statistics.results import Analysis

COMPARISON, A_A = "comparison", "a/a"
"""What a run is for: the comparison of arms, or that of the reference with itself (gate 2)."""

MEASURING = ("metric", "arms", "workloads", "iterations", "timeout", "seed")
"""The fields of an experiment that say how its processes are run: records of other values do not count."""

RUN = re.compile(r'"run":(\d+)')
FORMS = ("registration", "amendment")
MOST_SEED = 2**31


@dataclass(frozen=True)
class Form:
    """What is registered under a name: `experiment` as it has to be run, seed and all; `entry` is the number of the
    entry that has this form, of `time`; `amendments` are those of all after the registration, with why."""

    experiment: Experiment
    entry: int
    time: str
    registered: str  # when
    digest: str
    files: Mapping[str, str]
    amendments: tuple[tuple[int, str], ...]

    @property
    def exploratory(self) -> bool:
        """Whether the experiment was amended, so that results show what to ask next, and settle nothing."""
        return bool(self.amendments)

    @property
    def measuring(self) -> str:
        """The digest of how its processes are run."""
        data = asdict(self.experiment)
        return digest(canonical_json([{key: data[key] for key in MEASURING}, dict(self.files)]))


@dataclass(frozen=True)
class RunSeen:
    """One run, as the journal has it. `ended` is empty if nothing says how it ended: it was killed, or still runs."""

    number: int
    experiment: str
    time: str
    purpose: str
    exploratory: bool
    form: int
    measuring: str
    records: int
    ended: str


class Journal(Chain):
    """A journal of experiments. Raises what Chain raises; Unregistered, EditedExperiment where they are due."""

    # Forms

    def register(
        self, experiment: Experiment, commit: Commit | None, author: str, base: Path = Path()
    ) -> Entry:
        """Freeze an experiment; paths in it are from `base`. Where it is registered already in this form, the entry
        that is there. A seed of 0 becomes a random one. Raises EditedExperiment if the name has another form."""
        files = files_of(experiment, base)
        with self.locked():
            if any(True for _ in self.entries(experiment.name, FORMS)):
                return self.entry(self.require(experiment, base).entry)
            frozen = replace(experiment, seed=experiment.seed or 1 + secrets.randbelow(MOST_SEED - 1))
            return self.append("registration", frozen.name, _form_data(frozen, files, commit, author))

    def amend(
        self, experiment: Experiment, why: str, commit: Commit | None, author: str, base: Path = Path()
    ) -> Entry:
        """Replace the form of a registered experiment, and say why: every later result is exploratory. Raises
        JournalError if there is no reason, or no difference."""
        if not why.strip():
            raise JournalError(
                'an amendment needs its reason, such as --why "the second workload did not end"'
            )
        files = files_of(experiment, base)
        with self.locked():
            form = self.form(experiment.name)
            amended = _with_seed(experiment, form)
            found = difference(form.experiment, amended, form.files, files)
            if not found:
                raise JournalError(
                    f"{experiment.name}: it is as registered (entry {form.entry}), so there is nothing to amend"
                )
            data = _form_data(amended, files, commit, author)
            more = {
                "why": why.strip(),
                "amends": form.entry,
                "changed": found.fields,
                "difference": found.text,
            }
            return self.append("amendment", experiment.name, {**data, **more})

    def form(self, name: str) -> Form:
        """What counts for a name now. Raises Unregistered."""
        entries = list(self.entries(name, FORMS))
        if not entries:
            raise Unregistered(self._unregistered(name))
        return _form(entries)

    def require(self, experiment: Experiment, base: Path = Path()) -> Form:
        """The registered form, if the experiment is the same. Raises Unregistered, EditedExperiment."""
        form = self.form(experiment.name)
        files = files_of(experiment, base)
        found = difference(form.experiment, _with_seed(experiment, form), form.files, files)
        if found:
            raise EditedExperiment(_edited(form, found), found)
        return form

    def forms(self) -> dict[str, Form]:
        """What counts now for every name, in the order in which they were registered."""
        entries: dict[str, list[Entry]] = {}
        for each in self.entries(kinds=FORMS):
            entries.setdefault(each.experiment, []).append(each)
        return {name: _form(found) for name, found in entries.items()}

    def names(self) -> list[str]:
        """The names of all experiments, in the order in which they were registered."""
        return list(dict.fromkeys(each.experiment for each in self.entries(kinds=("registration",))))

    def _unregistered(self, name: str) -> str:
        known = self.names()
        there = f"registered are: {', '.join(known)}" if known else "nothing is registered there"
        return f"{name}: expected an experiment of the journal {self.path}, but {there}; cupola lab register FILE"

    # Runs

    def begin(
        self, name: str, commit: Commit | None = None, purpose: str = COMPARISON, expected: Form | None = None
    ) -> Run:
        """Note that a run of the registered form begins. Raises Unregistered; JournalError if that is no more the form
        that is expected."""
        with self.locked():
            form = self.form(name)
            if expected is not None and expected.entry != form.entry:
                raise JournalError(
                    f"{name}: it was amended while it ran (entry {form.entry}). What has run is kept; to go on as "
                    "amended, run the same command again"
                )
            data = {
                "form": form.entry,
                "digest": form.digest,
                "measuring": form.measuring,
                "exploratory": form.exploratory,
                "purpose": purpose,
                **circumstances(commit),
            }
            return Run(self, name, self.append("begin", name, data).number)

    def runs(self, name: str | None = None) -> list[RunSeen]:
        """All runs, or those of an experiment, oldest first."""
        counts: dict[int, int] = {}
        ends: dict[int, str] = {}
        begun: list[Entry] = []
        for entry in self.entries(name, ("begin", "record", "end")):
            if entry.kind == "begin":
                begun.append(entry)
                continue
            number = _run_of(entry)
            if entry.kind == "record":
                counts[number] = counts.get(number, 0) + 1
            else:
                ends[number] = entry.data["how"]
        return [_run_seen(each, counts.get(each.number, 0), ends.get(each.number, "")) for each in begun]

    def records(
        self, name: str, purpose: str = COMPARISON, form: Form | None = None
    ) -> tuple[ProcessRecord, ...]:
        """The processes that count for a form (that of now, unless another is given), of all its runs for that
        purpose, in the order of their entries. Raises Unregistered."""
        measuring = (form or self.form(name)).measuring
        counting: set[int] = set()
        found: list[ProcessRecord] = []
        for entry in self.entries(name, ("begin", "record")):
            if entry.kind == "begin":
                if entry.data["measuring"] == measuring and entry.data["purpose"] == purpose:
                    counting.add(entry.number)
            elif _run_of(entry) in counting:
                data = entry.data
                del data["run"]
                found.append(ProcessRecord.from_data(data))
        return tuple(found)

    def analyses(self, name: str | None = None) -> Iterator[tuple[Entry, Analysis]]:
        """All analyses that were noted, oldest first, with their entries; `entry.data["exploratory"]` says which kind
        of result it is."""
        for entry in self.entries(name, ("analysis",)):
            yield entry, analysis_of(entry.data["analysis"])


@dataclass(frozen=True)
class Run:
    """A run that has begun, as whoever runs it writes it down. `number` is that of the entry of its beginning."""

    journal: Journal
    experiment: str
    number: int

    def keep(self, record: ProcessRecord) -> None:
        """Note a process; on the disk when this returns."""
        self._append("record", record.as_data())

    def gate(self, gate: str, passed: bool, found: Mapping[str, Any]) -> None:
        """Note what a gate (meaning, state, a/a) found, as data for JSON."""
        self._append("gate", {"gate": gate, "passed": passed, "found": dict(found)})

    def analysis(self, analysis: Analysis) -> Entry:
        """Note what follows from the records."""
        begun = self.journal.entry(self.number).data
        data = {key: begun[key] for key in ("form", "digest", "exploratory")}
        return self._append("analysis", {**data, "analysis": analysis_data(analysis)})

    def end(self, how: str, why: str = "") -> None:
        """Note how the run ended: complete, interrupted, failed; and why."""
        self._append("end", {"how": how, "why": why})

    def _append(self, kind: str, data: Mapping[str, Any]) -> Entry:
        return self.journal.append(kind, self.experiment, {**data, "run": self.number})


def _form_data(
    experiment: Experiment, files: Mapping[str, str], commit: Commit | None, author: str
) -> dict[str, Any]:
    text = canonical(experiment)
    return {
        "form": json.loads(text),
        "digest": digest(text),
        "files": dict(files),
        "author": author,
        **circumstances(commit),
    }


def _form(entries: list[Entry]) -> Form:
    last = entries[-1]
    data = last.data
    amendments = tuple((each.number, str(each.data["why"])) for each in entries if each.kind == "amendment")
    return Form(
        from_canonical(canonical_json(data["form"])),
        last.number,
        last.time,
        entries[0].time,
        data["digest"],
        data["files"],
        amendments,
    )


def _with_seed(experiment: Experiment, form: Form) -> Experiment:
    """The experiment with the seed that was chosen for it, where its file leaves that open."""
    return replace(experiment, seed=experiment.seed or form.experiment.seed)


def _edited(form: Form, found: Difference) -> str:
    return (
        f"{form.experiment.name}: it is not what was registered (entry {form.entry}, {form.time[:10]}); different: "
        f"{', '.join(found.fields)}\n\n{found.text}\n\n"
        "Either put back what was registered, or say why it changed, and every later result is marked exploratory: "
        f'cupola lab amend {form.experiment.name} --why "..."; or give the new experiment a name of its own'
    )


def _run_of(entry: Entry) -> int:
    """The run of a record or an end, without reading the rest of it, which may be long. In canonical JSON these
    characters are a key wherever they stand, and no other part of an entry has that key."""
    found = RUN.search(entry.content)
    return int(found[1]) if found is not None else 0


def _run_seen(entry: Entry, records: int, ended: str) -> RunSeen:
    data = entry.data
    return RunSeen(
        entry.number,
        entry.experiment,
        entry.time,
        data["purpose"],
        data["exploratory"],
        data["form"],
        data["measuring"],
        records,
        ended,
    )
