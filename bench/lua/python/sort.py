"""sort.lua in Python: list.sort with a key in the place of table.sort with a comparator; our own sorts and checks call
comparators, which tell three cases apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
Order = Callable[[T, T], int]

seed = 0


def random(limit: int) -> int:
    global seed
    seed = (seed * 1309 + 13849) % 65536
    return seed % limit


def numbers(count: int) -> list[int]:
    return [random(10000) for _ in range(count)]


def check(array: list[T], order: Order[T]) -> None:
    for i in range(1, len(array)):
        if order(array[i], array[i - 1]) < 0:
            raise ValueError(f"sort: element {i} is out of order")


def by_number(a: int, b: int) -> int:
    return a - b


class Record:
    def __init__(self, key: int, name: str) -> None:
        self.key = key
        self.name = name


def by_key(a: Record, b: Record) -> int:
    if a.key != b.key:
        return b.key - a.key
    return -1 if a.name < b.name else 1 if a.name > b.name else 0


def quicksort(array: list[int], first: int, last: int) -> None:
    while first < last:
        pivot = array[(first + last) // 2]
        i, j = first, last
        while i <= j:
            while array[i] < pivot:
                i += 1
            while array[j] > pivot:
                j -= 1
            if i <= j:
                array[i], array[j] = array[j], array[i]
                i += 1
                j -= 1
        quicksort(array, first, j)
        first = i


def merge_sort(array: list[T], order: Order[T]) -> list[T]:
    count = len(array)
    source, target = list(array), list(array)
    width = 1
    while width < count:
        for start in range(0, count, 2 * width):
            left, right = start, start + width
            left_end = min(right, count)
            right_end = min(right + width, count)
            for place in range(start, right_end):
                if left < left_end and (right >= right_end or order(source[right], source[left]) >= 0):
                    target[place] = source[left]
                    left += 1
                else:
                    target[place] = source[right]
                    right += 1
        source, target = target, source
        width *= 2
    return source


def run() -> int:
    global seed
    seed = 42
    plain = numbers(16000)
    plain.sort()
    check(plain, by_number)

    records = [Record(random(100), f"r{random(1000)}") for _ in range(8000)]
    merged = merge_sort(records, by_key)
    records.sort(key=lambda record: (-record.key, record.name))
    check(records, by_key)
    check(merged, by_key)

    own = numbers(16000)
    quicksort(own, 0, len(own) - 1)
    check(own, by_number)

    total = 0
    for number in plain:
        total = (total * 31 + number) % 1000003
    for record in records:
        total = (total * 31 + record.key) % 1000003
    for number in own:
        total = (total * 31 + number) % 1000003
    if total != 39422:
        raise ValueError(f"sort: {total}")
    return total
