"""Main effects of a factorial, against planted ones and against least squares."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cupola.lab.statistics.effects import complete, main_effects, ranks

PLANTED = (0.05, 0.0, -0.02)
SETTINGS = [f"{number:03b}" for number in range(8)]


def runs(noise: float, blocks: int = 12, seed: int = 1) -> dict[int, dict[str, float]]:
    """A factorial of three factors with these effects, an interaction of the first two, and a drift over blocks."""
    random = np.random.default_rng(seed)
    made: dict[int, dict[str, float]] = {}
    for block in range(blocks):
        made[block] = {}
        for setting in SETTINGS:
            bits = [int(each) for each in setting]
            log = math.fsum(bit * effect for bit, effect in zip(bits, PLANTED, strict=True))
            log += 0.03 * (bits[0] - 0.5) * (bits[1] - 0.5) + 0.1 * block
            made[block][setting] = math.exp(log + noise * random.standard_normal())
    return made


def test_planted_effects_are_found_without_noise() -> None:
    found = main_effects(runs(0.0))
    assert [math.log(each.ratio) for each in found] == pytest.approx(PLANTED, abs=1e-12)


def test_the_error_is_that_of_least_squares_with_interactions_and_blocks() -> None:
    """The same model for statsmodels' ordinary least squares: blocks, all interactions, coding of -1/2 and 1/2."""
    import statsmodels.api as sm

    taken = runs(0.02)
    rows, values = [], []
    for block, row in taken.items():
        for setting, value in row.items():
            bits = [int(each) - 0.5 for each in setting]
            products = [math.prod(bits[at] for at in range(3) if chosen >> at & 1) for chosen in range(1, 8)]
            rows.append([*products, *(float(block == each) for each in taken)])
            values.append(math.log(value))
    fit = sm.OLS(np.array(values), np.array(rows)).fit()
    places = [0, 1, 3]  # of 1, 2, 4 among 1 to 7: the factors alone
    for place, effect in zip(places, main_effects(taken), strict=True):
        low, high = fit.conf_int()[place]
        assert math.log(effect.ratio) == pytest.approx(fit.params[place])
        assert math.log(effect.interval.low) == pytest.approx(low)
        assert math.log(effect.interval.high) == pytest.approx(high)
        assert effect.p == pytest.approx(fit.pvalues[place])


def test_intervals_hold_the_effect_as_often_as_they_say() -> None:
    held = 0
    for seed in range(200):
        effect = main_effects(runs(0.02, blocks=3, seed=seed))[1]
        held += effect.interval.low <= 1.0 <= effect.interval.high
    assert 180 <= held <= 199  # 190 of 200 expected, and 4.4 standard errors of room


def test_blocks_that_lack_a_setting_are_left_out() -> None:
    taken = runs(0.01)
    whole = main_effects({block: row for block, row in taken.items() if block != 3})
    del taken[3]["101"]
    assert 3 not in complete(taken)
    assert main_effects(taken) == whole


def test_ranks_have_the_least_first() -> None:
    found = ranks(runs(0.0))
    assert [setting for setting, _, _ in found][:2] in (["001", "011"], ["011", "001"])
    assert [value for _, value, _ in found] == sorted(value for _, value, _ in found)


def test_too_little_is_refused() -> None:
    with pytest.raises(ValueError, match="two complete blocks or more, found 1"):
        main_effects(runs(0.1, blocks=1))
    with pytest.raises(ValueError, match="has 8 settings, found 7"):
        main_effects(
            {block: {s: v for s, v in row.items() if s != "111"} for block, row in runs(0.1).items()}
        )
    with pytest.raises(ValueError, match="complete block"):
        main_effects({})
