"""The reference page is current, and its example is IR."""

from __future__ import annotations

from pathlib import Path

from cupola.ir.operations import TABLE
from cupola.ir.parser import parse_function
from cupola.ir.printer import format_function
from cupola.ir.reference import EXAMPLE, reference
from cupola.ir.verifier import verify

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ir.md"


def test_the_page_is_current() -> None:
    message = "run: python -m cupola.ir.reference > docs/ir.md"
    assert PAGE.read_text(encoding="utf-8") == reference(), message


def test_every_operation_is_there_and_says_what_it_does() -> None:
    rows = [line for line in reference().split("\n") if line.startswith("| `")]
    assert len(rows) == len(TABLE)
    for name, operation in TABLE.items():
        assert operation.doc
        assert any(name in row.split("|")[1] and operation.doc in row for row in rows)


def test_the_example_is_in_the_form_of_the_printer() -> None:
    function = parse_function(EXAMPLE)
    verify(function)
    assert format_function(function) == EXAMPLE
