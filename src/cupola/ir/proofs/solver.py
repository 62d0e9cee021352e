"""Questions to Z3, and the three possible answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cupola.ir.operations.terms import z3

SECONDS = 120  # of waiting: proofs take a few at most, but machines are shared
SMALL = 3000  # milliseconds for a question about few unknowns, before the whole one is asked
LOGIC = "QF_BV"  # bit-vectors without quantifiers; "QF_UFBV" with unknown functions of them


class Refuted(Exception):
    """The claim is wrong; the message has a counter-example."""


class Vacuous(Exception):
    """The assumptions contradict each other: everything would follow from them."""


class Unproved(Exception):
    """Z3 gave no answer in time."""


def prove(
    claim: Any,
    assumptions: Iterable[Any] = (),
    *,
    what: str,
    shown: Mapping[str, Any] | None = None,
    seconds: int = SECONDS,
    logic: str = LOGIC,
    hints: Sequence[Any] = (),
) -> None:
    """Show that the assumptions imply the claim; raises Refuted, with the values of the `shown` terms, or Unproved.

    `hints` are conditions under which counter-examples are easy to find: they are looked for there first.
    """
    solver = z3().SolverFor(logic)
    solver.set("timeout", seconds * 1000)
    solver.add(*assumptions)
    solver.add(z3().Not(claim))
    answer = z3().unknown
    for hint in hints:
        easy = z3().SolverFor(logic)
        easy.set("timeout", seconds * 1000)
        easy.add(hint, *solver.assertions())
        answer = easy.check()
        if answer == z3().sat:
            solver = easy
            break
    if answer != z3().sat:
        answer = solver.check()
    if answer == z3().sat:
        model = solver.model()
        values = ", ".join(
            f"{name} = {model.eval(term, model_completion=True)}" for name, term in (shown or {}).items()
        )
        raise Refuted(f"{what}: wrong for {values}" if values else f"{what}: wrong")
    if answer != z3().unsat:
        raise Unproved(f"{what}: no answer within {seconds} s ({solver.reason_unknown()})")


def prove_all(
    claims: Iterable[Any],
    assumptions: Iterable[Any],
    *,
    what: str,
    shown: Mapping[str, Any] | None = None,
    seconds: int = SECONDS,
    logic: str = LOGIC,
    hints: Sequence[Any] = (),
    near: Sequence[Any] = (),
) -> None:
    """The same for many claims, each about few of the unknowns.

    Claims that stand among the assumptions need no question. The others are first asked about with those assumptions
    alone that speak of no other unknowns than the claim, and the terms `near`, do; that is enough for nearly all.
    """
    given = list(assumptions)
    parts = [part for each in given for part in conjuncts(each)]
    known = {each.get_id() for each in parts}
    around = frozenset[str]().union(*(unknowns(each) for each in near))
    about = [(unknowns(each), each) for each in parts]
    for claim in claims:
        if claim.get_id() in known:
            continue
        mine = unknowns(claim) | around
        few = [each for names, each in about if names <= mine]
        if possible([*few, z3().Not(claim)], SMALL):
            prove(claim, given, what=what, shown=shown, seconds=seconds, logic=logic, hints=hints)


def conjuncts(term: Any) -> list[Any]:
    """The parts of a conjunction."""
    return [part for each in term.children() for part in conjuncts(each)] if z3().is_and(term) else [term]


_unknowns: dict[
    int, tuple[Any, frozenset[str]]
] = {}  # by the term's number; the term is kept, so that it stays its


def unknowns(term: Any) -> frozenset[str]:
    """The names of a term's unknown numbers."""
    found = _unknowns.get(term.get_id())
    if found is None:
        names: frozenset[str] = frozenset()
        if z3().is_const(term):
            if term.decl().kind() == z3().Z3_OP_UNINTERPRETED:
                names = frozenset((term.decl().name(),))
        else:
            names = names.union(*(unknowns(each) for each in term.children()))
        found = _unknowns[term.get_id()] = (term, names)
    return found[1]


def possible(conditions: Iterable[Any], milliseconds: int) -> bool:
    """Whether the conditions may hold together: False only if they certainly cannot."""
    solver = z3().Solver()  # the plain one answers small questions fastest
    solver.set("timeout", milliseconds)
    solver.add(*conditions)
    return bool(solver.check() != z3().unsat)
