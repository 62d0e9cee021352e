"""Rules about floats: only those that hold for every bit pattern, not-a-number included.

The theory knows one NaN only, so nothing is claimed about integers that go through a float and back.
"""

from __future__ import annotations

from cupola.ir.rules.rule import Rule
from cupola.ir.types import I32, I64

RULES = [
    Rule("fneg_fneg", "fneg(fneg(x)) => x", "two signs cancel"),
    Rule("fabs_fneg", "fabs(fneg(x)) => fabs(x)", "the sign is lost"),
    Rule("fabs_fabs", "fabs(fabs(x)) => fabs(x)", "the sign is lost already"),
    Rule("bits_bits", "bits(bits(x)) => x", "there and back", types=(I32, I64)),
]
