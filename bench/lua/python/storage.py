"""storage.lua in Python: a leaf is made at once."""

from __future__ import annotations

seed = 0
nodes = 0


def random() -> int:
    global seed
    seed = (seed * 1309 + 13849) % 65536
    return seed


def build(depth: int) -> list[object]:
    global nodes
    nodes += 1
    if depth == 1:
        return [False] * (random() % 10 + 1)
    return [build(depth - 1) for _ in range(4)]


def run() -> int:
    global seed, nodes
    seed = 74755
    for _ in range(2):
        nodes = 0
        build(8)
    if nodes != 21845:
        raise ValueError(f"storage: {nodes}")
    return nodes
