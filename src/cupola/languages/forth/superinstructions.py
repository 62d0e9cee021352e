"""The superinstructions of Forth: runs of instructions that are frequent in real programs, chosen by counting."""

from __future__ import annotations

from cupola.languages.forth import system  # noqa: F401  # defines all instructions
from cupola.languages.forth.definition import forth

COMPARISONS = ("=", "<>", "<", ">", "<=", ">=", "u<", "u>", "0=", "0<>", "0<", "0>")


def derive() -> None:
    """Register them all."""
    for branch in ("?branch", "?branch_back"):
        for comparison in COMPARISONS:
            forth.superinstruction(comparison, branch)
    for comparison in ("=", "<>", "<", ">"):
        forth.superinstruction("lit", comparison, "?branch")
    for operation in ("+", "-", "*", "and", "lshift", "rshift", "@", "c@", "!", "+!", "=", "<"):
        forth.superinstruction("lit", operation)
    for first in ("dup", "over", "swap"):
        for second in ("@", "c@", "+", "-", "!", "c!"):
            forth.superinstruction(first, second)
    forth.superinstruction("enter", "need")
    forth.superinstruction("enter", "need", "room")
    forth.superinstruction("enter", "room")
    forth.superinstruction("need", "room")


derive()
