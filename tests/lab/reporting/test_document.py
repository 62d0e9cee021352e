from __future__ import annotations

from cupola.lab.reporting.document import Code, table


def test_columns_of_figures_are_found() -> None:
    made = table(
        "",
        ("arm", "ratio", "came", "code"),
        [("a", "1.2", "inside", Code("1")), ("b", "< 1", "3", Code("2"))],
    )
    assert made.figures == frozenset({1})


def test_columns_of_nothing_are_left_out() -> None:
    made = table("", ("arm", "basis", "ratio"), [("", "", "1.2"), ("", "", "")])
    assert made.head == ("arm", "ratio") and made.rows == (("", "1.2"), ("", ""))
    assert table("", ("arm", "basis"), []).head == ("arm",)
