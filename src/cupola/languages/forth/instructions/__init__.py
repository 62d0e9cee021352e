"""The instructions that hot code is made of, one family a file; importing this package defines them all.

Each is a typed Python function; its parameters are popped and its results pushed. `facts` say under which name Forth
knows it, and how many cells it adds to the return stack.
"""

from __future__ import annotations

from cupola.languages.forth.instructions import (
    arithmetic,
    comparison,
    floats,
    flow,
    local_variables,
    loops,
    marks,
    memory,
    returns,
    stack,
)

__all__ = [
    "arithmetic",
    "comparison",
    "floats",
    "flow",
    "local_variables",
    "loops",
    "marks",
    "memory",
    "returns",
    "stack",
]
