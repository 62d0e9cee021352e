"""sieve.lua in Python."""

from __future__ import annotations


def count_primes(limit: int) -> int:
    prime = [True] * (limit + 1)
    count = 0
    for i in range(2, limit + 1):
        if prime[i]:
            count += 1
            for multiple in range(i + i, limit + 1, i):
                prime[multiple] = False
    return count


def run() -> int:
    count = count_primes(400000)
    if count != 33860:
        raise ValueError(f"sieve: {count}")
    return count
