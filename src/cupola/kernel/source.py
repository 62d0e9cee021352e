"""Finds the syntax tree of a function from its code object. A file is parsed once."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

_FILES: dict[str, tuple[int, dict[tuple[str, int], ast.FunctionDef]]] = {}


class NoSource(Exception):
    """The text of a function is not at hand: typed at a prompt, or its file is gone."""


def function_node(function: Callable[..., Any]) -> ast.FunctionDef:
    """The definition of `function`; raises NoSource."""
    code = code_of(function)
    node = _definitions(code.co_filename, function).get((code.co_name, code.co_firstlineno))
    if node is None:
        raise NoSource(
            f"{code.co_filename} has no function {code.co_name!r} on line {code.co_firstlineno}: "
            "did the file change since it was imported?"
        )
    return node


def code_of(function: Callable[..., Any]) -> CodeType:
    if not isinstance(function, FunctionType):
        raise TypeError(f"kernel code must be a plain function, found {function!r}")
    return function.__code__


def source_lines(file: str) -> list[str]:
    return linecache.getlines(file)


def _definitions(file: str, function: Callable[..., Any]) -> dict[tuple[str, int], ast.FunctionDef]:
    """The functions of a file by name and first line (that of the first decorator, as code objects count)."""
    lines = linecache.getlines(file, getattr(function, "__globals__", None))
    text = "".join(lines)
    if not text:
        raise NoSource(f"the source text of {file} is not available: kernel code must stand in a file")
    known = _FILES.get(file)
    if known is None or known[0] != hash(text):
        found: dict[tuple[str, int], ast.FunctionDef] = {}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                found[node.name, first] = node
        known = _FILES[file] = (hash(text), found)
    return known[1]
