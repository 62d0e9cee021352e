"""The rolling window of the words that ran last (loop L2), its diversity and its size; the transitions between them
(L4).

The window keeps the newest `window_size` of at most 4096 recorded words. Its diversity is how many different words
those are. Every `check_every` words it is looked at: where the diversity has grown by less than `growth_q16` the
window shrinks to `shrink_percent`, not below its floor; where it has grown more, the window grows by the inverse.

Readers use a snapshot: of two copies one is the newest that is complete, the other the next.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i32, i64, kernel, memory_copy, u8, u16, u32, u64
from cupola.policy.physics.heat import L2, L4, loop_on, warm
from cupola.policy.physics.structs import PAIRS, SPECULATED, WINDOW_MOST, Pair, Regions, State

ONE = 1 << 16
PAIRS_LIMIT = PAIRS * 3 // 4
HASH = 0x9E3779B97F4A7C15 - (1 << 64)  # 2**64 / golden ratio (Knuth)


@kernel
def record_word(state: Ptr[State], regions: Ptr[Regions], token: i64) -> None:
    """A word has run, or was looked up."""
    if loop_on(state, L2):
        regions.window[state.window_next & (WINDOW_MOST - 1)] = i32(token)
        state.window_next += 1
        if state.window_next - state.window_checked >= state.check_every:
            look_at_size(state, regions)
    if loop_on(state, L4):
        follow(state, regions, token)


@kernel
def in_window(state: Ptr[State]) -> i64:
    """How many words the window holds now."""
    return min(state.window_next, state.window_size)


@kernel
def count_diversity(state: Ptr[State], regions: Ptr[Regions]) -> i64:
    """How many different words are in the window."""
    mark = u32(state.window_next)
    found: i64 = 0
    count = in_window(state)
    at: i64 = 1
    while at <= count:
        token = i64(regions.window[(state.window_next - at) & (WINDOW_MOST - 1)])
        if regions.seen[token] != mark:
            regions.seen[token] = mark
            found += 1
        at += 1
    return found


@kernel
def look_at_size(state: Ptr[State], regions: Ptr[Regions]) -> None:
    """Count the diversity, and let the window shrink or grow once it is warm."""
    state.window_checked = state.window_next
    state.last_diversity = state.diversity
    state.diversity = count_diversity(state, regions)
    take_snapshot(state, regions)
    if state.window_next < state.warm_at:
        return
    state.warm = 1
    state.window_size = next_size(
        state.window_size,
        state.diversity - state.last_diversity,
        state.last_diversity,
        state.growth_q16,
        state.shrink_percent,
        state.window_floor,
    )


@kernel
def next_size(size: i64, more: i64, last: i64, growth_q16: i64, percent: i64, floor: i64) -> i64:
    """The size of the window when the diversity was `last` and has grown by `more`."""
    if more * ONE < growth_q16 * max(last, 1):
        return max(size * percent // 100, floor)
    return min(size * 100 // percent, WINDOW_MOST)


@kernel
def take_snapshot(state: Ptr[State], regions: Ptr[Regions]) -> None:
    """Copy the window into the older snapshot, the oldest word first, which is then the newer one."""
    other = 1 - state.snapshot
    count = in_window(state)
    to = regions.snapshots + other * WINDOW_MOST
    first = (state.window_next - count) & (WINDOW_MOST - 1)
    straight = min(count, WINDOW_MOST - first)
    memory_copy(cast(Ptr[u8], to), cast(Ptr[u8], regions.window + first), straight * 4)
    memory_copy(cast(Ptr[u8], to + straight), cast(Ptr[u8], regions.window), (count - straight) * 4)
    state.snapshot_counts[other] = count
    state.snapshot = other


# --- transitions ------------------------------------------------------------------------------------------------------


@kernel
def pair_of(regions: Ptr[Regions], before: i64, following: i64) -> Ptr[Pair]:
    """The place of a pair in the table, which may be empty."""
    at = i64(u64((before << 16 ^ following) * HASH) >> u64(50))
    pair = regions.pairs + at
    while pair.before != 0 and (i64(pair.before) != before or i64(pair.after) != following):
        at = (at + 1) & (PAIRS - 1)
        pair = regions.pairs + at
    return pair


@kernel
def samples_of(regions: Ptr[Regions], before: i64) -> i64:
    """How many transitions from a word were seen: they are kept as those to word 0, which is none."""
    return pair_of(regions, before, 0).count


@kernel
def follow(state: Ptr[State], regions: Ptr[Regions], token: i64) -> None:
    """The word comes next after the one recorded before it: count the pair, judge the prediction, make the next."""
    before = state.previous
    state.previous = token
    if state.expected != 0:
        state.predictions += 1
        if state.expected == token:
            state.confirmed += 1
        state.expected = 0
    if before == 0:
        return
    if count_pair(state, regions, before, 0) and count_pair(state, regions, before, token):
        state.transitions += 1
    follow_from_afar(state, regions, token)
    if state.depth != 0:
        predict(state, regions, token)


@kernel
def follow_from_afar(state: Ptr[State], regions: Ptr[Regions], token: i64) -> None:
    """With a wider context, the word also comes after those before the one before it, as far as the window knows."""
    distance: i64 = 2
    while distance < min(state.transition_window, state.window_next):
        before = i64(regions.window[(state.window_next - 1 - distance) & (WINDOW_MOST - 1)])
        if before != 0 and count_pair(state, regions, before, 0):
            count_pair(state, regions, before, token)
        distance += 1


@kernel
def count_pair(state: Ptr[State], regions: Ptr[Regions], before: i64, following: i64) -> bool:
    """Count a pair; false if it is new and the table is full."""
    pair = pair_of(regions, before, following)
    if pair.before == 0:
        if state.pairs_used >= PAIRS_LIMIT:
            return False
        state.pairs_used += 1
        pair.before = i32(before)
        pair.after = i32(following)
    pair.count += 1
    if following != 0:
        note_likeliest(regions, before, following, pair.count)
    return True


@kernel
def note_likeliest(regions: Ptr[Regions], before: i64, following: i64, count: i64) -> None:
    """Keep, with a word, the one that has come after it most often."""
    meta = regions.meta + before
    known = i64(meta.spare)
    if known == following:
        return
    if known == 0 or pair_of(regions, before, known).count < count:
        meta.spare = i32(following)


@kernel
def is_likely(count: i64, samples: i64, least_samples: i64, least_q16: i64) -> bool:
    """Whether a transition seen `count` times of `samples` is predicted."""
    return samples >= least_samples and count * ONE >= least_q16 * samples


@kernel
def predict(state: Ptr[State], regions: Ptr[Regions], token: i64) -> None:
    """Say which word comes next, if one is likely, and make it as hot as it must be to be promoted."""
    likeliest = i64(regions.meta[token].spare)
    if likeliest == 0:
        return
    count = pair_of(regions, token, likeliest).count
    if not is_likely(count, samples_of(regions, token), state.least_samples, state.least_probability_q16):
        return
    state.expected = likeliest
    meta = regions.meta + likeliest
    if meta.heat < state.forced_heat and i64(meta.flags) & SPECULATED == 0:
        warm(meta, state.forced_heat - meta.heat)
        meta.flags = u16(i64(meta.flags) | SPECULATED)
        state.speculations += 1


@kernel
def forget_pairs(state: Ptr[State], regions: Ptr[Regions], first: i64) -> None:
    """Words from `first` on are no more: forget all transitions, and take those words out of the window."""
    at: i64 = 0
    while at < PAIRS:
        pair = regions.pairs + at
        pair.before = 0
        pair.after = 0
        pair.count = 0
        at += 1
    at = 1
    while at < state.word_count:
        regions.meta[at].spare = 0
        at += 1
    state.pairs_used = 0
    state.previous = 0
    state.expected = 0
    at = 0
    while at < WINDOW_MOST:
        if i64(regions.window[at]) >= first:
            regions.window[at] = 0
        at += 1
