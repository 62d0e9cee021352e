"""What counts as the same output, and how a difference is shown."""

from __future__ import annotations

from cupola.lab.running.output import difference, fingerprint, last_line


def test_blanks_at_ends_of_lines_and_empty_lines_at_the_end_do_not_count() -> None:
    assert difference("a \nb\t\n\n", b"a\nb") is None
    assert fingerprint("a \nb\t\n\n") == fingerprint(b"a\nb")
    assert difference("a\n\nb", "a\nb") == "line 2 is '', expected 'b'"
    assert difference(" a", "a") == "line 1 is ' a', expected 'a'"
    assert fingerprint(" a") != fingerprint("a")


def test_the_number_of_lines_counts() -> None:
    assert difference("a\nb", "a") == "2 lines, expected 1"
    assert difference("", "a") == "0 lines, expected 1"


def test_a_long_line_is_shown_where_it_differs() -> None:
    found = difference("x" * 500 + "one" + "y" * 500, "x" * 500 + "two" + "y" * 500)
    assert found is not None
    assert "one" in found
    assert "two" in found
    assert len(found) < 200


def test_bytes_that_are_no_text_differ_from_each_other() -> None:
    assert difference(b"\xff", b"\xfe") == "line 1 is '\\\\xff', expected '\\\\xfe'"
    assert fingerprint(b"\xff") != fingerprint(b"\xfe")


def test_the_last_line_says_what_was_wrong() -> None:
    assert last_line(b"Traceback\nError: no\n\n") == "Error: no"
    assert last_line("") == "nothing on standard error"
