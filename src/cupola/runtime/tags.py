"""The numbers that values are made of (see `values`), for kernel code and for drivers, which import no more."""

from __future__ import annotations

SHIFT = 48
INTEGER, OTHER, FUNCTION, TABLE, STRING, SPECIAL, LIGHT = range(-1, -8, -1)
LAST_DOUBLE = -8  # the tag of the negative quiet NaN
NIL = SPECIAL << SHIFT
FALSE = NIL + 1
TRUE = NIL + 2
DEAD_KEY = NIL + 3  # no value of the guest: in the node of a weak table whose key died
NOTHING = LIGHT << SHIFT  # no value of the guest: where there is none yet
