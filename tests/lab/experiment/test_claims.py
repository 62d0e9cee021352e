"""What a claim's text stands for."""

from __future__ import annotations

import pytest

from cupola.lab.experiment.claims import threshold


def test_a_claim_is_the_ratio_that_has_to_be_passed() -> None:
    assert threshold("faster", 0.02) == 1.02
    assert threshold("not-slower", 0.25) == 0.8
    assert threshold("1.78x", 0.02) == 1.78
    assert threshold("2x", 0.5) == 2.0


@pytest.mark.parametrize("text", ["", "quicker", "1x", "0.5x", "1.5", "x", "-2x", "1.5x faster", "1e3x"])
def test_what_is_no_claim_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected faster, not-slower, or a ratio above 1") as error:
        threshold(text, 0.01)
    assert repr(text) in str(error.value)
