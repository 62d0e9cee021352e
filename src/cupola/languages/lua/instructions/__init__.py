"""The instructions of Lua, a module for each family; importing this package defines them all, in this order."""

from __future__ import annotations

from cupola.languages.lua.instructions import (
    arithmetic,
    bits,
    calls,
    closures,
    comparison,
    concatenation,
    coroutines,
    fields,
    fixed,
    flow,
    globals,
    loops,
    moves,
    observing,
    remainders,
    returns,
    stubs,
    tables,
)  # fmt: skip  # isort: skip

__all__ = [
    "arithmetic",
    "bits",
    "calls",
    "closures",
    "comparison",
    "concatenation",
    "coroutines",
    "fields",
    "fixed",
    "flow",
    "globals",
    "loops",
    "moves",
    "observing",
    "remainders",
    "returns",
    "stubs",
    "tables",
]
