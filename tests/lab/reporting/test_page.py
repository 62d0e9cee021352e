"""The HTML page: what it leads with, what it keeps silent about, and that it is one file of bearable size."""

from __future__ import annotations

import base64
import csv
import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from cupola.lab.reporting import contents, files, page, tables
from cupola.lab.reporting.document import Attachment, Text
from cupola.lab.reporting.material import Material
from cupola.lab.running.records import ProcessRecord
from tests.lab.reporting import support

VOID = {"meta", "link", "input", "br", "path", "rect", "line", "image"}


class Reader(HTMLParser):
    """Checks that elements are closed in their order, and keeps addresses and the text outside style sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.names: list[str] = []
        self.elements: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.addresses += [value or "" for key, value in attrs if key in ("href", "src", "xlink:href")]
        self.names += [value or "" for key, value in attrs if key == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def material() -> Material:
    return support.material()


@pytest.fixture(scope="module")
def written() -> str:
    return page.write(support.document())


def test_it_leads_with_the_ratio_its_interval_and_the_verdict(written: str) -> None:
    text = " ".join(read(written).text.split())
    lead = text[: text.index("H0:")]
    assert "1.163 × 95 % interval 1.151 to 1.174 ✓ accepted" in lead
    assert (
        "lru is 1.163 times as fast as off: time of an iteration, once warm, on the geometric mean of 2 workloads."
        in lead
    )
    assert "ratio 0.917 (95 % interval 0.908 to 0.927): it is slower" in lead
    assert "Distribution" not in lead


def test_everything_that_was_asked_for_is_there(written: str) -> None:
    text = " ".join(read(written).text.split())
    for expected in (
        "Exploratory: it was amended",
        "H0: no difference",
        "cupola run --physics-set cache=lru",
        "tier = baseline",
        "Gate 0, meaning: passed",
        "on 6 pairs of arm and workload, and on 200 random programs",
        "Gate 1, state: passed",
        "Gate 2, A/A: the reference against itself. The test found a difference in 4.70 %",
        "in integers (Q48.16)",
        "Processes by class of warm-up",
        "Ratios with and without flagged processes",
        "exit status 1: expected 0",
        "the original's paper, 1.78",
        "a processor",
        "5f" * 32,
        "ab" * 20,
        "too few blocks",
        "cupola lab run hot-words.toml",
    ):
        assert expected in text, expected


def test_it_needs_nothing_else(written: str) -> None:
    reader = read(written)
    assert all(each.startswith(("#", "data:")) for each in reader.addresses)
    assert "script" not in reader.elements and "iframe" not in reader.elements
    assert "url(http" not in written and "@import" not in written
    assert "default-src &#39;none&#39;" in written or "default-src 'none'" in written


def test_every_name_occurs_once_and_every_link_has_one(written: str) -> None:
    reader = read(written)
    assert len(reader.names) == len(set(reader.names))
    assert {each[1:] for each in reader.addresses if each.startswith("#")} <= set(reader.names)


def test_texts_of_an_experiment_are_escaped() -> None:
    bad = '<script>alert(1)</script>"&'
    made = support.small()
    made = replace(made, experiment=replace(made.experiment, question=bad, h0=bad), physics=None)
    written = page.html(made)
    assert "<script>" not in written and "&lt;script&gt;" in written
    assert "load &lt;a &amp; b&gt;" in written and "<a & b>" not in written


def test_an_invalid_experiment_prints_no_number() -> None:
    made = support.material(word="invalid")
    reader = read(page.html(made))
    text = reader.text
    assert "Two arms do not mean the same" in text and "line 3 is '7', expected '8'" in text
    assert "svg" not in reader.elements
    assert "4.70" not in text and "A/A" not in text
    assert "×" not in text and "interval" not in text.split("Registration")[0].replace(
        "confidence interval", ""
    )
    told = {f"{value:.4g}" for each in made.records for value in (each.wall, each.cpu, *each.iterations)}
    assert not [each for each in told if len(each) > 5 and each in text]
    assert not any(each.startswith("data:") and len(each) > 20 for each in reader.addresses)


def test_before_the_run(material: Material) -> None:
    made = replace(material, analysis=None, records=(), aa_records=(), outcomes=(), physics=None)
    text = " ".join(read(page.html(made)).text.split())
    assert "not run yet" in text and "0 of 72 processes have run" in text


def test_a_comparison_that_was_never_registered() -> None:
    text = read(page.html(replace(support.small(), registration=None, physics=None))).text
    assert "Exploratory: it was never registered" in text


def test_sizes_are_not_called_fast() -> None:
    made = contents.findings(support.material("memory", iterations=1))
    assert made[0].sentence == (
        "off needs 0.917 times as much as original: peak memory of the process, on the geometric mean of 2 workloads."
    )


def test_the_files_hold_every_process(material: Material) -> None:
    table, records = (each for each in files.of(material) if isinstance(each, Attachment))
    rows = list(csv.DictReader(table.data.decode().splitlines()))
    assert len(rows) == len(material.records)
    assert [float(each["wall"]) for each in rows] == [each.wall for each in material.records]
    assert rows[0]["warm-up"] == "warm-up" and rows[0]["steady from"] == str(support.WARM)
    back = [ProcessRecord.from_data(each) for each in json.loads(gzip.decompress(records.data))]
    assert tuple(back) == material.records


def test_the_page_carries_its_files(material: Material, written: str) -> None:
    found = re.search(r'href="data:application/gzip;base64,([^"]+)"', written)
    assert found is not None
    assert base64.b64decode(found[1]) == files.packed(material.records)


def test_much_data_is_thinned_and_the_page_stays_small() -> None:
    """2,000 iterations of 30 processes of three arms on two workloads."""
    made = replace(support.material(processes=30, iterations=2_000), aa_records=(), physics=None)
    written = page.html(made)
    assert len(written.encode()) < page.MOST
    assert "too much for this page" in written and "cupola lab report hot-words --data" in written
    assert any(isinstance(each, Text) and each.tone == "note" for each in files.of(made))


def test_many_arms_stand_in_rows_and_long_tables_are_folded() -> None:
    made = support.small()
    names = [f"arm-{number}" for number in range(60)]
    more = tuple(replace(made.experiment.arms[1], name=each) for each in names)
    wide = replace(
        made, experiment=replace(made.experiment, arms=(made.experiment.arms[0], *more)), records=()
    )
    said = tables.measured(wide)
    assert said.head[0] == "arm" and len(said.rows) == 61
    assert "<details><summary>Arms: 61 rows</summary>" in page.html(wide)


def test_of_many_arms_the_page_leads_with_the_best(material: Material) -> None:
    assert material.analysis is not None
    names = [f"arm-{number}" for number in range(20)]
    arms = (material.experiment.arms[0], *(replace(material.experiment.arms[1], name=each) for each in names))
    analysis = replace(
        material.analysis,
        estimates=tuple(
            support.estimate(each, None, 1 + number / 100, 0.01) for number, each in enumerate(names)
        ),
        verdicts=tuple(replace(material.analysis.verdicts[0], arm=each) for each in names),
    )
    many = replace(support.small(), experiment=replace(material.experiment, arms=arms), analysis=analysis)
    made = contents.document(replace(many, records=(), aa_records=(), physics=None, outcomes=()))
    assert [each.arm for each in made.findings] == ["arm-19", "arm-18", "arm-17"]
    assert made.of_findings == "The 3 greatest ratios of 20 arms; all stand under Verdicts."
    assert len(made.sections[0].blocks) == 2
