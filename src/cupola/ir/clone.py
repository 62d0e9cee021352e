"""Copies the body of one function into another: what inlining and putting handlers together share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cupola.ir.builder import Builder
from cupola.ir.core import Block, Constant, Function, Instruction, Parameter, Successor, Value

# What to do with a terminator that ends the copied function: given a builder at the end of the copied block,
# the instruction, and its operands translated to the target function.
OnEnd = Callable[[Builder, Instruction, Sequence[Value]], None]
# What to do with an instruction of a particular operation: return the values that stand for its results.
Substitute = Callable[[Builder, Instruction, Sequence[Value]], Iterable[Value]]


def splice(
    builder: Builder,
    source: Function,
    arguments: Sequence[Value],
    ends: dict[str, OnEnd],
    substitutes: dict[str, Substitute] | None = None,
) -> None:
    """Copy the blocks of `source` to where `builder` stands, with `arguments` for its parameters.

    `ends` maps names of terminators without successors (return, leave, ...) to what replaces them; one that
    is not there is copied as it is. `substitutes` does the same for ordinary operations, by name. The
    builder's block is ended by the copy.
    """
    if len(arguments) != len(source.parameters):
        raise ValueError(f"{source.name} takes {len(source.parameters)} values, found {len(arguments)}")
    values: dict[Value, Value] = dict(zip(source.parameters, arguments, strict=True))
    blocks: dict[Block, Block] = {source.entry: builder.block}
    for block in source.blocks[1:]:
        copy = blocks[block] = builder.function.add_block(block.name)
        for parameter in block.parameters:
            values[parameter] = copy.add_parameter(parameter.type, parameter.name)
    for block in dominance_order(source):
        builder.block = blocks[block]
        _copy_block(builder, block, values, blocks, ends, substitutes or {})


def _copy_block(
    builder: Builder,
    block: Block,
    values: dict[Value, Value],
    blocks: dict[Block, Block],
    ends: dict[str, OnEnd],
    substitutes: dict[str, Substitute],
) -> None:
    for each in block.instructions:
        operands = [_translate(values, operand) for operand in each.operands]
        builder.location = each.location
        name = each.operation.name
        if each.operation.terminator and not each.successors and name in ends:
            ends[name](builder, each, operands)
        elif name in substitutes:
            values.update(zip(each.results, substitutes[name](builder, each, operands), strict=True))
        else:
            successors = [
                Successor(blocks[edge.block], [_translate(values, value) for value in edge.arguments])
                for edge in each.successors
            ]
            copy = builder.append(
                Instruction(
                    each.operation, operands, [result.type for result in each.results], symbol=each.symbol,
                    successors=successors, cases=each.cases, weight=each.weight, location=each.location,
                )
            )  # fmt: skip
            for old, new in zip(each.results, copy.results, strict=True):
                new.name = old.name
                values[old] = new


def _translate(values: dict[Value, Value], value: Value) -> Value:
    return value if isinstance(value, Constant) else values[value]


def dominance_order(function: Function) -> list[Block]:
    """The reachable blocks in reverse postorder, so that definitions come before their uses."""
    order: list[Block] = []
    seen = {function.entry}
    stack = [(function.entry, iter(_successors(function.entry)))]
    while stack:
        block, edges = stack[-1]
        for each in edges:
            if each not in seen:
                seen.add(each)
                stack.append((each, iter(_successors(each))))
                break
        else:
            order.append(block)
            stack.pop()
    return order[::-1]


def _successors(block: Block) -> list[Block]:
    return [edge.block for edge in block.terminator.successors]


def copy_function(source: Function, name: str) -> Function:
    """A copy of `source` under another name."""
    target = Function(
        name,
        [(each.name, each.type) for each in source.parameters],
        source.results,
        convention=source.convention,
        marks=source.marks,
        location=source.location,
    )
    arguments: list[Parameter] = target.parameters
    splice(Builder(target), source, arguments, {})
    return target
