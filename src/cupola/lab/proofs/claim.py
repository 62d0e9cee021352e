"""Claims: a sentence, the functions that it is about, and a proof that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from cupola.ir.core import Module
from cupola.ir.operations.terms import z3
from cupola.ir.proofs.bitvectors import BitVectors
from cupola.ir.proofs.execute import Contract, Executor, Invariant, Outcome
from cupola.ir.proofs.memory import Memory, Region
from cupola.ir.proofs.products import Products
from cupola.ir.proofs.solver import LOGIC, Vacuous, possible, prove, prove_all
from cupola.kernel import KernelFunction, collect, layout_of
from cupola.kernel.types import ArrayType

VACUITY = 5000  # milliseconds for the question whether the assumptions contradict each other
Function = KernelFunction[Any, Any]


class Claim(NamedTuple):
    """`statement` is the docstring of the proof; `about` the functions that the proof is called with."""

    about: tuple[Function, ...]
    statement: str
    slow: bool  # more than a few seconds: proved by the command, not in every test run
    prove: Callable[..., None]


CLAIMS: list[Claim] = []


def claim(*about: Function, slow: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorator: the function proves its docstring of the kernel functions that it is given; these, unless a test gives
    others. It raises Refuted or Unproved.
    """

    def register(proof: Callable[..., None]) -> Callable[..., None]:
        CLAIMS.append(Claim(about, " ".join((proof.__doc__ or "").split()), slow, proof))
        return proof

    return register


def region_of(struct: object, name: str) -> Region:
    """The cells of a struct in memory: its fields, and the elements of its arrays."""
    cells, arrays = {}, []
    for field in layout_of(struct).values():
        element, count = (
            (field.type.element, field.type.count) if isinstance(field.type, ArrayType) else (field.type, 1)
        )
        cells.update({field.offset + place * element.size: element.ir for place in range(count)})
        if count > 1:
            arrays.append((field.offset, field.offset + field.type.size - 1))
    return Region(name, cells, arrays=tuple(arrays))


class Proof:
    """One run of functions on unknowns, and the questions about it."""

    logic = LOGIC
    hints: Sequence[Any] = ()  # where counter-examples are easy to find
    near: Sequence[Any] = ()  # what most statements depend on

    def __init__(
        self,
        *functions: Function,
        products: Products | None = None,
        contracts: Mapping[str, Contract] | None = None,
        invariants: Mapping[tuple[str, int], Invariant] | None = None,
        turns: int = 64,
    ) -> None:
        self.module: Module = collect("proof", functions)
        self.domain = BitVectors(products)
        self.executor = Executor(
            self.module, self.domain, contracts=contracts, invariants=invariants, turns=turns
        )
        self.shown: dict[str, Any] = {}
        self.returned: list[
            Any
        ] = []  # the conditions under which the calls came back: `settle` shows that they do

    def unknown(self, name: str, bits: int = 64) -> Any:
        """An unknown that a counter-example shows."""
        term = self.shown[name] = z3().BitVec(name, bits)
        return term

    def call(self, function: Function, *arguments: Any, memory: Memory | None = None) -> Outcome:
        """Run a function; its results as terms."""
        found = self.executor.call(function.name, arguments, memory or Memory())
        types = self.module.functions[function.name].results
        if found.condition is not True:
            self.returned.append(found.condition)
        terms = [self.domain.term(type, each) for type, each in zip(types, found.results, strict=True)]
        return found._replace(results=tuple(terms))

    def show(self, statement: Any, what: str, *given: Any) -> None:
        """Prove a statement about what was run, where it came back."""
        known = [*self.executor.known, *self.returned, *given]
        prove(statement, known, what=what, shown=self.shown, logic=self.logic, hints=self.hints)

    def show_all(self, statements: list[Any], what: str, *given: Any) -> None:
        """Prove several statements of one kind."""
        self.ask(statements, what, *self.returned, *given)

    def ask(self, statements: list[Any], what: str, *given: Any) -> None:
        """Prove statements from what is known, and this."""
        prove_all(
            statements,
            [*self.executor.known, *given],
            what=what,
            shown=self.shown,
            logic=self.logic,
            hints=self.hints,
            near=self.near,
        )

    def step(self, statement: Any, what: str, *given: Any) -> None:
        """Prove a statement, and use it from then on."""
        self.show(statement, what, *given)
        self.executor.assume(z3().Implies(z3().And(*self.returned, *given), statement))

    def follows(self, statement: Any, what: str, *given: Any) -> None:
        """Prove a statement from what is given alone: for questions in which all that is known is in the way."""
        prove(statement, given, what=what, shown=self.shown, logic=self.logic, hints=self.hints)

    def settle(self, what: str = "") -> None:
        """Prove all obligations that running has left: no trap, no undefined operation, no address out of bounds."""
        for each in self.executor.obligations:
            condition = z3().BoolVal(True) if each.condition is True else each.condition
            statement = z3().Implies(condition, each.claim)
            self.ask([statement], what + each.what)
        self.executor.obligations.clear()

    def consistent(self, what: str) -> None:
        """Show that the assumptions do not contradict each other: from such, everything would follow."""
        if not possible([*self.executor.known, *self.returned], VACUITY):
            raise Vacuous(f"{what}: the assumptions contradict each other")
