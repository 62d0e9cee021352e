"""Makes the errors of a kernel function: finds the text of a node, and says what is rejected and why."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, NoReturn

from cupola.kernel.errors import KernelError
from cupola.kernel.source import code_of, source_lines
from cupola.kernel.types import BoolType, FloatType, IntegerType, KernelType, PointerType

# What kernel code cannot contain: the name of the construct, and what to do instead.
REJECTED: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lambda: ("lambda", "define a kernel function with a name"),
    ast.Try: ("try", "kernel code has no exceptions: return an error value and test it"),
    ast.TryStar: ("try", "kernel code has no exceptions: return an error value and test it"),
    ast.Raise: ("raise", "kernel code has no exceptions: return an error value, or assert what must hold"),
    ast.With: ("with", "call what must be called at the start and at each end"),
    ast.AsyncWith: ("async with", "kernel code has no coroutines"),
    ast.AsyncFor: ("async for", "kernel code has no coroutines"),
    ast.Await: ("await", "kernel code has no coroutines"),
    ast.ClassDef: ("class", "define structs with @struct, outside"),
    ast.FunctionDef: (
        "a nested function",
        "define it outside, as a kernel function, and pass it what it needs",
    ),
    ast.AsyncFunctionDef: ("async def", "kernel code has no coroutines"),
    ast.Yield: ("yield", "kernel code has no generators: write the loop where the values are used"),
    ast.YieldFrom: ("yield from", "kernel code has no generators: write the loop where the values are used"),
    ast.ListComp: (
        "a comprehension",
        "write a loop that stores into memory; or compute it outside, as a static value",
    ),
    ast.SetComp: ("a comprehension", "compute it outside, as a static value"),
    ast.DictComp: ("a comprehension", "compute it outside, as a static value"),
    ast.GeneratorExp: ("a generator expression", "write a loop"),
    ast.JoinedStr: ("an f-string", "kernel code has no strings, only bytes: b'...'"),
    ast.List: ("a list", "use memory (local(Array[i64, 4])), or a tuple of static values"),
    ast.Set: ("a set", "test membership in a tuple: x in (1, 2, 3)"),
    ast.Dict: ("a dict", "define it outside, as a static value"),
    ast.Global: ("global", "globals are static values: keep what changes in memory, behind a pointer"),
    ast.Nonlocal: ("nonlocal", "a factory's variables are static values: keep what changes in memory"),
    ast.Import: ("import", "import at the top of the module"),
    ast.ImportFrom: ("import", "import at the top of the module"),
    ast.Delete: ("del", "locals need no clean-up"),
    ast.NamedExpr: (":= inside an expression", "assign on a line of its own"),
    ast.Starred: ("* unpacking", "write the values one by one"),
    ast.Slice: ("a slice", "pass a pointer and a length: p + start, stop - start"),
}


class Reporter:
    """Knows the text of one function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        code = code_of(function)
        self.file = code.co_filename
        self.function_name = code.co_name

    def error(
        self, node: ast.AST, message: str, *, expected: str = "", found: str = "", help: str = ""
    ) -> KernelError:
        """The error to raise, with the text of `node` underlined."""
        line, column, source, underlined = self._excerpt(node)
        return KernelError(
            message,
            file=self.file,
            line=line,
            column=column,
            function=self.function_name,
            source=source,
            underlined=underlined,
            expected=expected,
            found=found,
            help=help,
        )

    def reject(self, node: ast.AST) -> NoReturn:
        what, help = REJECTED.get(type(node), (f"this ({type(node).__name__})", ""))
        raise self.error(node, f"kernel code cannot contain {what}", help=help)

    def check_arguments(self, call: ast.Call) -> None:
        """Calls have plain arguments only; raises KernelError."""
        for keyword in call.keywords:
            raise self.error(
                keyword.value, "calls take no keyword arguments", help="pass the arguments in order"
            )
        for argument in call.args:
            if isinstance(argument, ast.Starred):
                self.reject(argument)

    def text(self, node: ast.AST) -> str:
        """The source text of an expression, its first line."""
        return self._excerpt(node)[3]

    def _excerpt(self, node: ast.AST) -> tuple[int, int, str, str]:
        """Line, column (from 1), source line, and the part of it that `node` takes."""
        line: int = getattr(node, "lineno", 1)
        lines = source_lines(self.file)
        if not 1 <= line <= len(lines):
            return line, 1, "", ""
        source = lines[line - 1].rstrip("\n")
        raw = source.encode()
        start: int = getattr(node, "col_offset", 0)
        end = node.end_col_offset if getattr(node, "end_lineno", line) == line else len(raw)  # type: ignore[attr-defined]
        return line, len(raw[:start].decode()) + 1, source, raw[start:end].decode().rstrip()

    def cast_help(self, found: KernelType, wanted: KernelType, text: str = "x") -> str:
        """How to make a `wanted` out of a `found`, as a hint."""
        if isinstance(wanted, IntegerType | FloatType) and isinstance(
            found, IntegerType | FloatType | BoolType
        ):
            return f"cast it: {wanted}({text})"
        if isinstance(wanted, BoolType):
            return (
                f"compare it: {text} != {'null(' + found.name + ')' if isinstance(found, PointerType) else 0}"
            )
        if isinstance(wanted, PointerType) and isinstance(found, PointerType):
            return f"cast it: cast({wanted}, {text})"
        if isinstance(wanted, PointerType) and isinstance(found, IntegerType):
            return f"make a pointer: pointer({wanted}, {text})"
        if isinstance(wanted, IntegerType) and isinstance(found, PointerType):
            return f"take its address: address({text})"
        return ""


def describe(value: object) -> str:
    """A static value as an error message names it."""
    if isinstance(value, bool | int | float):
        return f"{type(value).__name__} literal {value!r}"
    if isinstance(value, bytes):
        return "bytes"
    text = repr(value)
    return f"the static {type(value).__name__} {text if len(text) < 60 else text[:57] + '...'}"
