"""Proves rewrite rules against the operation table, with Z3, for every choice of types that a rule claims.

Also finds the rules that can never apply: those whose condition no constant satisfies, and those that an
earlier rule always comes before. Nothing outside the tests and `python -m cupola.ir.rules` imports this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cupola.ir import semantics
from cupola.ir.operations.terms import z3
from cupola.ir.rules.pattern import Term
from cupola.ir.rules.rule import Rule, is_static
from cupola.ir.types import Type

SECONDS = 60  # for one choice of types; the rules need far less


class Refuted(Exception):
    """A rule that is wrong: the message has the types and values with which the two sides differ."""


class Unproved(Exception):
    """A rule about which the solver found out nothing in its time."""


class NeverApplies(Exception):
    """A rule that can never apply: its condition cannot hold, or earlier rules always apply first."""


class _Translation:
    """Terms of a rule as Z3 terms, for one choice of types."""

    def __init__(self, types: Mapping[int, Type]) -> None:
        self.types = types
        self.names: dict[str, Any] = {}
        self.kinds: dict[str, Type] = {}

    def values(self, term: Term, defined: list[Any]) -> tuple[Any, ...]:
        """The results of a term; conditions under which it has a meaning are added to `defined`."""
        type = self.types[term.type]
        if term.kind == "number":
            return (semantics.constant(type, type.unsigned(term.number)),)
        if term.kind == "width":
            return (semantics.constant(type, type.unsigned(self.types[term.number].bits)),)
        if term.operation is None:
            self.kinds[term.name] = type
            return (self.names.setdefault(term.name, semantics.variable(type, term.name)),)
        operation = term.operation
        operands = [self.values(each, defined)[0] for each in term.arguments]
        results = [type, *(each for each in operation.result_types[1:] if isinstance(each, Type))]
        bindings = operation.bind(tuple(self.types[each.type] for each in term.arguments), tuple(results))
        defined.append(semantics.is_defined(operation, bindings, operands))
        return semantics.apply(operation, bindings, operands)

    def condition(self, rule: Rule) -> Any:
        """That the rule's condition holds; its own operations must then have a meaning, too."""
        if rule.condition is None:
            return z3().BoolVal(True)
        defined: list[Any] = []
        (value,) = self.values(rule.condition, defined)
        return z3().And(value == 1, *defined)

    def show(self, model: Any, term: Any) -> str:
        return str(model.eval(term, model_completion=True))

    def counter_example(self, model: Any) -> str:
        return ", ".join(
            f"{name}: {self.kinds[name]} = {self.show(model, term)}"
            for name, term in sorted(self.names.items())
        )


def prove(rule: Rule) -> int:
    """Prove the rule; returns for how many choices of types. Raises Refuted, Unproved or NeverApplies."""
    satisfiable = False
    proved = 0
    for types in claimed(rule):
        satisfiable |= _prove(rule, types)
        proved += 1
    if not proved:
        raise NeverApplies(f"rule {rule.name} ({rule}): no types fit")
    if not satisfiable:
        raise NeverApplies(f"rule {rule.name} ({rule}): no constants satisfy its condition")
    return proved


def claimed(rule: Rule) -> list[dict[int, Type]]:
    """The choices of types to prove: all, or those with the types that the rule names for its proof."""
    first = rule.pattern.arguments[0].type
    return [types for types in rule.assignments() if not rule.proved or types[first] in rule.proved]


def _prove(rule: Rule, types: dict[int, Type]) -> bool:
    """Prove one choice of types; whether the condition can hold with them."""
    translation = _Translation(types)
    before: list[Any] = []
    left = translation.values(rule.pattern, before)
    condition = translation.condition(rule)
    after: list[Any] = []
    right = [value for term in rule.replacement for value in translation.values(term, after)]
    same = z3().And(*after, *(one == other for one, other in zip(left, right, strict=True)))
    solver = z3().Solver()
    solver.set("timeout", SECONDS * 1000)
    solver.add(condition, *before)
    if solver.check() == z3().unsat:
        return False
    solver.add(z3().Not(same))
    answer = solver.check()
    if answer == z3().sat:
        model = solver.model()
        raise Refuted(
            f"rule {rule.name} ({rule}) is wrong for {translation.counter_example(model)}: the pattern gives "
            f"{_shown(translation, model, left)}, the replacement {_shown(translation, model, right)}"
        )
    if answer != z3().unsat:
        chosen = ", ".join(f"{name}: {type}" for name, type in translation.kinds.items())
        raise Unproved(f"rule {rule.name} ({rule}): no answer within {SECONDS} s for {chosen}")
    return True


def _shown(translation: _Translation, model: Any, terms: Sequence[Any]) -> str:
    return ", ".join(translation.show(model, each) for each in terms)


def check_order(rules: Sequence[Rule]) -> None:
    """Raise NeverApplies if for some rule, whatever the types, earlier rules always apply first."""
    for place, rule in enumerate(rules):
        earlier = [each for each in rules[:place] if each.root == rule.root]
        hiding = _hiding(rule, earlier)
        if hiding:
            names = ", ".join(each.name for each in hiding)
            raise NeverApplies(f"rule {rule.name} ({rule}) can never apply after {names}")


def _hiding(rule: Rule, earlier: Sequence[Rule]) -> list[Rule]:
    """The earlier rules that together apply wherever this one does, or none."""
    found: list[Rule] = []
    for types in rule.assignments():
        for form in rule.forms():
            first = next((each for each in earlier if _covers(each, rule, form, types)), None)
            if first is None:
                return []
            if first not in found:
                found.append(first)
    return found


def _covers(general: Rule, special: Rule, form: Term, types: Mapping[int, Type]) -> bool:
    """Whether `general` applies wherever `special` does with this form of its pattern and these types."""
    return any(_covers_form(general, pattern, special, form, types) for pattern in general.forms())


def _covers_form(general: Rule, pattern: Term, special: Rule, form: Term, types: Mapping[int, Type]) -> bool:
    names: dict[str, Term] = {}
    chosen: dict[int, Type] = {}
    if not _subsumes(pattern, form, names, chosen, types):
        return False
    for number, allowed in general.allowed.items():
        if chosen.setdefault(number, allowed[0]) not in allowed:
            return False
    if not general.fits(chosen):
        return False
    if general.condition is None:
        return True
    inner, outer = _Translation(types), _Translation(chosen)
    for name, term in names.items():
        if is_static(term):
            (outer.names[name],) = inner.values(term, [])
    solver = z3().Solver()
    solver.add(inner.condition(special), z3().Not(outer.condition(general)))
    return bool(solver.check() == z3().unsat)


def _subsumes(
    general: Term, special: Term, names: dict[str, Term], chosen: dict[int, Type], types: Mapping[int, Type]
) -> bool:
    """Whether whatever matches `special` matches `general`, as far as shapes and types tell."""
    type = types[special.type]
    if chosen.setdefault(general.type, type) is not type:
        return False
    if general.kind == "value":
        return str(names.setdefault(general.name, special)) == str(special)
    if general.operation is not None:
        return special.operation is general.operation and all(
            _subsumes(left, right, names, chosen, types)
            for left, right in zip(general.arguments, special.arguments, strict=True)
        )
    if not is_static(special):
        return False
    if general.kind == "constant":
        return str(names.setdefault(general.name, special)) == str(special)
    if special.kind != "number" or general.kind != "number":
        return general.kind == special.kind == "width" and chosen.get(general.number) is types[special.number]
    return type.unsigned(general.number) == type.unsigned(special.number)
