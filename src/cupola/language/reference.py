"""The reference page of a language's instructions, made from their definitions."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from types import ModuleType

from cupola.ir.clone import copy_function
from cupola.ir.core import Module, Value
from cupola.ir.passes import optimize
from cupola.kernel import collect
from cupola.tiers.definition.instruction import COUNTDOWN, Instruction
from cupola.tiers.definition.language import Language

LEAD = """\
One row an instruction. *Operands* stand in guest code behind the header of 8 bytes, at the offset given;
*stack* is what it pops and pushes; *leaves* are the ways in which it ends other than by going on with the
next instruction:

- `jump`: it goes to a place in guest code; `resume`: the same, with the whole stack in memory;
- `slow f`: it gives up before anything has changed, and the slow path `f` decides;
- `exit`: it returns to the driver.

Kinds: *plain* instructions have a handler and a stencil for every number of cells in registers; *memory* ones
find the whole stack in memory; *cold* ones do, too, and native code leaves them to the interpreter's handler;
*hot* ones count work, and ask for a faster tier when their countdown (operand `heat`) is used up."""


def cell(text: str) -> str:
    """Text for one cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Text for one cell of a Markdown table, as code; nothing for nothing."""
    return f"`{cell(text)}`" if text else ""


def split_doc(doc: str) -> tuple[str, str]:
    """The stack comments at the start of a docstring, and the rest: `( a -- b )`, one or more of them."""
    doc = " ".join(doc.split())
    end = 0
    while doc[end:].startswith("( "):
        closing = doc.find(" )", end)
        if closing < 0:
            break
        end = closing + 2
        while doc[end : end + 2] == " (":
            end += 1
    return doc[:end].strip(), doc[end:].strip()


def stack_effect(instruction: Instruction) -> str:
    """What an instruction pops and pushes: as its docstring says it, or by the names of its parameters."""
    said, _ = split_doc(instruction.doc)
    if said:
        return said
    cells = _effect(instruction, "cell", "x", instruction.pushes)
    floats = _effect(instruction, "float", "r", instruction.float_pushes)
    return f"{cells} {f'( F: {floats[2:]}' if floats else ''}".strip()


def _effect(instruction: Instruction, role: str, result: str, pushes: int) -> str:
    """What it pops from and pushes to one of the stacks."""
    popped = [name for each, name in instruction.parameters if each == role]
    pushed = [result] if pushes == 1 else [f"{result}{place + 1}" for place in range(pushes)]
    return " ".join(["(", *popped, "--", *pushed, ")"]) if popped or pushed else ""


def operands(instruction: Instruction) -> str:
    """The operands: name, kind, and offset in bytes."""
    named = (
        (each.name, "i32" if each.kind is COUNTDOWN else each.kind.name, each.offset)
        for each in instruction.operands
    )
    return ", ".join(f"{name}: {kind} @{offset}" for name, kind, offset in named)


def leaves(instruction: Instruction, pool: Module) -> str:
    """The ways in which an instruction ends other than by going on; `pool` has the functions it calls."""
    found: dict[str, None] = {}
    symbols: dict[Value, str] = {}
    body = copy_function(instruction.ir(), instruction.name)
    optimize(body, module=pool)
    for each in body.instructions():
        if each.operation.name == "symbol":
            symbols[each.result] = each.symbol.rpartition(".")[2]
        elif each.operation.name == "leave":
            first = symbols.get(each.operands[0]) if each.operands else None
            found[f"slow {first}" if each.symbol == "slow" and first else each.symbol] = None
    if instruction.heat:
        found["slow tier_up"] = None
    return ", ".join(sorted(found))


def kind(instruction: Instruction) -> str:
    """Plain, memory, cold or hot."""
    if instruction.cold:
        return "cold"
    if instruction.memory_stack:
        return "memory"
    return "hot" if instruction.heat else "plain"


def families(language: Language) -> list[tuple[str, list[Instruction]]]:
    """The instructions by the modules that define them, under the first sentences of these modules.

    The modules come in the order of their names: that in which they were imported is not always the same.
    """
    found: dict[str, list[Instruction]] = {}
    for each in sorted(language.instructions, key=lambda each: each.function.__module__):
        module = inspect.getmodule(each.function.function)
        found.setdefault(heading(module), []).append(each)
    return list(found.items())


def heading(module: ModuleType | None) -> str:
    """The first sentence of a module's docstring."""
    if module is not None and module.__name__.startswith("cupola.tiers."):
        return "What every language has"
    text = " ".join(((module and module.__doc__) or "").split())
    for end in (". ", ": "):
        text = text.partition(end)[0]
    return text.rstrip(".")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """The lines of a Markdown table."""
    head = list(head)
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def instruction_page(language: Language, title: str, command: str) -> str:
    """The reference page; `command` is what makes it again."""
    lines = [f"<!-- Made by `{command}`; do not edit. -->", "", f"# {title}", "", LEAD]
    functions = [*(each.function for each in language.instructions), *language.slow_paths]
    pool = collect(language.name, functions)
    for name, group in families(language):
        lines += ["", f"## {name}", ""]
        lines += table(
            ("instruction", "operands", "stack", "leaves", "kind", "meaning"),
            (
                (
                    code(each.name), code(operands(each)), code(stack_effect(each)), code(leaves(each, pool)),
                    kind(each), cell(split_doc(each.doc)[1]),
                )
                for each in group
            ),
        )  # fmt: skip
    return "\n".join(lines) + "\n"
