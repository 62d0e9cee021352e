"""Rules about comparisons of integers and pointers."""

from __future__ import annotations

from cupola.ir.rules.rule import Rule
from cupola.ir.types import I1

_CONSTANT_LAST = "constants stand on the right, so that other rules need not look left"
_STRICT = "one form for comparisons with a constant: the strict one"

RULES = [
    Rule("eq_constant_first", "eq(C, x) => eq(x, C)", _CONSTANT_LAST),
    Rule("ne_constant_first", "ne(C, x) => ne(x, C)", _CONSTANT_LAST),
    Rule("eq_self", "eq(x, x) => 1", "everything equals itself"),
    Rule("ne_self", "ne(x, x) => 0", "nothing differs from itself"),
    Rule("slt_self", "slt(x, x) => 0", "nothing is less than itself"),
    Rule("sle_self", "sle(x, x) => 1", "everything is at most itself"),
    Rule("ult_self", "ult(x, x) => 0", "nothing is less than itself"),
    Rule("ule_self", "ule(x, x) => 1", "everything is at most itself"),
    Rule("ne_zero_boolean", "ne(x, 0) => x", "a boolean that is not zero is one", types=[I1]),
    Rule("eq_zero_boolean", "eq(x, 0) => xor(x, 1)", "the opposite of a boolean", types=[I1]),
    Rule("eq_one_boolean", "eq(x, 1) => x", "a boolean that is one", types=[I1]),
    Rule("ne_one_boolean", "ne(x, 1) => xor(x, 1)", "the opposite of a boolean", types=[I1]),
    Rule("not_eq", "xor(eq(x, y), 1) => ne(x, y)", "the opposite comparison"),
    Rule("not_ne", "xor(ne(x, y), 1) => eq(x, y)", "the opposite comparison"),
    Rule("not_slt", "xor(slt(x, y), 1) => sle(y, x)", "the opposite comparison"),
    Rule("not_sle", "xor(sle(x, y), 1) => slt(y, x)", "the opposite comparison"),
    Rule("not_ult", "xor(ult(x, y), 1) => ule(y, x)", "the opposite comparison"),
    Rule("not_ule", "xor(ule(x, y), 1) => ult(y, x)", "the opposite comparison"),
    Rule("eq_add_constant", "eq(add(x, C), D) => eq(x, sub(D, C))", "the sum is known, so one part is"),
    Rule("ne_add_constant", "ne(add(x, C), D) => ne(x, sub(D, C))", "the sum is known, so one part is"),
    Rule("eq_xor_constant", "eq(xor(x, C), D) => eq(x, xor(D, C))", "the bits are known, flipped or not"),
    Rule("ne_xor_constant", "ne(xor(x, C), D) => ne(x, xor(D, C))", "the bits are known, flipped or not"),
    Rule("eq_difference", "eq(sub(x, y), 0) => eq(x, y)", "no difference"),
    Rule("ne_difference", "ne(sub(x, y), 0) => ne(x, y)", "a difference"),
    Rule("eq_flipped", "eq(xor(x, y), 0) => eq(x, y)", "no bit differs"),
    Rule("ne_flipped", "ne(xor(x, y), 0) => ne(x, y)", "a bit differs"),
    Rule("ult_zero", "ult(x, 0) => 0", "nothing unsigned is below zero"),
    Rule("zero_ule", "ule(0, x) => 1", "everything unsigned is at least zero"),
    Rule("ule_ones", "ule(x, -1) => 1", "everything unsigned is at most the largest"),
    Rule("ones_ult", "ult(-1, x) => 0", "nothing unsigned is above the largest"),
    Rule("ult_one", "ult(x, 1) => eq(x, 0)", "only zero is below one"),
    Rule("zero_ult", "ult(0, x) => ne(x, 0)", "all but zero is above zero"),
    Rule("ule_zero", "ule(x, 0) => eq(x, 0)", "only zero is at most zero"),
    Rule("ule_constant", "ule(x, C) => ult(x, add(C, 1))", _STRICT, when="ne(C, -1)"),
    Rule("constant_ule", "ule(C, x) => ult(sub(C, 1), x)", _STRICT, when="ne(C, 0)"),
    Rule("sle_constant", "sle(x, C) => slt(x, add(C, 1))", _STRICT, when="slt(C, add(C, 1))"),
    Rule("constant_sle", "sle(C, x) => slt(sub(C, 1), x)", _STRICT, when="slt(sub(C, 1), C)"),
    Rule("sle_most", "sle(x, C) => 1", "everything is at most the largest", when="slt(add(C, 1), C)"),
    Rule("slt_least", "slt(x, C) => 0", "nothing is less than the least", when="slt(C, sub(C, 1))"),
    Rule("least_sle", "sle(C, x) => 1", "everything is at least the least", when="slt(C, sub(C, 1))"),
    Rule("most_slt", "slt(C, x) => 0", "nothing is more than the largest", when="slt(add(C, 1), C)"),
    Rule("ult_masked", "ult(and(x, C), D) => 1", "a masked number is at most the mask", when="ult(C, D)"),
    Rule("ult_remainder", "ult(urem(x, C), D) => 1", "a remainder is below the divisor", when="ule(C, D)"),
    Rule(
        "slt_masked",
        "slt(and(x, C), 0) => 0",
        "the sign is masked away",
        when="sle(0, C)",
    ),
    Rule(
        "ult_shifted",
        "ult(lshr(x.t, C), D) => 1",
        "what is left after the shift is small",
        when="ult(lshr(-1.t, C), D)",
    ),
    Rule(
        "eq_masked",
        "eq(and(x, C), D) => 0",
        "a bit that the mask clears cannot be set",
        when="ne(and(D, xor(C, -1)), 0)",
    ),
    Rule(
        "ne_masked",
        "ne(and(x, C), D) => 1",
        "a bit that the mask clears cannot be set",
        when="ne(and(D, xor(C, -1)), 0)",
    ),
]
