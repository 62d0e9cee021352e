"""havlak.lua in Python: lists and sets of the language, walked by `for`."""

from __future__ import annotations


class Block:
    def __init__(self, name: int) -> None:
        self.name = name
        self.sources: list[Block] = []
        self.targets: list[Block] = []


class Graph:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.by_name: dict[int, Block] = {}

    def block(self, name: int) -> Block:
        block = self.by_name.get(name)
        if block is None:
            block = Block(name)
            self.by_name[name] = block
            self.blocks.append(block)
        return block

    def connect(self, start: int, end: int) -> int:
        source, target = self.block(start), self.block(end)
        source.targets.append(target)
        target.sources.append(source)
        return end

    def straight(self, start: int, length: int) -> int:
        for name in range(start, start + length):
            self.connect(name, name + 1)
        return start + length

    def diamond(self, start: int) -> int:
        self.connect(start, start + 1)
        self.connect(start, start + 2)
        self.connect(start + 1, start + 3)
        self.connect(start + 2, start + 3)
        return start + 3

    def nest(self, start: int) -> int:
        header = self.straight(start, 1)
        first = self.diamond(header)
        between = self.straight(first, 1)
        second = self.diamond(between)
        footer = self.straight(second, 1)
        self.connect(second, between)
        self.connect(first, header)
        self.connect(footer, start)
        return self.straight(footer, 1)


class Loop:
    def __init__(self, header: Block | None, reducible: bool) -> None:
        self.header = header
        self.reducible = reducible
        self.parent: Loop | None = None
        self.level = 0
        self.depth = 0
        self.blocks: set[Block] = set()
        self.children: set[Loop] = set()
        if header is not None:
            self.blocks.add(header)

    def put_into(self, parent: Loop) -> None:
        self.parent = parent
        parent.children.add(self)

    def number(self, depth: int) -> int:
        level = 0
        for child in self.children:
            level = max(level, 1 + child.number(depth + 1))
        self.depth, self.level = depth, level
        return level


class Node:
    """A block in the order of a depth-first walk; nodes are united when a loop is found."""

    def __init__(self, block: Block, number: int) -> None:
        self.block = block
        self.number = number
        self.last = number
        self.loop: Loop | None = None
        self.parent = self
        self.kind = "none"
        self.back: list[Node] = []
        self.other: set[Node] = set()

    def find(self) -> Node:
        passed = []
        node = self
        while node.parent is not node:
            passed.append(node)
            node = node.parent
        for each in passed:
            each.parent = node
        return node

    def is_ancestor_of(self, node: Node) -> bool:
        return self.number <= node.number <= self.last


class Finder:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: list[Node] = []
        self.node_of: dict[Block, Node] = {}
        self.loops: list[Loop] = []

    def walk(self, block: Block) -> None:
        node = Node(block, len(self.nodes))
        self.nodes.append(node)
        self.node_of[block] = node
        for target in block.targets:
            if target not in self.node_of:
                self.walk(target)
        node.last = len(self.nodes) - 1

    def sort_edges(self) -> None:
        for node in self.nodes:
            for source in node.block.sources:
                start = self.node_of.get(source)
                if start is not None:
                    if node.is_ancestor_of(start):
                        node.back.append(start)
                    else:
                        node.other.add(start)

    def body_of(self, header: Node) -> list[Node]:
        body = []
        for node in header.back:
            if node is header:
                header.kind = "self"
            else:
                body.append(node.find())
        if body:
            header.kind = "reducible"
        for each in body:  # grows meanwhile
            for source in each.other:
                node = source.find()
                if not header.is_ancestor_of(node):
                    header.kind = "irreducible"
                    header.other.add(node)
                elif node is not header and node not in body:
                    body.append(node)
        return body

    def find_loops(self) -> None:
        self.walk(self.graph.blocks[0])
        self.sort_edges()
        for header in reversed(self.nodes):
            body = self.body_of(header)
            if header.kind != "none":
                loop = Loop(header.block, header.kind != "irreducible")
                self.loops.append(loop)
                header.loop = loop
                for node in body:
                    node.parent = header
                    if node.loop is not None:
                        node.loop.put_into(loop)
                    else:
                        loop.blocks.add(node.block)

    def nesting(self) -> int:
        root = Loop(None, True)
        for loop in self.loops:
            if loop.parent is None:
                loop.put_into(root)
        return root.number(0)


def build(groups: int, loops: int, nests: int) -> Graph:
    """Groups of loops side by side in loops, all in one loop."""
    graph = Graph()
    graph.nest(1)
    graph.connect(1, 3)
    last = 3
    for _ in range(groups):
        graph.connect(3, last + 1)
        last += 1
        for _ in range(loops):
            top = last
            last = graph.straight(last, 1)
            for _ in range(nests):
                last = graph.nest(last)
            bottom = graph.straight(last, 1)
            graph.connect(last, top)
            last = bottom
        graph.connect(last, 1)
    return graph


def run() -> str:
    graph = build(5, 4, 4)
    value = ""
    for _ in range(5):
        finder = Finder(graph)
        finder.find_loops()
        value = f"{len(finder.loops)} {len(graph.blocks)} {finder.nesting()}"
    if value != "261 848 5":
        raise ValueError(f"havlak: {value}")
    return value
