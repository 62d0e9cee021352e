"""What a process wrote, compared with what it should have written.

One rule for all: blanks at the ends of lines, and empty lines at the end, do not count; systems differ in them.
"""

from __future__ import annotations

import hashlib

SHOWN = 60  # characters of a line in a message


def lines(output: bytes | str) -> list[str]:
    """The lines that count."""
    text = output.decode("utf-8", "backslashreplace") if isinstance(output, bytes) else output
    return [line.rstrip() for line in text.rstrip().splitlines()]


def fingerprint(output: bytes | str) -> str:
    """Sixteen hex digits that are the same for outputs that count as the same."""
    return hashlib.sha256("\n".join(lines(output)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def difference(found: bytes | str, wanted: bytes | str) -> str | None:
    """The first line that differs, or the number of lines; None if both are the same."""
    one, other = lines(found), lines(wanted)
    for number, (left, right) in enumerate(zip(one, other, strict=False), 1):
        if left != right:
            at = next(
                (at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
                min(len(left), len(right)),
            )
            return f"line {number} is {_shown(left, at)}, expected {_shown(right, at)}"
    return None if len(one) == len(other) else f"{len(one)} lines, expected {len(other)}"


def last_line(errors: bytes | str) -> str:
    """The last line of what a process wrote on standard error, which mostly says what was wrong."""
    return (lines(errors) or ["nothing on standard error"])[-1]


def _shown(line: str, at: int) -> str:
    """A line around the place where it differs, short enough to be read."""
    begin = max(0, at - SHOWN // 2) if len(line) > SHOWN else 0
    return (
        ("..." if begin else "")
        + repr(line[begin : begin + SHOWN])
        + ("..." if len(line) > begin + SHOWN else "")
    )
