"""fib.lua in Python."""

from __future__ import annotations


def fib(n: int) -> int:
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def run() -> int:
    result = fib(30)
    if result != 832040:
        raise ValueError(f"fib: {result}")
    return result
