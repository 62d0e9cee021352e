"""Sums of latencies and of their squares, exact.

A sample is 0 to LONGEST nanoseconds (4.29 seconds) and there are at most MOST_SAMPLES: then the sum fits 63 bits
and the sum of squares 95, of which 128 are kept. What is longer, or comes later, is counted as refused.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel, struct, u64, unlikely

LONGEST = (1 << 32) - 1
MOST_SAMPLES = (1 << 31) - 1


@struct
class Samples:
    """The latencies of one arm, in nanoseconds."""

    count: i64
    total: i64
    squares_high: u64
    squares_low: u64
    least: i64
    most: i64
    refused: i64


@kernel
def clear(samples: Ptr[Samples]) -> None:
    """Forget all samples."""
    samples.count = 0
    samples.total = 0
    samples.squares_high = 0
    samples.squares_low = 0
    samples.least = 0
    samples.most = 0
    samples.refused = 0


@kernel
def record(samples: Ptr[Samples], latency: i64) -> None:
    """Add one sample."""
    if unlikely(latency < 0 or latency > LONGEST or samples.count >= MOST_SAMPLES):
        samples.refused += 1
        return
    if samples.count == 0 or latency < samples.least:
        samples.least = latency
    if latency > samples.most:
        samples.most = latency
    samples.count += 1
    samples.total += latency
    before = samples.squares_low
    after = u64(before + u64(latency) * u64(latency))
    samples.squares_low = after
    if after < before:
        samples.squares_high += 1
