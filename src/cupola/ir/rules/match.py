"""Finds the rule that applies to an instruction, and makes what replaces it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from cupola.ir.core import Constant, Instruction, Result, Value
from cupola.ir.operations import Operation
from cupola.ir.rules.pattern import Term
from cupola.ir.rules.rule import Rule, is_static
from cupola.ir.types import Type


class Rewrite(NamedTuple):
    """What replaces the results of an instruction, and the new instruction that this needs, if any."""

    rule: Rule
    values: tuple[Value, ...]
    made: Instruction | None


class _Form(NamedTuple):
    """One order of a rule's pattern."""

    rule: Rule
    pattern: Term


class Matcher:
    """A set of rules, indexed by the operation that their patterns begin with; earlier rules go first."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._forms: dict[str, list[_Form]] = {}
        for rule in self.rules:
            for pattern in rule.forms():
                self._forms.setdefault(rule.root, []).append(_Form(rule, pattern))
        # Which forms are worth a try for an operation and the shapes of its operands, as they turn up.
        self._candidates: dict[tuple[Operation, tuple[Operation | bool, ...]], list[_Form]] = {}

    def find(self, instruction: Instruction) -> Rewrite | None:
        """The rewrite by the first rule that applies."""
        forms = self._forms.get(instruction.operation.name)
        if forms is None:
            return None
        shape = tuple([_shape(each) for each in instruction.operands])
        wanted = (instruction.operation, shape)
        candidates = self._candidates.get(wanted)
        if candidates is None:
            candidates = self._candidates[wanted] = [each for each in forms if _possible(each, shape)]
        for form in candidates:
            found = _apply(form, instruction)
            if found is not None:
                return found
        return None


def _shape(value: Value) -> Operation | bool:
    """The operation that makes a value, or whether it is a constant."""
    return value.instruction.operation if isinstance(value, Result) else isinstance(value, Constant)


def _possible(form: _Form, shape: tuple[Operation | bool, ...]) -> bool:
    """Whether the operands may match, from their shapes alone."""
    for term, found in zip(form.pattern.arguments, shape, strict=True):
        if term.kind == "value":
            continue
        wanted = True if term.operation is None else term.operation
        if wanted is not found:
            return False
    return True


@cache
def _bindings(
    operation: Operation, operands: tuple[Type, ...], results: tuple[Type, ...]
) -> Mapping[str, Type]:
    return operation.bind(operands, results)


def _apply(form: _Form, instruction: Instruction) -> Rewrite | None:
    rule = form.rule
    names: dict[str, Value] = {}
    types: dict[int, Type] = {form.pattern.type: instruction.results[0].type}
    for term, operand in zip(form.pattern.arguments, instruction.operands, strict=True):
        if not _match(term, operand, names, types):
            return None
    for number, allowed in rule.allowed.items():
        if types.setdefault(number, allowed[0]) not in allowed:
            return None
    if not rule.fits(types):
        return None
    if rule.condition is not None and not static_value(rule.condition, names, types):
        return None
    return _replace(rule, instruction, names, types)


def _match(term: Term, value: Value, names: dict[str, Value], types: dict[int, Type]) -> bool:
    """Whether the term stands for the value; enters names and types."""
    if types.setdefault(term.type, value.type) is not value.type:
        return False
    if term.kind == "value":
        known = names.setdefault(term.name, value)
        return known is value or _same_constant(known, value)
    if term.operation is not None:
        if not isinstance(value, Result) or value.instruction.operation is not term.operation:
            return False
        operands = value.instruction.operands
        return all(
            _match(each, operand, names, types)
            for each, operand in zip(term.arguments, operands, strict=True)
        )
    if not isinstance(value, Constant):
        return False
    if term.kind == "constant":
        return _same_constant(names.setdefault(term.name, value), value)
    return value.value == static_value(term, names, types)


def _same_constant(left: Value, right: Value) -> bool:
    return (
        isinstance(left, Constant)
        and isinstance(right, Constant)
        and not left.type.is_float
        and left.value == right.value
        and left.type is right.type
    )


def static_value(term: Term, names: dict[str, Value], types: dict[int, Type]) -> int | None:
    """The number that a term made of constants stands for; None where an operation has no meaning."""
    if term.kind == "number":
        return types[term.type].unsigned(term.number)
    if term.kind == "width":
        return types[term.type].unsigned(types[term.number].bits)
    if term.operation is None:
        constant = names[term.name]
        assert isinstance(constant, Constant)
        return int(constant.value)
    operands = [static_value(each, names, types) for each in term.arguments]
    operation = term.operation
    bindings = _bindings(operation, tuple([types[each.type] for each in term.arguments]), (types[term.type],))
    if None in operands or (operation.defined is not None and not operation.defined(bindings, *operands)):
        return None
    assert operation.evaluate is not None
    return int(operation.evaluate(bindings, *operands))


def _replace(
    rule: Rule, instruction: Instruction, names: dict[str, Value], types: dict[int, Type]
) -> Rewrite | None:
    values: list[Value] = []
    made: Instruction | None = None
    for term in rule.replacement:
        if term.operation is None or is_static(term):
            value = _operand(term, names, types)
            if value is None:
                return None
            values.append(value)
            continue
        operands = [_operand(each, names, types) for each in term.arguments]
        whole = [each for each in operands if each is not None]
        if len(whole) != len(operands):
            return None
        results = [
            types[term.type],
            *(each for each in term.operation.result_types[1:] if isinstance(each, Type)),
        ]
        made = Instruction(term.operation, whole, results, location=instruction.location)
        values += made.results
    return Rewrite(rule, tuple(values), made)


def _operand(term: Term, names: dict[str, Value], types: dict[int, Type]) -> Value | None:
    if term.kind in ("value", "constant"):
        return names[term.name]
    number = static_value(term, names, types)
    return None if number is None else Constant(types[term.type], number)
