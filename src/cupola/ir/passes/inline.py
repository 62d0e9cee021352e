"""Puts the bodies of functions marked `inline` in the place of their calls."""

from __future__ import annotations

from collections.abc import Sequence

from cupola.ir.builder import Builder
from cupola.ir.clone import splice
from cupola.ir.core import Block, Function, Instruction, Value
from cupola.ir.passes.base import Context, Pass
from cupola.ir.passes.graph import separate_entry, substitute

NAME = "inline"
MOST_INSTRUCTIONS = 20_000  # a function that has grown to this takes in no more

# The functions whose bodies a piece of code came from, outermost first.
Chain = tuple[str, ...]


class _Inliner:
    def __init__(self, function: Function, context: Context) -> None:
        self.function = function
        self.context = context
        self.size = sum(len(block.instructions) for block in function.blocks)
        self.replacements: dict[Value, Value] = {}
        self.done = 0

    def run(self) -> bool:
        waiting: list[tuple[Block, Chain]] = [
            (block, (self.function.name,)) for block in self.function.blocks
        ]
        while waiting:
            block, chain = waiting.pop()
            waiting += self._search(block, chain)
        substitute(self.function, self.replacements)
        return bool(self.done)

    def _search(self, block: Block, chain: Chain) -> list[tuple[Block, Chain]]:
        """Inline the first call in the block that can be; returns the blocks to search next."""
        for place, instruction in enumerate(block.instructions):
            if instruction.operation.name != "call":
                continue
            callee = self.context.callee(instruction)
            if callee is not None and "inline" in callee.marks and self._allowed(instruction, callee, chain):
                return self._inline(block, place, callee, chain)
        return []

    def _allowed(self, call: Instruction, callee: Function, chain: Chain) -> bool:
        reason = ""
        if callee.name in chain:
            reason = "recursion"
        elif "slow" in callee.marks:
            reason = "marked slow"
        elif callee.convention != "c":
            reason = "a handler cannot be called"
        elif self.size > MOST_INSTRUCTIONS:
            reason = "caller too large"
        if reason:
            self.context.refuse(NAME, reason, f"{callee.name} into {' > '.join(chain)}", call.location)
        return not reason

    def _inline(self, block: Block, place: int, callee: Function, chain: Chain) -> list[tuple[Block, Chain]]:
        call = block.instructions[place]
        if any(each.operation.name == "stack_slot" for each in callee.instructions()):
            separate_entry(self.function)
        after = Block(f"after_{callee.name}")
        after.instructions = block.instructions[place + 1 :]
        del block.instructions[place:]
        for result in call.results:
            self.replacements[result] = after.add_parameter(result.type, result.name)

        def leave(end: Builder, _: Instruction, values: Sequence[Value]) -> None:
            end.jump(after, values)

        body = Block(callee.name)
        parameters = [body.add_parameter(each.type, each.name) for each in callee.parameters]
        self.function.blocks.append(body)
        first = len(self.function.blocks) - 1
        builder = Builder(self.function, block)
        builder.location = call.location
        builder.jump(body, call.operands)
        builder.block = body
        splice(builder, callee, parameters, {"return": leave}, {"stack_slot": self._slot})
        # Blocks that the callee cannot reach are not copied, only their empty places.
        copied = [each for each in self.function.blocks[first:] if each.instructions]
        self.function.blocks[first:] = [*copied, after]
        self.size += sum(len(each.instructions) for each in copied)
        self.done += 1
        self.context.count(NAME, callee.name)
        return [(after, chain), *((each, (*chain, callee.name)) for each in reversed(copied))]

    def _slot(self, _: Builder, slot: Instruction, operands: Sequence[Value]) -> Sequence[Value]:
        """A slot lives until the function returns: made at the call, in a loop, the stack would grow."""
        hoisted = Instruction(slot.operation, operands, [slot.result.type], location=slot.location)
        hoisted.result.name = slot.result.name
        self.function.entry.instructions.insert(0, hoisted)
        return hoisted.results


def run(function: Function, context: Context) -> bool:
    return _Inliner(function, context).run()


INLINE = Pass(NAME, "replace calls of functions marked `inline` by their bodies", run)
