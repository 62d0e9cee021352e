"""binarytrees.lua in Python: nodes are objects."""

from __future__ import annotations


class Tree:
    def __init__(self, left: Tree | None, right: Tree | None) -> None:
        self.left = left
        self.right = right


def make(depth: int) -> Tree:
    if depth == 0:
        return Tree(None, None)
    return Tree(make(depth - 1), make(depth - 1))


def count(tree: Tree) -> int:
    if tree.left is None or tree.right is None:
        return 1
    return 1 + count(tree.left) + count(tree.right)


def run() -> str:
    long_lived = make(14)
    sums = []
    for depth in range(4, 15, 5):
        total = 0
        for _ in range(2 ** (14 - depth)):
            total += count(make(depth))
        sums.append(total)
    sums.append(count(long_lived))
    value = " ".join(map(str, sums))
    if value != "31744 32736 32767 32767":
        raise ValueError(f"binarytrees: {value}")
    return value
