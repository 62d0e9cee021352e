"""Textual LLVM IR (version 22) of a module: the reader of the table's `llvm` templates.

A template is one or more lines of LLVM with these fields: `{0}` `{1}` ... operands, `{r0}` `{r1}` ...
results, `{T}` `{S}` LLVM types, `{T_mangled}` `{S_mangled}` the same as names of intrinsics spell them,
`{T_bytes}`, `{bits}`, `{last_bit}` the width less one, `{W}` the integer of twice the width, `{t}` a fresh
prefix for temporaries, `{symbol}`. A template that begins with `=` is not a line but the text that stands for
the result.

Nothing here imports LLVM, and nothing names a machine: the caller sets the target triple and the data layout.
"""

from __future__ import annotations

import re
import struct
from functools import cache

from cupola.ir.core import (
    TOTAL_WEIGHT,
    Block,
    Constant,
    Declaration,
    Function,
    Instruction,
    Module,
    Successor,
    Value,
)
from cupola.ir.errors import IRError
from cupola.ir.operations import TABLE
from cupola.ir.types import PTR, Type

HANDLER = "preserve_nonecc "

_NAMES = {"f32": "float", "f64": "double"}
_PLAIN = re.compile(r"[-a-zA-Z$._][-a-zA-Z$._0-9]*")
_BRANCHES = ("jump", "branch", "switch")


def module_text(module: Module) -> str:
    """The module as LLVM text without a target; raises IRError for what LLVM cannot be given."""
    return _Writer(module).write()


def _type(type: Type) -> str:
    return _NAMES.get(type.name, type.name)


@cache
def _type_fields(bindings: tuple[tuple[str, Type], ...]) -> dict[str, object]:
    """What templates say of the types that T and S stand for."""
    fields: dict[str, object] = {}
    for letter, type in bindings:
        fields[letter] = _type(type)
        fields[letter + "_mangled"] = type.name
        fields[letter + "_bytes"] = type.bytes
        if letter == "T":
            fields.update(bits=type.bits, last_bit=type.bits - 1, W=f"i{2 * type.bits}")
    return fields


def _abi_type(type: Type, convention: str) -> str:
    """The type in a signature; a C function's i1 is extended, as C's bool is."""
    return "i1 zeroext" if type.name == "i1" and convention == "c" else _type(type)


def _result_type(types: tuple[Type, ...]) -> str:
    if not types:
        return "void"
    return _type(types[0]) if len(types) == 1 else "{ " + ", ".join(_type(each) for each in types) + " }"


def _returned(types: tuple[Type, ...]) -> str:
    return "zeroext i1" if [each.name for each in types] == ["i1"] else _result_type(types)


def _global(name: str) -> str:
    """The name of a function or global after `@`, quoted where LLVM needs that."""
    if _PLAIN.fullmatch(name):
        return name
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\{ord(c):02X}" for c in name) + '"'


def _constant(constant: Constant) -> str:
    type, value = constant.type, constant.value
    if type.is_float:
        number = struct.unpack("<Q", struct.pack("<d", value))[0]
        return f"0x{number:016X}"
    if type is PTR:
        return f"inttoptr (i64 {constant.signed} to ptr)" if value else "null"
    return ("false", "true")[int(value)] if type.bits == 1 else str(constant.signed)


class _Writer:
    """Collects the lines of one module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.metadata: dict[str, int] = {}
        self.uses_memcmp = False

    def write(self) -> str:
        functions = [_FunctionWriter(self, each).write() for each in self.module.functions.values()]
        parts = [f'source_filename = "{self.module.name}"', *self._holes(), *self._data()]
        parts += [self._declare(each) for each in self.module.declarations.values()]
        if self.uses_memcmp and "memcmp" not in {*self.module.declarations, *self.module.functions}:
            parts.append("declare i32 @memcmp(ptr, ptr, i64) nounwind")
        parts += functions
        parts.append(self._attributes())
        parts += [f"!{number} = {text}" for text, number in self.metadata.items()]
        return "\n".join(each for each in parts if each) + "\n"

    def node(self, text: str) -> str:
        """The name of a metadata node with this text."""
        return f"!{self.metadata.setdefault(text, len(self.metadata))}"

    def _holes(self) -> list[str]:
        """Symbols that are numbers. `extern_weak` because LLVM believes that any other symbol is not zero.

        Two of LLVM's habits are worked around. It adds any symbol as a signed 32-bit displacement, whatever
        its bounds, unless the symbol is of the large code model; and it takes bounds up to 2**32 (and 256)
        for ones that fit a sign-extended immediate of 32 (and 8) bits. So bounds are either well inside 32
        bits, or open.
        """
        lines = []
        for name, (low, high) in self.module.holes.items():
            if -(1 << 31) <= low < high <= 1 << 31:
                model, bounds = "", f"!{{i64 {low}, i64 {max(high, 512)}}}"
            else:
                model, bounds = ', code_model "large"', "!{i64 -1, i64 -1}"
            node = self.node(bounds)
            lines.append(
                f"@{_global(name)} = extern_weak dso_local global i8{model}, !absolute_symbol {node}"
            )
        return lines

    def _data(self) -> list[str]:
        lines = []
        for name, content in self.module.data.items():
            text = "".join(f"\\{each:02X}" for each in content)
            size = len(content)
            lines.append(f'@{_global(name)} = private constant [{size} x i8] c"{text}", align 16')
        return lines

    def _declare(self, declaration: Declaration) -> str:
        if declaration.name in self.module.functions:
            return ""
        convention = HANDLER if declaration.convention == "handler" else ""
        types = ", ".join(_abi_type(each, declaration.convention) for each in declaration.parameters)
        result = _returned(declaration.results)
        return f"declare {convention}{result} @{_global(declaration.name)}({types}) #0"

    @staticmethod
    def _attributes() -> str:
        return (
            "attributes #0 = { nounwind }\n"
            "attributes #1 = { nounwind cold noinline }\n"
            "attributes #2 = { nounwind alwaysinline }"
        )


class _FunctionWriter:
    """Writes one function: numbers its values, turns block parameters into phis, expands templates."""

    def __init__(self, writer: _Writer, function: Function) -> None:
        self.writer = writer
        self.module = writer.module
        self.function = function
        self.texts: dict[Value, str] = {}
        self.labels: dict[Block, str] = {}
        self.incoming: dict[Block, list[tuple[str, Successor]]] = {}
        self.temporaries = 0
        self.lines: list[str] = []
        self.slots: list[str] = []

    def write(self) -> str:
        self._name_everything()
        bodies = [(each, self._body(each)) for each in self.function.blocks]
        self.lines.append(self._header())
        entry = self.function.entry
        looped = entry in self.incoming  # LLVM allows no edge to its entry block
        if looped or self.slots:
            self.lines += ["start:", *self.slots, f"  br label %{self.labels[entry]}"]
        for block, body in bodies:
            self.lines.append(f"{self.labels[block]}:")
            if block is not entry or looped:
                self.lines += self._phis(block)
            self.lines += body
        self.lines.append("}")
        return "\n".join(self.lines)

    def fail(self, instruction: Instruction, message: str) -> IRError:
        return IRError(f"@{self.function.name}, {instruction.operation.name}: {message}")

    def _name_everything(self) -> None:
        """Give values and blocks their texts. LLVM has one name space for both, so what stands behind the last point
        says what a name is: digits for a value, letters first for all else (labels, edges, arguments, temporaries)."""
        number = 0
        entered = {edge.block for each in self.function.instructions() for edge in each.successors}
        for place, block in enumerate(self.function.blocks):
            hint = block.name if _PLAIN.fullmatch(block.name) else "block"
            self.labels[block] = f"{hint}.b{place}"
            for value in (*block.parameters, *(r for each in block.instructions for r in each.results)):
                hint = value.name if _PLAIN.fullmatch(value.name) else "v"
                self.texts[value] = f"%{hint}.{number}"
                number += 1
        for block in self.function.blocks:
            if block not in entered and block is not self.function.entry:  # it has no phis
                self.texts.update((parameter, "poison") for parameter in block.parameters)
            for each in block.instructions:
                if each.operation.llvm.startswith("="):
                    symbol = self._known_symbol(each) if each.operation.has_symbol else ""
                    self.texts[each.result] = each.operation.llvm[1:].strip().format(symbol=symbol)

    def _known_symbol(self, instruction: Instruction) -> str:
        module, name = self.module, instruction.symbol
        if not any(
            name in names for names in (module.functions, module.declarations, module.data, module.holes)
        ):
            raise self.fail(instruction, f"expected a function, data or hole of the module, found @{name}")
        return _global(name)

    def _text(self, value: Value) -> str:
        if isinstance(value, Constant):
            return _constant(value)
        try:
            return self.texts[value]
        except KeyError:
            raise IRError(
                f"@{self.function.name}: %{value.name} has no definition in this function"
            ) from None

    def _typed(self, values: list[Value], convention: str = "handler") -> str:
        return ", ".join(f"{_abi_type(each.type, convention)} {self._text(each)}" for each in values)

    def _header(self) -> str:
        function = self.function
        looped = function.entry in self.incoming
        attributes = "#2" if "inline" in function.marks else "#1" if "slow" in function.marks else "#0"
        linkage = "internal" if "inline" in function.marks else "dso_local"
        convention = HANDLER if function.convention == "handler" else ""
        names = [f"%argument.a{n}" if looped else self.texts[p] for n, p in enumerate(function.parameters)]
        parameters = ", ".join(
            f"{_abi_type(each.type, function.convention)} {name}"
            for each, name in zip(function.parameters, names, strict=True)
        )
        result = _returned(function.results)
        return (
            f"define {linkage} {convention}{result} @{_global(function.name)}({parameters}) {attributes} {{"
        )

    # --- edges ---

    def _edge(self, label: str, successor: Successor, taken: set[Block], extra: list[str]) -> str:
        """The label to branch to; a second edge between the same two blocks gets a block of its own."""
        block = successor.block
        if block in taken and block.parameters:
            self.temporaries += 1
            split = f"edge.e{self.temporaries}"
            extra += [f"{split}:", f"  br label %{self.labels[block]}"]
            self.incoming.setdefault(block, []).append((split, successor))
            return f"label %{split}"
        taken.add(block)
        self.incoming.setdefault(block, []).append((label, successor))
        return f"label %{self.labels[block]}"

    def _phis(self, block: Block) -> list[str]:
        lines = []
        edges = self.incoming.get(block, [])
        for place, parameter in enumerate(block.parameters):
            sources = [f"[ {self._text(edge.arguments[place])}, %{label} ]" for label, edge in edges]
            if block is self.function.entry:
                sources.append(f"[ %argument.a{place}, %start ]")
            if sources:
                lines.append(f"  {self.texts[parameter]} = phi {_type(parameter.type)} {', '.join(sources)}")
        return lines

    def _jumps(self, block: Block, last: Instruction) -> list[str]:
        extra: list[str] = []
        taken: set[Block] = set()
        label = self.labels[block]
        targets = [self._edge(label, each, taken, extra) for each in last.successors]
        name = last.operation.name
        if name == "jump":
            line = f"  br {targets[0]}"
        elif name == "branch":
            line = f"  br i1 {self._text(last.operands[0])}, {targets[0]}, {targets[1]}{self._weights(last)}"
        else:
            type = last.operands[0].type
            cases = " ".join(
                f"{_type(type)} {type.signed(number)}, {target}"
                for number, target in zip(last.cases, targets[:-1], strict=True)
            )
            line = f"  switch {self._typed(last.operands)}, {targets[-1]} [ {cases} ]"
        return [line, *extra]

    def _weights(self, branch: Instruction) -> str:
        if branch.weight is None:
            return ""
        rest = TOTAL_WEIGHT - branch.weight
        return ", !prof " + self.writer.node(f'!{{!"branch_weights", i32 {branch.weight}, i32 {rest}}}')

    # --- instructions ---

    def _body(self, block: Block) -> list[str]:
        lines: list[str] = []
        for each in block.instructions:
            name = each.operation.name
            if name in _BRANCHES:
                lines += self._jumps(block, each)
            elif name in _SPECIAL:
                lines += ["  " + line for line in _SPECIAL[name](self, each)]
            elif name == "stack_slot":
                self.slots += self._expand(each)
            else:
                lines += self._expand(each)
        return lines

    def _expand(self, instruction: Instruction) -> list[str]:
        operation = instruction.operation
        if not operation.llvm:
            raise self.fail(instruction, "must be replaced before LLVM: it is the business of a tier")
        if operation.llvm.startswith("="):
            return []
        bindings = operation.bind(
            tuple([each.type for each in instruction.operands]),
            tuple([each.type for each in instruction.results]),
        )
        self.temporaries += 1
        fields: dict[str, object] = {"t": f"%t{self.temporaries}.", "symbol": _global(instruction.symbol)}
        fields.update(_type_fields(tuple(bindings.items())))
        fields.update((f"r{place}", self.texts[each]) for place, each in enumerate(instruction.results))
        self.writer.uses_memcmp |= "@memcmp" in operation.llvm
        texts = [self._text(each) for each in instruction.operands]
        return ["  " + line for line in operation.llvm.format(*texts, **fields).split("\n")]

    def _callee(self, instruction: Instruction) -> tuple[str, tuple[Type, ...]]:
        """The convention and the parameter types of the function that `instruction` names."""
        name = instruction.symbol
        if name in self.module.functions:
            function = self.module.functions[name]
            return function.convention, tuple(each.type for each in function.parameters)
        if name in self.module.declarations:
            declaration = self.module.declarations[name]
            return declaration.convention, declaration.parameters
        raise self.fail(instruction, f"expected a function of the module or a declaration, found @{name}")

    def _call(self, each: Instruction) -> list[str]:
        convention, _ = self._callee(each)
        return self._call_lines(each, f"@{_global(each.symbol)}", each.operands, convention)

    def _call_indirect(self, each: Instruction) -> list[str]:
        return self._call_lines(each, self._text(each.operands[0]), each.operands[1:], "c")

    def _call_lines(
        self, each: Instruction, callee: str, operands: list[Value], convention: str
    ) -> list[str]:
        types = tuple(result.type for result in each.results)
        mark = HANDLER if convention == "handler" else ""
        call = f"call {mark}{_returned(types)} {callee}({self._typed(operands, convention)}) #0"
        if not types:
            return [call]
        if len(types) == 1:
            return [f"{self.texts[each.result]} = {call}"]
        self.temporaries += 1
        whole = f"%t{self.temporaries}"
        return [f"{whole} = {call}"] + [
            f"{self.texts[result]} = extractvalue {_result_type(types)} {whole}, {place}"
            for place, result in enumerate(each.results)
        ]

    def _return(self, each: Instruction) -> list[str]:
        types = tuple(value.type for value in each.operands)
        if len(types) < 2:
            return [f"ret {self._typed(each.operands)}" if types else "ret void"]
        lines, whole = [], "poison"
        for place, value in enumerate(each.operands):
            self.temporaries += 1
            name = f"%t{self.temporaries}"
            lines.append(
                f"{name} = insertvalue {_result_type(types)} {whole}, {self._typed([value])}, {place}"
            )
            whole = name
        return [*lines, f"ret {_result_type(types)} {whole}"]

    def _tail_call(self, each: Instruction) -> list[str]:
        self._callee(each)
        arguments = self._typed(each.operands)
        return [f"musttail call {HANDLER}void @{_global(each.symbol)}({arguments}) #0", "ret void"]

    def _tail_call_indirect(self, each: Instruction) -> list[str]:
        target, *arguments = each.operands
        return [f"musttail call {HANDLER}void {self._text(target)}({self._typed(arguments)}) #0", "ret void"]

    def _trap(self, each: Instruction) -> list[str]:
        return ["call void @llvm.trap()", "unreachable"]

    def _unreachable(self, each: Instruction) -> list[str]:
        return ["unreachable"]


_SPECIAL = {
    "call": _FunctionWriter._call,
    "call_indirect": _FunctionWriter._call_indirect,
    "return": _FunctionWriter._return,
    "tail_call": _FunctionWriter._tail_call,
    "tail_call_indirect": _FunctionWriter._tail_call_indirect,
    "trap": _FunctionWriter._trap,
    "unreachable": _FunctionWriter._unreachable,
}
assert all(name in TABLE for name in (*_SPECIAL, *_BRANCHES))
