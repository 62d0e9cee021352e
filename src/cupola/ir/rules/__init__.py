"""Rewrite rules as data, one family a file, with the matcher that applies them and the prover.

`RULES` is all of them, in the order in which they are tried. A new rule is an entry in its family's list: a
name, `pattern => replacement`, one line of why. `python -m cupola.ir.rules` proves them all; a test does
the same, and demands that some text in `tests/ir/passes` fires each.
"""

from __future__ import annotations

from cupola.ir.rules import (
    arithmetic,
    bitwise,
    comparison,
    conversion,
    floats,
    overflow,
    pointers,
    selection,
)
from cupola.ir.rules.match import Matcher, Rewrite
from cupola.ir.rules.pattern import RuleError
from cupola.ir.rules.rule import Rule

__all__ = ["FAMILIES", "RULES", "Matcher", "Rewrite", "Rule", "RuleError"]

FAMILIES: dict[str, list[Rule]] = {
    "arithmetic": arithmetic.RULES,
    "overflow": overflow.RULES,
    "bitwise": bitwise.RULES,
    "comparison": comparison.RULES,
    "conversion": conversion.RULES,
    "selection": selection.RULES,
    "pointers": pointers.RULES,
    "floats": floats.RULES,
}

RULES: tuple[Rule, ...] = tuple(rule for family in FAMILIES.values() for rule in family)
