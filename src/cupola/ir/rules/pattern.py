"""The language of rewrite rules: terms, their text form, and the inference of their types.

    pattern => replacement           add(add(x, C), D) => add(x, add(C, D))

A term is an operation of the table applied to terms; a value (a name in small letters: anything, the same
thing each time); a constant (a name in capitals: only a constant); or a number. `width(x)` is the number of
bits of the type of x. A type may follow a term, `x.i1`, `sign_extend.i64(x)`, or a name for a type, which
means the same type each time: `truncate.s(x)`, `-1.s`; otherwise types are inferred from the table. An
operation with several results can only be the root; its replacement is one term for each result, separated
by commas, or one with as many results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from cupola.ir.operations import TABLE, Operation
from cupola.ir.types import ALL, BY_NAME, Type

Kind = Literal["operation", "value", "constant", "number", "width"]

_TOKEN = re.compile(r"\s*(?:([A-Za-z_]\w*)|(-?\d+)|(=>|[(),.]))")


class RuleError(Exception):
    """A rule that is not well-formed: the message names the rule, what was expected and what was found."""


class Term:
    """A node of a pattern, a replacement or a condition. `type` is the number of its type class.

    `number` is the value of a number, and for `width` the type class that it measures.
    """

    __slots__ = ("arguments", "kind", "name", "number", "operation", "type")

    def __init__(
        self,
        kind: Kind,
        *,
        operation: Operation | None = None,
        name: str = "",
        number: int = 0,
        arguments: Sequence[Term] = (),
        type: int = -1,
    ) -> None:
        self.kind: Kind = kind
        self.operation = operation
        self.name = name
        self.number = number
        self.arguments = tuple(arguments)
        self.type = type

    def walk(self) -> Iterator[Term]:
        """The term and all its parts."""
        yield self
        for each in self.arguments:
            yield from each.walk()

    def __str__(self) -> str:
        if self.operation is not None:
            return f"{self.operation.name}({', '.join(map(str, self.arguments))})"
        return {"number": str(self.number), "width": f"width({self.name})"}.get(self.kind, self.name)


class Types:
    """Type classes: terms that must have the same type share one; each is a fixed type or a choice."""

    def __init__(self) -> None:
        self._parent: list[int] = []
        self._allowed: list[tuple[Type, ...]] = []

    def new(self, allowed: tuple[Type, ...] = ALL) -> int:
        self._parent.append(len(self._parent))
        self._allowed.append(allowed)
        return len(self._parent) - 1

    def find(self, number: int) -> int:
        while self._parent[number] != number:
            number = self._parent[number]
        return number

    def join(self, left: int, right: int) -> int:
        """Make two classes one; raises RuleError if no type is allowed by both."""
        left, right = self.find(left), self.find(right)
        if left != right:
            self._parent[right] = left
            self.restrict(left, self._allowed[right])
        return left

    def restrict(self, number: int, allowed: tuple[Type, ...]) -> None:
        number = self.find(number)
        both = tuple(each for each in self._allowed[number] if each in allowed)
        if not both:
            raise RuleError(
                f"no type fits: {_names(self._allowed[number])} on one side, {_names(allowed)} on the other"
            )
        self._allowed[number] = both

    def allowed(self, number: int) -> tuple[Type, ...]:
        return self._allowed[self.find(number)]


def _names(types: Sequence[Type]) -> str:
    return " ".join(each.name for each in types)


# A demand of an operation on the types of its operands and results: the operation, and the classes of T and
# S.
Demand = tuple[Operation, dict[str, int]]


class Reader:
    """Reads the terms of one rule; names mean the same in all of them."""

    def __init__(self) -> None:
        self.types = Types()
        self.names: dict[str, int] = {}
        self.type_names: dict[str, int] = {}
        self.demands: list[Demand] = []
        self._tokens: list[str] = []
        self._place = 0

    def read_rule(self, text: str) -> tuple[Term, tuple[Term, ...]]:
        """The pattern and the terms of the replacement; their types are made equal."""
        self._start(text)
        pattern = self._term()
        self._expect("=>")
        replacement = [self._term()]
        while self._accept(","):
            replacement.append(self._term())
        self._expect("")
        self._join_results(pattern, replacement)
        return pattern, tuple(replacement)

    def read_condition(self, text: str) -> Term:
        """A term of type i1 over constants."""
        self._start(text)
        term = self._term()
        self._expect("")
        self.types.restrict(term.type, (BY_NAME["i1"],))
        return term

    def _join_results(self, pattern: Term, replacement: list[Term]) -> None:
        if pattern.operation is None:
            raise RuleError(f"the pattern must be an operation, found {pattern}")
        wanted = pattern.operation.result_types
        only = replacement[0].operation
        if len(replacement) == 1 and only is not None and len(only.result_types) == len(wanted):
            wanted = wanted[:1]
        if len(wanted) != len(replacement):
            raise RuleError(f"{pattern.operation.name} has {len(wanted)} results, found {len(replacement)}")
        self.types.join(pattern.type, replacement[0].type)
        for declared, term in zip(wanted[1:], replacement[1:], strict=True):
            if not isinstance(declared, Type):
                raise RuleError(f"{pattern.operation.name}: only its first result may have any type")
            self.types.restrict(term.type, (declared,))

    # --- tokens ---

    def _start(self, text: str) -> None:
        self._tokens, self._place, end = [], 0, 0
        while text[end:].strip():
            match = _TOKEN.match(text, end)
            if match is None:
                raise RuleError(f"cannot read {text[end:].strip()!r} in {text!r}")
            self._tokens.append(match.group().strip())
            end = match.end()
        self._tokens.append("")

    def _next(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1]

    def _accept(self, token: str) -> bool:
        if self._tokens[self._place] == token:
            self._place += 1
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            before = " ".join(self._tokens[: self._place])
            found = self._tokens[self._place] or "the end"
            raise RuleError(f"expected {token or 'the end'}, found {found} after {before!r}")

    # --- terms ---

    def _term(self) -> Term:
        token = self._next()
        suffix = self._next() if self._accept(".") else ""
        if re.fullmatch(r"-?\d+", token):
            term = Term("number", number=int(token), type=self.types.new())
        elif not re.fullmatch(r"\w+", token):
            raise RuleError(f"expected a term, found {token or 'the end'}")
        elif self._accept("("):
            term = self._application(token)
        else:
            kind: Kind = "constant" if token.isupper() else "value"
            term = Term(kind, name=token, type=self._class(self.names, token))
        if suffix in BY_NAME:
            self.types.restrict(term.type, (BY_NAME[suffix],))
        elif suffix:
            self.types.join(self._class(self.type_names, suffix), term.type)
        return term

    def _class(self, names: dict[str, int], name: str) -> int:
        if name not in names:
            names[name] = self.types.new()
        return names[name]

    def _arguments(self) -> list[Term]:
        arguments = [self._term()]
        while self._accept(","):
            arguments.append(self._term())
        self._expect(")")
        return arguments

    def _application(self, name: str) -> Term:
        arguments = self._arguments()
        if name == "width":
            if arguments[0].kind not in ("value", "constant"):
                raise RuleError("width takes a value or a constant")
            return Term("width", name=arguments[0].name, number=arguments[0].type, type=self.types.new())
        operation = TABLE.get(name)
        if operation is None or operation.variadic or operation.effect != "pure":
            raise RuleError(f"{name} is not a pure operation of the table")
        return self._apply(operation, arguments)

    def _apply(self, operation: Operation, arguments: list[Term]) -> Term:
        if len(arguments) != len(operation.operand_types):
            raise RuleError(
                f"{operation.name} takes {len(operation.operand_types)} operands, found {len(arguments)}"
            )
        variables = {"T": self.types.new(operation.types), "S": self.types.new(operation.source_types)}
        for wanted, argument in zip(operation.operand_types, arguments, strict=True):
            self._match(wanted, argument.type, variables)
        result = self.types.new()
        self._match(operation.result_types[0], result, variables)
        self.demands.append((operation, variables))
        return Term("operation", operation=operation, arguments=arguments, type=result)

    def _match(self, wanted: Type | str, found: int, variables: dict[str, int]) -> None:
        if isinstance(wanted, Type):
            self.types.restrict(found, (wanted,))
        else:
            self.types.join(variables[wanted], found)
