"""What the driver calls: the tables of a new system, one beat of the heart, the end of a run."""

from __future__ import annotations

from cupola.kernel import Ptr, address, address_of, cast, clock, i64, kernel, memory_fill, pointer, u8
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.records import search_order
from cupola.languages.forth.machine import VM
from cupola.languages.forth.physics.folding import add_up, fold, sample
from cupola.languages.forth.physics.leaving import ALL, cut, steps_of
from cupola.languages.forth.physics.looking import find, reorganize, search_buckets
from cupola.languages.forth.physics.sizes import EVERY
from cupola.policy.physics.heat import forget_word, warm
from cupola.policy.physics.hotwords import clear, reset_statistics
from cupola.policy.physics.reporting import find_percentiles
from cupola.policy.physics.structs import PAIRS, WINDOW_MOST, Regions, State
from cupola.policy.physics.ticking import tick
from cupola.policy.physics.window import pair_of
from cupola.runtime.statistics.samples import record as record_latency

MOST_AT_TICKS = (
    1024  # words that are running, of which the newest ones are looked at: deep recursion costs no more
)


@forth.entry
def physics_start(vm: Ptr[VM]) -> None:
    """Begin with empty tables. The driver has set the pointers, the mode and the knobs."""
    physics = vm.physics
    physics.counter_count = 1
    physics.draft_base = address(vm.draft)
    physics.state.base_period = physics.state.period
    physics.state.mode = 15
    physics.state.candidate = 15
    at: i64 = 0
    while at < 32768:
        forget_word(physics.regions.meta + at)
        at += 1


@forth.entry
def physics_fold(vm: Ptr[VM], pc: i64, back: i64, rp: i64, budget: i64) -> i64:
    """Bring all heat up to date; the number of words. The rest as `leaving.cut` wants it; `pc` 0: nothing runs."""
    fold(vm, pc, back, pointer(Ptr[i64], rp), steps_of(vm, budget), ALL)
    find_percentiles(vm.physics.state, vm.physics.regions, vm.word_count)
    return vm.word_count


@forth.entry
def physics_tick(vm: Ptr[VM], pc: i64, rp: i64, budget: i64, nanoseconds: i64) -> i64:
    """One beat, after `nanoseconds` of running since the last; the steps up to the next."""
    physics = vm.physics
    steps = steps_of(vm, budget)
    sample(vm, pc, steps, nanoseconds)
    fold(vm, pc, 0, pointer(Ptr[i64], rp), steps, MOST_AT_TICKS)
    state = physics.state
    if state.reorganize_every != 0 and state.tick_number % state.reorganize_every == 0:
        reorganize(vm)
    tick(state, physics.regions)
    return physics.state.period


@forth.entry
def physics_abandon(vm: Ptr[VM], pc: i64, back: i64, rp: i64, budget: i64) -> None:
    """The run that has come back to the driver will not go on."""
    bottom = address(vm.return_bottom) - 8
    cut(vm, pc, back, pointer(Ptr[i64], rp), bottom, steps_of(vm, budget), -1, ALL)
    vm.physics.state.running = 0


@forth.entry
def physics_reset(vm: Ptr[VM]) -> None:
    """Count from zero: heat, window, transitions and statistics; knobs and flags of words stay."""
    reset(vm)


@kernel
def reset(vm: Ptr[VM]) -> None:
    physics = vm.physics
    state, regions = physics.state, physics.regions
    if physics.mode != EVERY:
        add_up(vm)
    at: i64 = 0
    while at < vm.word_count:
        meta = regions.meta + at
        if physics.mode == EVERY:
            physics.totals[at] = 0
        else:
            physics.shortfalls[at] -= physics.totals[at]
        piece, flags = meta.piece, meta.flags
        forget_word(meta)
        meta.piece = piece
        meta.flags = flags & 3
        meta.spare = 0
        at += 1
    clear_state(state, regions)
    physics.last_steps = 0
    physics.corrected = 0


@kernel
def clear_state(state: Ptr[State], regions: Ptr[Regions]) -> None:
    """Forget everything but the knobs."""
    memory_fill(cast(Ptr[u8], regions.pairs), 0, PAIRS * 16)
    memory_fill(cast(Ptr[u8], regions.window), 0, WINDOW_MOST * 4)
    state.clock = 0
    state.executions = 0
    state.tick_number = 0
    state.total_heat = 0
    state.hottest = 0
    state.hot_words = 0
    state.window_next = 0
    state.window_checked = 0
    state.diversity = 0
    state.last_diversity = 0
    state.warm = 0
    state.snapshot_counts[0] = 0
    state.snapshot_counts[1] = 0
    state.mode = 15
    state.candidate = 15
    state.period = state.base_period
    state.decayed = 0
    reset_statistics(address_of(state.cache))
    clear(address_of(state.cache))
    state.previous = 0
    state.expected = 0
    state.pairs_used = 0
    state.transitions = 0
    state.predictions = 0
    state.confirmed = 0
    state.speculations = 0
    state.trajectory_count = 0
    state.last_variance = 0
    state.early_exits = 0
    state.inferences = 0
    state.row_count = 0
    state.mode_switches = 0
    state.candidate_votes = 0
    state.running = 0
    at: i64 = 0
    while at < 16:
        state.mode_ticks[at] = 0
        at += 1


# --- measuring lookups ------------------------------------------------------------------------------------------------


@forth.entry
def physics_bench(vm: Ptr[VM], names: Ptr[u8], words: i64, count: i64, how: i64, timed: i64) -> i64:
    """Look `count` names up, in turn those at `names`, each behind its length; the nanoseconds that it took.

    `how`: 0 the hash table, 1 the cache before it, 2 buckets by heat. `timed`: each lookup is timed besides, into
    `hit_times` and `search_times`.
    """
    began = clock()
    place: i64 = 0
    word: i64 = 0
    turn: i64 = 0
    while turn < count:
        length = i64(names[place])
        name = names + (place + 1)
        if timed != 0:
            look_up_timed(vm, name, length, how)
        else:
            look_up_by(vm, name, length, how)
        place += length + 1
        word += 1
        if word == words:
            word = 0
            place = 0
        turn += 1
    return clock() - began


@kernel
def look_up_by(vm: Ptr[VM], name: Ptr[u8], length: i64, how: i64) -> i64:
    """One lookup; the word, or -1."""
    if how == 1:
        return find(vm, name, length)
    if how == 2:
        return search_buckets(vm, name, length)
    return search_order(vm, name, length)


@kernel
def look_up_timed(vm: Ptr[VM], name: Ptr[u8], length: i64, how: i64) -> None:
    physics = vm.physics
    hits = physics.state.cache.hits
    began = clock()
    look_up_by(vm, name, length, how)
    taken = clock() - began
    if physics.state.cache.hits != hits:
        record_latency(address_of(physics.hit_times), taken)
    else:
        record_latency(address_of(physics.search_times), taken)


@forth.entry
def physics_reorganize(vm: Ptr[VM]) -> i64:
    """Order the buckets by heat; how many words are in them."""
    return reorganize(vm)


@forth.entry
def physics_warm(vm: Ptr[VM], token: i64, heat: i64) -> None:
    """Give a word that heat; its temperature follows."""
    meta = vm.physics.regions.meta + token
    warm(meta, heat - meta.heat)


@forth.entry
def physics_pair(vm: Ptr[VM], before: i64, following: i64) -> i64:
    """How often a word came next after another; with 0, how often any did."""
    return pair_of(vm.physics.regions, before, following).count
