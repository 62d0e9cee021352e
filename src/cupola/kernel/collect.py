"""Makes an IR module of kernel functions and everything they refer to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from cupola.kernel.function import KernelFunction

if TYPE_CHECKING:
    from cupola.ir.core import Module


def collect(name: str, functions: Iterable[KernelFunction[Any, Any]]) -> Module:
    """A module of `functions` and, transitively, of what they call or point to; raises KernelError.

    C functions are declared; data is shared where it is equal. Two different functions of one name are an
    error (ValueError).
    """
    from cupola.ir.core import Module

    module = Module(name)
    waiting = list(functions)
    done: set[KernelFunction[Any, Any]] = set()
    while waiting:
        function = waiting.pop(0)
        if function in done:
            continue
        done.add(function)
        module.add(function.lower())
        functions_needed, c_functions, data = function.references
        waiting += functions_needed
        for each in c_functions:
            module.declare(each.declaration())
        module.data.update(data)
    return module
