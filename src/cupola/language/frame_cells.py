"""Frames of machines with registers: what lies where, counted in cells from a frame's base.

A call of the function in R[a] finds its arguments from R[a + FRAME_CELLS] on, which become the first registers of the
new frame; its first result goes where the function stood.
"""

from __future__ import annotations

FUNCTION = -3  # the function that runs, a value
CALLER = -2  # where its caller goes on: an address of guest code
LINK = (
    -1
)  # how many bytes its base is above the caller's; in its upper half 1 if it replaced what was called there
LINK_MASK = (1 << 32) - 1
FRAME_CELLS = 3
CELL = 8  # bytes
