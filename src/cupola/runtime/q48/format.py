"""The numbers of the format: where the point stands, the largest and the smallest value."""

from __future__ import annotations

FRACTION_BITS = 16
ONE = 1 << FRACTION_BITS
MAX = (1 << 63) - 1
MIN = -(1 << 63)
