"""Text of functions and modules; `parser` reads it back, and its docstring has the grammar."""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterable

from cupola.ir.core import Block, Constant, Declaration, Function, Instruction, Module, Successor, Value

PLAIN = re.compile(r"[A-Za-z_$][\w$]*(?:\.[\w$]+)*")


def format_module(module: Module) -> str:
    """The module as text."""
    lines = [f"module {json.dumps(module.name)}"]
    lines += [_declaration(each) for each in module.declarations.values()]
    lines += [f'data {format_symbol(name)} = "{content.hex()}"' for name, content in module.data.items()]
    lines += [f"hole {format_symbol(name)} = {low} .. {high}" for name, (low, high) in module.holes.items()]
    parts = ["\n".join(lines) + "\n", *(format_function(each) for each in module.functions.values())]
    return "\n".join(parts)


def format_function(function: Function) -> str:
    """The function as text, ending in a newline."""
    names = Names(function)
    keyword = "handler" if function.convention == "handler" else "function"
    parameters = ", ".join(_typed(names, each) for each in function.parameters)
    results = " -> " + ", ".join(each.name for each in function.results) if function.results else ""
    marks = "".join(f" {each}" for each in sorted(function.marks))
    lines = [f"{keyword} {format_symbol(function.name)}({parameters}){results}{marks} {{"]
    for block in function.blocks:
        lines.append(format_label(block, names) + ":")
        lines += [f"  {format_instruction(each, names)}" for each in block.instructions]
    lines.append("}")
    return "\n".join(lines) + "\n"


def format_label(block: Block, names: Names) -> str:
    """The head of a block: its name and its parameters."""
    parameters = ", ".join(_typed(names, each) for each in block.parameters)
    return names.block(block) + (f"({parameters})" if parameters else "")


def format_instruction(instruction: Instruction, names: Names) -> str:
    """One instruction on one line."""
    results = ", ".join(names.value(each) for each in instruction.results)
    return (f"{results} = " if results else "") + _right_side(instruction, names)


def format_symbol(name: str) -> str:
    """The name of a function, of data or of a hole."""
    return "@" + (name if PLAIN.fullmatch(name) else json.dumps(name))


class Names:
    """Unique names for the values and blocks of a function, made from their hints."""

    def __init__(self, function: Function) -> None:
        self._values: dict[Value, str] = {}
        self._blocks: dict[Block, str] = {}
        self._taken: set[str] = set()
        self._numbers = 0
        for block in function.blocks:
            if block not in self._blocks:
                self._blocks[block] = self._unique(block.name if PLAIN.fullmatch(block.name) else "block", "")
            for parameter in block.parameters:
                self.value(parameter)
            for each in block.instructions:
                for result in each.results:
                    self.value(result)

    def block(self, block: Block) -> str:
        return self._blocks.get(block) or f"{block.name}?"  # `?`: not a block of the function

    def value(self, value: Value) -> str:
        """The text of an operand."""
        if isinstance(value, Constant):
            return format_constant(value)
        known = self._values.get(value)
        if known is None:
            known = self._values[value] = "%" + self._unique(self._hint(value), "%")
        return known

    def _hint(self, value: Value) -> str:
        if PLAIN.fullmatch(value.name):
            return value.name
        self._numbers += 1
        return str(self._numbers - 1)

    def _unique(self, hint: str, space: str) -> str:
        name, number = hint, 0
        while space + name in self._taken:
            number += 1
            name = f"{hint}.{number}"
        self._taken.add(space + name)
        return name


def format_constant(constant: Constant) -> str:
    """A constant with its type: `-1:i64`, `0x1000:ptr`, `0.5:f64`, `nan:f64`."""
    value, type = constant.value, constant.type
    if type.kind == "pointer":
        return f"{value:#x}:ptr"
    if not type.is_float:
        return f"{constant.signed if type.bits > 1 else value}:{type}"
    if math.isnan(value):
        bits = struct.unpack("<Q", struct.pack("<d", value))[0]
        return f"nan:{type}" if bits == 0x7FF8 << 48 else f"nan_{bits:x}:{type}"
    return f"{value!r}:{type}"


def _typed(names: Names, value: Value) -> str:
    return f"{names.value(value)}: {value.type}"


def _declaration(declaration: Declaration) -> str:
    keyword = "declare handler" if declaration.convention == "handler" else "declare"
    parameters = ", ".join(each.name for each in declaration.parameters)
    results = " -> " + ", ".join(each.name for each in declaration.results) if declaration.results else ""
    return f"{keyword} {format_symbol(declaration.name)}({parameters}){results}"


def _right_side(instruction: Instruction, names: Names) -> str:
    operation = instruction.operation
    head = operation.name
    if operation.names_results:
        head += "".join(f".{each.type}" for each in instruction.results)
    elif operation.suffixed:
        head += f".{instruction.results[0].type}"
    words = [head]
    if operation.has_symbol:
        text = instruction.symbol
        words.append(format_symbol(text) if operation.symbol_is_global else json.dumps(text))
    values = [names.value(each) for each in instruction.operands]
    if operation.called_like:
        callee = "" if operation.has_symbol else values.pop(0) if values else "?"
        words[-1] += (" " if callee else "") + f"{callee}({', '.join(values)})"
        return " ".join(words)
    edges = _edges(instruction, names)
    if values or edges:
        words.append(", ".join([*values, *edges]))
    if instruction.weight is not None:
        words.append(f"weight {instruction.weight}")
    return " ".join(words)


def _edges(instruction: Instruction, names: Names) -> Iterable[str]:
    edges = [_successor(each, names) for each in instruction.successors]
    if instruction.operation.name != "switch" or not edges:
        return edges
    type = instruction.operands[0].type
    cases = ", ".join(
        f"{type.signed(n)}: {edge}" for n, edge in zip(instruction.cases, edges[:-1], strict=False)
    )
    return [f"[{cases}]", edges[-1]]


def _successor(successor: Successor, names: Names) -> str:
    arguments = ", ".join(names.value(each) for each in successor.arguments)
    return names.block(successor.block) + (f"({arguments})" if arguments else "")
