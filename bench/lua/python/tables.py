"""tables.lua in Python: dicts; a deque for the queue, lists for the stack; objects of a class for keys."""

from __future__ import annotations

from collections import deque


def sparse(count: int) -> int:
    entries_of: dict[int, int] = {}
    key = 1
    for i in range(1, count + 1):
        key = (key * 1309 + 13849) % 65536
        entries_of[key * 16] = i
    entries, total = 0, 0
    for each, value in entries_of.items():
        entries += 1
        total += each % 101 + value
    return entries + total


def names(count: int) -> int:
    sums: dict[str, int] = {}
    for i in range(1, count + 1):
        name = f"name{i % 1500}"
        sums[name] = sums.get(name, 0) + i
    total = 0
    for i in range(1500):
        total += sums[f"name{i}"]
    for i in range(0, 1500, 2):
        del sums[f"name{i}"]
    left = 0
    for _ in sums:
        left += 1
    return total + left


def queue(count: int) -> int:
    items: deque[int] = deque()
    total = 0
    for i in range(1, count + 1):
        items.append(i)
        if i % 3 == 0:
            total += items.popleft()
    return total + len(items) - 1


def stack(count: int) -> int:
    items: list[int] = []
    for i in range(1, count + 1):
        items.append(i)
    total = 0
    while len(items) > count / 2:
        total += items.pop()
    for i in range(1, 21):
        items.insert(0, i)
        total += items.pop(4)
    return total


class Box:
    def __init__(self, value: int) -> None:
        self.value = value


def objects(count: int) -> int:
    boxes: list[Box] = []
    place: dict[Box | float, int] = {}
    for i in range(1, count + 1):
        box = Box(i)
        boxes.append(box)
        place[box] = i
        place[i + 0.5] = i
    total = 0
    for i, box in enumerate(boxes, 1):
        total += place[box] - place[i + 0.5] + box.value
    return total


def run() -> int:
    total = sparse(60000) + names(50000) + queue(60000) + stack(8000) + objects(16000)
    if total != 3405179869:
        raise ValueError(f"tables: {total}")
    return total
