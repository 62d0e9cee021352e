"""One rewrite rule: what it says, and the forms of its pattern that the matcher looks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from cupola.ir.operations import Operation
from cupola.ir.rules.pattern import Reader, RuleError, Term
from cupola.ir.types import Type


class Rule:
    """A rewrite that is right wherever its condition holds, and never makes the function longer.

    `text` is `pattern => replacement` (see `pattern`), `when` a condition on the constants, `why` one line.
    The rule holds for all types that the operations allow, or for those `types` of the pattern's first
    operand. It is proved for all of these, or, where the solver is too slow for wide integers, with
    operands of the types `proved`. Raises RuleError if it makes no sense.
    """

    def __init__(
        self,
        name: str,
        text: str,
        why: str,
        *,
        when: str = "",
        types: Sequence[Type] = (),
        proved: Sequence[Type] = (),
    ) -> None:
        self.name, self.text, self.why, self.condition_text = name, text, why, when
        self.proved = tuple(proved)
        try:
            self._read(types)
            self._check()
        except RuleError as error:
            raise RuleError(f"rule {name} ({self}): {error}") from None

    def _read(self, types: Sequence[Type]) -> None:
        reader = Reader()
        self.pattern, self.replacement = reader.read_rule(self.text)
        self.condition = reader.read_condition(self.condition_text) if self.condition_text else None
        if types:
            reader.types.restrict(self.pattern.arguments[0].type, tuple(types))
        for term in self._terms():
            # From here on, the number of a type class is that of the class that it was joined into.
            term.type = reader.types.find(term.type)
            if term.kind == "width":
                term.number = reader.types.find(term.number)
            if term.operation is None and term.kind != "value":
                allowed = reader.types.allowed(term.type)
                reader.types.restrict(term.type, tuple(each for each in allowed if not each.is_float))
        numbers = sorted({term.type for term in self._terms()})
        self.allowed: dict[int, tuple[Type, ...]] = {each: reader.types.allowed(each) for each in numbers}
        self.demands: list[tuple[Operation, dict[str, int]]] = [
            (operation, {name: reader.types.find(number) for name, number in variables.items()})
            for operation, variables in reader.demands
            if operation.constraint is not None
        ]

    def _terms(self) -> Iterator[Term]:
        """All terms of all parts."""
        for part in (self.pattern, *self.replacement, *([self.condition] if self.condition else [])):
            yield from part.walk()

    def _check(self) -> None:
        pattern = list(self.pattern.walk())
        names = {each.name for each in pattern if each.name}
        known = {each.type for each in pattern}
        for term in self._terms():
            if term.name and term.name not in names:
                raise RuleError(f"{term.name} does not occur in the pattern")
            if term.type not in known and len(self.allowed[term.type]) > 1:
                raise RuleError(f"the type of {term} is not determined by the pattern")
        if self.condition is not None and not is_static(self.condition):
            raise RuleError("the condition can only look at constants")
        for term in pattern:
            if term.operation is not None and is_static(term):
                raise RuleError(f"{term} has only constants: constant folding leaves none")
        self._check_results()

    def _check_results(self) -> None:
        parts = [each for term in (self.pattern, *self.replacement) for each in term.arguments]
        for each in (inner for part in parts for inner in part.walk()):
            if each.operation is not None and len(each.operation.result_types) > 1:
                raise RuleError(f"{each} has several results: it can only stand at the root")
        made = sum(
            each.operation is not None and not is_static(each)
            for term in self.replacement
            for each in term.walk()
        )
        if made > 1:
            raise RuleError(f"the replacement makes {made} instructions where there was one")

    @property
    def root(self) -> str:
        """The name of the operation that the pattern begins with."""
        assert self.pattern.operation is not None
        return self.pattern.operation.name

    def assignments(self) -> Iterator[dict[int, Type]]:
        """Every choice of a type for each type class with which the rule makes sense."""
        for choice in product(*self.allowed.values()):
            types = dict(zip(self.allowed, choice, strict=True))
            if self.fits(types):
                yield types

    def fits(self, types: dict[int, Type]) -> bool:
        """Whether the conversions among the operations go between these types."""
        for operation, variables in self.demands:
            bindings = {name: types[number] for name, number in variables.items() if number in types}
            if operation.constraint is not None and not operation.constraint(bindings):
                return False
        return True

    def forms(self) -> list[Term]:
        """The pattern, with the operands of commutative operations in every order that can occur."""
        found: dict[str, Term] = {}
        for form in _orders(self.pattern):
            found.setdefault(str(form), form)
        return list(found.values())

    def __str__(self) -> str:
        return self.text + (f" when {self.condition_text}" if self.condition_text else "")


def is_static(term: Term) -> bool:
    """Whether the term is known when the rule is applied, because it is made of constants only."""
    return all(part.kind != "value" for part in term.walk())


def _orders(term: Term) -> Iterator[Term]:
    if term.operation is None:
        yield term
        return
    for arguments in product(*(list(_orders(each)) for each in term.arguments)):
        yield _with(term, arguments)
        # Constants stand on the right of commutative operations already: rules put them there.
        if term.operation.commutative and not any(is_static(each) for each in arguments):
            yield _with(term, arguments[::-1])


def _with(term: Term, arguments: Sequence[Term]) -> Term:
    return Term("operation", operation=term.operation, arguments=arguments, type=term.type)
