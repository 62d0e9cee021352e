from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cupola.lab.reporting.charts import thinning

VALUES = st.lists(st.floats(0.001, 1000), min_size=1, max_size=300)


@given(VALUES, st.integers(4, 60))
def test_extremes_keep_the_least_and_the_greatest(values: list[float], most: int) -> None:
    kept = thinning.extremes(values, most)
    assert len(kept) <= max(most, len(values) if len(values) <= most else 0)
    assert [place for place, _ in kept] == sorted({place for place, _ in kept})
    assert all(values[place] == value for place, value in kept)
    assert {min(values), max(values)} <= {value for _, value in kept}


@given(st.lists(st.integers(), min_size=1, max_size=200), st.integers(2, 50))
def test_even_choice_keeps_the_ends(rows: list[int], most: int) -> None:
    kept = thinning.evenly(rows, most)
    assert len(kept) == min(len(rows), most)
    assert (kept[0], kept[-1]) == (rows[0], rows[-1])


def test_spread_of_runs_of_different_length() -> None:
    found = thinning.spread([[1.0] * 10, [3.0] * 10, [2.0] * 4], 5)
    assert [each["iteration"] for each in found] == [0.5, 2.5, 4.5, 6.5, 8.5]
    assert found[0]["middle"] == 2.0
    assert (found[4]["low"], found[4]["high"]) == (1.0, 3.0)
    assert thinning.spread([], 5) == []
