"""The order of functions by who calls whom."""

from __future__ import annotations

import random

from cupola.policy.clusters import arrange


def test_without_calls_the_order_stays() -> None:
    assert arrange(4, {}) == [0, 1, 2, 3]
    assert arrange(0, {}) == []


def test_the_heaviest_pair_is_side_by_side() -> None:
    order = arrange(5, {(0, 4): 100, (0, 1): 1, (2, 3): 50})
    assert abs(order.index(0) - order.index(4)) == 1
    assert abs(order.index(2) - order.index(3)) == 1


def test_chains_are_joined_at_their_near_ends() -> None:
    assert arrange(4, {(0, 1): 9, (2, 3): 8, (1, 3): 5}) == [0, 1, 3, 2]


def test_calls_both_ways_add_up_and_recursion_does_not_count() -> None:
    order = arrange(3, {(0, 1): 5, (0, 2): 3, (2, 0): 3, (1, 1): 100})
    assert abs(order.index(0) - order.index(2)) == 1


def test_every_function_stands_once() -> None:
    chance = random.Random(5)
    for count in (1, 2, 17, 60):
        calls = {
            (chance.randrange(count), chance.randrange(count)): chance.randrange(1000) for _ in range(200)
        }
        assert sorted(arrange(count, calls)) == list(range(count))
