"""What one entry of the operation table says, and the table itself.

An operation is declared once, with `define`, in a file of `operations/`. The verifier, the printer, the
parser, the evaluator, the LLVM text, the Z3 semantics, the random generator and the reference page all read
these entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from cupola.ir.types import ALL, BY_NAME, Type

Effect = Literal["pure", "reads", "writes", "call", "leaves"]


class Operation:
    """One operation of the IR.

    `operand_types` and `result_types` hold fixed types or the letters "T" and "S": variables that stand for
    any type of `types` (and `source_types` for S). A result variable that no operand determines is written
    after the name in the text form: `load.i64`. `variadic` operations (calls, terminators) check their
    operands themselves.

    `has_symbol` operations carry a name; `symbol_is_global` says that it is one of the module's, and
    otherwise it is any text. `names_results` ones write all their result types after the name in the text
    form, and `called_like` ones their operands in parentheses.

    `evaluate(bindings, *operands)` gives the result (a tuple if there are several); integers are canonical
    unsigned numbers. `defined(bindings, *operands)` is false where the operation has no meaning (division by
    zero). `llvm` is a template of LLVM lines; `{0}` are operands, `{r0}` results, `{T}` types, `{t}` a fresh
    prefix for temporaries, and so on (`llvm.py` has the list); a template that begins with `=` is the text of
    the result itself. `z3(bindings, *terms)` gives the term of the result, or a tuple of terms.
    """

    def __init__(
        self,
        name: str,
        operand_types: tuple[Type | str, ...],
        result_types: tuple[Type | str, ...],
        *,
        doc: str,
        types: tuple[Type, ...] = (),
        source_types: tuple[Type, ...] = (),
        effect: Effect = "pure",
        terminator: bool = False,
        variadic: bool = False,
        commutative: bool = False,
        has_symbol: bool = False,
        symbol_is_global: bool = False,
        names_results: bool = False,
        called_like: bool = False,
        evaluate: Callable[..., Any] | None = None,
        defined: Callable[..., bool] | None = None,
        llvm: str = "",
        z3: Callable[..., Any] | None = None,
        z3_defined: Callable[..., Any] | None = None,
        constraint: Callable[[Mapping[str, Type]], bool] | None = None,
    ) -> None:
        self.name = name
        self.operand_types = operand_types
        self.result_types = result_types
        self.doc = doc
        self.types = types or ALL
        self.source_types = source_types or ALL
        self.effect: Effect = effect
        self.terminator = terminator
        self.variadic = variadic
        self.commutative = commutative
        self.has_symbol = has_symbol
        self.symbol_is_global = symbol_is_global
        self.names_results = names_results
        self.called_like = called_like
        self.evaluate = evaluate
        self.defined = defined
        self.llvm = llvm
        self.z3 = z3
        self.z3_defined = z3_defined
        self.constraint = constraint
        # Few combinations of types occur, and each of them thousands of times: what was found right once stays so.
        self._bound: dict[tuple[tuple[Type, ...], tuple[Type, ...] | None], Mapping[str, Type]] = {}
        self._inferred: dict[tuple[tuple[Type, ...], Type | None], tuple[Type, ...]] = {}

    @property
    def may_be_undefined(self) -> bool:
        """Whether some operands have no meaning: such an instruction must not be executed speculatively."""
        return self.defined is not None

    @property
    def suffixed(self) -> bool:
        """Whether the text form must name the result type, because the operands do not determine it."""
        return any(isinstance(each, str) and each not in self.operand_types for each in self.result_types)

    def bind(self, operands: tuple[Type, ...], results: tuple[Type, ...] | None = None) -> Mapping[str, Type]:
        """The types that the variables T and S stand for; raises TypeError with expected and found."""
        known = self._bound.get((operands, results))
        if known is None:
            known = self._bound[operands, results] = MappingProxyType(self._bind(operands, results))
        return known

    def _bind(self, operands: tuple[Type, ...], results: tuple[Type, ...] | None) -> dict[str, Type]:
        bindings: dict[str, Type] = {}
        if len(operands) != len(self.operand_types):
            raise TypeError(f"{self.name} takes {len(self.operand_types)} operands, found {len(operands)}")
        for place, (wanted, found) in enumerate(zip(self.operand_types, operands, strict=True)):
            self._match(f"operand {place}", wanted, found, bindings)
        if results is not None:
            if len(results) != len(self.result_types):
                raise TypeError(f"{self.name} has {len(self.result_types)} results, found {len(results)}")
            for place, (wanted, found) in enumerate(zip(self.result_types, results, strict=True)):
                self._match(f"result {place}", wanted, found, bindings)
        if self.constraint is not None and results is not None and not self.constraint(bindings):
            raise TypeError(f"{self.name} does not go from {bindings.get('S')} to {bindings.get('T')}")
        return bindings

    def _match(self, what: str, wanted: Type | str, found: Type, bindings: dict[str, Type]) -> None:
        if isinstance(wanted, Type):
            if wanted is not found:
                raise TypeError(f"{self.name}: {what} must be {wanted}, found {found}")
            return
        allowed = self.types if wanted == "T" else self.source_types
        if found not in allowed:
            names = " ".join(each.name for each in allowed)
            raise TypeError(f"{self.name}: {what} must be one of {names}, found {found}")
        if bindings.setdefault(wanted, found) is not found:
            raise TypeError(f"{self.name}: {what} must be {bindings[wanted]}, found {found}")

    def infer(self, operands: tuple[Type, ...], suffix: Type | None = None) -> tuple[Type, ...]:
        """The result types for these operand types; `suffix` names the one that they do not determine."""
        known = self._inferred.get((operands, suffix))
        if known is None:
            known = self._inferred[operands, suffix] = self._infer(operands, suffix)
        return known

    def _infer(self, operands: tuple[Type, ...], suffix: Type | None) -> tuple[Type, ...]:
        bindings = self.bind(operands)
        out: list[Type] = []
        for each in self.result_types:
            if isinstance(each, Type):
                out.append(each)
            elif each in bindings:
                out.append(bindings[each])
            elif suffix is None:
                raise TypeError(
                    f"{self.name} needs its result type written out: {self.name}.i64, for example"
                )
            else:
                out.append(suffix)
        self.bind(operands, tuple(out))
        return tuple(out)

    def __repr__(self) -> str:
        return f"<operation {self.name}>"


TABLE: dict[str, Operation] = {}
FAMILIES: dict[str, list[Operation]] = {}  # the same by title of the file that defines them


def begin_family(title: str) -> None:
    """Put the definitions that follow under `title`; each file of `operations/` begins with this."""
    FAMILIES[title] = []


def define(name: str, signature: str, **fields: Any) -> Operation:
    """Enter an operation into the table. `signature` reads "T T -> T i1": operands, arrow, results."""
    left, _, right = signature.partition("->")
    operands = tuple(BY_NAME.get(each, each) for each in left.split())
    results = tuple(BY_NAME.get(each, each) for each in right.split())
    if name in TABLE:
        raise ValueError(f"operation {name!r} is defined twice")
    operation = TABLE[name] = Operation(name, operands, results, **fields)
    next(reversed(FAMILIES.values())).append(operation)
    return operation
