"""spectralnorm.lua in Python: rows and columns begin at 0."""

from __future__ import annotations

from math import sqrt


def element(i: int, j: int) -> float:
    ij = i + j
    return 1.0 / (ij * (ij + 1) * 0.5 + i + 1)


def multiply(x: list[float], y: list[float], count: int) -> None:
    for i in range(count):
        total = 0.0
        for j in range(count):
            total += x[j] * element(i, j)
        y[i] = total


def multiply_transposed(x: list[float], y: list[float], count: int) -> None:
    for i in range(count):
        total = 0.0
        for j in range(count):
            total += x[j] * element(j, i)
        y[i] = total


def norm(count: int) -> float:
    u, v, scratch = [1.0] * count, [0.0] * count, [0.0] * count
    for _ in range(10):
        multiply(u, scratch, count)
        multiply_transposed(scratch, v, count)
        multiply(v, scratch, count)
        multiply_transposed(scratch, u, count)
    numerator, denominator = 0.0, 0.0
    for i in range(count):
        numerator += u[i] * v[i]
        denominator += v[i] * v[i]
    return sqrt(numerator / denominator)


def run() -> str:
    value = f"{norm(100):.9f}"
    if value != "1.274219991":
        raise ValueError(f"spectralnorm: {value}")
    return value
