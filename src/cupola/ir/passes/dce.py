"""Dead code elimination: instructions without effect and block parameters that nothing live uses."""

from __future__ import annotations

from cupola.ir.core import Block, Function, Instruction, Parameter, Result, Value
from cupola.ir.passes.base import Context, Pass
from cupola.ir.passes.graph import ORDERED, incoming, remove_unreachable


def removable(instruction: Instruction, context: Context) -> bool:
    """Whether the instruction does nothing but make its results."""
    operation = instruction.operation
    if operation.effect == "pure":
        return True
    if operation.effect == "reads":
        return operation.name not in ORDERED
    if operation.name == "stack_slot":
        return True
    if operation.name == "call":
        callee = context.callee(instruction)
        return callee is not None and "pure" in callee.marks
    return False


class _Liveness:
    """Marks what is needed, starting from effects and from what decides control flow."""

    def __init__(self, function: Function, context: Context) -> None:
        self.instructions: set[Instruction] = set()
        self.parameters: set[Value] = set(function.parameters)
        self._into = incoming(function)
        self._home: dict[Value, tuple[Block, int]] = {
            parameter: (block, place)
            for block in function.blocks[1:]
            for place, parameter in enumerate(block.parameters)
        }
        # The entry keeps its parameters, so what edges back to it bring is needed.
        self._waiting: list[Value] = [
            value for _, successor in self._into[function.entry] for value in successor.arguments
        ]
        for instruction in function.instructions():
            if not removable(instruction, context):
                self._need(instruction)
        while self._waiting:
            self._reach(self._waiting.pop())

    def _need(self, instruction: Instruction) -> None:
        if instruction not in self.instructions:
            self.instructions.add(instruction)
            self._waiting += instruction.operands

    def _reach(self, value: Value) -> None:
        if isinstance(value, Result):
            self._need(value.instruction)
        elif isinstance(value, Parameter) and value not in self.parameters:
            self.parameters.add(value)
            block, place = self._home[value]
            self._waiting += [successor.arguments[place] for _, successor in self._into[block]]


def run(function: Function, context: Context) -> bool:
    unreachable = remove_unreachable(function)
    live = _Liveness(function, context)
    instructions = parameters = 0
    kept: dict[Block, list[int]] = {}
    for block in function.blocks:
        alive = [each for each in block.instructions if each in live.instructions]
        instructions += len(block.instructions) - len(alive)
        block.instructions = alive
        places = [place for place, each in enumerate(block.parameters) if each in live.parameters]
        if len(places) != len(block.parameters):
            kept[block] = places
            parameters += len(block.parameters) - len(places)
            block.parameters = [block.parameters[place] for place in places]
    if kept:
        for block in function.blocks:
            for successor in block.terminator.successors:
                if successor.block in kept:
                    successor.arguments = [successor.arguments[place] for place in kept[successor.block]]
    for what, times in (("blocks", unreachable), ("instructions", instructions), ("parameters", parameters)):
        if times:
            context.count("dce", what, times)
    return bool(unreachable or instructions or parameters)


DCE = Pass(
    "dce", "remove instructions without effect whose results are not used, and unused block parameters", run
)
