"""Amounts as people write them."""

from __future__ import annotations

import pytest

from cupola.launch import units


@pytest.mark.parametrize(
    ("text", "value"), [("10s", 10.0), ("500ms", 0.5), ("2m", 120.0), ("1.5", 1.5), ("1h", 3600.0)]
)
def test_times(text: str, value: float) -> None:
    assert units.seconds(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "value"), [("1_000_000", 10**6), ("10M", 10**7), ("1.5k", 1500), ("9007199254740993", 2**53 + 1)]
)
def test_counts(text: str, value: int) -> None:
    assert units.count(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("64MiB", 64 << 20), ("100kB", 100_000), ("65536", 65536), ("1M", 1 << 20)]
)
def test_sizes(text: str, value: int) -> None:
    assert units.size(text) == value


@pytest.mark.parametrize("text", ["", "ten", "10 parsecs", "-1s", "0s", "1..2s", "1_s_"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        units.seconds(text)


@pytest.mark.parametrize("text", ["1__0", "0", "0.0001", "1Q"])
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        units.count(text)
