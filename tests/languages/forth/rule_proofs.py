"""Proves the rules of the Forth compiler with Z3: what they say about instructions is read from the kernel functions of
these instructions, nothing is written a second time.

An instruction without loops is a term for each of its results and a condition under which it gives up. A run of
instructions then is a function from the cells at its start to those at its end. A rule is right if, for all cells and
all numbers that its condition allows, neither run gives up and both leave the same cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cupola.ir import semantics
from cupola.ir.core import Block, Constant, Function, Value
from cupola.ir.operations.terms import z3
from cupola.ir.passes import optimize
from cupola.ir.types import I64
from cupola.kernel import collect
from cupola.languages.forth.image import define
from cupola.languages.forth.optimizer.rule_values import CONDITIONS, VALUES
from cupola.languages.forth.optimizer.rules import Rule, change, needs

MILLISECONDS = 60_000  # for one question; the rules need far less
WIDTH = 64
# Conditions under which a rule is proved for each number `a` by itself: an unknown one is too much for the solver.
ONE_BY_ONE = {"a=2^n": [1 << power for power in range(WIDTH - 1)], "below 64": list(range(WIDTH))}

forth = define()


class Refuted(Exception):
    """A rule that is wrong: the message has a counter-example."""


class NeverApplies(Exception):
    """A rule whose condition no number satisfies."""


class Way(NamedTuple):
    """One way through a function: when it is taken, its results, or None where it gives up."""

    condition: Any
    results: tuple[Any, ...] | None


def ways(function: Function, arguments: Sequence[Any]) -> list[Way]:
    """All ways through a function without loops."""
    return list(_block(function.entry, arguments, {}, z3().BoolVal(True)))


def _block(block: Block, arguments: Sequence[Any], before: dict[Value, Any], taken: Any) -> Iterator[Way]:
    known: dict[Value, Any] = dict(before)
    known.update(zip(block.parameters, arguments, strict=True))
    for each in block.instructions[:-1]:
        if each.operation.z3 is None:  # the address of a slow path: no result depends on it
            continue
        types = tuple(operand.type for operand in each.operands)
        bindings = each.operation.bind(types, tuple(result.type for result in each.results))
        operands = [_term(operand, known) for operand in each.operands]
        known.update(zip(each.results, semantics.apply(each.operation, bindings, operands), strict=True))
    end = block.terminator
    name = end.operation.name
    if name == "return":
        yield Way(taken, tuple(_term(each, known) for each in end.operands))
    elif name == "leave":
        yield Way(taken, None)
    else:
        assert name in ("jump", "branch"), name
        holds = z3().BoolVal(True) if name == "jump" else _term(end.operands[0], known) == 1
        for condition, successor in zip((holds, z3().Not(holds)), end.successors, strict=False):
            values = [_term(each, known) for each in successor.arguments]
            yield from _block(successor.block, values, known, z3().And(taken, condition))


def _term(value: Value, known: dict[Value, Any]) -> Any:
    return semantics.constant(value.type, value.value) if isinstance(value, Constant) else known[value]


def merged(found: list[Way]) -> tuple[list[Any], Any]:
    """The results of all ways together, and the condition under which one gives up."""
    gives_up = z3().Or(*[way.condition for way in found if way.results is None])
    real = [way for way in found if way.results is not None]
    results = list(real[-1].results or ())
    for way in real[:-1]:
        results = [
            z3().If(way.condition, one, other) for one, other in zip(way.results or (), results, strict=True)
        ]
    return results, gives_up


def run(names: Sequence[str], numbers: Sequence[Any], stack: Sequence[Any]) -> tuple[list[Any], Any]:
    """The stack after a run of instructions, and the condition under which one of them gives up."""
    cells, rest, gives_up = list(stack), list(numbers), z3().BoolVal(False)
    for name in names:
        one = forth[name]
        popped = cells[len(cells) - one.pops :]
        del cells[len(cells) - one.pops :]
        arguments = []
        for (role, _), parameter in zip(one.parameters, one.ir().parameters, strict=True):
            assert parameter.type == I64
            arguments.append(popped.pop(0) if role == "cell" else rest.pop(0))
        results, given_up = merged(ways(one.ir(), arguments))
        gives_up = z3().Or(gives_up, given_up)
        cells += results
    return cells, gives_up


def numbers_in(names: Sequence[str]) -> int:
    """How many instructions of a run have a number beside them."""
    return sum(any(role == "operand" for role, _ in forth[name].parameters) for name in names)


def compute(function: Any, *arguments: Any) -> Any:
    """A function of `rule_values` as a term."""
    module = collect("rules", [function])
    body = module.functions[function.name]
    optimize(body, module=module)
    (result,), _ = merged(ways(body, arguments))
    return result


def prove(rule: Rule) -> None:
    """Prove a rule. Raises Refuted or NeverApplies; AssertionError where the solver knows nothing."""
    if rule.condition in ONE_BY_ONE:
        applies = False
        for a in ONE_BY_ONE[rule.condition]:
            applies |= _prove(rule, z3().BitVecVal(a, WIDTH))
    else:
        applies = _prove(rule, z3().BitVec("a", WIDTH))
    if not applies:
        raise NeverApplies(f"{rule.text}: no number satisfies the condition")


def _prove(rule: Rule, a: Any) -> bool:
    """Prove a rule for these numbers; whether its condition can hold."""
    b = z3().BitVec("b", WIDTH)
    cells = [z3().BitVec(f"x{place}", WIDTH) for place in range(max(needs(rule.pattern)))]
    value = compute(VALUES[rule.value], a, b)
    assumed = [compute(CONDITIONS[rule.condition], a, value) == 1]
    given = [a, b][: numbers_in(rule.pattern)]
    for name, number in zip(_numbered(rule.pattern), given, strict=True):
        if name.endswith(" by"):  # counts of shifts are below the width of a cell
            assumed.append(z3().ULT(number, WIDTH))
    before, fails_before = run(rule.pattern, given, cells)
    made = [value] * numbers_in(rule.replacement)
    after, fails_after = run(rule.replacement, made, cells)
    solver = z3().Solver()
    solver.set("timeout", MILLISECONDS)
    solver.add(*assumed)
    if solver.check() == z3().unsat:
        return False
    for name in _numbered(rule.replacement):
        if name.endswith(" by"):
            fails_after = z3().Or(fails_after, z3().UGE(value, WIDTH))
    differ = z3().Or(*[one != other for one, other in zip(before, after, strict=True)])
    solver.add(z3().Or(fails_before, fails_after, differ))
    outcome = solver.check()
    if outcome == z3().sat:
        raise Refuted(f"{rule.text} is wrong: {solver.model()}")
    assert outcome == z3().unsat, f"{rule.text}: {solver.reason_unknown()}"
    return True


def _numbered(names: Sequence[str]) -> list[str]:
    return [name for name in names if numbers_in([name])]


def check_needs(rule: Rule) -> None:
    """A rule must ask for the same cells as before, at one place if it was one, and leave as many."""
    before, after = needs(rule.pattern), needs(rule.replacement)
    assert change(rule.pattern) == change(rule.replacement), f"{rule.text}: leaves another number of cells"
    if rule.replacement:
        assert before[-1] == after[-1], f"{rule.text}: needs {after[-1]} cells, was {before[-1]}"
        assert len({*after} - {0}) <= 1, f"{rule.text}: the new run asks for cells twice"
