"""Runs IR functions natively through LLVM's own linker, for tests that compare; independent of
`cupola.machine`.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from typing import Any

from cupola.ir.builder import Builder
from cupola.ir.core import Function, Module, Value
from cupola.ir.llvm import module_text
from cupola.ir.types import I8, PTR, Type
from cupola.ir.verifier import verify_module

TRIPLE = "x86_64-pc-linux-gnu"


class Native:
    """The functions of a module compiled by LLVM; keep it while they are called."""

    def __init__(self, module: Module, optimize: int = 2) -> None:
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        verify_module(module)
        machine = llvm.Target.from_triple(TRIPLE).create_target_machine(opt=optimize)
        parsed = llvm.parse_assembly(f'target triple = "{TRIPLE}"\n' + module_text(module))
        parsed.verify()
        if optimize:
            options = llvm.create_pipeline_tuning_options(speed_level=optimize)
            builder = llvm.create_pass_builder(machine, options)
            builder.getModulePassManager().run(parsed, builder)
        self._engine: Any = llvm.create_mcjit_compiler(parsed, machine)
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        return int(self._engine.get_function_address(name))

    def call_boxed(self, name: str, operands: Sequence[int | float], types: Sequence[Type]) -> list[Any]:
        """Call a function that `box` made: operands and results pass through an array of 8-byte cells."""
        cells = (ctypes.c_uint64 * 16)()
        for place, (value, type) in enumerate(zip(operands, types, strict=False)):
            cells[place] = encode(type, value)
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.address(name))(ctypes.addressof(cells))
        return list(cells)


def encode(type: Type, value: int | float) -> int:
    if type.is_float:
        layout, code = ("<f", "<I") if type.bits == 32 else ("<d", "<Q")
        return int(struct.unpack(code, struct.pack(layout, value))[0])
    return int(value)


def decode(type: Type, cell: int) -> int | float:
    cell = type.unsigned(cell) if not type.is_float else cell & ((1 << type.bits) - 1)
    if type.is_float:
        layout, code = ("<f", "<I") if type.bits == 32 else ("<d", "<Q")
        return float(struct.unpack(layout, struct.pack(code, cell))[0])
    return cell


def unbox(builder: Builder, cells: Value, place: int, type: Type) -> Value:
    """Load a value from an array of 8-byte cells."""
    where = builder.offset(cells, 8 * place)
    if type.bits > 1 or type.is_float:
        return builder.value("load", where, type=type)
    return builder.value("truncate", builder.value("load", where, type=I8), type=type)


def box(builder: Builder, cells: Value, place: int, value: Value) -> None:
    """Store a value into an array of 8-byte cells."""
    if value.type.bits == 1:
        value = builder.value("zero_extend", value, type=I8)
    builder.emit("store", builder.offset(cells, 8 * place), value)


def boxed_caller(module: Module, name: str, callee: Function) -> Function:
    """A function that calls `callee` with operands from an array, and puts the results there."""
    function = module.add(Function(name, [("cells", PTR)]))
    builder = Builder(function)
    (cells,) = function.parameters
    operands = [unbox(builder, cells, place, each.type) for place, each in enumerate(callee.parameters)]
    results = builder.call(callee.name, operands, callee.results)
    for place, result in enumerate(results):
        box(builder, cells, place, result)
    builder.end("return")
    return function
