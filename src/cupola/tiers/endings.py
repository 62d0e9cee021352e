"""How threaded handlers and stencils read operands and leave: two of the endings of `expand`."""

from __future__ import annotations

from cupola.ir.builder import Builder
from cupola.ir.core import Constant, Value
from cupola.ir.types import F64, I16, I32, I64, PTR
from cupola.tiers.definition.instruction import Operand
from cupola.tiers.definition.language import Language
from cupola.tiers.expand import Ending, Frame, handler_arguments
from cupola.tiers.headers import HANDLER_OFFSET, OPCODE_MASK, OPCODE_OFFSET

TIER_UP = "tier_up"
RARE = 1  # of 2000: the weight of a branch that is hardly ever taken


def load_operand(builder: Builder, pc: Value, operand: Operand, offset: int) -> Value:
    """The operand of the component at `pc + offset`, as kernel code sees it."""
    stored = operand.kind.stored
    if operand.kind.cells:
        return builder.offset(pc, offset + operand.offset)
    value: Value = builder.value("load", builder.offset(pc, offset + operand.offset), type=stored)
    if stored is not F64 and stored.bits < 64:
        value = builder.value("sign_extend", value, type=I64)
    return builder.value("ptr_add", builder.offset(pc, offset), value) if operand.kind.relative else value


def load_opcode(builder: Builder, pc: Value) -> Value:
    """The number of the instruction at `pc` (i64)."""
    packed = builder.value("load", builder.offset(pc, OPCODE_OFFSET), type=I16)
    number = builder.value("and", packed, Constant(I16, OPCODE_MASK))
    return builder.value("zero_extend", number, type=I64)


def dispatch(builder: Builder, language: Language, frame: Frame) -> None:
    """Jump to the native code of the instruction at the frame's pc."""
    place = builder.offset(frame.fields["pc"], HANDLER_OFFSET)
    address = builder.value("zero_extend", builder.value("load", place, type=I32), type=I64)
    target = builder.value("pointer", address)
    builder.end("tail_call_indirect", [target, *handler_arguments(builder, language, frame)])


def count_down(builder: Builder, counter: Value) -> Value:
    """Decrement the 32-bit counter in memory; whether it is used up."""
    left = builder.value("sub", builder.value("load", counter, type=I32), Constant(I32, 1))
    builder.emit("store", counter, left)
    return builder.value("slt", left, Constant(I32, 0))


class InterpreterEnding(Ending):
    """What the interpreters share: operands are loads, the pc is a register, heat is counted, slow paths are near."""

    def operand(self, builder: Builder, operand: Operand, offset: int, entry: Frame) -> Value:
        return load_operand(builder, entry.fields["pc"], operand, offset)

    def pc(self, builder: Builder, offset: int, entry: Frame) -> Value:
        return builder.offset(entry.fields["pc"], offset)

    def slow(self, builder: Builder, entry: Frame, function: str) -> None:
        frame = entry.copy()
        frame.settle(builder, 0)
        builder.end("tail_call", handler_arguments(builder, self.language, frame), symbol=function)

    def heat(self, builder: Builder, operand: Operand, offset: int, entry: Frame) -> None:
        counter = builder.offset(entry.fields["pc"], offset + operand.offset)
        hot, warm = builder.function.add_block("hot"), builder.function.add_block("warm")
        builder.branch(count_down(builder, counter), hot, warm, weight=RARE)
        builder.block = hot
        self.slow(builder, entry, TIER_UP)
        builder.block = warm


class ThreadedEnding(InterpreterEnding):
    """A handler of its own for each variant; the next one is loaded from guest code and tail called."""

    def __init__(self, language: Language, fused: bool) -> None:
        super().__init__(language)
        self.fused = self.starts_over = fused

    def next(self, builder: Builder, frame: Frame, entry: Frame, length: int) -> None:
        frame.fields["pc"] = builder.offset(entry.fields["pc"], length)
        dispatch(builder, self.language, frame)

    def jump(self, builder: Builder, frame: Frame, target: Value, operand: str | None) -> None:
        frame.fields["pc"] = target
        dispatch(builder, self.language, frame)

    def slow(self, builder: Builder, entry: Frame, function: str) -> None:
        """A superinstruction starts over as its first component alone: the slow path knows only plain ones."""
        if self.fused:
            arguments = handler_arguments(builder, self.language, entry)
            builder.end("tail_call", arguments, symbol=f"bail_{len(entry.cells)}")
        else:
            super().slow(builder, entry, function)


# The symbols that a stencil jumps to: the next instruction, the place that a guest address leads to, giving up.
NEXT = "next"
TO = "guest address: "
BAIL = "bail"


class StencilEnding(Ending):
    """Operands and the pc are holes; going on is a jump to a symbol that the baseline compiler patches.

    The symbol of an `operand` operation says what the hole holds: `i32@16` the number 16 bytes after the first
    header (`i32@16<4096` one from 0 to 4095), `target@24-16` the address that the relative operand at 24, of the
    component at 16, leads to, `pc@16` the address of the component at 16.
    """

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.starts_over = True
        self.symbols: dict[str, str] = {}

    def operand(self, builder: Builder, operand: Operand, offset: int, entry: Frame) -> Value:
        if operand.kind.read:
            place = self.pc(builder, offset + operand.offset, entry)
            return builder.value("load", place, type=operand.kind.stored)
        if operand.kind.cells:
            return self.pc(builder, offset + operand.offset, entry)
        symbol = f"{operand.kind.stored.name}@{offset + operand.offset}"
        if operand.kind.relative:
            symbol = f"target@{offset + operand.offset}-{offset}"
        elif operand.kind.below is not None:
            symbol += f"<{operand.kind.below}"
        self.symbols[operand.name] = symbol
        value = builder.value("operand", type=I64, symbol=symbol)
        return builder.value("pointer", value) if operand.kind.kernel_type.ir is PTR else value

    def pc(self, builder: Builder, offset: int, entry: Frame) -> Value:
        value = builder.value("operand", type=I64, symbol=f"pc@{offset}")
        return builder.value("pointer", value)

    def next(self, builder: Builder, frame: Frame, entry: Frame, length: int) -> None:
        self._leave(builder, frame, NEXT)

    def jump(self, builder: Builder, frame: Frame, target: Value, operand: str | None) -> None:
        if operand is None:
            frame.fields["pc"] = target
            dispatch(builder, self.language, frame)
        else:
            self._leave(builder, frame, TO + self.symbols[operand])

    def slow(self, builder: Builder, entry: Frame, function: str) -> None:
        """Without cells in registers all is as the slow path expects it; else the plain handler tries again."""
        if self.language.cache:
            self._leave(builder, entry, BAIL)
        else:
            builder.end("tail_call", handler_arguments(builder, self.language, entry), symbol=function)

    def _leave(self, builder: Builder, frame: Frame, symbol: str) -> None:
        frame = frame.copy()
        del frame.fields["pc"]
        builder.end("tail_call", handler_arguments(builder, self.language, frame), symbol=symbol)
