"""Helpers of the kernel tests: kernel functions from source text, and running one function three ways."""

from __future__ import annotations

import itertools
import linecache
import math
from collections.abc import Callable
from typing import Any

from cupola.ir.evaluator import Evaluator
from cupola.kernel import KernelFunction, collect, compile_native
from cupola.kernel.types import FloatType, IntegerType, KernelType

_numbers = itertools.count(1)
PRELUDE = "from __future__ import annotations\nfrom cupola.kernel import *\n"


def run_source(source: str, **names: object) -> dict[str, Any]:
    """Execute a module's text as if it stood in a file; its names."""
    name = f"kernel_test_{next(_numbers)}"
    file = f"<{name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": name, **names}
    exec(compile(source, file, "exec", dont_inherit=True), namespace)
    return namespace


def kernel_from(source: str, name: str = "f", **names: object) -> KernelFunction[..., Any]:
    """The kernel function `name` of a module that begins with `PRELUDE`."""
    found = run_source(PRELUDE + source, **names)[name]
    assert isinstance(found, KernelFunction)
    return found


def python_number(type: KernelType, value: int | float) -> int | float | bool:
    """The evaluator's canonical form as Python reads it."""
    if isinstance(type, IntegerType):
        return type.wrap(int(value))
    if isinstance(type, FloatType):
        return float(value)
    return bool(value) if type.name == "bool" else int(value)


def unpacked(values: tuple[Any, ...]) -> Any:
    """Results as a Python function returns them."""
    return None if not values else values[0] if len(values) == 1 else values


def evaluate(function: KernelFunction[..., Any], *arguments: int | float) -> Any:
    """Run a kernel function in the IR evaluator."""
    evaluator = Evaluator(collect("test", [function]))
    types = function.signature.ir_results()
    found = evaluator.run(function.name, *arguments)
    return unpacked(tuple(python_number(type, each) for type, each in zip(types, found, strict=True)))


def native(function: KernelFunction[..., Any], optimize: int = 2) -> Callable[..., Any]:
    return compile_native([function], optimize=optimize)[function.name]


def same(left: Any, right: Any) -> bool:
    """Whether two results agree, in type and the sign of zero too; NaN agrees with NaN."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and isinstance(right, float):
        return (math.isnan(left) and math.isnan(right)) or repr(left) == repr(right)
    return bool(left == right) and type(left) is type(right)
