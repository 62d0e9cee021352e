"""What several passes ask about a function: edges between blocks; and replacing values."""

from __future__ import annotations

import struct
from collections.abc import Hashable, Iterator

from cupola.ir.core import Block, Constant, Function, Instruction, Successor, Value
from cupola.ir.dominance import reverse_postorder
from cupola.ir.operations import TABLE

Edge = tuple[Block, Successor]

# Their order relative to other threads is part of their meaning: never removed, never shared.
ORDERED = frozenset({"atomic_load", "atomic_store"})


def edges(function: Function) -> Iterator[Edge]:
    """Every edge, with the block that it leaves."""
    for block in function.blocks:
        for successor in block.terminator.successors:
            yield block, successor


def incoming(function: Function) -> dict[Block, list[Edge]]:
    """The edges into each block."""
    into: dict[Block, list[Edge]] = {block: [] for block in function.blocks}
    for edge in edges(function):
        into[edge[1].block].append(edge)
    return into


def remove_unreachable(function: Function) -> int:
    """Drop the blocks that control cannot reach; returns how many."""
    reachable = set(reverse_postorder(function))
    before = len(function.blocks)
    if len(reachable) != before:
        function.blocks = [block for block in function.blocks if block in reachable]
    return before - len(function.blocks)


def separate_entry(function: Function) -> None:
    """Give the function an entry block that nothing jumps to, if it has none."""
    old = function.entry
    if not any(edge.block is old for _, edge in edges(function)):
        return
    entry = Block("entry")
    arguments = [entry.add_parameter(each.type, each.name) for each in old.parameters]
    entry.instructions.append(Instruction(TABLE["jump"], successors=[Successor(old, arguments)]))
    function.blocks.insert(0, entry)


def key(value: Value) -> Hashable:
    """Equal for values that are the same: constants by type and bits, others by identity."""
    if not isinstance(value, Constant):
        return value
    if value.type.is_float:
        return value.type, struct.pack("<d", value.value)
    return value.type, value.value


def resolve(replacements: dict[Value, Value], value: Value) -> Value:
    """What stands for `value`, through chains of replacements, which it shortens."""
    found = replacements.get(value)
    if found is None:
        return value
    last = resolve(replacements, found)
    if last is not found:
        replacements[value] = last
    return last


def update(instruction: Instruction, replacements: dict[Value, Value]) -> None:
    """Replace the operands and the arguments of the edges of one instruction."""
    if not replacements:
        return
    operands = instruction.operands
    for place, value in enumerate(operands):
        if value in replacements:
            operands[place] = resolve(replacements, value)
    for successor in instruction.successors:
        arguments = successor.arguments
        for place, value in enumerate(arguments):
            if value in replacements:
                arguments[place] = resolve(replacements, value)


def substitute(function: Function, replacements: dict[Value, Value]) -> None:
    """Replace values everywhere in the function."""
    if replacements:
        for block in function.blocks:
            for instruction in block.instructions:
                update(instruction, replacements)
