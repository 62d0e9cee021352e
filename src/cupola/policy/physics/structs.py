"""What the physics remembers, as structs in the memory of a VM. `Meta` stands beside each word; the rest exists once.

Only data: who changes what is said in the modules of the mechanisms. Numbers called `q8` have 8 bits after the point,
`q48` 16 of 64 (Q48.16).
"""

from __future__ import annotations

from cupola.kernel import Array, Ptr, i32, i64, struct, u16, u32

CACHE_ENTRIES = 32
WINDOW_MOST = 4096  # words that the rolling window holds at most; a power of two
ROWS_MOST = 100_000  # ticks that the heartbeat remembers
PAIRS = 16384  # places in the table of transitions; a power of two
TRAJECTORY = 1024  # totals of heat that the inference looks at, one a tick; a power of two
LOOPS = 7
MODES = 16

FROZEN, PINNED, SPECULATED = 1, 2, 4  # flags of a Meta
LRU, ROUND_ROBIN = 0, 1  # who goes when the cache is full


@struct
class Meta:
    """What is known of one word; 64 bytes."""

    heat: i64  # executions, less what decayed
    executed: i64  # executions, ever
    last_active: i64  # the clock when it was last found to have run
    last_decay: i64  # the clock up to which decay is taken off
    latency: i64  # ns, smoothed 3:1; 0 before the first sample
    lookups: u32  # how often the text interpreter found it
    samples: u32  # of its latency
    mass: u32  # bytes of guest code, name and record
    piece: i32  # its newest row in the table of pieces, or -1: the language's
    temperature: u16  # q8, smoothed 3:1
    flags: u16
    spare: i32


@struct
class HotWords:
    """The cache of hot words. Entry k is `hashes[k]`, `tokens[k]`, `stamps[k]`; those from `count` on are empty."""

    count: i64
    clock: i64  # one more at each use of an entry
    next: i64  # which entry round-robin replaces next
    policy: i64  # LRU or ROUND_ROBIN
    hits: i64
    bucket_hits: i64
    misses: i64
    promotions: i64
    evictions: i64
    invalidations: i64
    hashes: Array[u32, 32]
    tokens: Array[i32, 32]
    stamps: Array[i64, 32]


@struct
class Pair:
    """How often word `after` came next after word `before`; an empty place of the table has `before` 0."""

    before: i32
    after: i32
    count: i64


@struct
class Row:
    """What one tick of the heartbeat saw; 64 bytes."""

    tick: i64
    clock: i64
    heat: i64  # of all words together
    hottest: i32
    hot: i32  # words above the threshold
    window: i32
    diversity: i32
    slope: i64
    period: i64  # steps up to the next tick
    hits: i32
    mode: u16
    loops: u16


@struct
class State:
    """The state of all mechanisms, and the knobs that say how they behave (`presets.KNOBS`, in the same words)."""

    # knobs
    loops: i64  # bit k - 1: loop k is on
    use_cache: i64
    cache_policy: i64
    threshold: i64
    lookup_heat: i64
    slope: i64  # q48: heat lost in one microsecond
    least_interval: i64
    in_executions: i64
    executions_in_us: i64
    sweep: i64
    window_size: i64
    warm_at: i64
    check_every: i64
    shrink_percent: i64
    growth_q16: i64
    window_floor: i64
    period: i64
    infer_every: i64
    steady_q16: i64
    levene_q16: i64
    depth: i64
    least_samples: i64
    least_probability_q16: i64
    transition_window: i64
    forced_heat: i64
    selector: i64
    votes: i64
    latency_every: i64
    reorganize_every: i64
    strategy: i64
    # clocks
    clock: i64  # executions, or nanoseconds, as `in_executions` says
    executions: i64
    tick_number: i64
    base_period: i64
    # L1
    word_count: i64
    total_heat: i64
    hottest: i64
    hot_words: i64
    # L2
    window_next: i64  # words recorded so far
    window_checked: i64  # ... when its size was looked at last
    diversity: i64
    last_diversity: i64
    warm: i64
    snapshot: i64  # which of the two snapshots is the newer
    snapshot_counts: Array[i64, 2]
    shrunk: i64
    grown: i64
    # L3
    sweep_next: i64
    decayed: i64  # heat taken off so far
    # L4
    previous: i64  # the word recorded last, or 0
    pairs_used: i64
    transitions: i64
    predictions: i64
    confirmed: i64
    expected: i64  # the word that is predicted to come next, or 0
    speculations: i64
    # L5, L6
    trajectory_count: i64
    last_variance: i64
    last_shift: i64
    early_exits: i64
    inferences: i64
    width: i64
    fitted_slope: i64
    fit_quality: i64  # q48: R squared of the last fit
    # L7
    least_period: i64
    most_period: i64
    was_early: i64
    # L8
    mode: i64
    candidate: i64
    candidate_votes: i64
    mode_switches: i64
    mode_ticks: Array[i64, 16]
    # heartbeat
    row_count: i64
    # latency of what the text interpreter runs
    running: i64  # the word that is being timed, or 0
    running_since: i64
    until_sample: i64
    # percentiles of heat, and reorganized buckets
    percentiles: Array[i64, 3]
    reorganized: i64
    last_reorganized: i64
    cache: HotWords


@struct
class Regions:
    """Where the tables lie."""

    meta: Ptr[Meta]
    window: Ptr[i32]  # WINDOW_MOST words, the newest at (window_next - 1) modulo its length
    snapshots: Ptr[i32]  # twice as many
    seen: Ptr[u32]  # a mark for each word: which count of diversity has met it
    pairs: Ptr[Pair]
    trajectory: Ptr[i64]
    rows: Ptr[Row]
