from __future__ import annotations

import pytest

from cupola.lab.reporting import units
from cupola.lab.statistics.results import Interval


@pytest.mark.parametrize(
    ("metric", "values", "told"),
    [
        ("total", [1.5, 2.5, 3.5], "2.500 s"),
        ("steady", [0.0025] * 3, "2.500 ms"),
        ("steady", [2.5e-6, 2.5e-6], "2.500 µs"),
        ("cpu", [2.5e-9], "2.500 ns"),
        ("memory", [48_000_000, 48_100_000], "2.500 MB"),
        ("instructions", [12e6], "2.500 million"),
        ("instructions", [12], "2.500"),
    ],
)
def test_units_fit_the_median(metric: str, values: list[float], told: str) -> None:
    unit = units.unit_of(metric, values)
    assert unit.write(2.5 * unit.size) == told


def test_a_unit_of_nothing() -> None:
    assert units.unit_of("total", []).name == "s"


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "0"), (1234.5678, "1,235"), (0.00012345, "0.0001234"), (12.0, "12.00"), (1.5e12, "1.500e+12")],
)
def test_plain(value: float, told: str) -> None:
    assert units.plain(value) == told


@pytest.mark.parametrize(
    ("value", "told"), [(1.78, "1.78"), (1.0012, "1.001"), (0.951, "0.951"), (1234.0, "1,234")]
)
def test_ratios_near_one_have_more_digits(value: float, told: str) -> None:
    assert units.ratio(value) == told


def test_intervals() -> None:
    assert units.span(1.70, 1.86) == "1.70 to 1.86"
    assert units.span(0.991, 1.004) == "0.991 to 1.004"
    assert units.span(90.0, 140.0) == "90.0 to 140"


def test_ratios_have_the_digits_of_their_interval() -> None:
    assert units.within(1.78, Interval(1.7, 1.86)) == "1.78"
    assert units.within(1.163, Interval(1.151, 1.174)) == "1.163"
    assert units.within(120.0, Interval(90.0, 140.0)) == "120"


def test_nothing_measured_is_certain() -> None:
    assert units.chance(1.0) == "> 0.9999"
    assert units.chance(0.0) == "< 0.0001"
    assert units.chance(0.25) == "0.2500"
    assert units.chance(None) == "-"
