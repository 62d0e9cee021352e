"""The page on the kernel language: its examples run and compile, and it names everything there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import cupola.kernel
from cupola.kernel import KernelFunction, collect, intrinsics
from tests.kernel.support import run_source

PAGE = (Path(__file__).parents[2] / "docs" / "kernel-language.md").read_text(encoding="utf-8")


def test_examples_compile() -> None:
    examples = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.M | re.S)
    assert len(examples) > 5
    names = run_source("".join(examples))
    functions = [each for each in names.values() if isinstance(each, KernelFunction)]
    mine = [each for each in functions if each.__module__ == names["__name__"]]
    assert len(mine) > 10
    assert len(collect("page", mine).functions) >= len(mine)


def test_every_intrinsic_is_named() -> None:
    tree = ast.parse(Path(intrinsics.__file__).read_text(encoding="utf-8"))
    names = [each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name[0] != "_"]
    assert [name for name in names if not re.search(rf"`{name}\b", PAGE)] == []


def test_public_names_are_what_can_be_imported() -> None:
    assert sorted(cupola.kernel.__all__, key=str.lower) == sorted(set(cupola.kernel.__all__), key=str.lower)
    assert [name for name in cupola.kernel.__all__ if not hasattr(cupola.kernel, name)] == []
