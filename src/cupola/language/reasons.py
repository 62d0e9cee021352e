"""Why native code comes back to the driver, in every language; a language's own reasons follow."""

from __future__ import annotations

TICK, TIER_UP = 1, 2  # `Driver` serves both
FIRST_REASON = 16  # of a language's own, if it is no dynamic one
DONE = FIRST_REASON  # the function that the driver called has returned
STACK_FULL = DONE + 1  # the running stack must grow
HEAP_FULL = DONE + 2  # no memory: after a collection the instruction runs again
NO_FUNCTION, WRONG_COUNT, UNDEFINED = range(DONE + 3, DONE + 6)  # errors of the instructions of `basics`
NO_NUMBER, NO_TABLE, NO_KEY = range(DONE + 6, DONE + 9)  # and of `data`
FIRST_OWN = DONE + 9  # of a language's own, if `HeapVM` drives it
