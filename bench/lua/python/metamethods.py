"""metamethods.lua in Python: operator methods, `__getitem__` and `__setitem__` for the proxy, `__getattr__` for the
chain of defaults, `__str__` in the place of `__concat`.
"""

from __future__ import annotations


class Complex:
    def __init__(self, re: int, im: int) -> None:
        self.re = re
        self.im = im

    def __add__(self, other: Complex) -> Complex:
        return Complex(self.re + other.re, self.im + other.im)

    def __sub__(self, other: Complex) -> Complex:
        return Complex(self.re - other.re, self.im - other.im)

    def __mul__(self, other: Complex) -> Complex:
        return Complex(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    def __neg__(self) -> Complex:
        return Complex(-self.re, -self.im)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Complex) and self.re == other.re and self.im == other.im

    def __lt__(self, other: Complex) -> bool:
        return self.re * self.re + self.im * self.im < other.re * other.re + other.im * other.im

    def __str__(self) -> str:
        return f"{self.re},{self.im}"


def gaussian(rounds: int) -> str:
    value, turn = Complex(1, 0), Complex(0, 1)
    total, least = Complex(0, 0), 0
    for i in range(1, rounds + 1):
        value = value * turn
        total = total + value - Complex(1, i % 3)
        if value == -Complex(1, 0):
            least += 1
        if value < total:
            least += 1
    return f"({total}){least}"


class Watched:
    def __init__(self) -> None:
        self.kept: dict[int, int] = {}
        self.reads = 0
        self.writes = 0

    def __getitem__(self, key: int) -> int | None:
        self.reads += 1
        return self.kept.get(key)

    def __setitem__(self, key: int, value: int) -> None:
        self.writes += 1
        self.kept[key] = value


def watched(rounds: int) -> int:
    proxy = Watched()
    for i in range(1, rounds + 1):
        key = i % 10
        proxy[key] = (proxy[key] or 0) + i
    return (proxy[3] or 0) + proxy.reads + proxy.writes


class Base:
    def __init__(self) -> None:
        self.value = 1


class Link:
    """An object that asks another for what it has not."""

    def __init__(self, parent: Base | Link) -> None:
        self.parent = parent

    def __getattr__(self, name: str) -> int:
        found: int = getattr(self.parent, name)
        return found


class Adder:
    def __call__(self, a: int, b: int) -> int:
        return a + b


def chained(rounds: int) -> int:
    base = Base()
    link = Link(base)
    for _ in range(4):
        link = Link(link)
    adder = Adder()
    total = 0
    for i in range(1, rounds + 1):
        total = adder(total, link.value)
        if i % 1000 == 0:
            base.value += 1
    return total


def run() -> str:
    value = f"{gaussian(20000)} {watched(40000)} {chained(60000)}"
    if value != "(-20000,-20001)24999 80072001 1830000":
        raise ValueError(f"metamethods: {value}")
    return value
