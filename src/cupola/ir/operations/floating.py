"""IEEE 754 arithmetic, rounding and comparison."""

from __future__ import annotations

import math
from collections.abc import Callable

from cupola.ir.operation import begin_family, define
from cupola.ir.operations import terms
from cupola.ir.operations.terms import Term, bit, z3
from cupola.ir.types import FLOATS, Type


def _quotient(x: float, y: float) -> float:
    if y != 0:
        return x / y
    if x == 0 or math.isnan(x):
        return math.nan
    return math.copysign(math.inf, x) * math.copysign(1.0, y)


def _whole(function: Callable[[float], int]) -> Callable[[dict[str, Type], float], float]:
    """Rounding to a whole number that leaves infinities, NaN and the sign of zero alone."""
    return lambda b, x: math.copysign(float(function(x)), x) if math.isfinite(x) else x


begin_family("Floating point")


def _arithmetic(
    name: str, z3_name: str, doc: str, compute: Callable[[float, float], float], commutative: bool
) -> None:
    define(name, "T T -> T", types=FLOATS, doc=doc, commutative=commutative,
           evaluate=lambda b, x, y: b["T"].rounded(compute(x, y)),
           llvm="{r0} = " + name + " {T} {0}, {1}",
           z3=lambda b, x, y: terms.float_function(z3_name, x, y))  # fmt: skip


_arithmetic("fadd", "fpAdd", "the rounded sum", lambda x, y: x + y, True)
_arithmetic("fsub", "fpSub", "the rounded difference", lambda x, y: x - y, False)
_arithmetic("fmul", "fpMul", "the rounded product", lambda x, y: x * y, True)
_arithmetic("fdiv", "fpDiv", "the rounded quotient; infinities and NaN as in IEEE 754", _quotient, False)


def _unary(
    name: str,
    intrinsic: str,
    doc: str,
    compute: Callable[[dict[str, Type], float], float],
    term: Callable[[Term], Term],
) -> None:
    define(name, "T -> T", types=FLOATS, doc=doc, evaluate=compute,
           llvm="{r0} = call {T} @llvm." + intrinsic + ".{T_mangled}({T} {0})",
           z3=lambda b, x: term(x))  # fmt: skip


define("fneg", "T -> T", types=FLOATS, doc="the opposite sign, of zero and NaN too",
       evaluate=lambda b, x: -x, llvm="{r0} = fneg {T} {0}",
       z3=lambda b, x: z3().fpNeg(x))  # fmt: skip
_unary("fabs", "fabs", "the absolute value", lambda b, x: abs(x), lambda x: z3().fpAbs(x))
_unary("fsqrt", "sqrt", "the rounded square root; NaN below zero",
       lambda b, x: b["T"].rounded(math.sqrt(x)) if x >= 0 else math.nan,
       lambda x: terms.float_function("fpSqrt", x))  # fmt: skip
_unary(
    "ffloor",
    "floor",
    "the greatest whole number not above",
    _whole(math.floor),
    lambda x: terms.to_whole("RTN", x),
)
_unary(
    "fceil", "ceil", "the least whole number not below", _whole(math.ceil), lambda x: terms.to_whole("RTP", x)
)
_unary(
    "ftrunc",
    "trunc",
    "the next whole number towards zero",
    _whole(math.trunc),
    lambda x: terms.to_whole("RTZ", x),
)


def _comparison(
    name: str,
    llvm: str,
    doc: str,
    compute: Callable[[float, float], bool],
    term: Callable[[Term, Term], Term],
) -> None:
    define(name, "T T -> i1", types=FLOATS, doc=doc, commutative=name in ("feq", "fne"),
           evaluate=lambda b, x, y: int(compute(x, y)),
           llvm="{r0} = fcmp " + llvm + " {T} {0}, {1}",
           z3=lambda b, x, y: bit(term(x, y)))  # fmt: skip


_comparison("feq", "oeq", "whether equal; NaN equals nothing",
            lambda x, y: x == y, lambda x, y: z3().fpEQ(x, y))  # fmt: skip
_comparison("fne", "une", "whether not equal; NaN differs from everything",
            lambda x, y: x != y, lambda x, y: z3().Not(z3().fpEQ(x, y)))  # fmt: skip
_comparison("flt", "olt", "whether less; false with NaN",
            lambda x, y: x < y, lambda x, y: z3().fpLT(x, y))  # fmt: skip
_comparison("fle", "ole", "whether less or equal; false with NaN",
            lambda x, y: x <= y, lambda x, y: z3().fpLEQ(x, y))  # fmt: skip
