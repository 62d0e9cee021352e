"""Proves the rewrite rules, prints each with the number of choices of types for which it holds."""

from __future__ import annotations

import sys

from cupola.ir.rules import FAMILIES, RULES
from cupola.ir.rules.prove import NeverApplies, Refuted, Unproved, check_order, prove


def main() -> int:
    """Exit status 1 if a rule is refuted, not proved, or can never apply."""
    failures = 0
    for family, rules in FAMILIES.items():
        print(family)
        for rule in rules:
            try:
                print(f"  {rule.name:32} proved for {prove(rule):3}  {rule}")
            except (Refuted, Unproved, NeverApplies) as error:
                failures += 1
                print(f"  {error}")
    try:
        check_order(RULES)
    except NeverApplies as error:
        failures += 1
        print(error)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
