"""Writes the reference page of the IR from its table: `python -m cupola.ir.reference > docs/ir.md`."""

from __future__ import annotations

import sys

from cupola.ir.operation import FAMILIES, Operation
from cupola.ir.operations import TABLE
from cupola.ir.types import ALL, Type

_HEAD = """\
<!-- Made by `python -m cupola.ir.reference > docs/ir.md`; do not edit. -->

# The intermediate representation

One SSA form serves kernel functions, instructions of guest languages and traces. A function has
blocks; a block has parameters (there are no phi nodes), a straight run of instructions and one
terminator, which passes values to the parameters of the blocks it goes to. Values have machine
types: `i1 i8 i16 i32 i64` (integers without sign), `f32 f64`, and `ptr` (an address, without a type
of what lies there).

This is its text form, which `cupola.ir.printer` writes and `cupola.ir.parser` reads:

```
{example}```

Constants carry their type (`0:i64`, `0.5:f64`, `0x1000:ptr`). Where the operands of an operation do
not determine its result type, the type follows the name: `load.i64 %p`. A function that starts with
the word `handler` has the guest's calling convention and ends in tail calls. Comments run from `;`
to the end of the line.

`cupola.ir.verifier` checks a function, `cupola.ir.evaluator` runs it and defines what it means,
`cupola.ir.llvm` writes it as LLVM, `cupola.ir.semantics` makes Z3 terms of it, and
`cupola.ir.random` makes random ones. All of them read the table of operations in
`cupola.ir.operations`, as this page does; a new operation is one entry there.

## Operations

`T` and `S` stand for the types listed. An operation that is *partial* has no meaning for some
operands, and must not be run where the program would not have run it. Integers wrap; a NaN that an
operation makes may be any NaN.

"""

EXAMPLE = """\
function @gcd(%a: i64, %b: i64) -> i64 inline {
entry(%a: i64, %b: i64):
  %z = eq %b, 0:i64
  branch %z, done(%a), step(%a, %b) weight 100
step(%x: i64, %y: i64):
  %r = srem %x, %y
  jump entry(%y, %r)
done(%d: i64):
  return %d
}
"""


def reference() -> str:
    """The page, in Markdown."""
    parts = [_HEAD.replace("{example}", EXAMPLE)]
    for title, operations in FAMILIES.items():
        parts.append(f"### {title}\n\n| operation | types | effect | meaning |\n|---|---|---|---|\n")
        parts += [_row(each) + "\n" for each in operations]
        parts.append("\n")
    parts.append(f"There are {len(TABLE)} operations.\n")
    return "".join(parts)


def _row(operation: Operation) -> str:
    effect = (
        "" if operation.effect == "pure" else "ends the block" if operation.terminator else operation.effect
    )
    partial = "partial" if operation.may_be_undefined else ""
    cells = [
        f"`{_usage(operation)}`",
        _types(operation),
        ", ".join(filter(None, (effect, partial))),
        operation.doc,
    ]
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"


_USAGES = {
    "call": "%r = call.T @f(%x)",
    "call_indirect": "%r = call_indirect.T %f(%x)",
    "jump": "jump a(%x)",
    "branch": "branch %c, a(%x), b weight 1000",
    "switch": "switch %x, [1: a, 2: b(%y)], c",
    "return": "return %x",
    "tail_call": "tail_call @f(%x)",
    "tail_call_indirect": "tail_call_indirect %f(%x)",
    "leave": 'leave "kind"(%x)',
}


def _usage(operation: Operation) -> str:
    """How the operation is written."""
    if operation.name in _USAGES:
        return _USAGES[operation.name]
    text = operation.name + (".T" if operation.suffixed else "")
    if operation.has_symbol:
        text += " @name" if operation.symbol_is_global else ' "name"'
    operands = ", ".join("%" + letter for letter in "xyz"[: len(operation.operand_types)])
    results = ", ".join("%" + letter for letter in "rst"[: len(operation.result_types)])
    text += f" {operands}" if operands else ""
    return f"{results} = {text}" if results else text


def _types(operation: Operation) -> str:
    if operation.variadic or not (operation.operand_types or operation.result_types):
        return ""
    signature = f"{_words(operation.operand_types)} → {_words(operation.result_types)}".strip()
    letters = {each for each in (*operation.operand_types, *operation.result_types) if isinstance(each, str)}
    allowed = [
        f"{letter}: {_names(types)}"
        for letter, types in (("S", operation.source_types), ("T", operation.types))
        if letter in letters
    ]
    return "; ".join([signature, *allowed])


def _words(types: tuple[Type | str, ...]) -> str:
    return " ".join(str(each) for each in types)


def _names(types: tuple[Type, ...]) -> str:
    return "any" if types == ALL else " ".join(each.name for each in types)


if __name__ == "__main__":
    sys.stdout.write(reference())
