"""Common subexpressions: an instruction whose value was computed already, on every path to it, is replaced.

Pure operations are looked up in the blocks that dominate. Loads are looked up together with a version of
memory, which every write and every call makes new, and which a block inherits only from a sole predecessor.
A store makes the value of a load from the same pointer known. Atomic operations are left alone.
"""

from __future__ import annotations

from collections.abc import Hashable

from cupola.ir.core import Block, Function, Instruction, Value
from cupola.ir.dominance import Dominance
from cupola.ir.passes.base import Context, Pass
from cupola.ir.passes.graph import ORDERED, incoming, key, remove_unreachable, update

NAME = "cse"


class _Elimination:
    def __init__(self, function: Function, context: Context) -> None:
        self.function = function
        self.context = context
        self.replacements: dict[Value, Value] = {}
        self.versions = 0
        # The version of memory at the end of each block that was walked.
        self.last_version: dict[Block, int] = {}
        self.found: dict[Hashable, tuple[Value, ...]] = {}
        self.done = 0

    def run(self) -> bool:
        remove_unreachable(self.function)
        self.into = incoming(self.function)
        tree = Dominance(self.function)
        children: dict[Block, list[Block]] = {block: [] for block in tree.order}
        for block in tree.order[1:]:
            children[tree.parent[block]].append(block)
        # (block, []) enters a block of the dominator tree; (None, keys) leaves one and takes back what it
        # knew.
        stack: list[tuple[Block | None, list[Hashable]]] = [(self.function.entry, [])]
        while stack:
            entering, leaving = stack.pop()
            if entering is None:
                for each in leaving:
                    del self.found[each]
                continue
            stack.append((None, self._walk(entering)))
            stack += [(child, []) for child in children[entering]]
        self._edges()
        return bool(self.done)

    def _edges(self) -> None:
        """Arguments of back edges are seen before the instructions that define them are replaced."""
        for block in self.function.blocks:
            update(block.terminator, self.replacements)

    def _walk(self, block: Block) -> list[Hashable]:
        """Replace what is known in one block; returns the keys that it entered."""
        version = self._version_at_start(block)
        entered: list[Hashable] = []
        kept: list[Instruction] = []
        for instruction in block.instructions:
            update(instruction, self.replacements)
            effect = instruction.operation.effect
            if effect in ("writes", "call") or instruction.operation.name in ORDERED:
                version = self._new_version()
                if instruction.operation.name == "store":
                    self._remember_store(instruction, version, entered)
            elif effect in ("pure", "reads") and self._known(instruction, version, entered):
                continue
            kept.append(instruction)
        block.instructions = kept
        self.last_version[block] = version
        return entered

    def _version_at_start(self, block: Block) -> int:
        edges = self.into[block]
        if len(edges) == 1 and edges[0][0] in self.last_version:
            return self.last_version[edges[0][0]]
        return self._new_version()

    def _new_version(self) -> int:
        self.versions += 1
        return self.versions

    def _known(self, instruction: Instruction, version: int, entered: list[Hashable]) -> bool:
        """Whether the values of the instruction are known; otherwise they are from here on."""
        name = _key(instruction, version)
        known = self.found.get(name)
        if known is None:
            self._enter(name, instruction.results, entered)
            return False
        self.replacements.update(zip(instruction.results, known, strict=True))
        self.done += 1
        self.context.count(NAME, instruction.operation.name)
        return True

    def _remember_store(self, store: Instruction, version: int, entered: list[Hashable]) -> None:
        pointer, value = store.operands
        self._enter(("load", "", value.type, version, key(pointer)), (value,), entered)

    def _enter(self, name: Hashable, values: tuple[Value, ...], entered: list[Hashable]) -> None:
        self.found[name] = values
        entered.append(name)


def _key(instruction: Instruction, version: int) -> Hashable:
    operation = instruction.operation
    operands = [key(each) for each in instruction.operands]
    if operation.commutative:
        operands.sort(key=hash)
    when = version if operation.effect == "reads" else 0
    # One type tells: operations with more results have them determined by their operands.
    return (operation.name, instruction.symbol, instruction.results[0].type, when, *operands)


def run(function: Function, context: Context) -> bool:
    return _Elimination(function, context).run()


CSE = Pass(NAME, "reuse values computed before, loads included while nothing wrote to memory", run)
