"""collision.lua in Python: vectors in space have operator methods."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic, TypeVar

MIN_X, MIN_Y, MAX_X, MAX_Y, MIN_Z, MAX_Z = 0, 0, 1000, 1000, 0, 10
RADIUS = 1
CELL = 2


class Flat:
    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y

    def plus(self, other: Flat) -> Flat:
        return Flat(self.x + other.x, self.y + other.y)

    def compare(self, other: Flat) -> int:
        if self.x != other.x:
            return -1 if self.x < other.x else 1
        if self.y != other.y:
            return -1 if self.y < other.y else 1
        return 0


class Space:
    def __init__(self, x: float, y: float, z: float) -> None:
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other: Space) -> Space:
        return Space(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other: Space) -> Space:
        return Space(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor: float) -> Space:
        return Space(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other: Space) -> float:
        return self.x * other.x + self.y * other.y + self.z * other.z


# Search trees that are balanced by levels: a left child is one level lower, a right one at most one level lower

V = TypeVar("V")


class Node(Generic[V]):
    def __init__(self, key: Flat, value: V) -> None:
        self.key = key
        self.value = value
        self.level = 1
        self.left: Node[V] | None = None
        self.right: Node[V] | None = None


def skewed(node: Node[V]) -> Node[V]:
    left = node.left
    if left is not None and left.level == node.level:
        node.left = left.right
        left.right = node
        return left
    return node


def split(node: Node[V]) -> Node[V]:
    right = node.right
    if right is not None and right.right is not None and right.right.level == node.level:
        node.right = right.left
        right.left = node
        right.level += 1
        return right
    return node


def put(node: Node[V] | None, key: Flat, value: V) -> tuple[Node[V], V | None]:
    if node is None:
        return Node(key, value), None
    order = key.compare(node.key)
    if order == 0:
        old: V | None = node.value
        node.value = value
        return node, old
    if order < 0:
        node.left, old = put(node.left, key, value)
    else:
        node.right, old = put(node.right, key, value)
    return split(skewed(node)), old


def walk(node: Node[V] | None, action: Callable[[Flat, V], None]) -> None:
    if node is not None:
        walk(node.left, action)
        action(node.key, node.value)
        walk(node.right, action)


class Tree(Generic[V]):
    def __init__(self) -> None:
        self.root: Node[V] | None = None

    def put(self, key: Flat, value: V) -> V | None:
        self.root, old = put(self.root, key, value)
        return old

    def get(self, key: Flat) -> V | None:
        node = self.root
        while node is not None:
            order = key.compare(node.key)
            if order == 0:
                return node.value
            node = node.left if order < 0 else node.right
        return None

    def each(self, action: Callable[[Flat, V], None]) -> None:
        walk(self.root, action)


# The times between which a coordinate lies within the cell widened by half a radius, as parts of the frame


def within(cell: int, start: float, way: float) -> tuple[float, float]:
    low, high = cell - RADIUS / 2, cell + CELL + RADIUS / 2
    if way == 0:
        if low <= start <= high:
            return 0, 1
        return 1, 0
    low, high = (low - start) / way, (high - start) / way
    if low > high:
        low, high = high, low
    return max(low, 0), min(high, 1)


class Motion:
    """A part of a straight line that an aircraft flies in a frame."""

    def __init__(self, start: Space, end: Space) -> None:
        self.start = start
        self.end = end

    def meets(self, other: Motion) -> Space | None:
        start = self.start - other.start
        way = (self.end - self.start) - (other.end - other.start)
        a = way.dot(way)
        if a == 0:
            if math.sqrt(start.dot(start)) <= RADIUS:
                return (self.start + other.start) * 0.5
            return None
        b = 2 * start.dot(way)
        c = start.dot(start) - RADIUS * RADIUS
        discriminant = b * b - 4 * a * c
        if discriminant < 0:
            return None
        root = math.sqrt(discriminant)
        first, last = (-b - root) / (2 * a), (-b + root) / (2 * a)
        if first > 1 or last < 0:
            return None
        time = max(first, 0)
        ours = self.start + (self.end - self.start) * time
        place = (ours + (other.start + (other.end - other.start) * time)) * 0.5
        if MIN_X <= place.x <= MAX_X and MIN_Y <= place.y <= MAX_Y and MIN_Z <= place.z <= MAX_Z:
            return place
        return None

    def touches(self, cell: Flat) -> bool:
        if cell.x > MAX_X or cell.x < MIN_X or cell.y > MAX_Y or cell.y < MIN_Y:
            return False
        start, end = self.start, self.end
        x_low, x_high = within(cell.x, start.x, end.x - start.x)
        y_low, y_high = within(cell.y, start.y, end.y - start.y)
        return max(x_low, y_low) <= min(x_high, y_high)


NEIGHBOURS = [Flat(x * CELL, y * CELL) for x in range(-1, 2) for y in range(-1, 2) if x != 0 or y != 0]


def draw(cells: Tree[list[Motion]], seen: Tree[bool], cell: Flat, motion: Motion) -> None:
    if not motion.touches(cell) or seen.put(cell, True):
        return
    motions = cells.get(cell)
    if motions is None:
        motions = []
        cells.put(cell, motions)
    motions.append(motion)
    for neighbour in NEIGHBOURS:
        draw(cells, seen, cell.plus(neighbour), motion)


def collisions_in(motions: list[Motion]) -> int:
    cells: Tree[list[Motion]] = Tree()
    for motion in motions:
        cell = Flat(math.floor(motion.start.x / CELL) * CELL, math.floor(motion.start.y / CELL) * CELL)
        draw(cells, Tree(), cell, motion)
    count = 0

    def meetings(_: Flat, group: list[Motion]) -> None:
        nonlocal count
        for i in range(len(group)):
            for j in range(i + 1, len(group)):
                if group[i].meets(group[j]):
                    count += 1

    cells.each(meetings)
    return count


# Pairs of aircraft that fly the same way, one up and down as the sine, the other as the cosine


def positions(aircraft: int, time: float) -> list[Space]:
    places = []
    for i in range(0, aircraft, 2):
        places.append(Space(time, math.cos(time) * 2 + i * 3, 10))
        places.append(Space(time, math.sin(time) * 2 + i * 3, 10))
    return places


def simulate(aircraft: int, frames: int) -> int:
    before = positions(aircraft, 0)
    count = 0
    for frame in range(frames):
        now = positions(aircraft, frame / 10)
        if frame == 0:
            before = now
        count += collisions_in([Motion(before[i], now[i]) for i in range(aircraft)])
        before = now
    return count


def run() -> int:
    count = simulate(10, 100)
    if count != 157:
        raise ValueError(f"collision: {count}")
    return count
