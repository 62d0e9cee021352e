"""Operand expressions: everything a stencil computes from its operands and its own address alone becomes one hole.

LLVM folds no arithmetic into the address of a symbol, so `slot * 8` must be one symbol whose address is the product.
The expressions of all stencils are numbered; a native function made from them computes any one for a given place in
guest code, which is how the baseline compiler gets the numbers to patch in.
"""

from __future__ import annotations

from typing import NamedTuple

from cupola.ir.builder import Builder
from cupola.ir.clone import dominance_order
from cupola.ir.core import Constant, Function, Instruction, Module, Result, Value
from cupola.ir.operations import TABLE
from cupola.ir.types import BY_NAME, I1, I64, PTR, Type

HOLE = "hole "
FULL = (-(1 << 63), 1 << 63)
BOUNDS = {f"i{bits}": (-(1 << bits - 1), 1 << bits - 1) for bits in (8, 16, 32, 64)}
ADDRESS = (0, 1 << 31)
SIGNS = {"add": "+", "sub": "-", "mul": "*", "shl": "<<", "and": "&", "or": "|", "xor": "^", "ptr_add": "+"}


class Expression(NamedTuple):
    """A tree: an operation with its symbol (for leaves) or constant, its result type, and its operands."""

    operation: str
    type: str
    symbol: str = ""
    value: int = 0
    operands: tuple[Expression, ...] = ()

    def __str__(self) -> str:
        """The expression as people read it: leaves by their symbols, operations with their operands."""
        if self.operation == "operand":
            return self.symbol
        if self.operation in ("address", "pointer"):
            return str(self.operands[0])
        if self.operation == "constant":
            return str(self.bounds()[0])
        operands = [str(each) for each in self.operands]
        sign = SIGNS.get(self.operation)
        return f"({f' {sign} '.join(operands)})" if sign else f"{self.operation}({', '.join(operands)})"

    def bounds(self) -> tuple[int, int]:
        """Half-open bounds of the signed value, for the code generator to choose the width of the immediate."""
        if self.type == "ptr":
            return ADDRESS
        if self.operation == "operand" and "<" in self.symbol:
            return 0, int(self.symbol.partition("<")[2])
        if self.operation == "operand":
            return BOUNDS.get(self.symbol.partition("@")[0], ADDRESS)
        if self.operation == "constant":
            signed = BY_NAME[self.type].signed(self.value)
            return signed, signed + 1
        if self.operation == "address":
            return self.operands[0].bounds()
        if self.operation in ("add", "sub", "mul"):
            found = _combine(self.operation, self.operands[0].bounds(), self.operands[1].bounds())
            return found if FULL[0] <= found[0] and found[1] <= FULL[1] else FULL
        if self.operation == "shl" and self.operands[1].operation == "constant":
            low, high = self.operands[0].bounds()
            by = self.operands[1].value
            return (low << by, high << by) if high << by <= FULL[1] and low << by >= FULL[0] else FULL
        return FULL


def _combine(operation: str, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    a, b, c, d = left[0], left[1] - 1, right[0], right[1] - 1
    if operation == "add":
        return a + c, b + d + 1
    if operation == "sub":
        return a - d, b - c + 1
    products = (a * c, a * d, b * c, b * d)
    return min(products), max(products) + 1


class Expressions:
    """The numbered operand expressions of a language."""

    def __init__(self) -> None:
        self.numbers: dict[Expression, int] = {}

    def number(self, expression: Expression) -> int:
        return self.numbers.setdefault(expression, len(self.numbers))

    def target(self, symbol: str) -> int:
        """The number of the expression that is the leaf `symbol` itself."""
        return self.number(Expression("operand", "i64", symbol))

    def evaluator(self, name: str) -> Function:
        """A C function (number, pc) -> value, which computes any of the expressions."""
        function = Function(name, [("number", I64), ("pc", PTR)], [I64])
        builder = Builder(function)
        number, pc = function.parameters
        cases = []
        for expression, index in self.numbers.items():
            block = function.add_block(f"expression{index}")
            cases.append((index, block))
            inner = Builder(function, block)
            inner.end("return", [_as_i64(inner, _compute(inner, expression, pc))])
        unknown = function.add_block("unknown")
        builder.switch(number, cases, unknown)
        Builder(function, unknown).end("return", [Constant(I64, 0)])
        return function


def _as_i64(builder: Builder, value: Value) -> Value:
    if value.type is PTR:
        return builder.value("address", value)
    return value if value.type is I64 else builder.value("zero_extend", value, type=I64)


def _compute(builder: Builder, expression: Expression, pc: Value) -> Value:
    type = BY_NAME[expression.type]
    if expression.operation == "constant":
        return Constant(type, expression.value)
    if expression.operation == "operand":
        return _leaf(builder, expression.symbol, pc)
    operands = [_compute(builder, each, pc) for each in expression.operands]
    operation = TABLE[expression.operation]
    return builder.value(expression.operation, *operands, type=type if operation.suffixed else None)


def _leaf(builder: Builder, symbol: str, pc: Value) -> Value:
    """The value of an operand by its symbol, see `endings.StencilEnding`."""
    kind, _, place = symbol.partition("<")[0].partition("@")
    if kind == "pc":
        return builder.value("address", builder.offset(pc, int(place)))
    at, _, component = place.partition("-")
    stored = BY_NAME["i32" if kind == "target" else kind]
    value: Value = builder.value("load", builder.offset(pc, int(at)), type=stored)
    if stored is not I64:
        value = builder.value("sign_extend", value, type=I64)
    if kind == "target":
        value = builder.value("add", value, builder.value("address", builder.offset(pc, int(component))))
    return value


def punch(function: Function, module: Module, expressions: Expressions) -> None:
    """Replace what `function` computes from operands alone by holes, and declare these in the module."""
    trees: dict[Value, Expression] = {}
    sums: dict[Value, tuple[Value, Value]] = {}
    for block in dominance_order(function):
        kept: list[Instruction] = []
        for each in block.instructions:
            _regroup(each, trees, sums)
            tree = _tree(each, trees)
            if tree is not None:
                trees[each.result] = tree
                continue
            _replace(each, trees, kept, module, expressions)
            kept.append(each)
        block.instructions = kept


def _regroup(
    instruction: Instruction, trees: dict[Value, Expression], sums: dict[Value, tuple[Value, Value]]
) -> None:
    """Make of `(x + hole) + constant` an `x + hole'`: one hole holds the sum of both.

    `sums` are the values `x + hole` so far, each with its parts: the instructions themselves have their holes already.
    """
    if instruction.operation.name != "add":
        return
    left, right = instruction.operands
    if left in trees:
        left, right = right, left
    if right in trees and left not in trees and not isinstance(left, Constant):
        sums[instruction.result] = left, right
    constant = instruction.operands[1]
    if instruction.operands[0] not in sums or not isinstance(constant, Constant):
        return
    left, right = sums[instruction.operands[0]]
    type = constant.type.name
    both = (trees[right], Expression("constant", type, "", int(constant.value)))
    total = Value(constant.type)
    trees[total] = Expression("add", type, "", 0, both)
    instruction.operands = [left, total]


def _tree(instruction: Instruction, trees: dict[Value, Expression]) -> Expression | None:
    operation = instruction.operation
    if operation.name == "operand":
        return Expression("operand", instruction.result.type.name, instruction.symbol)
    if operation.effect != "pure" or operation.may_be_undefined or operation.variadic or operation.has_symbol:
        return None
    if len(instruction.results) != 1 or instruction.result.type is I1 or instruction.result.type.is_float:
        return None
    operands: list[Expression] = []
    for each in instruction.operands:
        if isinstance(each, Constant) and not each.type.is_float:
            operands.append(Expression("constant", each.type.name, "", int(each.value)))
        elif each in trees:
            operands.append(trees[each])
        else:
            return None
    if all(each.operation == "constant" for each in operands):
        return None
    return Expression(operation.name, instruction.result.type.name, "", 0, tuple(operands))


def _replace(
    instruction: Instruction,
    trees: dict[Value, Expression],
    kept: list[Instruction],
    module: Module,
    expressions: Expressions,
) -> None:
    def hole(value: Value) -> Value:
        return _materialize(trees[value], kept, module, expressions) if value in trees else value

    instruction.operands = [hole(each) for each in instruction.operands]
    for edge in instruction.successors:
        edge.arguments = [hole(each) for each in edge.arguments]


def _materialize(
    expression: Expression, kept: list[Instruction], module: Module, expressions: Expressions
) -> Value:
    name = f"{HOLE}{expressions.number(expression)}"
    module.holes[name] = expression.bounds()
    type = BY_NAME[expression.type]
    value = _append(kept, "symbol", [], PTR, name)
    if type is PTR:
        return value
    value = _append(kept, "address", [value], I64)
    return value if type is I64 else _append(kept, "truncate", [value], type)


def _append(
    kept: list[Instruction], name: str, operands: list[Value], type: Type, symbol: str = ""
) -> Result:
    instruction = Instruction(TABLE[name], operands, [type], symbol=symbol)
    kept.append(instruction)
    return instruction.result
