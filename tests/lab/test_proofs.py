"""Every claim is proved, and every broken copy of a function is refuted: a proof that cannot fail proves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cupola.ir.proofs.solver import Refuted
from cupola.kernel import Ptr, add_overflow, f64, i32, i64, kernel, multiply_high, u32, u64
from cupola.lab.proofs import fixed_point, hot_words
from cupola.lab.proofs.claim import Claim
from cupola.lab.proofs.report import claims, page
from cupola.policy.physics import hotwords
from cupola.policy.physics.structs import CACHE_ENTRIES, HotWords
from cupola.runtime.q48.arithmetic import divide_rest, magnitude
from cupola.runtime.q48.roots import guess, integer_sqrt

SAMPLE = (-1, 0, 31)  # of the cases of a claim that is proved by cases; the command proves all
PAGE = Path(__file__).parents[2] / "docs" / "proofs.md"


def sample(proof: Any) -> dict[str, Any]:
    """The cases to prove, for a claim that is proved by cases."""
    return {"places": SAMPLE} if any(each.slow and each.prove is proof for each in claims()) else {}


@pytest.mark.parametrize("each", claims(), ids=lambda each: each.prove.__name__)
def test_claim(each: Claim) -> None:
    each.prove(*each.about, **sample(each.prove))


def test_the_page_says_what_is_claimed() -> None:
    """If this fails: `python -m cupola.lab.proofs > docs/proofs.md`."""
    assert PAGE.read_text(encoding="utf-8") == page()


# --- broken copies ---


@kernel
def add_wraps(a: i64, b: i64) -> tuple[i64, bool]:
    total, wrapped = add_overflow(a, b)
    return total, wrapped


@kernel
def neg_forgets(a: i64) -> tuple[i64, bool]:
    return -a, False


@kernel
def mul_cuts(a: i64, b: i64) -> tuple[i64, bool]:
    """Rounds down."""
    high = multiply_high(a, b)
    low = u64(u64(a) * u64(b))
    if high < -(1 << 15) or high >= 1 << 15:
        return (-(1 << 63) if high < 0 else (1 << 63) - 1), True
    return i64(high << 48) | i64(low >> 16), False


@kernel
def mul_ties_up(a: i64, b: i64) -> tuple[i64, bool]:
    """Rounds ties up, and is right otherwise, but at the upper end."""
    high = multiply_high(a, b)
    low = u64(u64(a) * u64(b))
    if high < -(1 << 15) or high >= 1 << 15:
        return (-(1 << 63) if high < 0 else (1 << 63) - 1), True
    return (i64(high << 48) | i64(low >> 16)) + i64(low >> 15 & 1), False


@kernel
def rest_without_correction(rest: u64, divisor: u64) -> tuple[u64, u64]:
    """Believes the estimate."""
    if divisor < 1 << 48:
        shifted = rest << 16
        return shifted // divisor, shifted % divisor
    quotient = rest // (divisor >> 16)
    return quotient, (rest << 16) - quotient * divisor


@kernel
def div_rounds_up(a: i64, b: i64) -> tuple[i64, bool]:
    """Counts a tie as more than half, and knows no range."""
    if b == 0:
        return 0, True
    divisor = magnitude(b)
    dividend = magnitude(a)
    whole = dividend // divisor
    fraction, rest = divide_rest(dividend - whole * divisor, divisor)
    quotient = (whole << 16) + fraction
    if rest >= divisor - rest:
        quotient += 1
    return i64(0 - quotient) if (a < 0) != (b < 0) else i64(quotient), False


@kernel
def root_never_up(n: u64) -> tuple[u64, u64]:
    """Corrects too large guesses only."""
    root = guess(n)
    while root * root > n:
        root -= 1
    while root * root > n:
        root += 1
    return root, n - root * root


@kernel
def sqrt_without_the_rest(x: i64) -> tuple[i64, bool]:
    """Forgets the loop that corrects the low bits."""
    if x < 0:
        return 0, True
    if x < 1 << 47:
        root, _ = integer_sqrt(u64(x) << 16)
        return i64(root), False
    root, rest = integer_sqrt(u64(x))
    more = (rest << 7) // root
    while more > 256:
        more -= 1
    return i64((root << 8) + more), False


@kernel
def promote_beyond(cache: Ptr[HotWords], hash: u32, token: i64) -> None:
    """Off by one: a 33rd entry."""
    place = hotwords.place_of(cache, hash)
    if place < 0:
        if cache.count <= CACHE_ENTRIES:
            place = cache.count
            cache.count += 1
        else:
            place = hotwords.victim_of(cache)
    cache.clock += 1
    cache.hashes[place] = hash
    cache.tokens[place] = i32(token)
    cache.stamps[place] = cache.clock


@kernel
def promote_twice(cache: Ptr[HotWords], hash: u32, token: i64) -> None:
    """Does not look whether the hash is there already."""
    if cache.count < CACHE_ENTRIES:
        place = cache.count
        cache.count += 1
        cache.clock += 1
        cache.hashes[place] = hash
        cache.tokens[place] = i32(token)
        cache.stamps[place] = cache.clock


@kernel
def find_neighbour(cache: Ptr[HotWords], hash: u32) -> i64:
    """Off by one: gives the word of the entry before."""
    place = hotwords.place_of(cache, hash)
    if place < 0:
        return -1
    return i64(cache.tokens[place - 1])


@kernel
def invalidate_nothing(cache: Ptr[HotWords], hash: u32) -> None:
    cache.invalidations += 1


@kernel
def invalidate_the_last(cache: Ptr[HotWords], hash: u32) -> None:
    """Takes the wrong entry away."""
    place = hotwords.place_of(cache, hash)
    if place >= 0:
        cache.count -= 1


@kernel
def place_late(cache: Ptr[HotWords], hash: u32) -> i64:
    """Off by one: does not look at the first entry."""
    found: i64 = -1
    place: i64 = 1
    while place < cache.count and found < 0:
        if cache.hashes[place] == hash:
            found = place
        place += 1
    return found


@kernel
def hot_by_floats(heat: i64, threshold: i64) -> bool:
    return f64(heat) > f64(threshold) * 1.5


BROKEN: list[tuple[Any, tuple[Any, ...], str]] = [
    (fixed_point.addition_is_exact, (add_wraps,), "wrong for a = "),
    (fixed_point.subtraction_is_exact, (add_wraps,), "wrong for a = "),
    (fixed_point.negation_is_exact, (neg_forgets,), "x = 9223372036854775808"),
    (fixed_point.absolute_value_is_exact, (neg_forgets,), "wrong for x = "),
    (fixed_point.multiplication_rounds_to_nearest_even, (mul_cuts,), "wrong for a = "),
    (fixed_point.multiplication_rounds_to_nearest_even, (mul_ties_up,), "wrong for a = "),
    (fixed_point.sums_and_products_are_monotonic, (add_wraps, mul_cuts), "wrong for a = "),
    (fixed_point.the_fraction_is_exact, (rest_without_correction,), "wrong for rest = "),
    (fixed_point.division_rounds_to_nearest_even, (div_rounds_up,), "wrong for a = "),
    (fixed_point.the_whole_root_is_the_floor, (root_never_up,), "wrong for"),
    (fixed_point.the_root_is_the_floor, (sqrt_without_the_rest,), "wrong for x = "),
    (hot_words.a_place_is_the_entry_with_that_hash, (place_late,), "wrong for count = "),
    (hot_words.a_hit_is_what_a_search_would_find, (find_neighbour,), "wrong for count = "),
    (hot_words.a_promoted_word_is_kept, (promote_beyond,), "stays within the cache: wrong"),
    (hot_words.a_promoted_word_is_kept, (promote_twice,), "wrong for count = "),
    (hot_words.no_entry_outlives_its_meaning, (invalidate_nothing,), "wrong for count = "),
    (hot_words.no_entry_outlives_its_meaning, (invalidate_the_last,), "wrong for count = "),
    (hot_words.integers_decide, (hot_by_floats,), "of a float"),
]


@pytest.mark.parametrize("proof, functions, message", BROKEN, ids=lambda each: getattr(each, "__name__", ""))
def test_broken_copies_are_refuted(proof: Any, functions: tuple[Any, ...], message: str) -> None:
    with pytest.raises(Refuted, match=message):
        proof(*functions, **sample(proof))
