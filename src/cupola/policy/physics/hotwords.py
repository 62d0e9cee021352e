"""The cache of hot words: at most 32 words that are found without a search, by the hash of their names.

It never decides what a name means. A word comes in by `promote`, after a search has found it and its heat has passed
the threshold; whoever changes what a search would find says so, by `invalidate` for one name and `clear` for all.
A hit is the word that the last search for that hash found: the caller compares the name, since hashes may collide.

No function here calls anything, or loops more than CACHE_ENTRIES times; a bounded model checker can read them.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, kernel, u32
from cupola.policy.physics.structs import CACHE_ENTRIES, LRU, HotWords

NONE = -1


@kernel
def place_of(cache: Ptr[HotWords], hash: u32) -> i64:
    """The entry with that hash, or -1."""
    found: i64 = NONE
    place: i64 = 0
    while place < cache.count and found < 0:
        if cache.hashes[place] == hash:
            found = place
        place += 1
    return found


@kernel
def find_hot(cache: Ptr[HotWords], hash: u32) -> i64:
    """The word kept for that hash, which counts as used now; -1 if there is none."""
    place = place_of(cache, hash)
    if place < 0:
        return NONE
    cache.clock += 1
    cache.stamps[place] = cache.clock
    return i64(cache.tokens[place])


@kernel
def is_hot(heat: i64, threshold: i64) -> bool:
    """Whether a word of that heat belongs in the cache."""
    return heat > threshold


@kernel
def victim_of(cache: Ptr[HotWords]) -> i64:
    """The entry that a full cache gives up: the one used longest ago, or the next in turn."""
    if cache.policy != LRU:
        turn = cache.next
        cache.next = turn + 1 if turn + 1 < CACHE_ENTRIES else 0
        return turn
    oldest: i64 = 0
    place: i64 = 1
    while place < CACHE_ENTRIES:
        if cache.stamps[place] < cache.stamps[oldest]:
            oldest = place
        place += 1
    return oldest


@kernel
def promote(cache: Ptr[HotWords], hash: u32, token: i64) -> None:
    """Keep the word that a search has found for that hash; a full cache gives one up."""
    place = place_of(cache, hash)
    if place < 0:
        if cache.count < CACHE_ENTRIES:
            place = cache.count
            cache.count += 1
        else:
            place = victim_of(cache)
            cache.evictions += 1
        cache.promotions += 1
    cache.clock += 1
    cache.hashes[place] = hash
    cache.tokens[place] = i32(token)
    cache.stamps[place] = cache.clock


@kernel
def invalidate(cache: Ptr[HotWords], hash: u32) -> None:
    """Forget the word kept for that hash: a name with it means something else now. The last entry takes its place."""
    place = place_of(cache, hash)
    if place < 0:
        return
    last = cache.count - 1
    cache.hashes[place] = cache.hashes[last]
    cache.tokens[place] = cache.tokens[last]
    cache.stamps[place] = cache.stamps[last]
    cache.count = last
    cache.next = 0
    cache.invalidations += 1


@kernel
def clear(cache: Ptr[HotWords]) -> None:
    """Forget all words: after FORGET, MARKER, or another search order."""
    cache.count = 0
    cache.next = 0
    cache.invalidations += 1


@kernel
def reset_statistics(cache: Ptr[HotWords]) -> None:
    """Count from zero again; what is kept stays."""
    cache.hits = 0
    cache.bucket_hits = 0
    cache.misses = 0
    cache.promotions = 0
    cache.evictions = 0
    cache.invalidations = 0
