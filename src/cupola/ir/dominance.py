"""The dominator tree of a function's blocks.

K. Cooper, T. Harvey, K. Kennedy, A simple, fast dominance algorithm, 2001.
"""

from __future__ import annotations

from cupola.ir.core import Block, Function


def reverse_postorder(function: Function) -> list[Block]:
    """The blocks that the entry reaches, each before its successors as far as loops allow."""
    order: list[Block] = []
    seen = {function.entry}
    stack = [(function.entry, iter(function.entry.terminator.successors))]
    while stack:
        block, edges = stack[-1]
        for edge in edges:
            if edge.block not in seen:
                seen.add(edge.block)
                stack.append((edge.block, iter(edge.block.terminator.successors)))
                break
        else:
            order.append(block)
            stack.pop()
    return order[::-1]


class Dominance:
    """Which blocks lie on every path from the entry to a block. Needs blocks that end in terminators."""

    def __init__(self, function: Function) -> None:
        self.order = reverse_postorder(function)
        self._number = {block: place for place, block in enumerate(self.order)}
        predecessors: dict[Block, list[Block]] = {block: [] for block in self.order}
        for block in self.order:
            for edge in block.terminator.successors:
                predecessors[edge.block].append(block)
        self.parent: dict[Block, Block] = {function.entry: function.entry}
        changed = True
        while changed:
            changed = False
            for block in self.order[1:]:
                known = [each for each in predecessors[block] if each in self.parent]
                parent = known[0]
                for each in known[1:]:
                    parent = self._meet(parent, each)
                if self.parent.get(block) is not parent:
                    self.parent[block] = parent
                    changed = True

    def _meet(self, left: Block, right: Block) -> Block:
        while left is not right:
            if self._number[left] > self._number[right]:
                left = self.parent[left]
            else:
                right = self.parent[right]
        return left

    def reachable(self, block: Block) -> bool:
        return block in self._number

    def strictly(self, above: Block, below: Block) -> bool:
        """Whether `above` dominates `below` and is another block; all blocks dominate an unreachable one."""
        if below not in self._number:
            return True
        if above not in self._number:
            return False
        while self._number[below] > self._number[above]:
            below = self.parent[below]
            if below is above:
                return True
        return False
