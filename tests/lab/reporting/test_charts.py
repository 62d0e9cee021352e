"""The pictures: that they are drawn, say what they should, and leave out nothing silently."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from cupola.lab.journal.calibration import Bin, Calibration
from cupola.lab.reporting import charts
from cupola.lab.reporting.charts.forest import ratio_ticks
from cupola.lab.reporting.drawing import Picture, shortened, standalone
from cupola.lab.reporting.material import Material
from cupola.lab.reporting.palette import COLOURS
from cupola.lab.statistics.results import Interval
from tests.lab.reporting import support

SVG = "{http://www.w3.org/2000/svg}"
ALL = (
    charts.forest,
    charts.against_itself,
    charts.histograms,
    charts.order,
    charts.warming,
    charts.single,
    charts.promotions,
    charts.predicted,
)


@pytest.fixture(scope="module")
def material() -> Material:
    return support.material()


def parsed(picture: Picture | None) -> ElementTree.Element:
    assert picture is not None
    return ElementTree.fromstring(picture.svg)


def texts(picture: Picture | None) -> list[str]:
    return ["".join(each.itertext()) for each in parsed(picture).iter(f"{SVG}text")]


def marks(picture: Picture | None, kind: str) -> int:
    """How many marks of a kind are drawn, such as symbol, rect, rule, line, area, text."""
    groups = [each for each in parsed(picture).iter(f"{SVG}g") if f"mark-{kind}" in each.get("class", "")]
    return sum(len([one for one in each if one.tag != f"{SVG}title"]) for each in groups)


@pytest.mark.parametrize("chart", ALL)
def test_every_picture_tells_what_it_shows(chart: object, material: Material) -> None:
    assert callable(chart)
    picture = chart(material)
    root = parsed(picture)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == picture.title in texts(picture)
    assert root.findtext(f"{SVG}desc") == picture.description
    assert picture.rows and all(len(each) == len(picture.head) for each in picture.rows)
    assert json.loads(picture.spec)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")


@pytest.mark.parametrize("chart", ALL)
def test_every_colour_is_of_the_palette(chart: object, material: Material) -> None:
    """A colour that is not would stay as it is on a dark page."""
    assert callable(chart)
    found = set(re.findall(r'(?:fill|stroke)="([^"]+)"', chart(material).svg))
    assert found - {"none", "transparent"} <= {light for light, _ in COLOURS.values()}


@pytest.mark.parametrize("chart", ALL)
def test_an_invalid_experiment_has_no_picture(chart: object) -> None:
    assert callable(chart)
    assert chart(support.material(word="invalid")) is None


def test_the_forest(material: Material) -> None:
    picture = charts.forest(material)
    found = texts(picture)
    assert "1.163 (1.151 to 1.174)" in found and "original, load <a & b>" in found
    assert marks(picture, "symbol") >= 6
    assert "Dashed line: what was claimed, 1.010." in " ".join(found)


def test_the_forest_of_many_arms_draws_means(material: Material) -> None:
    names = [f"arm-{number}" for number in range(100)]
    made = replace(
        material.experiment,
        arms=(
            *material.experiment.arms[:1],
            *(replace(material.experiment.arms[1], name=each) for each in names),
        ),
    )
    assert material.analysis is not None
    estimates = tuple(
        support.estimate(name, place, 1.2, 0.01) for name in names for place in (None, "lookups")
    )
    picture = charts.forest(
        replace(material, experiment=made, analysis=replace(material.analysis, estimates=estimates))
    )
    assert picture is not None
    assert len(picture.rows) == 100
    assert picture.notes == ("Drawn: 100 of 200 ratios; all stand in the tables.",)


@pytest.mark.parametrize(
    ("low", "high"),
    [(0.9985, 1.0012), (0.9, 1.2), (0.5, 1.8), (0.2, 3.0), (1.0, 95.0), (0.01, 2000.0), (1.0, 1.0)],
)
def test_ticks_hold_all_values(low: float, high: float) -> None:
    ticks = ratio_ticks([low], [high])
    assert ticks[0] <= low and high <= ticks[-1]
    assert ticks == sorted(ticks) and 2 <= len(ticks) <= 20


def test_one_workload_has_one_row(material: Material) -> None:
    """Its mean is itself."""
    one = replace(material.experiment, workloads=material.experiment.workloads[:1])
    picture = charts.forest(replace(material, experiment=one))
    assert picture is not None
    assert [each[:2] for each in picture.rows] == [("original", "lookups"), ("lru", "lookups")]


def test_order_rings_what_is_flagged(material: Material) -> None:
    picture = charts.order(material)
    assert picture is not None
    good = sum(each.problem is None for each in material.records)
    assert len(picture.rows) == good
    assert marks(picture, "symbol") >= good + 2  # block 3 of one arm, on both workloads


def test_values_far_apart_have_a_logarithmic_axis() -> None:
    made = support.small()
    slow = tuple(replace(each, wall=each.wall * 40) if each.arm == "lru" else each for each in made.records)
    for chart in (charts.order, charts.histograms):
        picture = chart(replace(made, records=slow))
        assert picture is not None
        assert '"type":"log"' in picture.spec and "500" in texts(picture)
    assert ratio_ticks([0.001], [1500.0]) == [10.0**power for power in range(-4, 5)]
    assert ratio_ticks([1.0], [40.0]) == [0.5, 1, 2, 5, 10, 20, 50]


def test_warming_puts_iterations_together_and_says_so() -> None:
    picture = charts.warming(support.material(processes=3, iterations=500))
    assert picture is not None
    assert "Neighbouring iterations are put together: 120 parts of 500." in picture.notes
    assert len(picture.rows) == 6 * 120


def test_single_shows_each_class(material: Material) -> None:
    found = texts(charts.single(material))
    assert sum("slowdown" in each for each in found) > 0 and sum("warm-up" in each for each in found) > 0


def test_whole_processes_have_no_warm_up() -> None:
    made = support.material("total", iterations=1)
    assert charts.warming(made) is None and charts.single(made) is None
    assert charts.order(made) is not None and charts.histograms(made) is not None


def test_histograms_count_every_value() -> None:
    made = support.material("total", iterations=1)
    picture = charts.histograms(made)
    assert picture is not None
    assert sum(int(each[-1]) for each in picture.rows) == sum(each.problem is None for each in made.records)


def test_histograms_tell_what_lies_beyond() -> None:
    picture = charts.histograms(support.material(iterations=100))
    assert picture is not None
    beyond = [
        int(found[1].replace(",", ""))
        for each in picture.notes
        if (found := re.search(r": ([\d,]+) values", each))
    ]
    counted = sum(int(each[-1]) for each in picture.rows)
    good = sum(each.problem is None for each in support.material(iterations=100).records)
    assert counted + sum(beyond) == good * (100 - support.WARM)


def test_a_a_names_the_rate(material: Material) -> None:
    assert any("in 4.70 % of the splits" in each for each in texts(charts.against_itself(material)))


def test_predictions_that_came_and_that_did_not(material: Material) -> None:
    picture = charts.predicted(material)
    assert picture is not None
    assert [each[-1] for each in picture.rows] == ["outside", "inside"]


def test_physics() -> None:
    assert charts.heat_distribution(None) is None and charts.heartbeat(None) is None
    heat = charts.heat_distribution(support.physics())
    assert heat is not None and "word-1" in texts(heat)
    beat = charts.heartbeat(support.physics())
    assert beat is not None
    assert beat.notes == ("Drawn: 240 of 600 ticks, evenly chosen.",)


def test_reliability() -> None:
    bins = (Bin(0.4, 0.6, 5, 0.5, 2, Interval(0.12, 0.77)), Bin(0.8, 1.0, 10, 0.9, 9, Interval(0.6, 0.98)))
    picture = charts.reliability(Calibration((), 15, 11, 0.76, 0.7, Interval(0.4, 0.9), 0.1, 0.1, 0.5, bins))
    assert "2 of 5" in texts(picture) and "9 of 10" in texts(picture)
    assert charts.reliability(Calibration((), 0, 0, None, None, None, None, None, None, ())) is None


def test_names_of_parts_differ_between_pictures(material: Material) -> None:
    """Else the second drawing of a page would be cut by the frames of the first."""
    made = [chart(material) for chart in (charts.forest, charts.order, charts.single)]
    names = [set(re.findall(r'\bid="([^"]+)"', each.svg)) for each in made if each is not None]
    assert len(names) == 3 and not names[0] & names[1] and not names[1] & names[2]
    for each in made:
        assert each is not None
        assert set(re.findall(r"url\(#([^)]+)\)", each.svg)) <= set(re.findall(r'\bid="([^"]+)"', each.svg))


def test_shortened_numbers() -> None:
    assert shortened('<path d="M1.23456,-0.5004L10,3.14159e-5" fill="#123456"/>') == (
        '<path d="M1.23,-0.5L10,0" fill="#123456"/>'
    )


def test_a_file_of_its_own_follows_the_readers_choice(material: Material) -> None:
    picture = charts.forest(material)
    assert picture is not None
    text = standalone(picture)
    assert ElementTree.fromstring(text.encode()).find(f"{SVG}style") is not None
    assert "@media (prefers-color-scheme:dark)" in text
