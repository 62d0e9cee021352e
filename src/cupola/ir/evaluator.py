"""Runs functions of the IR, slowly and plainly: the definition of what an operation means.

Calls keep their frames in a list, so that the depth of the evaluated program is not bounded by Python's; tail
calls replace the frame. What LLVM may do anything with is an error here (`Undefined`), with the instruction's
name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from cupola.ir import foreign
from cupola.ir.core import Block, Constant, Declaration, Function, Instruction, Module, Successor, Value
from cupola.ir.memory import Memory, NativeMemory, OutOfBounds
from cupola.ir.operations.symbols import UNDEFINED
from cupola.ir.printer import Names, format_instruction, format_symbol
from cupola.ir.types import Type
from cupola.machine import libc

Number = int | float
Results = tuple[Number, ...]

# Where functions of the module seem to lie: addresses that no process has, so that a slip is recognised.
FUNCTIONS = 0xFFFF_C0DE_0000_0000
SPACING = 16


class EvaluationError(Exception):
    """Why an evaluation did not come to its end."""


class Undefined(EvaluationError):
    """The program did what has no meaning: native code could do anything."""


class StepLimit(EvaluationError):
    """The program took more steps than allowed."""


class Trapped(EvaluationError):
    """The program ran into a `trap`; the message is the trap's."""


class Left(EvaluationError):
    """The program ended a guest instruction: `kind` and `values` are those of its `leave`."""

    def __init__(self, kind: str, values: Results) -> None:
        super().__init__(f"left by {kind!r} with {values}")
        self.kind = kind
        self.values = values


class _Frame:
    """A call under way: where it stands and what its values are."""

    __slots__ = ("block", "function", "place", "slots", "values")

    def __init__(self, function: Function, arguments: Sequence[Number]) -> None:
        self.function = function
        self.block = function.entry
        self.place = 0
        self.values: dict[Value, Number] = dict(zip(function.parameters, arguments, strict=True))
        self.slots: dict[Instruction, int] = {}

    @property
    def instruction(self) -> Instruction:
        return self.block.instructions[self.place]

    def operand(self, value: Value) -> Number:
        return value.value if isinstance(value, Constant) else self.values[value]


class Evaluator:
    """Evaluates the functions of `module` over `memory` (by default the real memory of this process).

    `symbols` gives the numbers of holes, and the addresses of anything defined elsewhere; `externals` gives
    Python functions for declared ones, which are otherwise looked up among the C functions of the process;
    `operands` gives the operands of the guest instruction being run. At most `steps` instructions are run by
    each `run`.
    """

    def __init__(
        self,
        module: Module,
        memory: Memory | None = None,
        *,
        symbols: Mapping[str, int] | None = None,
        externals: Mapping[str, Callable[..., object]] | None = None,
        operands: Mapping[str, int] | None = None,
        steps: int = 1_000_000,
    ) -> None:
        self.module = module
        self.memory = memory or NativeMemory()
        self.symbols = dict(symbols or {})
        self.externals = dict(externals or {})
        self.operands = dict(operands or {})
        self.steps = steps
        self.executed = 0
        self._bindings: dict[Instruction, Mapping[str, Type]] = {}
        self._functions: dict[int, Function] = {}
        self._frames: list[_Frame] = []

    def run(self, name: str, *arguments: Number) -> Results:
        """Call a function; its results, integers in canonical unsigned form.

        Arguments may be negative; they wrap to their types. Raises Undefined, StepLimit, Trapped, Left.
        """
        function = self.module.functions[name]
        if len(arguments) != len(function.parameters):
            raise ValueError(f"{name} takes {len(function.parameters)} arguments, found {len(arguments)}")
        values = [
            Constant(parameter.type, value).value
            for parameter, value in zip(function.parameters, arguments, strict=True)
        ]
        self.executed = 0
        self._frames = [_Frame(function, values)]
        try:
            return self._loop()
        finally:
            while self._frames:
                self._pop()

    # --- control ---

    def _loop(self) -> Results:
        while True:
            frame = self._frames[-1]
            instruction = frame.instruction
            self.executed += 1
            if self.executed > self.steps:
                raise StepLimit(f"more than {self.steps} steps, in {format_symbol(frame.function.name)}")
            operands = [frame.operand(each) for each in instruction.operands]
            name = instruction.operation.name
            if name == "return":
                self._pop()
                if not self._frames:
                    return tuple(operands)
                self._finish(tuple(operands))
            elif name == "call":
                self._call(instruction, instruction.symbol, operands)
            elif name == "call_indirect":
                self._call_indirect(instruction, operands)
            elif instruction.operation.terminator:
                self._terminate(frame, instruction, operands)
            else:
                self._finish(self._results(frame, instruction, operands))

    def _pop(self) -> None:
        for address in self._frames.pop().slots.values():
            self.memory.release(address)

    def _finish(self, results: Results) -> None:
        """Give the current instruction of the top frame its results, and go on behind it."""
        frame = self._frames[-1]
        frame.values.update(zip(frame.instruction.results, results, strict=True))
        frame.place += 1

    def _terminate(self, frame: _Frame, instruction: Instruction, operands: list[Number]) -> None:
        name = instruction.operation.name
        if instruction.successors:
            self._enter(frame, instruction.successors[self._choice(instruction, operands)])
        elif name == "tail_call":
            self._tail_call(self._known(instruction.symbol), operands)
        elif name == "tail_call_indirect":
            self._tail_call(self._function_at(int(operands[0])), operands[1:])
        elif name == "trap":
            raise Trapped(instruction.symbol)
        elif name == "leave":
            raise Left(instruction.symbol, tuple(operands))
        else:
            raise self._undefined("control cannot come here")

    @staticmethod
    def _choice(instruction: Instruction, operands: list[Number]) -> int:
        """Which successor is taken."""
        name = instruction.operation.name
        if name == "jump":
            return 0
        if name == "branch":
            return 0 if operands[0] else 1
        type = instruction.operands[0].type
        cases = [type.unsigned(each) for each in instruction.cases]
        return cases.index(int(operands[0])) if operands[0] in cases else len(cases)

    @staticmethod
    def _enter(frame: _Frame, edge: Successor) -> None:
        arguments = [frame.operand(each) for each in edge.arguments]  # all read before any is written
        block: Block = edge.block
        frame.values.update(zip(block.parameters, arguments, strict=True))
        frame.block, frame.place = block, 0

    # --- calls ---

    def _call(self, instruction: Instruction, name: str, operands: list[Number]) -> None:
        if name in self.module.functions:
            self._frames.append(_Frame(self.module.functions[name], operands))
            return
        declaration = self.module.declarations.get(name)
        if declaration is None:
            raise self._undefined(f"{format_symbol(name)} is no function of the module")
        self._finish(self._foreign(declaration, operands))

    def _call_indirect(self, instruction: Instruction, operands: list[Number]) -> None:
        target, *arguments = operands
        function = self._functions.get(int(target))
        if function is not None:
            self._frames.append(_Frame(function, arguments))
            return
        if not isinstance(self.memory, NativeMemory):
            raise self._undefined(f"there is no function at {target:#x}")
        declaration = Declaration(
            "",
            tuple(each.type for each in instruction.operands[1:]),
            tuple(each.type for each in instruction.results),
        )
        self._finish(foreign.call(declaration, int(target), arguments))

    def _foreign(self, declaration: Declaration, operands: list[Number]) -> Results:
        function = self.externals.get(declaration.name)
        if function is not None:
            return foreign.results(declaration, function(*operands))
        address = self.symbols.get(declaration.name)
        if address is None:
            address = libc.address(declaration.name)
        return foreign.call(declaration, address, operands)

    def _tail_call(self, function: Function, arguments: list[Number]) -> None:
        self._pop()
        self._frames.append(_Frame(function, arguments))

    def _known(self, name: str) -> Function:
        if name not in self.module.functions:
            raise self._undefined(f"{format_symbol(name)} is defined elsewhere and cannot be evaluated")
        return self.module.functions[name]

    def _function_at(self, address: int) -> Function:
        if address not in self._functions:
            raise self._undefined(f"there is no function at {address:#x}")
        return self._functions[address]

    # --- operations ---

    def _results(self, frame: _Frame, instruction: Instruction, operands: list[Number]) -> Results:
        operation = instruction.operation
        name = operation.name
        if name == "symbol":
            return (self.address_of(instruction.symbol),)
        if name == "operand":
            return (self._guest_operand(instruction),)
        if name == "undefined":
            return (Constant(instruction.result.type, UNDEFINED).value,)
        if name == "stack_slot":
            return (self._slot(frame, instruction, int(operands[0])),)
        if operation.evaluate is None:
            raise self._undefined("this operation cannot be evaluated")
        bindings = self._bindings_of(instruction)
        if operation.defined is not None and not operation.defined(bindings, *operands):
            shown = ", ".join(str(each) for each in operands)
            raise self._undefined(f"no meaning for the operands {shown}")
        if operation.effect == "pure":
            outcome = operation.evaluate(bindings, *operands)
        else:
            try:
                outcome = operation.evaluate(bindings, self.memory, *operands)
            except OutOfBounds as error:
                raise self._undefined(str(error)) from None
        if outcome is None:
            return ()
        return outcome if isinstance(outcome, tuple) else (outcome,)

    def _bindings_of(self, instruction: Instruction) -> Mapping[str, Type]:
        known = self._bindings.get(instruction)
        if known is None:
            operands = tuple(each.type for each in instruction.operands)
            results = tuple(each.type for each in instruction.results)
            known = self._bindings[instruction] = instruction.operation.bind(operands, results)
        return known

    def _slot(self, frame: _Frame, instruction: Instruction, size: int) -> int:
        if instruction not in frame.slots:
            frame.slots[instruction] = self.memory.allocate(size)
        return frame.slots[instruction]

    def _guest_operand(self, instruction: Instruction) -> int:
        if instruction.symbol not in self.operands:
            raise self._undefined(f"the evaluator was given no operand {instruction.symbol!r}")
        return instruction.result.type.unsigned(self.operands[instruction.symbol])

    def address_of(self, name: str) -> int:
        """The address of a function, of data, or the number of a hole."""
        if name not in self.symbols:
            self.symbols[name] = self._new_address(name)
        return self.symbols[name] & (1 << 64) - 1

    def _new_address(self, name: str) -> int:
        if name in self.module.functions:
            address = FUNCTIONS + SPACING * len(self._functions)
            self._functions[address] = self.module.functions[name]
            return address
        if name in self.module.data:
            content = self.module.data[name]
            address = self.memory.allocate(len(content))
            self.memory.write(address, content)
            return address
        if name in self.module.declarations:
            return libc.address(name)
        raise self._undefined(f"nobody says what {format_symbol(name)} is")

    def _undefined(self, message: str) -> Undefined:
        frame = self._frames[-1]
        text = format_instruction(frame.instruction, Names(frame.function))
        location = frame.instruction.location
        where = f" ({location.file}:{location.line}:{location.column})" if location is not None else ""
        return Undefined(f"{format_symbol(frame.function.name)}: `{text}`{where}: {message}")


def same(left: Number, right: Number) -> bool:
    """Whether two results are the same, any NaN like any other, zeros by sign."""
    if isinstance(left, float) and isinstance(right, float):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return left == right and math.copysign(1.0, left) == math.copysign(1.0, right)
    return left == right
