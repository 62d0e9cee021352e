"""coroutines.lua in Python: generators, with `yield from` where Lua yields from a nested call."""

from __future__ import annotations

from collections.abc import Generator, Iterator


def numbers(first: int, last: int) -> Iterator[int]:
    for i in range(first, last + 1):  # noqa: UP028 - it does what Lua does
        yield i


def filtered(prime: int, source: Iterator[int]) -> Iterator[int]:
    for number in source:
        if number % prime != 0:
            yield number


def primes(limit: int) -> int:
    count, last = 0, 0
    source = numbers(2, limit)
    while True:
        prime = next(source, None)
        if prime is None:
            return count + last
        count, last = count + 1, prime
        source = filtered(prime, source)


class Tree:
    def __init__(self, left: Tree | None, value: int, right: Tree | None) -> None:
        self.left = left
        self.value = value
        self.right = right


def tree(depth: int) -> Tree | None:
    if depth == 0:
        return None
    return Tree(tree(depth - 1), depth, tree(depth - 1))


def walk(node: Tree | None) -> Iterator[int]:
    if node is not None:
        yield from walk(node.left)
        yield node.value
        yield from walk(node.right)


def sum_of_tree(root: Tree | None) -> int:
    total = 0
    for value in walk(root):
        total += value
    return total


def summing(first: int) -> Generator[int, int, None]:
    total = first
    while True:
        total += yield total % 7


def to_and_fro(rounds: int) -> int:
    other = summing(1)
    total = next(other)
    for i in range(2, rounds + 1):
        total += other.send(i)
    return total


def doubling(a: int, b: int) -> Generator[int, int, int]:
    c = yield a + b
    return c * 2


def short_lives(count: int) -> int:
    total = 0
    for i in range(1, count + 1):
        thread = doubling(i, 1)
        first = next(thread)
        try:
            thread.send(first)
        except StopIteration as end:
            total += end.value
    return total


ROOT = tree(13)


def run() -> int:
    total = (
        primes(500) + primes(510) + primes(520) + sum_of_tree(ROOT) + to_and_fro(60000) + short_lives(15000)
    )
    if total != 225183179:
        raise ValueError(f"coroutines: {total}")
    return total
