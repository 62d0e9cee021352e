"""What is inferred from the total heat at the last ticks: whether anything has changed, how wide the window should be,
how fast heat decays (loops L5 and L6).

- Early exit: if the variance has changed by no more than 5 %, everything stays as it is.
- Width: the first of 256, 320, 384 ... ticks for which the newest ticks, in at least three chunks of that width, have
  equal variances by Levene's test (Levene 1960): W <= 6.5. The trajectory is shorter than the window, so a chunk
  counts words sixteen to a tick.
- Slope: least squares of ln(heat) over the ticks; only a falling line is taken.

All numbers are integers; logarithms and quotients are Q48.16 (`cupola.runtime.q48`).
"""

from __future__ import annotations

from cupola.kernel import Ptr, count_leading_zeros, i64, kernel, u64
from cupola.policy.physics.heat import L5, L6, loop_on
from cupola.policy.physics.structs import TRAJECTORY, Regions, State
from cupola.runtime.q48 import saturating

ONE = 1 << 16
LEAST_TICKS = 48  # below, nothing is inferred
WIDTHS, WIDTH_STEP, WIDEST = 256, 64, 4096
WORDS_IN_TICK = 16
SCALE_BITS = 20  # values are shifted down to this many bits: sums of their squares fit 64


@kernel
def remember(state: Ptr[State], regions: Ptr[Regions]) -> None:
    """Note the total heat at this tick."""
    regions.trajectory[state.trajectory_count & (TRAJECTORY - 1)] = state.total_heat
    state.trajectory_count += 1


@kernel
def known_ticks(state: Ptr[State]) -> i64:
    return min(state.trajectory_count, TRAJECTORY)


@kernel
def value_at(state: Ptr[State], regions: Ptr[Regions], back: i64) -> i64:
    """The total heat `back` ticks ago; 1 is the newest."""
    return regions.trajectory[(state.trajectory_count - back) & (TRAJECTORY - 1)]


@kernel
def scale_of(state: Ptr[State], regions: Ptr[Regions], count: i64) -> i64:
    """How many bits the values are shifted down by."""
    highest: i64 = 1
    back: i64 = 1
    while back <= count:
        highest = max(highest, value_at(state, regions, back))
        back += 1
    bits = 64 - i64(count_leading_zeros(u64(highest)))
    return max(bits - SCALE_BITS, 0)


@kernel
def variance(state: Ptr[State], regions: Ptr[Regions], count: i64, shift: i64) -> i64:
    """The variance of the newest values, which are shifted down."""
    sum: i64 = 0
    squares: i64 = 0
    back: i64 = 1
    while back <= count:
        value = value_at(state, regions, back) >> shift
        sum += value
        squares += value * value
        back += 1
    return (squares - sum * sum // count) // count


@kernel
def is_steady(now: i64, last: i64, steady_q16: i64) -> bool:
    """Whether a variance has changed by no more than the fraction."""
    if last == 0:
        return now == 0
    return saturating.div(abs(now - last), last) <= steady_q16


@kernel
def infer(state: Ptr[State], regions: Ptr[Regions]) -> None:
    """Look at the trajectory, unless it is too short or nothing has changed."""
    count = known_ticks(state)
    state.was_early = 0
    if count < LEAST_TICKS:
        return
    shift = scale_of(state, regions, count)
    now = variance(state, regions, count, shift)
    further = shift - state.last_shift  # values that have grown are shifted down further
    last = state.last_variance >> 2 * further if further > 0 else state.last_variance << min(-2 * further, 20)
    if is_steady(now, last, state.steady_q16):
        state.early_exits += 1
        state.was_early = 1
        return
    state.last_variance = now
    state.last_shift = shift
    state.inferences += 1
    if loop_on(state, L5):
        state.width = steady_width(state, regions, count, shift)
        state.window_size = min(max(state.width, state.window_floor), WIDEST)
    if loop_on(state, L6):
        fit_slope(state, regions, count)


@kernel
def steady_width(state: Ptr[State], regions: Ptr[Regions], count: i64, shift: i64) -> i64:
    """The first width that Levene's test accepts, in words; the widest that fits if it accepts none."""
    width: i64 = WIDTHS
    while width // WORDS_IN_TICK * 3 <= count and width < WIDEST:
        if levene(state, regions, count, width // WORDS_IN_TICK, shift) <= state.levene_q16:
            return width
        width += WIDTH_STEP
    return width


@kernel
def chunk_mean(state: Ptr[State], regions: Ptr[Regions], first: i64, width: i64, shift: i64) -> i64:
    """The mean of a chunk of the trajectory whose newest value lies `first` ticks back."""
    sum: i64 = 0
    at: i64 = 0
    while at < width:
        sum += value_at(state, regions, first + at) >> shift
        at += 1
    return sum // width


@kernel
def levene(state: Ptr[State], regions: Ptr[Regions], count: i64, width: i64, shift: i64) -> i64:
    """Levene's W, in Q48.16, of the disjoint chunks of that width: how much their spreads differ, beside how much
    values differ from the spread of their chunk."""
    chunks = count // width
    total: i64 = 0
    between: i64 = 0
    within: i64 = 0
    turn: i64 = 0
    while turn < chunks:
        total += chunk_spread(state, regions, turn * width + 1, width, shift)
        turn += 1
    mean = total // (chunks * width)
    turn = 0
    while turn < chunks:
        spread = chunk_spread(state, regions, turn * width + 1, width, shift) // width
        between += width * ((spread - mean) * (spread - mean) >> 8)
        within += chunk_within(state, regions, turn * width + 1, width, shift, spread)
        turn += 1
    return saturating.div(
        saturating.mul(between, (chunks * width - chunks) << 16) // (chunks - 1), max(within, 1)
    )


@kernel
def chunk_spread(state: Ptr[State], regions: Ptr[Regions], first: i64, width: i64, shift: i64) -> i64:
    """The sum of the distances of a chunk's values from their mean."""
    mean = chunk_mean(state, regions, first, width, shift)
    sum: i64 = 0
    at: i64 = 0
    while at < width:
        sum += abs((value_at(state, regions, first + at) >> shift) - mean)
        at += 1
    return sum


@kernel
def chunk_within(
    state: Ptr[State], regions: Ptr[Regions], first: i64, width: i64, shift: i64, spread: i64
) -> i64:
    """The sum of the squares of how far those distances are from their mean, `spread`; 8 bits shifted out."""
    mean = chunk_mean(state, regions, first, width, shift)
    sum: i64 = 0
    at: i64 = 0
    while at < width:
        distance = abs((value_at(state, regions, first + at) >> shift) - mean) - spread
        sum += distance * distance >> 8
        at += 1
    return sum


@kernel
def fit_slope(state: Ptr[State], regions: Ptr[Regions], count: i64) -> None:
    """Fit ln(heat) = a + b * tick by least squares; a falling line's -b is the new slope of decay."""
    ticks: i64 = 0
    ticks2: i64 = 0
    logs: i64 = 0
    logs2: i64 = 0
    products: i64 = 0
    at: i64 = 0
    while at < count:
        heat = max(value_at(state, regions, count - at), 1)
        log = saturating.ln(saturating.from_integer(min(heat, 1 << 46)))
        ticks += at
        ticks2 += at * at
        logs += log
        logs2 += log * log
        products += at * log
        at += 1
    above = count * products - ticks * logs
    below = count * ticks2 - ticks * ticks
    spread = count * (logs2 >> 16) - saturating.mul(logs, logs)
    line = saturating.div(above, below << 16 if below < 1 << 46 else (1 << 62))
    state.fitted_slope = line
    state.fit_quality = min(saturating.mul(line, saturating.div(above, max(spread, 1))), ONE)
    if line < 0:
        state.slope = min(-line, ONE)
