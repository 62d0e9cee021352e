"""Handlers of the threaded interpreter, and the few hand-made ones that lead into and out of guest code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cupola.ir.builder import Builder
from cupola.ir.clone import splice
from cupola.ir.core import Constant, Function, Instruction, Value
from cupola.ir.types import I8, I16, I32, I64, PTR
from cupola.kernel.function import KernelFunction
from cupola.kernel.types import KernelType
from cupola.tiers import headers, layout
from cupola.tiers.definition.language import Language
from cupola.tiers.endings import ThreadedEnding, dispatch, load_opcode
from cupola.tiers.expand import RESUME, Ending, Frame, expand, handler_arguments, load_machine
from cupola.tiers.pinned import drop, pin
from cupola.tiers.variants import VariantPlan

ENTER = "enter"
STEP = "step"
LEAVE_NOW = "leave_now"


def new_handler(language: Language, name: str, cached: int) -> tuple[Function, Frame]:
    """An empty handler and the frame at its start, with `cached` cells in registers."""
    function = Function(name, language.signature, convention="handler")
    values: dict[str, Value] = {each.name: each for each in function.parameters}
    cells = [values.pop(f"c{index}") for index in range(language.cache)]
    return function, Frame(values, cells[:cached])


def handler(language: Language, variant: VariantPlan) -> Function:
    """The threaded handler of a variant."""
    function, frame = new_handler(language, variant.name, variant.state_in)
    ending = ThreadedEnding(language, variant.fused)
    expand(Builder(function), variant.sequence, frame, variant.state_out, ending)
    pin(function, language)
    drop(function, language, variant.sequence)
    return function


def _field(struct: object, name: str) -> int:
    """The offset of a field of one of the structs of `layout`."""
    offset: int = struct.fields[name].offset  # type: ignore[attr-defined]  # a checker takes it for a plain class
    return offset


def load_table(builder: Builder, vm: Value, name: str) -> Value:
    """A field of the engine's tables, which the VM's context leads to."""
    tables = builder.value("load", builder.offset(vm, _field(layout.Context, "tables")), type=PTR)
    return builder.value("load", builder.offset(tables, _field(layout.Tables, name)), type=PTR)


def _indexed(builder: Builder, base: Value, index: Value, scale: int) -> Value:
    return builder.value("ptr_add", base, builder.value("mul", index, Constant(I64, scale)))


def bail(language: Language, state: int) -> Function:
    """Run the instruction at pc by its plain handler: where superinstructions and native code give up."""
    function, frame = new_handler(language, f"bail_{state}", state)
    builder = Builder(function)
    opcode = load_opcode(builder, frame.fields["pc"])
    handlers = load_table(builder, frame.fields["vm"], "handlers")
    row = _indexed(builder, handlers, opcode, 4 * (language.cache + 1))
    address = builder.value("load", builder.offset(row, 4 * state), type=I32)
    target = builder.value("pointer", builder.value("zero_extend", address, type=I64))
    builder.end("tail_call_indirect", [target, *handler_arguments(builder, language, frame)])
    return function


def resume(language: Language) -> Function:
    """Go on at pc with the whole stack in memory: load as many cells into registers as the variant there expects."""
    function, frame = new_handler(language, RESUME, 0)
    builder = Builder(function)
    place = builder.offset(frame.fields["pc"], headers.VARIANT_OFFSET)
    number = builder.value("zero_extend", builder.value("load", place, type=I16), type=I64)
    variants = load_table(builder, frame.fields["vm"], "variants")
    row = _indexed(builder, variants, number, _size(layout.Variant))
    state = builder.value("load", builder.offset(row, _field(layout.Variant, "state_in")), type=I8)
    blocks = [function.add_block(f"load_{count}") for count in range(language.cache + 1)]
    builder.switch(state, list(enumerate(blocks))[1:], blocks[0])
    for count, block in enumerate(blocks):
        inner = Builder(function, block)
        loaded = frame.copy()
        loaded.settle(inner, count)
        dispatch(inner, language, loaded)
    return function


def _size(struct: object) -> int:
    assert isinstance(struct, KernelType)
    return struct.size


def enter(language: Language, name: str, first: str) -> Function:
    """A C function (vm) -> reason: load the registers from the VM's context and go on by the handler `first`; returns
    at the next exit."""
    function = Function(name, [("vm", PTR)], [I64])
    builder = Builder(function)
    vm = function.parameters[0]
    frame = load_machine(builder, language, vm, 0)
    builder.call(first, handler_arguments(builder, language, frame), [])
    builder.end("return", [builder.value("load", vm, type=I64)])
    return function


def leave_now(language: Language) -> Function:
    """Return to the driver: everything is saved already."""
    function, _ = new_handler(language, LEAVE_NOW, 0)
    Builder(function).end("return")
    return function


def lead_ins(language: Language) -> list[Function]:
    """The handlers that every language needs besides its instructions."""
    step = enter(language, STEP, "bail_0")  # whatever handler the header at pc names
    own = [enter(language, ENTER, RESUME), step, resume(language), leave_now(language)]
    return [*own, *(bail(language, state) for state in range(language.cache + 1))]


def slow_handler(language: Language, path: KernelFunction[Any, Any], body: Function) -> Function:
    """A slow path as a handler: the stack is in memory; when it returns, the guest goes on after the instruction."""
    function, frame = new_handler(language, path.name, 0)
    builder = Builder(function)
    names = [name for name, _ in language.fields]
    ending = Ending(language)

    def on_return(end: Builder, _: Instruction, values: Sequence[Value]) -> None:
        after = Frame(dict(zip(names, values, strict=True)))
        facts = load_table(end, after.fields["vm"], "facts")
        row = _indexed(end, facts, load_opcode(end, frame.fields["pc"]), _size(layout.Facts))
        length = end.value("load", end.offset(row, _field(layout.Facts, "length")), type=I16)
        length = end.value("zero_extend", length, type=I64)
        after.fields["pc"] = end.value("ptr_add", frame.fields["pc"], length)
        ending.resume(end, after)

    def on_leave(end: Builder, leave: Instruction, values: Sequence[Value]) -> None:
        after = Frame(dict(zip(names, values[1:], strict=True)))
        if leave.symbol in ("jump", "resume"):
            after.fields["pc"] = values[0]
            ending.resume(end, after)
        elif leave.symbol == "exit":
            ending.exit(end, after, values[0])
        else:
            raise TypeError(
                f"slow path {path.name} leaves by {leave.symbol!r}: expected resume, exit or return"
            )

    arguments = [frame.fields[name] for name in names]
    splice(builder, body, arguments, {"return": on_return, "leave": on_leave})
    return function
