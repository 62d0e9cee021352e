"""The journal as a site, and what the journal's entries become in a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from cupola.lab.errors import LabError
from cupola.lab.experiment.spec import Experiment, Prediction, Workload
from cupola.lab.journal.origin import Commit
from cupola.lab.journal.store import A_A, Journal
from cupola.lab.reporting.gather import gather, physics_of
from cupola.lab.reporting.site import address, write_site
from cupola.lab.running.gates import Difference
from tests.lab.reporting import support
from tests.lab.reporting.test_page import read

COMMIT = Commit("ab" * 20, True)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db") as made:
        yield made


def plan(name: str) -> Experiment:
    made = support.experiment("total", 5, 1)
    works = tuple(Workload(each, "", ("1",)) for each in support.WORKLOADS)
    return replace(made, name=name, workloads=works)


def fill(journal: Journal, name: str, *, run: bool = True, gate: Difference | None = None) -> Experiment:
    made = plan(name)
    journal.register(made, COMMIT, "A. Founder")
    if not run:
        return made
    seen = support.records(made)
    begun = journal.begin(name, COMMIT)
    begun.gate("meaning", gate is None, {} if gate is None else asdict(gate))
    for each in seen:
        begun.keep(each)
    begun.analysis(replace(support.analysis(made, seen), experiment=name))
    begun.end("complete")
    again = journal.begin(name, COMMIT, A_A)
    for each in support.records(made, 6):
        if each.arm == "off":
            again.keep(each)
    again.end("complete")
    return made


def test_what_the_journal_knows_is_gathered(journal: Journal) -> None:
    made = fill(journal, "cache")
    found = gather(journal, "cache")
    assert replace(found.experiment, seed=0) == made
    assert len(found.records) == 30 and len(found.aa_records) == 10
    assert found.analysis is not None and found.analysis.verdict.word == "rejected"
    assert found.registration is not None and found.registration.commit == COMMIT.digest
    assert not found.exploratory
    assert found.gates.meaning and found.gates.reference == "the switch interpreter"
    assert [each.hit for each in found.outcomes] == [False, True]
    assert dict(found.environment)["commit"] == COMMIT.digest
    assert found.commands[0] == f"git checkout {COMMIT.digest}"


def test_an_amendment_is_told_and_old_results_do_not_count(journal: Journal) -> None:
    made = fill(journal, "cache")
    journal.amend(replace(made, rope=0.02), "the region was too narrow", COMMIT, "A. Founder")
    found = gather(journal, "cache")
    assert found.exploratory and found.analysis is None
    assert found.registration is not None
    assert found.registration.amendments[0].reason == "the region was too narrow"
    assert "0.02" in found.registration.amendments[0].difference


def test_a_difference_of_meaning_is_gathered(journal: Journal) -> None:
    differs = Difference("lru", "the switch interpreter", "lookups", "output", "line 3")
    fill(journal, "cache", gate=differs)
    found = gather(journal, "cache").gates
    assert found.meaning is False
    assert found.difference == str(differs)


def test_the_site(journal: Journal, tmp_path: Path) -> None:
    fill(journal, "cache")
    fill(journal, "index", run=False)
    paths = write_site(journal, tmp_path / "site")
    assert [each.name for each in paths] == [
        "index.html", "calibration.html", "cache.html", "index-experiment.html",
    ]  # fmt: skip
    pages = {each.name: read(each.read_text(encoding="utf-8")) for each in paths}
    for reader in pages.values():
        files = {each for each in reader.addresses if not each.startswith(("#", "data:"))}
        assert files <= set(pages)
        assert "svg" in reader.elements or reader in (pages["index.html"], pages["index-experiment.html"])
    listed = " ".join(pages["index.html"].text.split())
    assert "✗ rejected" in listed and "not run yet" in listed
    assert "lru 1.163 (1.151 to 1.174)" in listed
    assert "1 of 2 predictions came true; Brier score 0.325" in listed  # (0.7 - 0)² and (0.6 - 1)², halved
    assert journal.digest in listed
    calibration = " ".join(pages["calibration.html"].text.split())
    assert "no result yet" in calibration and "Do stated confidences come true?" in calibration


def test_a_site_of_nothing(journal: Journal, tmp_path: Path) -> None:
    index, calibration = write_site(journal, tmp_path / "site")
    assert "Nothing is registered yet." in index.read_text(encoding="utf-8")
    assert "No prediction has a result" in calibration.read_text(encoding="utf-8")


def test_addresses_stay_in_the_directory() -> None:
    assert address("a/../b") == "a_.._b.html"
    assert address("calibration") == "calibration-experiment.html"


def test_what_the_physics_wrote(tmp_path: Path) -> None:
    ticks, heats = tmp_path / "ticks.csv", tmp_path / "heats.csv"
    ticks.write_text("tick,clock,heat,hot,hits,window\n1,5,100,2,7,4096\n2,6,90,3,9,4096\n")
    heats.write_text("word,heat,executions,threshold\ndup,90,1000,50\n")
    found = physics_of("queens", ticks, heats)
    assert found is not None
    assert found.threshold == 50 and found.heats == (("dup", 90, 1000),)
    assert found.ticks[1]["hot"] == 3
    assert physics_of("queens", None, None) is None


def test_files_that_the_physics_did_not_write(tmp_path: Path) -> None:
    path = tmp_path / "ticks.csv"
    with pytest.raises(LabError, match="cannot be read"):
        physics_of("queens", path, None)
    path.write_text("tick,heat\n1,2\n")
    with pytest.raises(LabError, match="hot, hits, window are not there"):
        physics_of("queens", path, None)
    path.write_text("tick,heat,hot,hits,window\n1,2,many,4,5\n")
    with pytest.raises(LabError, match="expected whole numbers"):
        physics_of("queens", path, None)


def test_predictions_of_an_experiment_without_result(journal: Journal, tmp_path: Path) -> None:
    made = replace(plan("later"), predictions=(Prediction("lru", 1.1, 1.2, 0.5),))
    journal.register(made, None, "")
    found = gather(journal, "later")
    assert found.analysis is None and found.outcomes[0].why == "no result yet"
    assert found.commands[0] == "cupola lab register later.toml"
