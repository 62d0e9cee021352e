"""Q48.16: signed fixed point in 64 bits, 1.0 = 65536, and statistics on it; integers only, no float anywhere.

Each operation is one kernel function that gives `(value, failed)`: the exact result rounded as its docstring
says, or, with `failed`, the saturated one (out of range, zero divisor, no real result). `saturating` holds the
same operations giving the value alone, `trapping` those that stop the program instead (an `assert`); both
are made from the text of the first. The same functions run natively and as plain Python: whatever may leave
64 bits is written in a cast, which wraps in Python and does nothing in machine code.

docs/fixed-point.md has the table of functions with rounding and error bounds; what is proved of them stands in
docs/proofs.md. A change here changes what these promise: run both tests.
"""

from __future__ import annotations

from cupola.runtime.q48.arithmetic import abs, add, div, mul, neg, sub
from cupola.runtime.q48.convert import decimal, floor, from_integer, from_text, parse, round, to_text
from cupola.runtime.q48.error_function import erf
from cupola.runtime.q48.exponential import exp
from cupola.runtime.q48.families import saturating, trapping
from cupola.runtime.q48.format import FRACTION_BITS, MAX, MIN, ONE
from cupola.runtime.q48.logarithm import ln
from cupola.runtime.q48.roots import integer_sqrt, sqrt

__all__ = [
    "FRACTION_BITS",
    "MAX",
    "MIN",
    "ONE",
    "abs",
    "add",
    "decimal",
    "div",
    "erf",
    "exp",
    "floor",
    "from_integer",
    "from_text",
    "integer_sqrt",
    "ln",
    "mul",
    "neg",
    "parse",
    "round",
    "saturating",
    "sqrt",
    "sub",
    "to_text",
    "trapping",
]
