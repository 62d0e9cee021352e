"""Local variables in SSA form, made while lowering.

The algorithm of Braun, Buchwald, Hack, Leissa, Mallon, Zwinkau, "Simple and Efficient Construction of
Static Single Assignment Form" (2013): a variable is looked up through the predecessors when it is read;
where several meet, or where not all are known yet (a loop's head), it becomes a block parameter. Parameters
that turn out to be always the same value are removed at the end, all at once.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from cupola.ir.core import Block, Function, Instruction, Parameter, Successor, Value
from cupola.ir.types import Type


class Unassigned(Exception):
    """A variable is read where a path leads that does not assign it."""

    def __init__(self, name: str, node: ast.AST) -> None:
        super().__init__(name)
        self.name = name
        self.node = node


class Edge(NamedTuple):
    """A way into a block."""

    source: Block
    successor: Successor


class Waiting(NamedTuple):
    """A parameter of a block whose predecessors are not all known."""

    name: str
    parameter: Parameter
    node: ast.AST


class _Search:
    """The reading of one variable; `open` holds the edges to parameters made for it that lack their
    argument.
    """

    def __init__(self, name: str, type: Type, node: ast.AST) -> None:
        self.name = name
        self.type = type
        self.node = node
        self.open: list[list[Edge]] = []


class Variables:
    """The values of the variables at the end of each block, and the edges between blocks."""

    def __init__(self, entry: Block) -> None:
        self._values: dict[Block, dict[str, Value]] = {entry: {}}
        self._edges: dict[Block, list[Edge]] = {entry: []}
        self._waiting: dict[Block, list[Waiting]] = {}

    def add_block(self, block: Block, open: bool) -> None:
        """Make `block` known; an open one gets more edges after it is first read from, until it is sealed."""
        self._values[block] = {}
        self._edges[block] = []
        if open:
            self._waiting[block] = []

    def add_edges(self, source: Block, end: Instruction) -> None:
        for successor in end.successors:
            self._edges[successor.block].append(Edge(source, successor))

    def reached(self, block: Block) -> bool:
        return bool(self._edges[block])

    def write(self, block: Block, name: str, value: Value) -> None:
        self._values[block][name] = value

    def read(self, block: Block, name: str, type: Type, node: ast.AST) -> Value:
        """The value of the variable at the end of `block`; raises Unassigned."""
        search = _Search(name, type, node)
        value = self._find(block, search)
        self._fill(search)
        return value

    def seal(self, block: Block) -> None:
        """All edges to `block` are known now."""
        for name, parameter, node in self._waiting[block]:
            search = _Search(name, parameter.type, node)
            search.open.append(self._edges[block])
            self._fill(search)
        del self._waiting[block]

    def _find(self, block: Block, search: _Search) -> Value:
        """The value at the end of `block`, which may be a new parameter whose arguments are still to be
        filled in.
        """
        name, passed = search.name, []
        while (value := self._values[block].get(name)) is None:
            edges = self._edges[block]
            passed.append(block)
            if block in self._waiting:
                value = block.add_parameter(search.type, name)
                self._waiting[block].append(Waiting(name, value, search.node))
                break
            if len(edges) == 1:
                block = edges[0].source
            elif edges:
                value = block.add_parameter(search.type, name)
                search.open.append(edges)
                break
            else:
                raise Unassigned(name, search.node)
        for each in passed:
            self._values[each][name] = value
        return value

    def _fill(self, search: _Search) -> None:
        """Pass the variable along the edges to its new parameters: a work list, since chains of joins may
        be long.
        """
        while search.open:
            for source, successor in search.open.pop():
                successor.arguments.append(self._find(source, search))


def remove_trivial_parameters(function: Function) -> None:
    """Replace every block parameter that gets the same value on all edges (or itself) by that value."""
    edges: dict[Block, list[Successor]] = {block: [] for block in function.blocks}
    for block in function.blocks:
        for successor in block.terminator.successors:
            edges[successor.block].append(successor)
    same: dict[Value, Value] = {}

    def resolve(value: Value) -> Value:
        while value in same:
            value = same[value]
        return value

    changed = True
    while changed:
        changed = False
        for block in function.blocks[1:]:
            for place, parameter in enumerate(block.parameters):
                if parameter in same:
                    continue
                found = {resolve(each.arguments[place]) for each in edges[block]} - {parameter}
                if len(found) == 1:
                    same[parameter] = found.pop()
                    changed = True
    if not same:
        return
    for block in function.blocks:
        for each in block.instructions:
            each.operands = [resolve(operand) for operand in each.operands]
            for successor in each.successors:
                kept = zip(successor.block.parameters, successor.arguments, strict=True)
                successor.arguments = [resolve(value) for parameter, value in kept if parameter not in same]
    for block in function.blocks[1:]:
        block.parameters = [each for each in block.parameters if each not in same]


def merge_blocks(function: Function) -> None:
    """Append each block that has one way in, a jump, to where that comes from."""
    count: dict[Block, int] = {}
    for block in function.blocks:
        for successor in block.terminator.successors:
            count[successor.block] = count.get(successor.block, 0) + 1
    gone: set[Block] = set()
    for block in function.blocks:
        if block in gone:
            continue
        while block.terminator.operation.name == "jump":
            target = block.terminator.successors[0].block
            if count[target] != 1 or target.parameters or target is block:
                break
            block.instructions[-1:] = target.instructions
            gone.add(target)
    function.blocks = [block for block in function.blocks if block not in gone]
