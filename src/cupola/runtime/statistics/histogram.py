"""A histogram of latencies with bins of 1/64 of their value, for the median.

Below 128 nanoseconds a bin is one nanosecond wide; above, each doubling has 64 bins (the log-linear bins of G. Tene,
HdrHistogram, 2012).
"""

from __future__ import annotations

from cupola.kernel import Array, Ptr, count_leading_zeros, i64, kernel, pure, struct, u32
from cupola.runtime.q48 import div
from cupola.runtime.statistics.samples import LONGEST

PARTS_BITS = 6
PARTS = 1 << PARTS_BITS
BINS = PARTS * (32 - PARTS_BITS + 1)


@struct
class Histogram:
    """How many latencies fell into each bin, and how many there are. A full bin (2**32 - 1) stays full."""

    count: i64
    bins: Array[u32, BINS]


@pure
def bin_of(latency: i64) -> i64:
    """The bin of a latency from 0 to LONGEST."""
    if latency < PARTS:
        return latency
    shift = 63 - count_leading_zeros(latency) - PARTS_BITS
    return (shift << PARTS_BITS) + (latency >> shift)


@pure
def lowest_of(place: i64) -> tuple[i64, i64]:
    """The lowest latency of a bin, and how many latencies it holds."""
    if place < 2 * PARTS:
        return place, 1
    shift = (place >> PARTS_BITS) - 1
    return (PARTS + (place & (PARTS - 1))) << shift, 1 << shift


@kernel
def add_to_histogram(histogram: Ptr[Histogram], latency: i64) -> None:
    """Add one latency; one that is out of range goes to the nearest bin."""
    place = bin_of(min(max(latency, 0), LONGEST))
    if histogram.bins[place] != 0xFFFF_FFFF:
        histogram.bins[place] += 1
        histogram.count += 1


@kernel
def median(histogram: Ptr[Histogram]) -> tuple[i64, bool]:
    """The median in Q48.16, taking the latencies of a bin as spread evenly over it; fails without samples.

    Latencies are whole numbers of nanoseconds that were cut off, so a sample of 30 stands for 30 to 31: the median
    lies at most half a bin from the exact one.
    """
    if histogram.count == 0:
        return 0, True
    before = 0
    place = 0
    while 2 * (before + i64(histogram.bins[place])) < histogram.count:
        before += i64(histogram.bins[place])
        place += 1
    lowest, width = lowest_of(place)
    # the rank count / 2 within this bin, in halves, as a part of the bin
    part, _ = div((histogram.count - 2 * before) * width, 2 * i64(histogram.bins[place]))
    return (lowest << 16) + part, False
