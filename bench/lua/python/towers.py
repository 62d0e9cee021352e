"""towers.lua in Python: piles begin at 0."""

from __future__ import annotations


class Disk:
    def __init__(self, size: int) -> None:
        self.size = size
        self.next: Disk | None = None


piles: list[Disk | None] = []
moves = 0


def push(pile: int, disk: Disk) -> None:
    top = piles[pile]
    if top is not None and disk.size >= top.size:
        raise ValueError("a big disk on a small one")
    disk.next = top
    piles[pile] = disk


def pop(pile: int) -> Disk:
    top = piles[pile]
    if top is None:
        raise ValueError("a disk from an empty pile")
    piles[pile] = top.next
    top.next = None
    return top


def move(disks: int, source: int, target: int) -> None:
    global moves
    if disks == 1:
        push(target, pop(source))
        moves += 1
        return
    other = 3 - source - target
    move(disks - 1, source, other)
    move(1, source, target)
    move(disks - 1, other, target)


def run() -> int:
    global moves
    piles[:] = [None] * 3
    moves = 0
    for size in range(17, 0, -1):
        push(0, Disk(size))
    move(17, 0, 1)
    if moves != 131071:
        raise ValueError(f"towers: {moves}")
    return moves
