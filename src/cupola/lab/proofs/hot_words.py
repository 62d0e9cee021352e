"""What is proved of the cache of hot words (`policy/physics/hotwords`), from every state that its invariant allows.

The model. What a name means is a function `search` from hashes to words: unknown, and another one after each change of
the dictionary. The invariant says of a cache that it has 0 to 32 entries, no hash twice, and that each entry's word is
what `search` gives for its hash. Each operation is run once, on unknown contents: if it keeps the invariant, any number
of them does, in any order. That is more than a bounded run shows, and needs no bound but the 32 entries.

Two names may share a hash: then `search` stands for the last search of either, as the cache's users compare names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from cupola.ir.operations.terms import z3
from cupola.ir.proofs.execute import Contract, Executor, Invariant, Outcome
from cupola.ir.proofs.facts import decided_by_integers
from cupola.ir.proofs.memory import Memory, Pointer
from cupola.ir.proofs.solver import LOGIC, Refuted
from cupola.ir.types import I64
from cupola.kernel import collect, layout_of
from cupola.lab.proofs.claim import Function, Proof, claim, region_of
from cupola.policy.physics import hotwords
from cupola.policy.physics.structs import CACHE_ENTRIES, LRU, HotWords

CLOCKS = 1 << 62  # uses of entries after which nothing is claimed: at one a nanosecond, 146 years
FIELDS = layout_of(HotWords)
NEXT = FIELDS["next"].offset
PLACES = range(-1, CACHE_ENTRIES)
Called = tuple[tuple[Any, ...], Memory]


def number(value: Any, bits: int = 64) -> Any:
    return z3().BitVecVal(value, bits) if isinstance(value, int) else value


class Cache:
    """The contents of a cache in some memory."""

    def __init__(self, cells: dict[int, Any]) -> None:
        self.count = number(cells[FIELDS["count"].offset])
        self.next = number(cells[FIELDS["next"].offset])
        self.clock = number(cells[FIELDS["clock"].offset])
        self.policy = number(cells[FIELDS["policy"].offset])
        self.hashes = [
            number(cells[FIELDS["hashes"].offset + 4 * place], 32) for place in range(CACHE_ENTRIES)
        ]
        self.tokens = [
            number(cells[FIELDS["tokens"].offset + 4 * place], 32) for place in range(CACHE_ENTRIES)
        ]
        self.stamps = [number(cells[FIELDS["stamps"].offset + 8 * place]) for place in range(CACHE_ENTRIES)]

    def used(self, place: int) -> Any:
        return self.count > place

    def holds(self, hash: Any) -> Any:
        """Whether there is an entry with this hash."""
        return z3().Or(*(z3().And(self.used(k), self.hashes[k] == hash) for k in range(CACHE_ENTRIES)))

    def invariant(self, search: Any) -> list[Any]:
        """What every state of the cache keeps to, in parts."""
        parts = [self.count >= 0, self.count <= CACHE_ENTRIES, self.next >= 0, self.next < CACHE_ENTRIES]
        for k in range(CACHE_ENTRIES):
            parts.append(z3().Implies(self.used(k), self.tokens[k] == search(self.hashes[k])))
            parts.append(
                z3().Implies(self.used(k), z3().And(self.stamps[k] >= 0, self.stamps[k] <= self.clock))
            )
            parts += [z3().Implies(self.used(k), self.hashes[j] != self.hashes[k]) for j in range(k)]
        return [*parts, self.clock >= 0]


def is_place(cache: Cache, place: Any, hash: Any) -> Any:
    """`place` is the number of the entry with that hash, or -1 if there is none."""
    here = [z3().And(place == k, cache.used(k), cache.hashes[k] == hash) for k in range(CACHE_ENTRIES)]
    return z3().If(cache.holds(hash), z3().Or(*here), place == -1)


@cache
def arbitrary() -> tuple[dict[int, Any], Any, list[Any]]:
    """The contents of some cache, some `search`, and the invariant of these."""
    cells = region_of(HotWords, "the cache").cells
    unknown = {offset: z3().BitVec(f"cell{offset}", type.bits) for offset, type in cells.items()}
    search = z3().Function("search", z3().BitVecSort(32), z3().BitVecSort(32))
    return unknown, search, Cache(unknown).invariant(search)


class CacheProof(Proof):
    """An operation on a cache of unknown contents.

    With `place` (and `victim`), it is the case that place_of (and victim_of) gives this: what it stands for is
    assumed, as proved of these functions, and all addresses are known then, which keeps the questions small.
    """

    logic = "QF_UFBV"  # `search` is an unknown function

    def __init__(
        self, *functions: Function, place: int | None = None, victim: int = 0, count: int | None = None
    ) -> None:
        contracts: dict[str, Contract] = {}
        if place is not None:
            contracts = {hotwords.place_of.name: self.placed, hotwords.victim_of.name: self.given_up}
        super().__init__(*functions, turns=CACHE_ENTRIES, contracts=contracts)
        self.place, self.victim = place, victim
        unknown, self.search, invariant = arbitrary()
        self.region = region_of(HotWords, "the cache")
        self.executor.regions[self.region.name] = self.region
        self.pointer = Pointer(self.region, 0)
        cells = dict(unknown)
        self.before = Cache(cells)
        if count is not None:  # one case of the number of entries
            cells[FIELDS["count"].offset] = count
        self.memory = Memory().filled(self.region, cells)
        self.executor.assume(*invariant, self.before.clock < CLOCKS)
        if count is not None:
            self.executor.assume(self.before.count == count)
        few = self.before.count <= 2
        numbered = [
            z3().And(self.before.hashes[k] == k, self.before.tokens[k] == k + 100, self.before.stamps[k] == k)
            for k in range(CACHE_ENTRIES)
        ]
        self.hints = (few, z3().And(self.before.clock == 99, *numbered))
        self.near = (self.before.count, self.before.clock)
        self.shown["count"] = self.before.count
        self.shown["policy"] = self.before.policy

    def placed(self, executor: Executor, arguments: Sequence[Any], condition: Any, memory: Memory) -> Called:
        """What `a_place_is_the_entry_with_that_hash` promises of place_of."""
        assert self.place is not None
        now, hash = Cache(memory.region(self.region)), arguments[1]
        if self.place < 0:
            executor.assume(*(z3().Implies(now.used(k), now.hashes[k] != hash) for k in range(CACHE_ENTRIES)))
        else:
            executor.assume(now.used(self.place), now.hashes[self.place] == hash)
        self.near = [*self.near, hash, *now.hashes[max(self.place, 0) : self.place + 1]]
        return (I64.unsigned(self.place),), memory

    def given_up(
        self, executor: Executor, arguments: Sequence[Any], condition: Any, memory: Memory
    ) -> Called:
        """What `a_victim_is_an_entry` promises of victim_of."""
        now = Cache(memory.region(self.region))
        turn = (self.victim + 1) % CACHE_ENTRIES
        following = z3().If(now.policy == LRU, now.next, number(turn))
        executor.require("only a full cache gives an entry up", condition, now.count == CACHE_ENTRIES)
        return (self.victim,), memory.stored(self.domain, I64, I64, self.pointer.moved(NEXT), following)

    def hash(self) -> Any:
        return self.unknown("hash", 32)

    def operate(self, function: Function, *arguments: Any) -> tuple[Outcome, Cache]:
        """Run it; what it gave, and the cache afterwards."""
        found = self.call(function, self.pointer, *arguments, memory=self.memory)
        self.settle(f"{function.name}: ")
        if self.place in (None, -1, 0):
            self.consistent(function.name)
        return found, Cache(found.memory.region(self.region))


@claim(hotwords.place_of)
def a_place_is_the_entry_with_that_hash(place_of: Function) -> None:
    """place_of gives the number of the entry with that hash, or -1 if there is none; it reads no entry beyond the
    32.
    """
    proof = CacheProof(place_of)
    proof.logic = LOGIC  # `search` does not matter here
    proof.executor.assumptions = [
        proof.before.count >= 0,
        proof.before.count <= CACHE_ENTRIES,
    ]  # all that is used
    hash = proof.hash()
    found, after = proof.operate(place_of, hash)
    (place,) = found.results
    proof.show(is_place(after, place, hash), place_of.name)


@claim(hotwords.find_hot, slow=True)
def a_hit_is_what_a_search_would_find(find_hot: Function, *, places: Sequence[int] = PLACES) -> None:
    """find_hot gives -1, if no entry has that hash, or the word that a search would find; it changes no word, and the
    invariant holds on. It touches nothing outside the struct.
    """
    for place in places:
        proof = CacheProof(find_hot, place=place)
        hash = proof.hash()
        found, after = proof.operate(find_hot, hash)
        (token,) = found.results
        meant = z3().SignExt(32, proof.search(hash))
        case = z3().And(
            after.used(place), after.hashes[place] == hash
        )  # which is assumed: this tells what matters
        right = token == -1 if place < 0 else z3().Implies(case, token == meant)
        proof.show_all(
            [right, after.count == proof.before.count, *after.invariant(proof.search)], find_hot.name
        )


@claim(hotwords.promote, slow=True)
def a_promoted_word_is_kept(promote: Function, *, places: Sequence[int] = PLACES) -> None:
    """After promote, with the word that a search has found, the invariant holds: there are at most 32 entries,
    all of them true; and one of them has that hash, so that find_hot gives this word. It touches nothing outside
    the struct.
    """
    entries = [place for place in places if place >= 0]
    new = [(-1, count, 0) for count in entries] + [(-1, CACHE_ENTRIES, victim) for victim in entries]
    for place, count, victim in [*new, *((place, None, 0) for place in entries)]:
        proof = CacheProof(promote, place=place, count=count, victim=victim)
        hash, token = proof.hash(), proof.unknown("token")
        proof.near = [*proof.near, token]
        proof.executor.assume(token == z3().SignExt(32, proof.search(hash)))
        _, after = proof.operate(promote, hash, token)
        entry = place if count is None else victim if count == CACHE_ENTRIES else count
        there = z3().And(after.used(entry), after.hashes[entry] == hash)
        proof.show_all([there, *after.invariant(proof.search)], promote.name)


@claim(hotwords.victim_of)
def a_victim_is_an_entry(victim_of: Function) -> None:
    """victim_of gives the number of an entry, 0 to 31, and its loop ends; with the policy ROUND_ROBIN the entries
    come in turn, and `next` stays in range. It touches nothing outside the struct.
    """
    proof = CacheProof(victim_of)
    proof.executor.assumptions = [
        proof.before.next >= 0,
        proof.before.next < CACHE_ENTRIES,
    ]  # all that is used

    def oldest_so_far(place: Any, oldest: Any) -> Any:
        return z3().And(oldest >= 0, oldest < CACHE_ENTRIES, place >= 1, place <= CACHE_ENTRIES)

    cut = Invariant(oldest_so_far, lambda place, oldest: CACHE_ENTRIES - place)
    proof.executor.invariants = {(victim_of.name, 0): cut}
    proof.executor.assume(proof.before.count == CACHE_ENTRIES)
    found, after = proof.operate(victim_of)
    (place,) = found.results
    proof.show(z3().And(place >= 0, place < CACHE_ENTRIES), victim_of.name)
    lru = proof.before.policy == LRU
    turn = z3().If(place == CACHE_ENTRIES - 1, number(0), place + 1)
    proof.show(
        z3().And(place == proof.before.next, after.next == turn), f"{victim_of.name}, in turn", z3().Not(lru)
    )


@claim(hotwords.invalidate, slow=True)
def no_entry_outlives_its_meaning(invalidate: Function, *, places: Sequence[int] = PLACES) -> None:
    """After invalidate for a hash the invariant holds for every `search` that differs from the one before in this
    hash only: so a redefined name cannot be found stale. It touches nothing outside the struct.
    """
    changed = z3().Function("changed", z3().BitVecSort(32), z3().BitVecSort(32))
    counts = [place + 1 for place in places if place >= 0]
    cases = [(count, place) for count in counts for place in places if 0 <= place < count]
    for count, place in [*cases, *((None, place) for place in places if place < 0)]:
        proof = CacheProof(invalidate, place=place, count=count)
        hash = proof.hash()
        _, after = proof.operate(invalidate, hash)
        same = [
            z3().Implies(each != hash, changed(each) == proof.search(each)) for each in proof.before.hashes
        ]
        gone = [z3().Implies(after.used(k), after.hashes[k] != hash) for k in range(CACHE_ENTRIES)]
        claims = [*gone, *after.invariant(changed)]
        proof.show_all(claims, f"{invalidate.name} for a changed meaning", *same)


@claim(hotwords.clear)
def nothing_outlives_a_clear(clear: Function) -> None:
    """After clear the cache is empty, so that the invariant holds for every `search`."""
    proof = CacheProof(clear)
    _, after = proof.operate(clear)
    changed = z3().Function("changed", z3().BitVecSort(32), z3().BitVecSort(32))
    proof.show_all([after.count == 0, *after.invariant(changed)], clear.name)


@claim(hotwords.is_hot, hotwords.promote, hotwords.find_hot, hotwords.invalidate, hotwords.clear)
def integers_decide(*functions: Function) -> None:
    """These functions, and all that they call, contain no operation on floats, call nothing foreign, and call
    nothing that is not known before they run.
    """
    for each in functions:
        found = decided_by_integers(collect("facts", [each]), each.name)
        if found:
            raise Refuted(f"{each.name}: " + "; ".join(f"{' > '.join(path)}: {what}" for path, what in found))
