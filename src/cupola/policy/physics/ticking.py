"""The heartbeat: what happens at each tick of the budget, how long it is to the next (L7), and which loops are on (L8).

L8 looks at four facts about what runs: how diverse it is, how predictable, how much its heat varies. Each says whether
one of L2, L3, L5, L6 should be on; five ticks in a row that agree change the mode, one of 16.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, kernel, u16
from cupola.policy.physics.heat import L1, L3, L7, loop_on, sweep
from cupola.policy.physics.inference import infer, known_ticks, remember, scale_of, variance
from cupola.policy.physics.structs import ROWS_MOST, Regions, State
from cupola.policy.physics.window import in_window
from cupola.runtime.q48 import saturating

ONE = 1 << 16
DIVERSE_Q16 = ONE * 3 // 4
TEMPORAL_Q16 = ONE // 2
VARIED_Q16 = ONE * 15 // 100
RELATED_Q16 = ONE * 3 // 10
LONGER, SHORTER, FARTHEST = ONE * 5 // 4, ONE * 4 // 5, 4


@kernel
def tick(state: Ptr[State], regions: Ptr[Regions]) -> None:
    """One beat. The language has brought the heat up to date, and put what runs into the window."""
    state.tick_number += 1
    if loop_on(state, L3) and state.loops & L1 != 0:
        sweep(state, regions)
    remember(state, regions)
    if state.tick_number % state.infer_every == 0:
        infer(state, regions)
        if loop_on(state, L7):
            state.period = next_period(state.period, state.was_early != 0, state.base_period)
    if state.selector != 0:
        vote(state, wanted_mode(state, regions))
    write_row(state, regions)


@kernel
def next_period(period: i64, early: bool, base: i64) -> i64:
    """The steps up to the next tick: more when inference found nothing new, less when it did, within four times of the
    base."""
    next = period * (LONGER if early else SHORTER) >> 16
    return min(max(next, base // FARTHEST), base * FARTHEST)


@kernel
def ratio(part: i64, whole: i64) -> i64:
    """part / whole in Q48.16; 0 of nothing."""
    return 0 if whole == 0 else saturating.div(part, whole)


@kernel
def wanted_mode(state: Ptr[State], regions: Ptr[Regions]) -> i64:
    """The mode that what runs now asks for: bits, from the highest, L2 L3 L5 L6."""
    entropy = ratio(state.diversity, min(in_window(state), max(state.word_count, 1)))
    temporal = ratio(state.confirmed, state.predictions)
    varied = variation(state, regions)
    mode: i64 = 0
    if entropy >= DIVERSE_Q16:
        mode = mode | 8
    if temporal >= TEMPORAL_Q16:
        mode = mode | 4
    if varied >= VARIED_Q16:
        mode = mode | 2
        if temporal >= RELATED_Q16:
            mode = mode | 1
    return mode


@kernel
def variation(state: Ptr[State], regions: Ptr[Regions]) -> i64:
    """The coefficient of variation of the total heat at the last 64 ticks, in Q48.16."""
    count = min(known_ticks(state), 64)
    if count < 2:
        return 0
    shift = scale_of(state, regions, count)
    sum: i64 = 0
    back: i64 = 1
    while back <= count:
        sum += regions.trajectory[(state.trajectory_count - back) & 1023] >> shift
        back += 1
    mean = sum // count
    spread = saturating.sqrt(saturating.from_integer(variance(state, regions, count, shift)))
    return ratio(spread, max(mean, 1) << 16)


@kernel
def vote(state: Ptr[State], wanted: i64) -> None:
    """Count votes for another mode; enough in a row change it."""
    if wanted == state.mode:
        state.candidate_votes = 0
    elif wanted == state.candidate:
        state.candidate_votes += 1
    else:
        state.candidate = wanted
        state.candidate_votes = 1
    if state.candidate_votes >= state.votes:
        state.mode = wanted
        state.mode_switches += 1
        state.candidate_votes = 0
    state.mode_ticks[state.mode] += 1


@kernel
def write_row(state: Ptr[State], regions: Ptr[Regions]) -> None:
    """Remember what this tick saw; the oldest row goes."""
    row = regions.rows + state.row_count % ROWS_MOST
    row.tick = state.tick_number
    row.clock = state.clock
    row.heat = state.total_heat
    row.hottest = i32(state.hottest)
    row.hot = i32(state.hot_words)
    row.window = i32(state.window_size)
    row.diversity = i32(state.diversity)
    row.slope = state.slope
    row.period = state.period
    row.hits = i32(state.cache.hits)
    row.mode = u16(state.mode)
    row.loops = u16(state.loops)
    state.row_count += 1
