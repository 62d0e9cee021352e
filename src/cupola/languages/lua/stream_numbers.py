"""What native code and the driver both know of streams, see `library.streams`."""

from __future__ import annotations

BLOCK = 4096  # bytes that are asked for or written at once, as in C
NEITHER, READING, WRITING, FAILED = range(4)  # modes
LONGEST_NUMERAL = 200  # bytes
