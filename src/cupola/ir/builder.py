"""Appends instructions to a block, inferring result types from the operation table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cupola.ir.core import Block, Constant, Function, Instruction, Location, Result, Successor, Value
from cupola.ir.operations import TABLE
from cupola.ir.types import I64, Type


class Builder:
    """Appends to `block`; set `block` to go on elsewhere, and `location` to stamp what follows."""

    def __init__(self, function: Function, block: Block | None = None) -> None:
        self.function = function
        self.block = block or function.entry
        self.location: Location | None = None

    @property
    def terminated(self) -> bool:
        """Whether the current block already has its terminator."""
        body = self.block.instructions
        return bool(body) and body[-1].operation.terminator

    def append(self, instruction: Instruction) -> Instruction:
        if self.terminated:
            raise ValueError(
                f"block {self.block.name} is already ended by {self.block.terminator.operation.name}"
            )
        if instruction.location is None:
            instruction.location = self.location
        self.block.instructions.append(instruction)
        return instruction

    def emit(
        self, name: str, *operands: Value, type: Type | None = None, symbol: str = ""
    ) -> tuple[Result, ...]:
        """Append operation `name`; `type` is the result type where the operands do not determine it."""
        operation = TABLE[name]
        types = operation.infer(tuple(each.type for each in operands), type)
        return self.append(
            Instruction(operation, operands, types, symbol=symbol, location=self.location)
        ).results

    def value(self, name: str, *operands: Value, type: Type | None = None, symbol: str = "") -> Result:
        """`emit` for operations with one result."""
        (only,) = self.emit(name, *operands, type=type, symbol=symbol)
        return only

    def constant(self, type: Type, value: int | float) -> Constant:
        return Constant(type, value)

    def offset(self, pointer: Value, bytes: int) -> Value:
        """`pointer` moved by a constant number of bytes."""
        return pointer if bytes == 0 else self.value("ptr_add", pointer, Constant(I64, bytes))

    def call(self, name: str, arguments: Iterable[Value], results: Iterable[Type]) -> tuple[Result, ...]:
        return self.append(Instruction(TABLE["call"], arguments, results, symbol=name)).results

    def call_indirect(
        self, target: Value, arguments: Iterable[Value], results: Iterable[Type]
    ) -> tuple[Result, ...]:
        return self.append(Instruction(TABLE["call_indirect"], [target, *arguments], results)).results

    def jump(self, block: Block, arguments: Iterable[Value] = ()) -> None:
        self.append(Instruction(TABLE["jump"], successors=[Successor(block, arguments)]))

    def branch(
        self,
        condition: Value,
        then: Block,
        otherwise: Block,
        then_arguments: Iterable[Value] = (),
        else_arguments: Iterable[Value] = (),
        weight: int | None = None,
    ) -> None:
        edges = [Successor(then, then_arguments), Successor(otherwise, else_arguments)]
        self.append(Instruction(TABLE["branch"], [condition], successors=edges, weight=weight))

    def switch(self, value: Value, cases: Sequence[tuple[int, Block]], default: Block) -> None:
        edges = [Successor(block) for _, block in cases]
        numbers = [number for number, _ in cases]
        self.append(
            Instruction(TABLE["switch"], [value], successors=[*edges, Successor(default)], cases=numbers)
        )

    def end(self, name: str, operands: Iterable[Value] = (), symbol: str = "") -> None:
        """Append one of the terminators that have no successors: return, tail_call, trap, leave, ..."""
        self.append(Instruction(TABLE[name], operands, symbol=symbol))
