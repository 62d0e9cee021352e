"""How the compiler is asked for a function, and what it says; it imports nothing, as drivers ask."""

from __future__ import annotations

# It is compiled; it was already, as one that gave native code up may ask again; the arena is full.
COMPILED, IS_NATIVE, NO_ROOM = 0, 1, 2
# The cells of a `compiler.Request`. `notes` are several.
FIELDS = (
    "tables", "evaluate", "writable", "executable", "size", "alignment", "used", "pc", "start", "end",
    "place", "bytes", "count", "loops", "nanoseconds", "noted", "notes",
)  # fmt: skip
# A note of a function that was compiled without the driver: its start, its end, its place, bytes, instructions, loops.
NOTE_CELLS = 6
MOST_NOTES = 64
