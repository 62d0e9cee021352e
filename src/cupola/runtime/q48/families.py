"""Two families made from the checked functions: `saturating` gives the value alone, `trapping` stops the program.

Use them as `saturating.mul(a, b)`, in kernel code and in plain Python; there, a trap is an AssertionError.
"""

from __future__ import annotations

from typing import Any

from cupola.kernel import KernelFunction, i64, pure
from cupola.runtime.q48 import arithmetic, convert, error_function, exponential, logarithm, roots

UNARY: dict[str, KernelFunction[[i64], tuple[i64, bool]]] = {
    "neg": arithmetic.neg,
    "abs": arithmetic.abs,
    "sqrt": roots.sqrt,
    "ln": logarithm.ln,
    "exp": exponential.exp,
    "erf": error_function.erf,
    "from_integer": convert.from_integer,
}
BINARY: dict[str, KernelFunction[[i64, i64], tuple[i64, bool]]] = {
    "add": arithmetic.add,
    "sub": arithmetic.sub,
    "mul": arithmetic.mul,
    "div": arithmetic.div,
}


def saturating_unary(checked: KernelFunction[[i64], tuple[i64, bool]]) -> KernelFunction[[i64], i64]:
    """The function without its flag."""

    @pure
    def operation(x: i64) -> i64:
        value, _ = checked(x)
        return value

    return operation


def saturating_binary(
    checked: KernelFunction[[i64, i64], tuple[i64, bool]],
) -> KernelFunction[[i64, i64], i64]:
    """The function without its flag."""

    @pure
    def operation(a: i64, b: i64) -> i64:
        value, _ = checked(a, b)
        return value

    return operation


def trapping_unary(checked: KernelFunction[[i64], tuple[i64, bool]]) -> KernelFunction[[i64], i64]:
    """The function, which stops the program where the flag would be set."""

    @pure
    def operation(x: i64) -> i64:
        value, failed = checked(x)
        assert not failed, "no Q48.16 number is the result"
        return value

    return operation


def trapping_binary(checked: KernelFunction[[i64, i64], tuple[i64, bool]]) -> KernelFunction[[i64, i64], i64]:
    """The function, which stops the program where the flag would be set."""

    @pure
    def operation(a: i64, b: i64) -> i64:
        value, failed = checked(a, b)
        assert not failed, "no Q48.16 number is the result"
        return value

    return operation


class Family:
    """One function by the name of each operation."""

    add: KernelFunction[[i64, i64], i64]
    sub: KernelFunction[[i64, i64], i64]
    mul: KernelFunction[[i64, i64], i64]
    div: KernelFunction[[i64, i64], i64]
    neg: KernelFunction[[i64], i64]
    abs: KernelFunction[[i64], i64]
    sqrt: KernelFunction[[i64], i64]
    ln: KernelFunction[[i64], i64]
    exp: KernelFunction[[i64], i64]
    erf: KernelFunction[[i64], i64]
    from_integer: KernelFunction[[i64], i64]

    def __init__(self, name: str, unary: Any, binary: Any) -> None:
        for made, table in ((unary, UNARY), (binary, BINARY)):
            for operation, checked in table.items():
                function = made(checked)
                function.name = f"{__name__}.{name}.{operation}"
                setattr(self, operation, function)


saturating = Family("saturating", saturating_unary, saturating_binary)
trapping = Family("trapping", trapping_unary, trapping_binary)
