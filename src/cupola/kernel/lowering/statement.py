"""Statements: assignment, if, match, return, assert, expressions that are calls."""

from __future__ import annotations

import ast

from cupola.ir.core import Block, Constant
from cupola.kernel.function import Leave
from cupola.kernel.lowering.arithmetic import binary
from cupola.kernel.lowering.call import lower_leave
from cupola.kernel.lowering.condition import branch_on
from cupola.kernel.lowering.context import LIKELY, STATEMENTS, Expression, Lowering, Several, Static, Typed
from cupola.kernel.lowering.conversion import coerce, default, operand, single, static_type
from cupola.kernel.lowering.memory import load, place_to_store, register_type, store
from cupola.kernel.lowering.report import REJECTED
from cupola.kernel.types import IntegerType

# --- assignment -------------------------------------------------------------------------------------------


def lower_assign(f: Lowering, node: ast.Assign) -> None:
    found = f.expression(node.value)
    for target in node.targets:
        _assign(f, target, node.value, found)


def _assign(f: Lowering, target: ast.expr, source: ast.expr, found: Expression) -> None:
    if isinstance(target, ast.Tuple):
        _assign_several(f, target, source, found)
    else:
        _assign_one(f, target, source, single(f, source, found))


def _assign_several(f: Lowering, target: ast.Tuple, source: ast.expr, found: Expression) -> None:
    """`a, b = ...`: from a display, a call with several results, or a static sequence."""
    if isinstance(found, Static) and isinstance(found.value, tuple | list):
        items: list[Static | Typed] = [Static(each) for each in found.value]
    elif isinstance(found, Several):
        items = found.items
    else:
        raise f.error(source, f"{len(target.elts)} values are wanted here", found="one value")
    if len(items) != len(target.elts):
        raise f.error(
            source,
            "the number of values differs from the number of targets",
            expected=f"{len(target.elts)}",
            found=f"{len(items)}",
        )
    shown = source.elts if isinstance(source, ast.Tuple) else [source] * len(items)
    for each, text, item in zip(target.elts, shown, items, strict=True):
        _assign_one(f, each, text, item)


def _assign_one(f: Lowering, target: ast.expr, source: ast.expr, found: Static | Typed) -> None:
    if isinstance(target, ast.Name) and target.id == "_":
        return  # by convention, a value that nobody wants
    if isinstance(target, ast.Name):
        f.assign(target, found, source)
    elif isinstance(target, ast.Attribute) and _is_machine(f, target.value):
        _assign_register(f, target, source, found)
    elif isinstance(target, ast.Attribute | ast.Subscript):
        where = place_to_store(f, target)
        store(f, where, coerce(f, source, found, where.type, f"{f.text(target)!r}"))
    else:
        raise f.error(
            target, "this cannot be assigned to", expected="a local, a field (p.x) or an element (p[i])"
        )


def _is_machine(f: Lowering, node: ast.expr) -> bool:
    return f.machine is not None and isinstance(node, ast.Name) and node.id == f.machine.name


def _assign_register(f: Lowering, target: ast.Attribute, source: ast.expr, found: Static | Typed) -> None:
    assert f.machine is not None
    type = register_type(f, target)
    typed = coerce(f, source, found, type, f"{f.text(target)!r}")
    f.variables.write(f.block, f"{f.machine.name}.{target.attr}", typed.value)


def lower_annotated(f: Lowering, node: ast.AnnAssign) -> None:
    if not isinstance(node.target, ast.Name):
        raise f.error(node.target, "only a local variable can be given a type here")
    if node.value is None:
        raise f.error(node, "a declaration needs a value", help=f"write {f.text(node)} = ...")
    type = static_type(f, node.annotation)
    if type.is_aggregate:
        raise f.error(
            node.annotation,
            f"{type} lives in memory, and cannot be a local",
            help=f"take native stack memory: {node.target.id} = local({type})",
        )
    found = coerce(f, node.value, operand(f, node.value), type, f"{node.target.id!r}")
    f.assign(node.target, found, node.value, type)


def lower_augmented(f: Lowering, node: ast.AugAssign) -> None:
    target = node.target
    if isinstance(target, ast.Name) or (isinstance(target, ast.Attribute) and _is_machine(f, target.value)):
        before = operand(f, target)
        result = binary(f, node, node.op, target, before, node.value, operand(f, node.value))
        _assign_one(f, target, node.value, result)
        return
    where = place_to_store(f, target)
    value = load(f, where)
    result = binary(f, node, node.op, target, value, node.value, operand(f, node.value))
    store(f, where, coerce(f, node.value, result, where.type, f"{f.text(target)!r}"))


# --- control ----------------------------------------------------------------------------------------------


def lower_if(f: Lowering, node: ast.If) -> None:
    then, after = f.new_block("then"), f.new_block("after")
    otherwise = f.new_block("else") if node.orelse else after
    branch_on(f, node.test, then, otherwise)
    if not f.variables.reached(otherwise):
        f.skips += 1
    lower_body(f, then, node.body, after)
    if node.orelse:
        lower_body(f, otherwise, node.orelse, after)
    f.enter(after)


def lower_body(f: Lowering, block: Block, body: list[ast.stmt], after: Block) -> None:
    """Lower `body` in `block`, then go to `after`; nothing if a static condition never leads there."""
    if not f.enter(block):
        f.skips += 1
        return
    f.statements(body)
    if not f.dead:
        f.jump(after)


def lower_return(f: Lowering, node: ast.Return) -> None:
    wanted = f.kernel.signature.results
    if node.value is None:
        items: list[tuple[ast.expr, Static | Typed]] = []
    else:
        found = f.expression(node.value)
        if isinstance(found, Static) and isinstance(found.value, tuple):
            found = Several([Static(each) for each in found.value])
        several = found.items if isinstance(found, Several) else [single(f, node.value, found)]
        shown = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value] * len(several)
        items = list(zip(shown, several, strict=True))
    if len(items) != len(wanted):
        what = ", ".join(each.name for each in wanted) or "no result"
        raise f.error(
            node,
            f"{f.node.name!r} returns {what}",
            expected=_count(len(wanted)),
            found=_count(len(items)),
            help="" if wanted else "write the result's type: `-> i64`, for example",
        )
    values = [
        coerce(f, text, each, type, "the result") for (text, each), type in zip(items, wanted, strict=True)
    ]
    lower_return_values(f, node, values)


def _count(number: int) -> str:
    return f"{number or 'no'} value{'' if number == 1 else 's'}"


def lower_return_values(f: Lowering, node: ast.stmt, values: list[Typed]) -> None:
    """Return the results, then the registers."""
    f.builder.end("return", [*(each.value for each in values), *f.register_values(node)])


def lower_assert(f: Lowering, node: ast.Assert) -> None:
    text = f.text(node.test)
    if node.msg is not None:
        if not isinstance(node.msg, ast.Constant) or not isinstance(node.msg.value, str):
            raise f.error(node.msg, "the message of an assert must be a string literal")
        text = node.msg.value
    holds, fails = f.new_block("holds"), f.new_block("fails")
    branch_on(f, node.test, holds, fails, LIKELY)
    if f.enter(fails):
        f.builder.end("trap", symbol=f"{f.kernel.name}:{node.lineno}: {text}")
    f.enter(holds)


def lower_match(f: Lowering, node: ast.Match) -> None:
    subject = default(f, node.subject, operand(f, node.subject))
    if not isinstance(subject.type, IntegerType):
        raise f.error(
            node.subject, f"match needs an integer, and this is {subject.type}", found=f"{subject.type}"
        )
    after = f.new_block("after")
    fallback = after
    cases: list[tuple[int, Block]] = []
    bodies: list[tuple[Block, list[ast.stmt]]] = []
    for case in node.cases:
        if case.guard is not None:
            raise f.error(case.guard, "a case cannot have a condition", help="write an if inside the case")
        block = f.new_block("case")
        bodies.append((block, case.body))
        if (
            isinstance(case.pattern, ast.MatchAs)
            and case.pattern.pattern is None
            and case.pattern.name is None
        ):
            fallback = block
        else:
            _add_cases(f, case.pattern, subject.type, cases, block)
    f.switch(subject.value, cases, fallback)
    for block, body in bodies:
        lower_body(f, block, body, after)
    f.enter(after)


def _add_cases(
    f: Lowering, pattern: ast.pattern, type: IntegerType, cases: list[tuple[int, Block]], block: Block
) -> None:
    """Enter the numbers that a pattern stands for, as the switch wants them."""
    if isinstance(pattern, ast.MatchOr):
        for each in pattern.patterns:
            _add_cases(f, each, type, cases, block)
        return
    if not isinstance(pattern, ast.MatchValue):
        raise f.error(
            pattern,
            "a case must be an integer",
            expected="a number, a dotted name of one, or _",
            help="write `case 1:`, `case 1 | 2:`, `case module.NAME:` or `case _:`",
        )
    number = coerce(f, pattern.value, operand(f, pattern.value), type, "a case").value
    if not isinstance(number, Constant):
        raise f.error(pattern, "a case must be static")
    if any(number.value == each for each, _ in cases):
        raise f.error(pattern, f"the case {f.text(pattern)} comes twice")
    cases.append((int(number.value), block))


def lower_call_statement(f: Lowering, node: ast.Expr) -> None:
    if type(node.value) in REJECTED:
        f.reject(node.value)
    if not isinstance(node.value, ast.Call):
        raise f.error(node, "this expression does nothing", expected="a statement: an assignment or a call")
    callee = f.peek(node.value.func)
    if callee is not None and isinstance(callee.value, Leave):
        f.check_arguments(node.value)
        lower_leave(f, node.value, callee.value)
    else:
        f.expression(node.value)


def lower_pass(f: Lowering, node: ast.Pass) -> None:
    """Nothing."""


STATEMENTS.update(
    {
        ast.Assign: lower_assign,
        ast.AnnAssign: lower_annotated,
        ast.AugAssign: lower_augmented,
        ast.If: lower_if,
        ast.Return: lower_return,
        ast.Assert: lower_assert,
        ast.Match: lower_match,
        ast.Expr: lower_call_statement,
        ast.Pass: lower_pass,
    }
)
