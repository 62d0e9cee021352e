"""Rules about arithmetic that tells whether it overflowed."""

from __future__ import annotations

from cupola.ir.rules.rule import Rule

_CONSTANT_LAST = "constants stand on the right, so that other rules need not look left"
_NEVER = "this cannot overflow"

RULES = [
    Rule("add_overflow_s_constant_first", "add_overflow_s(C, x) => add_overflow_s(x, C)", _CONSTANT_LAST),
    Rule("add_overflow_u_constant_first", "add_overflow_u(C, x) => add_overflow_u(x, C)", _CONSTANT_LAST),
    Rule("mul_overflow_s_constant_first", "mul_overflow_s(C, x) => mul_overflow_s(x, C)", _CONSTANT_LAST),
    Rule("mul_overflow_u_constant_first", "mul_overflow_u(C, x) => mul_overflow_u(x, C)", _CONSTANT_LAST),
    Rule("add_overflow_s_zero", "add_overflow_s(x, 0) => x, 0", _NEVER),
    Rule("add_overflow_u_zero", "add_overflow_u(x, 0) => x, 0", _NEVER),
    Rule("sub_overflow_s_zero", "sub_overflow_s(x, 0) => x, 0", _NEVER),
    Rule("sub_overflow_u_zero", "sub_overflow_u(x, 0) => x, 0", _NEVER),
    Rule("sub_overflow_s_self", "sub_overflow_s(x, x) => 0, 0", _NEVER),
    Rule("sub_overflow_u_self", "sub_overflow_u(x, x) => 0, 0", _NEVER),
    Rule("mul_overflow_s_zero", "mul_overflow_s(x, 0) => 0, 0", _NEVER),
    Rule("mul_overflow_u_zero", "mul_overflow_u(x, 0) => 0, 0", _NEVER),
    Rule("mul_overflow_s_one", "mul_overflow_s(x, 1) => x, 0", _NEVER),
    Rule("mul_overflow_u_one", "mul_overflow_u(x, 1) => x, 0", _NEVER),
    Rule("mul_overflow_s_two", "mul_overflow_s(x, 2) => add_overflow_s(x, x)", "an addition is cheaper"),
    Rule("mul_overflow_u_two", "mul_overflow_u(x, 2) => add_overflow_u(x, x)", "an addition is cheaper"),
]
