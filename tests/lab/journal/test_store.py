"""What the journal says about experiments: what is registered, what was changed since, and which records count."""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.lab.errors import LabError
from cupola.lab.experiment.canonical import canonical, canonical_json, digest
from cupola.lab.experiment.spec import Arm, Experiment, Prediction
from cupola.lab.journal.errors import EditedExperiment, JournalError, Unregistered
from cupola.lab.journal.origin import Commit, commit_of
from cupola.lab.journal.store import A_A, Journal
from tests.lab.journal import support


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return support.directory(tmp_path)


@pytest.fixture
def journal(base: Path) -> Iterator[Journal]:
    with Journal(base / "journal.db") as made:
        yield made


def with_arm(experiment: Experiment) -> Experiment:
    """The experiment with another switch in its second arm."""
    return replace(experiment, arms=(experiment.arms[0], Arm("on", ("--tier", "baseline"))))


def test_a_registration_freezes_everything(journal: Journal, base: Path) -> None:
    experiment = support.experiment(predictions=(Prediction("on", 1.1, 1.5, 0.7, "a guess"),))
    entry = journal.register(experiment, Commit("abc", False), "somebody", base)
    data = entry.data
    assert (entry.kind, entry.experiment, entry.number) == ("registration", "cache", 1)
    assert data["commit"] == {"digest": "abc", "clean": False}
    assert data["author"] == "somebody"
    assert {"cupola", "python", "system", "processor", "cores"} <= set(data)
    assert set(data["files"]) == {"a.fs"}
    form = journal.form("cache")
    assert form.experiment == replace(experiment, seed=form.experiment.seed)
    assert form.experiment.seed > 0
    assert data["digest"] == form.digest == digest(canonical(form.experiment))
    assert canonical_json(data["form"]) == canonical(form.experiment)
    assert not form.exploratory
    assert journal.names() == ["cache"]


def test_a_seed_that_is_given_is_kept(journal: Journal, base: Path) -> None:
    journal.register(replace(support.experiment(), seed=7), None, "", base)
    assert journal.form("cache").experiment.seed == 7


def test_the_same_experiment_is_registered_once(journal: Journal, base: Path) -> None:
    first = journal.register(support.experiment(), None, "", base)
    assert journal.register(support.experiment(), None, "", base) == first
    assert journal.register(journal.form("cache").experiment, None, "", base) == first
    assert journal.number == 1


def test_an_edited_experiment_is_refused_with_the_difference(journal: Journal, base: Path) -> None:
    journal.register(support.experiment(), None, "", base)
    edited = replace(with_arm(support.experiment()), processes=30, alpha=0.01)
    for refuse in (journal.register, lambda *_: journal.require(edited, base)):
        with pytest.raises(EditedExperiment) as caught:
            refuse(edited, None, "", base)
        assert caught.value.difference.fields == ("arms.on.switches", "processes", "alpha")
        assert caught.value.status == 2
        for line in ("+processes = 30", '-switches = ["--tier", "threaded"]', "cupola lab amend cache --why"):
            assert line in str(caught.value)
    assert journal.number == 1


def test_an_edited_program_is_refused(journal: Journal, base: Path) -> None:
    journal.register(support.experiment(), None, "", base)
    (base / "a.fs").write_text("2 .", encoding="utf-8")
    with pytest.raises(EditedExperiment, match=re.escape("different: the file a.fs")):
        journal.require(support.experiment(), base)


def test_files_among_the_arguments_of_arms_are_frozen_too(journal: Journal, base: Path) -> None:
    (base / "hot.profile").write_text("1", encoding="utf-8")
    experiment = support.experiment()
    arms = (experiment.arms[0], Arm("on", ("--profile", "hot.profile", "x" * 5000, "", "a\0b")))
    entry = journal.register(replace(experiment, arms=arms), None, "", base)
    assert set(entry.data["files"]) == {"a.fs", "hot.profile"}


def test_a_program_that_is_not_there(journal: Journal, base: Path) -> None:
    with pytest.raises(LabError, match=r"expected the program .*none\.fs, found no such file"):
        journal.register(support.experiment(program="none.fs"), None, "", base)


def test_what_is_not_registered_is_refused(journal: Journal, base: Path) -> None:
    with pytest.raises(Unregistered, match="nothing is registered there"):
        journal.require(support.experiment(), base)
    journal.register(support.experiment("other"), None, "", base)
    with pytest.raises(Unregistered, match="registered are: other"):
        journal.begin("cache")


def test_an_amendment_is_kept_and_makes_later_results_exploratory(journal: Journal, base: Path) -> None:
    experiment = support.experiment()
    journal.register(experiment, None, "", base)
    before = journal.begin("cache").analysis(support.analysis())
    entry = journal.amend(replace(experiment, processes=40), " more power ", None, "me", base)
    after = journal.begin("cache").analysis(support.analysis())
    assert (entry.data["why"], entry.data["amends"]) == ("more power", 1)
    assert entry.data["changed"] == ["processes"]
    assert "+processes = 40" in entry.data["difference"]
    form = journal.form("cache")
    assert (form.experiment.processes, form.entry) == (40, entry.number)
    assert form.amendments == ((entry.number, "more power"),)
    assert [each.data["exploratory"] for each in (before, after)] == [False, True]
    with pytest.raises(EditedExperiment):
        journal.require(experiment, base)
    assert journal.require(replace(experiment, processes=40), base) == form


def test_an_amendment_needs_a_reason_and_a_difference(journal: Journal, base: Path) -> None:
    with pytest.raises(Unregistered):
        journal.amend(support.experiment(), "why", None, "", base)
    journal.register(support.experiment(), None, "", base)
    with pytest.raises(JournalError, match="needs its reason"):
        journal.amend(replace(support.experiment(), processes=3), "  ", None, "", base)
    with pytest.raises(JournalError, match="nothing to amend"):
        journal.amend(support.experiment(), "why", None, "", base)
    assert journal.number == 1


def test_records_come_back_exactly(journal: Journal, base: Path) -> None:
    journal.register(support.experiment(), None, "", base)
    run = journal.begin("cache")
    records = [support.record(1, "off"), support.record(1, "on", 1 / 3)]
    for each in records:
        run.keep(each)
    assert journal.records("cache") == tuple(records)
    assert journal.records("cache", A_A) == ()


def test_which_records_count(journal: Journal, base: Path) -> None:
    experiment = support.experiment()
    journal.register(experiment, None, "", base)
    run, own = journal.begin("cache"), journal.begin("cache", purpose=A_A)
    run.keep(support.record(1))
    own.keep(support.record(2))
    journal.begin("cache").keep(support.record(3))
    blocks = [each.block for each in journal.records("cache")]
    assert (blocks, [each.block for each in journal.records("cache", A_A)]) == ([1, 3], [2])
    journal.amend(replace(experiment, processes=99, alpha=0.2), "more", None, "", base)
    assert [each.block for each in journal.records("cache")] == [1, 3], "how they were run is the same"
    journal.amend(with_arm(experiment), "another tier", None, "", base)
    assert journal.records("cache") == ()
    (base / "a.fs").write_text("2 .", encoding="utf-8")
    journal.amend(experiment, "another program", None, "", base)
    assert journal.records("cache") == ()
    (base / "a.fs").write_text("1 .", encoding="utf-8")
    journal.amend(experiment, "the first again", None, "", base)
    assert [each.block for each in journal.records("cache")] == [1, 3]


def test_an_amendment_while_it_runs_ends_the_run(journal: Journal, base: Path) -> None:
    experiment = support.experiment()
    journal.register(experiment, None, "", base)
    form = journal.form("cache")
    journal.begin("cache", expected=form).keep(support.record(1))
    with Journal(journal.path) as other:
        other.amend(with_arm(experiment), "another tier", None, "", base)
    assert [each.block for each in journal.records("cache", form=form)] == [1]
    assert journal.records("cache") == ()
    with pytest.raises(JournalError, match=r"it was amended while it ran \(entry 4\)"):
        journal.begin("cache", expected=form)
    assert journal.begin("cache", expected=journal.form("cache")).number == 5


def test_what_another_command_wrote_is_seen(journal: Journal, base: Path) -> None:
    journal.register(support.experiment(), None, "", base)
    with Journal(journal.path) as other:
        other.begin("cache").keep(support.record(1))
    assert [each.block for each in journal.records("cache")] == [1]


def test_runs_say_how_they_ended(journal: Journal, base: Path) -> None:
    journal.register(support.experiment(), None, "", base)
    journal.register(support.experiment("other"), None, "", base)
    first = journal.begin("cache", Commit("abc", True))
    first.keep(support.record())
    first.gate("meaning", True, {"programs": 2})
    first.end("interrupted", "Ctrl-C")
    second = journal.begin("other", purpose=A_A)
    seen = journal.runs()
    assert [(each.number, each.records, each.ended) for each in seen] == [
        (first.number, 1, "interrupted"),
        (second.number, 0, ""),
    ]
    assert [each.purpose for each in seen] == ["comparison", "a/a"]
    assert journal.runs("other") == seen[1:]


def test_an_analysis_comes_back_exactly(journal: Journal, base: Path) -> None:
    journal.register(support.experiment(), None, "", base)
    analysis = support.analysis(d=math.inf)
    journal.begin("cache").analysis(analysis)
    ((entry, found),) = journal.analyses("cache")
    assert found == analysis
    assert entry.data["form"] == 1


def test_what_git_says(tmp_path: Path) -> None:
    assert commit_of(tmp_path / "none") is None

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(("git", "-C", str(tmp_path), *who, *arguments), check=True, capture_output=True)

    git("init")
    for name in ("a", "journal.db"):
        (tmp_path / name).write_text("1", encoding="utf-8")
        git("add", name)
    git("commit", "-m", "one")
    found = commit_of(tmp_path)
    assert found is not None
    assert found.clean
    assert len(found.digest) == 40
    (tmp_path / "journal.db").write_text("2", encoding="utf-8")
    (tmp_path / "b").write_text("2", encoding="utf-8")
    assert commit_of(tmp_path) == found, "a journal grows, and notes may lie about"
    (tmp_path / "a").write_text("2", encoding="utf-8")
    assert commit_of(tmp_path) == Commit(found.digest, False)


def test_files_are_found_where_a_switch_names_the_directory(journal: Journal, base: Path) -> None:
    (base / "hot.profile").write_text("1", encoding="utf-8")
    experiment = support.experiment()
    arms = (experiment.arms[0], Arm("on", ("--profile", "{base}/hot.profile")))
    entry = journal.register(replace(experiment, arms=arms), None, "", base)
    assert set(entry.data["files"]) == {"a.fs", "{base}/hot.profile"}
