"""The formulas of the physics, as plain Python runs them, and the table of knobs."""

from __future__ import annotations

import pytest

import cupola
from cupola.policy.physics.heat import decayed_heat, next_latency, next_temperature
from cupola.policy.physics.presets import KNOBS, PRESETS, Physics, make_physics, physics_of
from cupola.policy.physics.ticking import next_period
from cupola.policy.physics.window import is_likely, next_size

ONE = 1 << 16


def test_temperature_follows_heat_slowly_and_is_bounded() -> None:
    assert next_temperature(0, 0) == 0
    assert next_temperature(1000, -5) == 0
    assert next_temperature(0, 4) == 256  # a quarter of 4.0
    assert next_temperature(256, 4) == 448
    assert next_temperature(0, 1 << 40) == 65535 // 4
    temperature = 0
    for _ in range(100):
        temperature = next_temperature(temperature, 1 << 40)
    assert 65530 <= temperature <= 65535


def test_latency_is_smoothed_three_to_one() -> None:
    assert next_latency(0, 100) == 100
    assert next_latency(100, 200) == 125


def test_decay_is_linear_and_ends_at_zero() -> None:
    assert decayed_heat(100, 50 * ONE, 1) == 50  # the paper's slope: a heat in 65,536 microseconds
    assert decayed_heat(100, 100 * ONE, 1) == 0
    assert decayed_heat(100, 1 << 60, ONE) == 0
    assert decayed_heat(50, 150, 21845) == 1  # the code's slope: a third of a heat in a microsecond


def test_the_window_shrinks_while_nothing_new_comes() -> None:
    growth, percent, floor = ONE // 100, 75, 256
    assert next_size(4096, 0, 100, growth, percent, floor) == 3072
    assert next_size(300, 0, 100, growth, percent, floor) == 256
    assert next_size(3000, 50, 100, growth, percent, floor) == 4000
    assert next_size(4000, 50, 100, growth, percent, floor) == 4096


def test_transitions_are_predicted_from_ten_samples_and_half_the_cases_on() -> None:
    assert not is_likely(9, 9, 10, ONE // 2)
    assert is_likely(5, 10, 10, ONE // 2)
    assert not is_likely(4, 10, 10, ONE // 2)


def test_the_period_stays_within_four_times_of_its_base() -> None:
    assert next_period(1000, True, 1000) == 1250
    assert next_period(1000, False, 1000) in (799, 800)
    period = 1000
    for _ in range(50):
        period = next_period(period, True, 1000)
    assert period == 4000
    for _ in range(50):
        period = next_period(period, False, 1000)
    assert period == 250


def test_presets_have_every_knob_within_its_bounds() -> None:
    assert set(PRESETS) == {"off", "starforth-paper", "starforth-head"}
    for preset in PRESETS.values():
        assert list(preset) == [each.name for each in KNOBS]
        assert all(each.least <= preset[each.name] <= each.most for each in KNOBS)
    assert not Physics("off").on
    assert Physics("starforth-paper")["shrink_percent"] == 75
    assert Physics("starforth-head")["shrink_percent"] == 50


def test_knobs_can_be_changed() -> None:
    physics = physics_of("starforth-head", ["threshold=10", "mode=every", "sweep=1_000"])
    assert (physics["threshold"], physics["mode"], physics["sweep"]) == (10, 4, 1000)
    assert repr(physics) == "Physics('starforth-head', mode=4, threshold=10, sweep=1000)"
    assert make_physics({"threshold": 7}).preset == "starforth-paper"
    assert not make_physics(None).on


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (lambda: Physics("starfort"), "unknown physics 'starfort': expected one of off, starforth-paper"),
        (lambda: Physics(treshold=5), "unknown knob 'treshold': did you mean 'threshold'?"),
        (lambda: Physics(threshold=-1), "knob 'threshold': expected 0 to"),
        (lambda: Physics(threshold="hot"), "knob 'threshold': expected an integer, found 'hot'"),
        (lambda: physics_of(None, ["threshold"]), "'threshold': expected knob=value"),
    ],
)
def test_what_is_wrong_is_said(wanted: object, message: str) -> None:
    assert callable(wanted)
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        wanted()


def test_the_name_is_public() -> None:
    assert cupola.Physics is Physics
