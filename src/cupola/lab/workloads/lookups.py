"""The experiment behind StarForth's 1.78x: 23 words looked up in turn, 100,000 lookups a run, in native code.

    python -m cupola.lab.workloads.lookups ARM HOT

An iteration is what was published: three runs of 100,000 lookups, each timed by native code as one piece; it tells the
mean time of one lookup. HOT says
how many of the 23 words are hot, that is in the cache if there is one: 8 of them give 34.8 % hits, where 35.64 % were
published; 23 are the best case for a cache.

`ARMS` are ways to search. All of them go through the same function, which counts, and asks the cache if it is on; they
differ in knobs only. StarForth's dictionary is lists by the first character, the newest word first: `buckets`. The two
arms of `OF_HITS` are the original's own statistic: each lookup is timed by itself, clock included, and told is the mean
of those that the cache answered, or of those that took a search. These are different words: that is what is wrong with
it, and why it stands beside the arms, where the words are the same.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

from cupola.lab.running import told
from cupola.languages.forth.physics.system import EXPERIMENT, PhysicsOfVM
from cupola.languages.forth.vm import ForthVM
from cupola.policy.physics.presets import Physics

LOOKUPS = 100_000
RUNS = 3  # in an iteration
HOTTEST = ("dup", "drop", "swap", "over", "+", "-", "@", "!")
"""The words that Forth programs run most, of the 23."""
HEAT = 1_000  # of a hot word; the cache takes those above 50
LEAST_RECENTLY_USED, IN_TURN = 0, 1
MANY_WORDS = 1 << 30  # different words in the window: more than the order by heat asks for
THROUGH_THE_CACHE = 1  # the way of `PhysicsOfVM.bench` that asks the cache if it is on


class Way(NamedTuple):
    """Knobs of a search: whether there is a cache, who leaves it, whether buckets are searched, and in which order."""

    cache: bool
    policy: int
    buckets: bool
    by_heat: bool


ARMS = {
    "no-cache": Way(False, IN_TURN, True, False),
    "original-policy": Way(True, IN_TURN, True, False),
    "true-lru": Way(True, LEAST_RECENTLY_USED, True, False),
    "hash-table": Way(False, IN_TURN, False, False),
    "hash-table-and-cache": Way(True, IN_TURN, False, False),
    "heat-ordered": Way(False, IN_TURN, True, True),
}
OF_HITS = {"found-by-search": "search_times", "found-in-cache": "hit_times"}


def system(way: Way, hot: Sequence[str]) -> ForthVM:
    """A new system that searches this way, in which these words are hot."""
    knobs = {"use_cache": int(way.cache), "cache_policy": way.policy, "strategy": int(way.buckets)}
    vm = ForthVM(tier="threaded", physics=Physics("starforth-paper", **knobs, latency_every=0))
    physics = vm.physics
    assert physics is not None
    if not way.by_heat:
        _order(vm)  # while all words are cold: the newest comes first
    for name in hot:
        vm._entry("physics_warm")(vm.address, vm.find(name), HEAT)
    if way.by_heat:
        _order(vm)
    physics.state.diversity = MANY_WORDS
    return vm


def _order(vm: ForthVM) -> None:
    """Fill the buckets, by the heat that words have now."""
    vm._entry("physics_reorganize")(vm.address)


def hot_words(count: int) -> list[str]:
    """The names of so many hot words, of the 23."""
    rest = [each for each in EXPERIMENT if each not in HOTTEST]
    if not 0 <= count <= len(EXPERIMENT):
        raise ValueError(f"{count} hot words: expected 0 to {len(EXPERIMENT)}")
    return [*HOTTEST, *rest][:count]


def run(physics: PhysicsOfVM) -> float:
    """One iteration; the seconds of a lookup."""
    taken = sum(physics.bench(LOOKUPS, THROUGH_THE_CACHE, timed=False) for _ in range(RUNS))
    return taken / (RUNS * LOOKUPS) / 1e9


def run_timed(physics: PhysicsOfVM, kind: str) -> float:
    """One iteration in which each lookup is timed; the mean seconds of those of a kind."""
    physics.clear_times()
    for _ in range(RUNS):
        physics.bench(LOOKUPS, THROUGH_THE_CACHE, timed=True)
    times = physics.times(kind)
    return float(times.total / times.count / 1e9)


def main(arguments: Sequence[str]) -> int:
    """Run the iterations that are wanted, and tell."""
    known = {**ARMS, **dict.fromkeys(OF_HITS, ARMS["original-policy"])}
    if len(arguments) != 2 or arguments[0] not in known or not arguments[1].isdecimal():
        print(
            f"expected an arm ({', '.join(known)}) and a number of hot words, found {arguments}",
            file=sys.stderr,
        )
        return 2
    arm, count = arguments[0], int(arguments[1])
    vm = system(known[arm], hot_words(count))
    physics = vm.physics
    assert physics is not None
    found = [vm.find(each) for each in EXPERIMENT]
    run(physics)  # fills the cache
    before = physics.cache.hits, physics.cache.bucket_hits, physics.cache.misses
    seconds = [
        run_timed(physics, OF_HITS[arm]) if arm in OF_HITS else run(physics)
        for _ in range(told.wanted_iterations())
    ]
    hits, searched, missed = (
        now - was
        for now, was in zip(
            (physics.cache.hits, physics.cache.bucket_hits, physics.cache.misses), before, strict=True
        )
    )
    print(f"{len(found)} words, {sum(each > 0 for each in found)} found, {missed} lookups missed")
    state = {
        "arm": arm,
        "hot words": str(count),
        "hits": f"{hits / (hits + searched + missed):.4f}",
        "cache": "on" if known[arm].cache else "off",
        "promotions": str(physics.cache.promotions),
        "evictions": str(physics.cache.evictions),
    }
    told.tell(told.Told(seconds, state=state))
    vm.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
