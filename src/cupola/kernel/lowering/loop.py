"""Loops: while, for over a range, for over a static sequence (unrolled), break and continue."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from cupola.ir.core import Block, Constant, Value
from cupola.kernel.lowering.condition import branch_on
from cupola.kernel.lowering.context import STATEMENTS, Loop, Lowering, Static, Typed
from cupola.kernel.lowering.conversion import coerce, operand, static, unify
from cupola.kernel.lowering.statement import lower_body
from cupola.kernel.types import IntegerType

MOST_UNROLLED = 4096


def lower_while(f: Lowering, node: ast.While) -> None:
    _check_no_else(f, node)
    head, body, after = f.new_block("while", open=True), f.new_block("body"), f.new_block("after")
    f.jump(head)
    f.enter(head)
    branch_on(f, node.test, body, after)
    f.loops.append(Loop(head, after))
    lower_body(f, body, node.body, head)
    f.loops.pop()
    f.variables.seal(head)
    f.enter(after)


def _check_no_else(f: Lowering, node: ast.While | ast.For) -> None:
    if node.orelse:
        raise f.error(
            node.orelse[0], "kernel code cannot contain an else after a loop", help="set a bool before break"
        )


def lower_for(f: Lowering, node: ast.For) -> None:
    _check_no_else(f, node)
    source = node.iter
    callee = f.peek(source.func) if isinstance(source, ast.Call) else None
    if isinstance(source, ast.Call) and callee is not None and callee.value is range:
        _lower_range(f, node, source)
    else:
        _unroll(f, node)


# --- over a range -----------------------------------------------------------------------------------------


class _Range:
    """The bounds of a loop over a range, and the hidden variable that counts."""

    def __init__(self, type: IntegerType, start: Value, stop: Value, step: int, name: str) -> None:
        self.type = type
        self.start = start
        self.stop = stop
        self.step = step
        self.name = name


def _lower_range(f: Lowering, node: ast.For, call: ast.Call) -> None:
    if not isinstance(node.target, ast.Name):
        raise f.error(node.target, "the variable of a loop over a range must be a name")
    bounds = _bounds(f, node.target, call)
    head, body = f.new_block("for", open=True), f.new_block("body")
    next, after = f.new_block("next"), f.new_block("after")
    f.variables.write(f.block, bounds.name, bounds.start)
    f.jump(head)
    f.enter(head)
    counter = f.variables.read(head, bounds.name, bounds.type.ir, node)
    less = "slt" if bounds.type.signed else "ult"
    order = (counter, bounds.stop) if bounds.step > 0 else (bounds.stop, counter)
    f.branch(f.builder.value(less, *order), body, after)
    f.enter(body)
    f.assign(node.target, Typed(counter, bounds.type), node.iter)
    f.loops.append(Loop(next, after))
    f.statements(node.body)
    f.loops.pop()
    if not f.dead:
        f.jump(next)
    if f.enter(next):
        _step(f, node, bounds, head, after)
    f.variables.seal(head)
    f.enter(after)


def _step(f: Lowering, node: ast.For, bounds: _Range, head: Block, after: Block) -> None:
    """Count on. A step of more than one could pass the type's last number, so the rest is looked at first."""
    counter = f.variables.read(f.block, bounds.name, bounds.type.ir, node)
    if abs(bounds.step) > 1:
        order = (bounds.stop, counter) if bounds.step > 0 else (counter, bounds.stop)
        rest = f.builder.value("sub", *order)
        done = f.builder.value("ule", rest, Constant(bounds.type.ir, abs(bounds.step)))
        on = f.new_block("on")
        f.branch(done, after, on)
        f.enter(on)
    f.variables.write(
        f.block, bounds.name, f.builder.value("add", counter, Constant(bounds.type.ir, bounds.step))
    )
    f.jump(head)


def _bounds(f: Lowering, target: ast.Name, call: ast.Call) -> _Range:
    if (
        call.keywords
        or not 1 <= len(call.args) <= 3
        or any(isinstance(each, ast.Starred) for each in call.args)
    ):
        raise f.error(
            call, "range takes one to three arguments", expected="range(stop), range(start, stop[, step])"
        )
    step = 1
    if len(call.args) == 3:
        given = static(f, call.args[2], "the step of a range")
        if not isinstance(given, int) or given == 0:
            raise f.error(call.args[2], "the step of a range must be a static integer other than zero")
        step = given
    stop_node = call.args[0 if len(call.args) == 1 else 1]
    start_node = call.args[0]
    start: Static | Typed = Static(0) if len(call.args) == 1 else operand(f, start_node)
    stop = operand(f, stop_node)
    known = f.types.get(target.id)
    if isinstance(start, Static) and isinstance(stop, Static) and known is not None:
        a, b = coerce(f, start_node, start, known, "a range"), coerce(f, stop_node, stop, known, "a range")
    else:
        a, b = unify(f, call, start_node, start, stop_node, stop, "count between")
    if not isinstance(a.type, IntegerType):
        raise f.error(call, f"a range needs integers, and this is {a.type}", found=f"{a.type}")
    if not -(1 << a.type.ir.bits - 1) <= step < 1 << a.type.ir.bits - 1:
        raise f.error(call.args[2], f"the step {step} does not fit {a.type}")
    return _Range(a.type, a.value, b.value, step, f"range@{call.lineno}:{call.col_offset}")


# --- over a static sequence -------------------------------------------------------------------------------


def _unroll(f: Lowering, node: ast.For) -> None:
    """The body once for each element, with the target bound to it."""
    items = _static_items(f, node.iter)
    after = f.new_block("after")
    for item in items:
        names = _bind(f, node.target, item)
        next = f.new_block("next")
        f.loops.append(Loop(next, after))
        f.statements(node.body)
        f.loops.pop()
        if not f.dead:
            f.jump(next)
        for name in names:
            f.statics.pop(name, None)
        if not f.enter(next):
            break
    if not f.dead:
        f.jump(after)
    f.enter(after)


def _static_items(f: Lowering, node: ast.expr) -> list[object]:
    found = static(f, node, "what a for loop goes over")
    if not isinstance(found, Iterable) or isinstance(found, str):
        raise f.error(node, "a for loop goes over a range or a static sequence", found=f"{found!r}")
    items = []
    for item in found:
        items.append(item)
        if len(items) > MOST_UNROLLED:
            raise f.error(
                node, f"an unrolled loop has at most {MOST_UNROLLED} rounds", help="loop over a range"
            )
    return items


def _bind(f: Lowering, target: ast.expr, item: object) -> list[str]:
    """Bind the names of the target to a static value; the names."""
    if isinstance(target, ast.Name):
        if target.id in f.types:
            raise f.error(
                target,
                f"{target.id!r} is a local variable, and cannot become static",
                help="give the variable of the unrolled loop a name of its own",
            )
        f.statics[target.id] = item
        return [target.id]
    if not isinstance(target, ast.Tuple):
        raise f.error(target, "the variable of a loop must be a name, or names")
    if not isinstance(item, tuple | list) or len(item) != len(target.elts):
        raise f.error(target, f"{len(target.elts)} values are wanted in each round", found=f"{item!r}")
    return [name for each, part in zip(target.elts, item, strict=True) for name in _bind(f, each, part)]


# --- break and continue -----------------------------------------------------------------------------------


def lower_break(f: Lowering, node: ast.Break) -> None:
    f.jump(f.loops[-1].after)


def lower_continue(f: Lowering, node: ast.Continue) -> None:
    f.jump(f.loops[-1].next)


STATEMENTS.update(
    {ast.While: lower_while, ast.For: lower_for, ast.Break: lower_break, ast.Continue: lower_continue}
)
