"""Heat, temperature, decay and latency of words (loops L1 and L3).

heat          one more at each execution
temperature   0 if heat <= 0, else (3 * old + min(heat * 256, 65535)) / 4
decay         heat = max(0, heat - microseconds * slope / 65536), not of frozen words
latency       the first sample, then (3 * old + sample) / 4
"""

from __future__ import annotations

from cupola.kernel import Ptr, clock, i32, i64, inline, kernel, u16, u32
from cupola.policy.physics.structs import FROZEN, PINNED, Meta, Regions, State

L1, L2, L3, L4, L5, L6, L7 = 1, 2, 4, 8, 16, 32, 64  # bits of `State.loops`
HOTTEST = 65535
NS_IN_US = 1000
MOST_ELAPSED = 1 << 40  # microseconds that count at once: the product with the slope stays below 2**63


@inline
def loop_on(state: Ptr[State], loop: i64) -> bool:
    """Whether a feedback loop is on: by its switch, and for L2 L3 L5 L6 by the mode that L8 has chosen."""
    return state.loops & loop != 0 and (state.selector == 0 or allowed(state, loop))


@kernel
def allowed(state: Ptr[State], loop: i64) -> bool:
    """Whether the mode has a loop on: its bits are, from the highest, L2 L3 L5 L6; the other loops are always."""
    if loop == L2:
        return state.mode & 8 != 0
    if loop == L3:
        return state.mode & 4 != 0
    if loop == L5:
        return state.mode & 2 != 0
    if loop == L6:
        return state.mode & 1 != 0
    return True


@kernel
def next_temperature(old: i64, heat: i64) -> i64:
    """The temperature, with 8 bits after the point, of a word that had `old` and now has `heat`."""
    if heat <= 0:
        return 0
    return (3 * old + (heat << 8 if heat < 256 else HOTTEST)) // 4


@kernel
def next_latency(old: i64, sample: i64) -> i64:
    """The smoothed latency in nanoseconds after one more sample; 0 is none yet."""
    return sample if old == 0 else (3 * old + sample) // 4


@inline
def microseconds(state: Ptr[State], elapsed: i64) -> i64:
    """How many microseconds stand for that much of the clock, which counts executions or nanoseconds."""
    return elapsed // (state.executions_in_us if state.in_executions != 0 else NS_IN_US)


@inline
def lost_heat(us: i64, slope: i64) -> i64:
    """How much heat so many microseconds take, of a word that has more."""
    return min(us, MOST_ELAPSED) * slope >> 16


@kernel
def decayed_heat(heat: i64, us: i64, slope: i64) -> i64:
    """What is left of the heat after so many microseconds."""
    return max(heat - lost_heat(us, slope), 0)


@kernel
def decay(state: Ptr[State], meta: Ptr[Meta]) -> None:
    """Bring the decay of a word up to date."""
    if not loop_on(state, L3) or i64(meta.flags) & FROZEN != 0:
        meta.last_decay = state.clock
        return
    us = microseconds(state, state.clock - meta.last_decay)
    if us < state.least_interval:
        return
    lost = lost_heat(us, state.slope)
    if lost == 0:  # keep the time until it comes to something
        return
    left = max(meta.heat - lost, 0)
    if i64(meta.flags) & PINNED != 0 and meta.heat > 0:
        left = max(left, 1)
    state.decayed += meta.heat - left
    meta.heat = left
    meta.last_decay = state.clock


@kernel
def begin_fold(state: Ptr[State]) -> None:
    """Read the clock, before the executions since the last time are added."""
    state.clock = state.executions if state.in_executions != 0 else clock()


@kernel
def touch(state: Ptr[State], meta: Ptr[Meta], more: i64) -> None:
    """A word has run `more` times since the last time."""
    state.executions += more
    if state.loops & L1 == 0:
        return
    decay(state, meta)
    warm(meta, more)
    meta.last_active = state.clock


@inline
def warm(meta: Ptr[Meta], more: i64) -> None:
    """Add heat, and let the temperature follow."""
    meta.heat = max(meta.heat + more, 0)
    meta.temperature = u16(next_temperature(i64(meta.temperature), meta.heat))


@kernel
def looked_up(state: Ptr[State], meta: Ptr[Meta]) -> None:
    """The text interpreter has found a word."""
    meta.lookups = meta.lookups + u32(1)
    if state.lookup_heat != 0 and state.loops & L1 != 0:
        warm(meta, 1)


@kernel
def timed(meta: Ptr[Meta], sample: i64) -> None:
    """A word has taken `sample` nanoseconds."""
    meta.latency = next_latency(meta.latency, max(sample, 0))
    meta.samples = meta.samples + u32(1)


@kernel
def end_fold(state: Ptr[State], regions: Ptr[Regions], word_count: i64) -> None:
    """Sum the heat up."""
    state.word_count = word_count
    total: i64 = 0
    hot: i64 = 0
    hottest: i64 = 0
    highest: i64 = 0
    at: i64 = 1
    while at < word_count:
        heat = regions.meta[at].heat
        total += heat
        if heat > state.threshold:
            hot += 1
        if heat > highest:
            highest = heat
            hottest = at
        at += 1
    state.total_heat = total
    state.hot_words = hot
    state.hottest = hottest


@kernel
def sweep(state: Ptr[State], regions: Ptr[Regions]) -> None:
    """Bring the decay of the next few words up to date, whether they run or not."""
    if state.word_count <= 1:
        return
    turn: i64 = 0
    while turn < min(state.sweep, state.word_count - 1):
        state.sweep_next += 1
        if state.sweep_next >= state.word_count:
            state.sweep_next = 1
        decay(state, regions.meta + state.sweep_next)
        turn += 1


@kernel
def forget_word(meta: Ptr[Meta]) -> None:
    """A new word, or one that is no more: nothing is known of it."""
    meta.heat = 0
    meta.executed = 0
    meta.last_active = 0
    meta.last_decay = 0
    meta.latency = 0
    meta.lookups = 0
    meta.samples = 0
    meta.mass = 0
    meta.piece = i32(-1)
    meta.temperature = 0
    meta.flags = 0
