"""What the executor must know of a function before it runs it: its loops, and in which cells constants are read."""

from __future__ import annotations

from cupola.ir.core import Block, Function, Module, Value
from cupola.ir.dominance import Dominance
from cupola.ir.errors import IRError
from cupola.ir.proofs.memory import Region


def loops_of(function: Function, dominance: Dominance) -> dict[Block, set[Block]]:
    """The blocks of each natural loop, by its head; raises IRError for a loop with two entries."""
    predecessors: dict[Block, list[Block]] = {block: [] for block in dominance.order}
    for block in dominance.order:
        for edge in block.terminator.successors:
            predecessors[edge.block].append(block)
    place = {block: number for number, block in enumerate(dominance.order)}
    loops: dict[Block, set[Block]] = {}
    for block in dominance.order:
        for edge in block.terminator.successors:
            head = edge.block
            if place[head] > place[block]:
                continue
            if head is not block and not dominance.strictly(head, block):
                raise IRError(f"@{function.name}: a loop with two entries cannot be executed symbolically")
            body = loops.setdefault(head, {head})
            waiting = [block]
            while waiting:
                each = waiting.pop()
                if each not in body:
                    body.add(each)
                    waiting += predecessors[each]
    return loops


def constant_region(module: Module, name: str) -> Region:
    """The cells of a constant: all loads through its address must have one width."""
    widths = set()
    for function in module.functions.values():
        pointers: set[Value] = set()
        for each in function.instructions():
            derived = each.operation.name == "ptr_add" and each.operands[0] in pointers
            if derived or (each.operation.name == "symbol" and each.symbol == name):
                pointers.add(each.result)
            elif each.operation.name == "load" and each.operands[0] in pointers:
                widths.add(each.result.type)
    if len(widths) != 1:
        raise IRError(f"the constant {name} must be read in one width, found {sorted(map(str, widths))}")
    (type,) = widths
    return Region(name, dict.fromkeys(range(0, len(module.data[name]), type.bytes), type), constant=True)
