"""tak.lua in Python, which has no tail calls."""

from __future__ import annotations


class Element:
    def __init__(self, value: int, rest: Element | None) -> None:
        self.value = value
        self.rest = rest


def make(length: int) -> Element | None:
    found: Element | None = None
    for value in range(1, length + 1):
        found = Element(value, found)
    return found


def shorter(a: Element | None, b: Element | None) -> bool:
    while b is not None:
        if a is None:
            return True
        a, b = a.rest, b.rest
    return False


def tak(x: Element | None, y: Element | None, z: Element | None) -> Element | None:
    if x is None or not shorter(y, x):
        return z
    assert y is not None and z is not None
    return tak(tak(x.rest, y, z), tak(y.rest, z, x), tak(z.rest, x, y))


def length_of(found: Element | None) -> int:
    count = 0
    while found is not None:
        count += 1
        found = found.rest
    return count


def run() -> int:
    result = 0
    for _ in range(4):
        result = length_of(tak(make(18), make(12), make(6)))
    if result != 7:
        raise ValueError(f"tak: {result}")
    return result
