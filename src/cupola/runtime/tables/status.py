"""What operations on tables may end with."""

from __future__ import annotations

OK, NO_MEMORY, NIL_KEY, NAN_KEY, END, INVALID_KEY = range(6)
