"""IEEE 754 arithmetic, rounding and comparison."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

from cupola.ir.operation import define
from cupola.ir.types import FLOATS, Type


def _round(t: Type, value: float) -> float:
    """`value` rounded to the precision of `t`; 64 bits are enough for a sum, product, quotient or root to
    round as if once (S. Figueroa, When is double rounding innocuous?, 1995).
    """
    if t.bits == 64 or not math.isfinite(value):
        return value
    try:
        rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return rounded


def _product(x: float, y: float) -> float:
    return x * y


def _quotient(x: float, y: float) -> float:
    if y != 0:
        return x / y
    if x == 0 or math.isnan(x):
        return math.nan
    return math.copysign(math.inf, x) * math.copysign(1.0, y)


def _whole(function: Callable[[float], int]) -> Callable[[dict[str, Type], float], float]:
    """Rounding to a whole number that leaves infinities, NaN and the sign of zero alone."""
    return lambda b, x: math.copysign(float(function(x)), x) if math.isfinite(x) else x


def _arithmetic(
    name: str, llvm: str, doc: str, compute: Callable[[float, float], float], commutative: bool
) -> None:
    define(name, "T T -> T", types=FLOATS, doc=doc, commutative=commutative,
           evaluate=lambda b, x, y: _round(b["T"], compute(x, y)),
           llvm="{r0} = " + llvm + " {T} {0}, {1}")  # fmt: skip


_arithmetic("fadd", "fadd", "the rounded sum", lambda x, y: x + y, True)
_arithmetic("fsub", "fsub", "the rounded difference", lambda x, y: x - y, False)
_arithmetic("fmul", "fmul", "the rounded product", _product, True)
_arithmetic("fdiv", "fdiv", "the rounded quotient; infinities and NaN as IEEE 754 has them", _quotient, False)


def _unary(name: str, intrinsic: str, doc: str, compute: Callable[[dict[str, Type], float], float]) -> None:
    define(name, "T -> T", types=FLOATS, doc=doc, evaluate=compute,
           llvm="{r0} = call {T} @llvm." + intrinsic + ".{T_mangled}({T} {0})")  # fmt: skip


define("fneg", "T -> T", types=FLOATS, doc="the opposite sign, of zero and NaN too",
       evaluate=lambda b, x: -x, llvm="{r0} = fneg {T} {0}")  # fmt: skip
_unary("fabs", "fabs", "the absolute value", lambda b, x: abs(x))
_unary("fsqrt", "sqrt", "the rounded square root; NaN below zero",
       lambda b, x: _round(b["T"], math.sqrt(x)) if x >= 0 else math.nan)  # fmt: skip
_unary("ffloor", "floor", "the greatest whole number not above", _whole(math.floor))
_unary("fceil", "ceil", "the least whole number not below", _whole(math.ceil))
_unary("ftrunc", "trunc", "the whole number next to it towards zero", _whole(math.trunc))


def _comparison(name: str, llvm: str, doc: str, compute: Callable[[float, float], bool]) -> None:
    define(name, "T T -> i1", types=FLOATS, doc=doc, commutative=name in ("feq", "fne"),
           evaluate=lambda b, x, y: int(compute(x, y)),
           llvm="{r0} = fcmp " + llvm + " {T} {0}, {1}")  # fmt: skip


_comparison("feq", "oeq", "whether equal; NaN equals nothing", lambda x, y: x == y)
_comparison("fne", "une", "whether not equal; NaN differs from everything", lambda x, y: x != y)
_comparison("flt", "olt", "whether less; false with NaN", lambda x, y: x < y)
_comparison("fle", "ole", "whether less or equal; false with NaN", lambda x, y: x <= y)
