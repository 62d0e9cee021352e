"""One instruction of a guest language, as read off the signature of its kernel function.

A parameter's annotation says what it is: the machine (a `registers` class), an operand beside the opcode, a cell or a
float popped from its stack. The results are pushed, floats to theirs. In guest code an instruction is a header
of 8 bytes (see `tiers.layout`) followed by its operands, each aligned to its size, padded to a multiple of 8.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cupola.ir.core import Constant, Value
from cupola.ir.core import Function as IRFunction
from cupola.ir.types import I32
from cupola.kernel.function import KernelFunction
from cupola.kernel.layout import RegistersType
from cupola.kernel.types import f64, i64
from cupola.tiers.definition.operands import OperandKind

HEADER_BYTES = 8

# The kind of the hidden operand of instructions that count heat.
COUNTDOWN = OperandKind("countdown", i64, I32)


class Operand(NamedTuple):
    """An operand of an instruction: its name, kind, and distance in bytes from the instruction's start."""

    name: str
    kind: OperandKind
    offset: int


class Instruction:
    """An instruction: `sequence of parameters` in order is `parameters`, each (role, name) with the roles "machine",
    "operand", "cell" and "float".

    `pops` and `pushes` count stack cells, `float_pops` and `float_pushes` floats; `cold` instructions have no stencil
    and find the whole stack in memory; `memory_stack` ones find it there but are copied; `out_state` fixes how many
    cells are in registers afterwards; `heat` adds a countdown that asks for a faster tier at zero; `native` is an
    instruction with the same operands whose stencil is copied in its place; `passes` ones leave the language's
    `passing` registers as they are; `facts` are whatever the language wants to know.
    """

    def __init__(
        self,
        name: str,
        opcode: int,
        function: KernelFunction[Any, Any],
        *,
        cold: bool = False,
        memory_stack: bool = False,
        out_state: int | None = None,
        heat: bool = False,
        ends: bool = False,
        native: Instruction | None = None,
        passes: bool = False,
        facts: dict[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.opcode = opcode
        self.function = function
        self.cold = cold
        self.memory_stack = memory_stack or cold
        self.out_state = out_state
        self.heat = heat
        self.ends = ends
        self.native = native
        self.passes = passes
        self.facts = facts or {}
        self.doc = (function.__doc__ or "").strip()
        self.parameters: list[tuple[str, str]] = []
        self.operands: list[Operand] = []
        self._read_signature()

    def _read_signature(self) -> None:
        offset = HEADER_BYTES
        annotations = self.function.function.__annotations__
        for name in inspect_parameters(self.function):
            annotation = self.function.evaluate_annotation(annotations.get(name))
            if isinstance(annotation, RegistersType):
                self.parameters.append(("machine", name))
            elif isinstance(annotation, OperandKind):
                self.parameters.append((annotation.role, name))
                if annotation.role == "operand":
                    offset = _place(self.operands, name, annotation, offset)
            else:
                raise TypeError(
                    f"{self.function.name}: parameter {name!r} of an instruction must be the machine, an operand "
                    f"kind, Cell or Float, found {annotation!r}"
                )
        if self.heat:
            offset = _place(self.operands, "heat", COUNTDOWN, offset)
        self.length = -(-offset // 8) * 8
        self.pops = sum(role == "cell" for role, _ in self.parameters)
        self.float_pops = sum(role == "float" for role, _ in self.parameters)
        results = self.function.signature.results
        self.float_pushes = sum(each is f64 for each in results)
        self.pushes = len(results) - self.float_pushes

    def places(self) -> dict[str, int]:
        """Where guest code has the number, the target and the countdown of this instruction; see `layout.Facts`.

        Registers, other small numbers and caches are not the assembler's business."""
        found: dict[str, int] = {}
        for each in self.operands:
            if not each.kind.is_number and not each.kind.relative:
                continue
            what = "heat" if each.kind is COUNTDOWN else "target" if each.kind.relative else "number"
            if f"{what}_offset" in found:
                raise TypeError(
                    f"instruction {self.name!r} has two operands that are a {what}: one is the most"
                )
            found[f"{what}_offset"] = each.offset
            if what == "number":
                found["number_bytes"] = each.kind.stored.bytes
                found["number_moves"] = int(each.kind.moves)
                found["number_located"] = int(each.kind.located)
        return found

    @property
    def takes_machine(self) -> bool:
        return any(role == "machine" for role, _ in self.parameters)

    @property
    def moves_floats(self) -> bool:
        """Whether it may change the registers of the stack of floats itself: it finds all but one in memory."""
        return self.memory_stack and not self.float_pops and not self.float_pushes

    @property
    def jumps(self) -> bool:
        """Whether it can lead to another place in guest code that its operand names."""
        return any(each.kind.relative for each in self.operands)

    def operand(self, name: str) -> Operand:
        for each in self.operands:
            if each.name == name:
                return each
        raise KeyError(f"instruction {self.name!r} has no operand {name!r}")

    def ir(self) -> IRFunction:
        return self.function.lower()

    def leaves(self) -> set[str]:
        """The names of the ways, other than falling through, in which this instruction can end."""
        return {each.symbol for each in self.ir().instructions() if each.operation.name == "leave"}

    def touches(self) -> tuple[bool, bool]:
        """Whether it reads, and whether it writes, memory that guest code changes; the fields of the VM do not count
        as read."""
        fields: set[Value] = set()
        vm = self.ir().parameters[0] if self.ir().parameters else None
        reads = writes = False
        for each in self.ir().instructions():
            name = each.operation.name
            pointer = each.operands[0] if each.operands else None
            if name == "ptr_add" and pointer is vm and isinstance(each.operands[1], Constant):
                fields.add(each.result)
            reads |= name in ("load", "call", "call_indirect") and pointer is not vm and pointer not in fields
            writes |= each.operation.effect in ("writes", "call")
        return reads, writes

    @property
    def falls_through(self) -> bool:
        return any(each.operation.name == "return" for each in self.ir().instructions())

    def __repr__(self) -> str:
        return f"<instruction {self.name}>"


def inspect_parameters(function: KernelFunction[Any, Any]) -> tuple[str, ...]:
    """The parameter names of a kernel function, in order."""
    code = function.function.__code__
    return code.co_varnames[: code.co_argcount]


def _place(operands: list[Operand], name: str, kind: OperandKind, offset: int) -> int:
    alignment = kind.stored.bytes
    offset = -(-offset // alignment) * alignment
    operands.append(Operand(name, kind, offset))
    return offset + kind.bytes
