"""Inline caches of fields: the cells that native code and statistics share; see `instructions.read_caches`."""

from __future__ import annotations

LESSONS = 0  # how often it has learnt, less 1
SERVED = 1  # how often a look beyond the instruction gave the value, less 1
FIRST = 2  # the first entry
ENTRIES, ENTRY = (
    4,
    5,
)  # of a cache that reads, and the cells of each; one that writes has a single one, of three
SHAPE, SLOT, METATABLE, PLACE, LINEAGE = range(5)  # cells of an entry
MOST_LESSONS = 40  # after which a cache that reads stays as it is
