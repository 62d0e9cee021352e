"""How large the tables of the physics are, and where they lie in their mapping: plain numbers, for every start."""

from __future__ import annotations

KiB, MiB = 1 << 10, 1 << 20

# How executions are counted (`Physics.mode`): exactly by counters on few straight runs; exactly at the starts of words
# alone; by what runs at ticks; one by one.
BLOCKS, STARTS, TICKS, EVERY = 1, 2, 3, 4

MOST_PLANNED = 32768  # instructions of a definition whose blocks are counted
MOST_NOTES = 65536
MOST_OCCURRENCES = 131072
MOST_BLOCKS = 65536
MOST_TERMS = 131072
MOST_PIECES = 65536
MOST_COUNTERS = 131072
MOST_EDGES = 65536

HEAD_BYTES = 64 * KiB
# Field of `Physics` or `Regions`, and bytes; one after the other behind the head.
COLUMNS = (
    ("meta", 2 * MiB),
    ("window", 16 * KiB),
    ("snapshots", 32 * KiB),
    ("seen", 128 * KiB),
    ("pairs", 256 * KiB),
    ("trajectory", 8 * KiB),
    ("rows", 6400 * KiB),
    ("notes", MOST_NOTES * 8),
    ("occurrences", MOST_OCCURRENCES * 16),
    ("blocks", MOST_BLOCKS * 48),
    ("terms", MOST_TERMS * 16),
    ("pieces", MOST_PIECES * 32),
    ("counters", MOST_COUNTERS * 8),
    ("nodes", (MOST_PLANNED + 2) * 80),
    ("edges", MOST_EDGES * 16),
    ("scratch", MOST_TERMS * 16),
    ("totals", 256 * KiB),
    ("entries", MOST_PIECES * 8),
    ("shortfalls", 256 * KiB),
    ("order", 128 * KiB),
)
MAPPING_BYTES = HEAD_BYTES + sum(size for _, size in COLUMNS)
