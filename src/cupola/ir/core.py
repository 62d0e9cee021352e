"""The data structures of the IR: values, instructions, blocks, functions, modules.

Control flow passes values through block parameters (no phi nodes). A value is a constant, a block parameter,
or a result of an instruction; an instruction may have several results. The structures are plain and mutable:
passes edit them, `verifier.verify` says whether they still make sense.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from cupola.ir.operation import Operation
from cupola.ir.types import Type

Convention = Literal["c", "handler"]

TOTAL_WEIGHT = 2000  # what the weights of the two edges of a branch add up to


class Location(NamedTuple):
    """Where in a source file something stands; lines and columns count from 1."""

    file: str
    line: int
    column: int


class Value:
    """Anything that an instruction can take as an operand. `name` is a hint for the text form only."""

    __slots__ = ("name", "type")

    def __init__(self, type: Type, name: str = "") -> None:
        self.type = type
        self.name = name


class Constant(Value):
    """An integer in canonical unsigned form, a float, or (for `ptr`) an address."""

    __slots__ = ("value",)

    def __init__(self, type: Type, value: int | float) -> None:
        super().__init__(type)
        self.value: int | float = type.rounded(float(value)) if type.is_float else type.unsigned(int(value))

    @property
    def signed(self) -> int:
        """The value of an integer constant as a signed number."""
        return self.type.signed(int(self.value))


class Parameter(Value):
    """A parameter of a block; those of the entry block are the function's parameters."""

    __slots__ = ()


class Result(Value):
    """One of the results of `instruction`."""

    __slots__ = ("instruction",)

    def __init__(self, instruction: Instruction, type: Type, name: str = "") -> None:
        super().__init__(type, name)
        self.instruction = instruction


class Successor:
    """An edge to `block`, with the values for its parameters."""

    __slots__ = ("arguments", "block")

    def __init__(self, block: Block, arguments: Iterable[Value] = ()) -> None:
        self.block = block
        self.arguments = list(arguments)


class Instruction:
    """One operation applied to operands.

    `symbol` is the name that some operations carry (a callee, a global, the kind of a `leave`, an instruction
    operand). `successors` and `cases` belong to terminators: `cases` are the values of a `switch`, one for
    each successor but the last, which is the default. `weight` is the expected number of times, of 2000, that
    a `branch` takes its first edge (None: unknown).
    """

    __slots__ = ("cases", "location", "operands", "operation", "results", "successors", "symbol", "weight")

    def __init__(
        self,
        operation: Operation,
        operands: Iterable[Value] = (),
        result_types: Iterable[Type] = (),
        *,
        symbol: str = "",
        successors: Iterable[Successor] = (),
        cases: Sequence[int] = (),
        weight: int | None = None,
        location: Location | None = None,
    ) -> None:
        self.operation = operation
        self.operands = list(operands)
        self.results = tuple(Result(self, each) for each in result_types)
        self.symbol = symbol
        self.successors = list(successors)
        self.cases = list(cases)
        self.weight = weight
        self.location = location

    @property
    def result(self) -> Result:
        """The only result; for operations with exactly one."""
        (only,) = self.results
        return only


class Block:
    """A straight run of instructions, the last of which is a terminator."""

    __slots__ = ("instructions", "name", "parameters")

    def __init__(self, name: str, parameters: Iterable[Parameter] = ()) -> None:
        self.name = name
        self.parameters = list(parameters)
        self.instructions: list[Instruction] = []

    @property
    def terminator(self) -> Instruction:
        return self.instructions[-1]

    def add_parameter(self, type: Type, name: str = "") -> Parameter:
        parameter = Parameter(type, name)
        self.parameters.append(parameter)
        return parameter


class Function:
    """A function: its first block is the entry, whose parameters are the function's.

    `convention` says who calls it: "c" as C does, "handler" the guest's calling convention, in which a
    function never returns to its caller but ends in a tail call. `marks` are the kernel language's ("inline",
    "slow", "pure", "residual").
    """

    __slots__ = ("blocks", "convention", "location", "marks", "name", "results")

    def __init__(
        self,
        name: str,
        parameters: Iterable[tuple[str, Type]] = (),
        results: Iterable[Type] = (),
        *,
        convention: Convention = "c",
        marks: Iterable[str] = (),
        location: Location | None = None,
    ) -> None:
        self.name = name
        self.results = tuple(results)
        self.convention: Convention = convention
        self.marks = frozenset(marks)
        self.location = location
        self.blocks = [Block("entry", [Parameter(type, hint) for hint, type in parameters])]

    @property
    def entry(self) -> Block:
        return self.blocks[0]

    @property
    def parameters(self) -> list[Parameter]:
        return self.entry.parameters

    def add_block(self, name: str) -> Block:
        block = Block(name)
        self.blocks.append(block)
        return block

    def instructions(self) -> Iterator[Instruction]:
        for block in self.blocks:
            yield from block.instructions


class Declaration(NamedTuple):
    """A function defined elsewhere: a C function, or the native code of another module."""

    name: str
    parameters: tuple[Type, ...]
    results: tuple[Type, ...]
    convention: Convention = "c"


class Module:
    """Functions compiled together, what they call elsewhere, and their read-only data.

    `holes` are the symbols whose *address* is the value of an instruction operand: (low, high) bounds of that
    value, half open, for the code generator to choose an immediate's width by.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: dict[str, Function] = {}
        self.declarations: dict[str, Declaration] = {}
        self.data: dict[str, bytes] = {}
        self.holes: dict[str, tuple[int, int]] = {}

    def add(self, function: Function) -> Function:
        if function.name in self.functions:
            raise ValueError(f"module {self.name!r} already has a function {function.name!r}")
        self.functions[function.name] = function
        return function

    def declare(self, declaration: Declaration) -> Declaration:
        known = self.declarations.setdefault(declaration.name, declaration)
        if known != declaration:
            raise ValueError(
                f"{declaration.name!r} is declared twice, differently: {known} and {declaration}"
            )
        return known
