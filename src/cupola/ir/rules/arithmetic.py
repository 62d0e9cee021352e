"""Rules about sums, products and quotients."""

from __future__ import annotations

from cupola.ir.rules.rule import Rule
from cupola.ir.types import I8, I16

_CONSTANT_LAST = "constants stand on the right, so that other rules need not look left"
_SLOW = (I8, I16)  # multiplication is hard for the solver; nothing in these rules depends on the width

RULES = [
    Rule("add_constant_first", "add(C, x) => add(x, C)", _CONSTANT_LAST),
    Rule("mul_constant_first", "mul(C, x) => mul(x, C)", _CONSTANT_LAST),
    Rule("add_zero", "add(x, 0) => x", "adding nothing"),
    Rule("sub_zero", "sub(x, 0) => x", "subtracting nothing"),
    Rule("sub_self", "sub(x, x) => 0", "a difference of equals"),
    Rule("sub_constant", "sub(x, C) => add(x, sub(0, C))", "one form for moving by a constant"),
    Rule("add_add_constants", "add(add(x, C), D) => add(x, add(C, D))", "one addition of the known sum"),
    Rule("add_sub_constants", "add(sub(C, x), D) => sub(add(C, D), x)", "one subtraction from the known sum"),
    Rule("sub_add_constants", "sub(C, add(x, D)) => sub(sub(C, D), x)", "one subtraction from what is known"),
    Rule("sub_sub_constants", "sub(C, sub(D, x)) => add(x, sub(C, D))", "two signs cancel"),
    Rule("sub_add_same", "sub(add(x, y), y) => x", "what was added is taken away"),
    Rule("add_sub_same", "add(sub(x, y), y) => x", "what was taken away is added"),
    Rule("sub_sub_same", "sub(x, sub(x, y)) => y", "the rest of the rest"),
    Rule("sub_from_sum", "sub(y, add(x, y)) => sub(0, x)", "only the other part is left"),
    Rule("add_negated", "add(x, sub(0, y)) => sub(x, y)", "adding the opposite"),
    Rule("sub_negated", "sub(x, sub(0, y)) => add(x, y)", "subtracting the opposite"),
    Rule("mul_zero", "mul(x, 0) => 0", "a product with nothing"),
    Rule("mul_one", "mul(x, 1) => x", "once"),
    Rule("mul_minus_one", "mul(x, -1) => sub(0, x)", "a negation is cheaper than a product"),
    Rule(
        "mul_power_of_two",
        "mul(x, C) => shl(x, count_trailing_zeros(C))",
        "a shift is cheaper than a product",
        when="eq(count_ones(C), 1)",
        proved=_SLOW,
    ),
    Rule(
        "mul_mul_constants",
        "mul(mul(x, C), D) => mul(x, mul(C, D))",
        "one multiplication by the known product",
        proved=_SLOW,
    ),
    Rule("udiv_one", "udiv(x, 1) => x", "once", proved=_SLOW),
    Rule("sdiv_one", "sdiv(x, 1) => x", "once", proved=_SLOW),
    Rule("sdiv_minus_one", "sdiv(x, -1) => sub(0, x)", "a negation is cheaper than a division", proved=_SLOW),
    Rule("urem_one", "urem(x, 1) => 0", "everything is a multiple of one", proved=_SLOW),
    Rule("srem_one", "srem(x, 1) => 0", "everything is a multiple of one", proved=_SLOW),
    Rule(
        "udiv_power_of_two",
        "udiv(x, C) => lshr(x, count_trailing_zeros(C))",
        "a shift is much cheaper than a division",
        when="eq(count_ones(C), 1)",
        proved=_SLOW,
    ),
    Rule(
        "urem_power_of_two",
        "urem(x, C) => and(x, sub(C, 1))",
        "the low bits are the remainder",
        when="eq(count_ones(C), 1)",
        proved=_SLOW,
    ),
]
