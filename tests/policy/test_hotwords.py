# mypy: disable-error-code="no-any-return"
"""The cache of hot words, native, against a plain model of both ways to make room."""

from __future__ import annotations

import ctypes
import random
from typing import Any

import pytest

from cupola.kernel import compile_native
from cupola.policy.physics import hotwords
from cupola.policy.physics.hotwords import NONE
from cupola.policy.physics.structs import CACHE_ENTRIES, LRU, ROUND_ROBIN, HotWords, Meta
from cupola.tiers.structs import fields_of

FUNCTIONS = (
    hotwords.find_hot,
    hotwords.promote,
    hotwords.invalidate,
    hotwords.clear,
    hotwords.is_hot,
    hotwords.reset_statistics,
)


@pytest.fixture(scope="module")
def native() -> dict[str, Any]:
    """The functions of the cache, by their last names."""
    compiled = compile_native(list(FUNCTIONS))
    return {each.name.rsplit(".", 1)[-1]: compiled[each.name] for each in FUNCTIONS}


class Cache:
    """A native cache in memory of its own."""

    def __init__(self, native: dict[str, Any], policy: int) -> None:
        self.native = native
        size: int = HotWords.size  # type: ignore[attr-defined]  # a struct of the kernel language
        self.memory = bytearray(size)
        self.pointer = (ctypes.c_char * size).from_buffer(self.memory)
        self.fields = fields_of(HotWords)
        self.set("policy", policy)

    def set(self, name: str, value: int) -> None:
        offset, size, _ = self.fields[name]
        self.memory[offset : offset + size] = value.to_bytes(size, "little")

    def get(self, name: str) -> int:
        offset, size, signed = self.fields[name]
        return int.from_bytes(self.memory[offset : offset + size], "little", signed=signed)

    def __call__(self, name: str, *arguments: int) -> Any:
        return self.native[name](self.pointer, *arguments)


class Model:
    """What the cache shall do, in Python: a list of [hash, token, time of the last use]."""

    def __init__(self, policy: int) -> None:
        self.policy = policy
        self.entries: list[list[int]] = []
        self.time = self.turn = 0

    def find(self, hash: int) -> int:
        for entry in self.entries:
            if entry[0] == hash:
                self.time += 1
                entry[2] = self.time
                return entry[1]
        return NONE

    def promote(self, hash: int, token: int) -> None:
        self.time += 1
        made = [hash, token, self.time]
        for place, entry in enumerate(self.entries):
            if entry[0] == hash:
                self.entries[place] = made
                return
        if len(self.entries) < CACHE_ENTRIES:
            self.entries.append(made)
            return
        if self.policy == LRU:
            place = min(range(CACHE_ENTRIES), key=lambda each: self.entries[each][2])
        else:
            place = self.turn
            self.turn = (self.turn + 1) % CACHE_ENTRIES
        self.entries[place] = made

    def invalidate(self, hash: int) -> None:
        for place, entry in enumerate(self.entries):
            if entry[0] == hash:
                self.entries[place] = self.entries[-1]
                self.entries.pop()
                self.turn = 0
                return

    def clear(self) -> None:
        self.entries = []
        self.turn = 0


@pytest.mark.parametrize("policy", [LRU, ROUND_ROBIN])
def test_random_uses_agree_with_the_model(native: dict[str, Any], policy: int) -> None:
    choose = random.Random(policy)
    cache, model = Cache(native, policy), Model(policy)
    for step in range(20_000):
        hash = choose.randrange(60)
        action = choose.random()
        if action < 0.6:
            assert cache("find_hot", hash) == model.find(hash), step
        elif action < 0.97:
            cache("promote", hash, step + 1)
            model.promote(hash, step + 1)
        elif action < 0.999:
            cache("invalidate", hash)
            model.invalidate(hash)
        else:
            cache("clear")
            model.clear()
        assert cache.get("count") == len(model.entries) <= CACHE_ENTRIES
    assert cache.get("evictions") > 100


def test_the_two_ways_to_make_room_differ(native: dict[str, Any]) -> None:
    kept = {}
    for policy in (LRU, ROUND_ROBIN):
        cache = Cache(native, policy)
        for hash in range(CACHE_ENTRIES):
            cache("promote", hash, 100 + hash)
        assert cache("find_hot", 0) == 100  # used now: the least recently used is 1
        cache("promote", 77, 177)
        kept[policy] = (cache("find_hot", 0), cache("find_hot", 1))
    assert kept == {LRU: (100, NONE), ROUND_ROBIN: (NONE, 101)}


def test_promotion_begins_above_the_threshold(native: dict[str, Any]) -> None:
    assert [native["is_hot"](heat, 50) for heat in (49, 50, 51)] == [False, False, True]


def test_statistics_can_be_reset_and_the_words_stay(native: dict[str, Any]) -> None:
    cache = Cache(native, LRU)
    cache("promote", 5, 9)
    cache("reset_statistics")
    assert cache.get("promotions") == 0
    assert cache("find_hot", 5) == 9


def test_memory() -> None:
    """The cache takes less than 1 KB, what stands beside a word 64 bytes."""
    assert HotWords.size < 1024  # type: ignore[attr-defined]  # a struct of the kernel language
    assert Meta.size == 64  # type: ignore[attr-defined]
