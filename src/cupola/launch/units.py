"""Amounts as people write them on a command line: `10s`, `500ms`, `20us`, `2m`, `10M`, `1_000_000`, `64MiB`."""

from __future__ import annotations

TIMES = {"us": 1e-6, "ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "": 1.0}
COUNTS = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9}
SIZES = {
    "": 1, "B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9,
    "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
}  # fmt: skip


def seconds(text: str) -> float:
    """A length of time; ValueError for what is none."""
    number, unit = _split(text)
    if unit not in TIMES:
        raise ValueError(f"unknown unit {unit!r} in {text!r}: expected a time such as 500ms, 10s or 2m")
    value = float(number) * TIMES[unit]
    _check_positive(value, text)
    return value


def count(text: str) -> int:
    """A whole number, with k, M or G for thousands, millions, billions; ValueError for what is none."""
    return _whole(text, COUNTS, "a number such as 1_000_000 or 10M")


def size(text: str) -> int:
    """Bytes; ValueError for what is no size."""
    return _whole(text, SIZES, "a size such as 64MiB, 100kB or 65536")


def _whole(text: str, units: dict[str, int], expected: str) -> int:
    number, unit = _split(text)
    if unit not in units:
        raise ValueError(f"unknown unit {unit!r} in {text!r}: expected {expected}")
    value = int(float(number) * units[unit]) if "." in number else int(number) * units[unit]
    _check_positive(value, text)
    return value


def _split(text: str) -> tuple[str, str]:
    """The number and the unit behind it."""
    end = 0
    while end < len(text) and (text[end].isdigit() or text[end] in "._"):
        end += 1
    number, unit = text[:end], text[end:].strip()
    try:
        float(number)
    except ValueError:
        raise ValueError(f"{text!r} does not begin with a number") from None
    return number, unit


def _check_positive(value: float, text: str) -> None:
    if value <= 0:
        raise ValueError(f"{text!r}: a limit must be more than nothing")
