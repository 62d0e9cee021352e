"""closures.lua in Python: `try` in the place of pcall, starred arguments in the place of varargs."""

from __future__ import annotations

from collections.abc import Callable


def counter(step: int) -> tuple[Callable[[], int], Callable[[], int]]:
    count = 0

    def add() -> int:
        nonlocal count
        count += step
        return count

    def read() -> int:
        return count

    return add, read


def compose(*functions: Callable[[int], int]) -> Callable[[int], int]:
    def composed(value: int) -> int:
        for function in functions:
            value = function(value)
        return value

    return composed


def adding(number: int) -> Callable[[int], int]:
    return lambda value: value + number


def mapped(array: list[int], action: Callable[[int], int]) -> list[int]:
    result = []
    for each in array:
        result.append(action(each))
    return result


def fold(array: list[int], start: int, action: Callable[[int, int], int]) -> int:
    value = start
    for each in array:
        value = action(value, each)
    return value


def sum_of(*numbers: int) -> int:
    total = 0
    for number in numbers:
        total += number
    return total


def checked(value: int) -> int:
    if value % 5 == 0:
        raise ValueError("five")
    return value


def squaring(number: int) -> Callable[[int], int]:
    return lambda value: value * value % 1001 + number


def run() -> int:
    total = 0
    for i in range(1, 61):
        add, read = counter(i)
        for _ in range(1000):
            add()
        total += read()

        functions = [adding(each) for each in range(1, 201)]
        total += compose(*functions)(0)

        array = list(range(1, 1001))
        squares = mapped(array, squaring(i))
        total += fold(squares, 0, lambda a, b: a + b)

        for each in range(1, 1001):
            total += sum_of(each, i, 3, 4)
            try:
                total += checked(each)
            except ValueError as error:
                if str(error) != "five":
                    raise
    if total != 90335160:
        raise ValueError(f"closures: {total}")
    return total
