"""Compiles kernel functions and makes them callable from Python, for tests and tools.

Results come back as Python numbers; several results (and the fields of registers, in and out) as a tuple.
Pointers are integers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cupola.kernel.function import KernelFunction
from cupola.kernel.types import FloatType, IntegerType, KernelType


def compile_native(
    functions: Iterable[KernelFunction[Any, Any]], *, optimize: int = 2
) -> dict[str, Callable[..., Any]]:
    """Compile `functions` and what they need; the callables by symbol. They hold the memory that they run in.

    `optimize` is LLVM's level, 0 to 3. Raises KernelError for kernel code that is wrong.
    """
    from cupola.ir.llvm import module_text
    from cupola.ir.verifier import verify_module
    from cupola.kernel.collect import collect
    from cupola.machine import libc
    from cupola.machine.linker import link
    from cupola.machine.llvm import compile_module
    from cupola.machine.memory import CodeArena

    asked = list(dict.fromkeys(functions))
    module = collect("native", asked)
    for each in asked:
        if len(each.signature.ir_results()) > 1:
            module.add(_wrapper(each))
    verify_module(module)
    compiled = compile_module(module_text(module), optimize=optimize)
    arena = CodeArena(len(compiled) + (1 << 16))
    linked = link([compiled], arena, {name: libc.address(name) for name in _outside(compiled)})
    return {each.name: _callable(each, linked.symbols, arena) for each in asked}


def _outside(compiled: bytes) -> list[str]:
    """The symbols that the object leaves to others."""
    from cupola.machine import elf

    return [each.name for each in elf.parse(compiled).symbols if each.name and not each.section]


def _wrapper_name(function: KernelFunction[Any, Any]) -> str:
    return function.name + ".results_in_memory"


def _wrapper(function: KernelFunction[Any, Any]) -> Any:
    """A function that calls `function` and stores its results, 8 bytes each, through its first parameter."""
    from cupola.ir.builder import Builder
    from cupola.ir.core import Function
    from cupola.ir.types import I1, I8, PTR

    signature = function.signature
    parameters = [(name, type.ir) for name, type in signature.ir_parameters()]
    wrapper = Function(_wrapper_name(function), [("results", PTR), *parameters])
    builder = Builder(wrapper)
    out, *arguments = wrapper.parameters
    found = builder.call(function.name, arguments, [each.ir for each in signature.ir_results()])
    for place, value in enumerate(found):
        stored = builder.value("zero_extend", value, type=I8) if value.type is I1 else value
        builder.emit("store", builder.offset(out, place * 8), stored)
    builder.end("return")
    return wrapper


def _callable(
    function: KernelFunction[Any, Any], symbols: dict[str, int], arena: object
) -> Callable[..., Any]:
    """A Python callable that checks the number of its arguments, and keeps the code alive."""
    from cupola.machine import enter

    parameters = [_type_name(type) for _, type in function.signature.ir_parameters()]
    results = function.signature.ir_results()
    if len(results) > 1:
        return _in_memory(symbols[_wrapper_name(function)], parameters, results, arena)
    result = _type_name(results[0]) if results else "void"
    native = enter.function(symbols[function.name], result, *parameters)

    def call(*arguments: Any) -> Any:
        assert arena is not None
        return native(*arguments)

    return call


def _in_memory(
    address: int, parameters: list[str], results: list[KernelType], arena: object
) -> Callable[..., tuple[Any, ...]]:
    import struct

    from cupola.machine import enter

    native = enter.function(address, "void", "ptr", *parameters)

    def call(*arguments: Any) -> tuple[Any, ...]:
        import ctypes

        assert arena is not None
        memory = ctypes.create_string_buffer(8 * len(results))
        native(memory, *arguments)
        return tuple(
            struct.unpack_from("<" + _CODES[_type_name(type)], memory, 8 * place)[0]
            for place, type in enumerate(results)
        )

    return call


_CODES = {
    "i8": "b",
    "i16": "h",
    "i32": "i",
    "i64": "q",
    "u8": "B",
    "u16": "H",
    "u32": "I",
    "u64": "Q",
    "f32": "f",
    "f64": "d",
    "bool": "?",
    "ptr": "Q",
}


def _type_name(type: KernelType) -> str:
    """The type as `machine.enter` names it."""
    return type.name if isinstance(type, IntegerType | FloatType) or type.name == "bool" else "ptr"
