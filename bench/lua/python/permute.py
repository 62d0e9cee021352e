"""permute.lua in Python: the array begins at 0."""

from __future__ import annotations

values: list[int] = []
count = 0


def exchange(i: int, j: int) -> None:
    kept = values[i]
    values[i] = values[j]
    values[j] = kept


def permute(n: int) -> None:
    global count
    count += 1
    if n > 0:
        permute(n - 1)
        for i in range(n - 1, -1, -1):
            exchange(n - 1, i)
            permute(n - 1)
            exchange(n - 1, i)


def run() -> int:
    global count
    values[:] = range(1, 8)
    for _ in range(6):
        count = 0
        permute(7)
    if values != list(range(1, 8)):
        raise ValueError("permute: the array was not restored")
    if count != 69281:
        raise ValueError(f"permute: {count}")
    return count
