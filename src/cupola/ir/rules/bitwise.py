"""Rules about bits: and, or, exclusive or, shifts."""

from __future__ import annotations

from cupola.ir.rules.rule import Rule
from cupola.ir.types import I8, I16, I32

_SLOW = (I8, I16, I32)  # two variable shifts are hard for the solver; nothing depends on the width
_CONSTANT_LAST = "constants stand on the right, so that other rules need not look left"

RULES = [
    Rule("and_constant_first", "and(C, x) => and(x, C)", _CONSTANT_LAST),
    Rule("or_constant_first", "or(C, x) => or(x, C)", _CONSTANT_LAST),
    Rule("xor_constant_first", "xor(C, x) => xor(x, C)", _CONSTANT_LAST),
    Rule("and_zero", "and(x, 0) => 0", "no bit is left"),
    Rule("and_ones", "and(x, -1) => x", "all bits are left"),
    Rule("and_self", "and(x, x) => x", "the same bits"),
    Rule("and_and_constants", "and(and(x, C), D) => and(x, and(C, D))", "one mask"),
    Rule("and_and_same", "and(and(x, y), y) => and(x, y)", "the second mask takes nothing more away"),
    Rule("and_or_absorbed", "and(or(x, y), x) => x", "absorption"),
    Rule("and_inverted", "and(x, xor(x, -1)) => 0", "no bit is in both"),
    Rule("or_zero", "or(x, 0) => x", "no bit is added"),
    Rule("or_ones", "or(x, -1) => -1", "all bits are there"),
    Rule("or_self", "or(x, x) => x", "the same bits"),
    Rule("or_or_constants", "or(or(x, C), D) => or(x, or(C, D))", "one set of bits"),
    Rule("or_and_absorbed", "or(and(x, y), x) => x", "absorption"),
    Rule("or_inverted", "or(x, xor(x, -1)) => -1", "every bit is in one"),
    Rule("xor_zero", "xor(x, 0) => x", "no bit is flipped"),
    Rule("xor_self", "xor(x, x) => 0", "equal bits"),
    Rule("xor_xor_constants", "xor(xor(x, C), D) => xor(x, xor(C, D))", "one flip; two inversions are none"),
    Rule("xor_xor_same", "xor(xor(x, y), y) => x", "flipped and flipped back"),
    Rule("shl_none", "shl(x, C) => x", "shifting by nothing", when="eq(and(C, sub(width(x), 1)), 0)"),
    Rule("lshr_none", "lshr(x, C) => x", "shifting by nothing", when="eq(and(C, sub(width(x), 1)), 0)"),
    Rule("ashr_none", "ashr(x, C) => x", "shifting by nothing", when="eq(and(C, sub(width(x), 1)), 0)"),
    Rule("rotl_none", "rotl(x, C) => x", "rotating by nothing", when="eq(and(C, sub(width(x), 1)), 0)"),
    Rule(
        "shl_shl",
        "shl(shl(x, C), D) => shl(x, add(C, D))",
        "one shift",
        when="and(ult(C, width(x)), and(ult(D, width(x)), ult(add(C, D), width(x))))",
        proved=_SLOW,
    ),
    Rule(
        "lshr_lshr",
        "lshr(lshr(x, C), D) => lshr(x, add(C, D))",
        "one shift",
        when="and(ult(C, width(x)), and(ult(D, width(x)), ult(add(C, D), width(x))))",
        proved=_SLOW,
    ),
    Rule(
        "ashr_ashr",
        "ashr(ashr(x, C), D) => ashr(x, add(C, D))",
        "one shift",
        when="and(ult(C, width(x)), and(ult(D, width(x)), ult(add(C, D), width(x))))",
        proved=_SLOW,
    ),
    Rule("shl_lshr", "lshr(shl(x, C), C) => and(x, lshr(-1, C))", "the high bits are cleared"),
    Rule("lshr_shl", "shl(lshr(x, C), C) => and(x, shl(-1, C))", "the low bits are cleared"),
    Rule("ashr_shl", "shl(ashr(x, C), C) => and(x, shl(-1, C))", "the low bits are cleared"),
    Rule(
        "and_lshr_covered",
        "and(lshr(x.t, C), D) => lshr(x, C)",
        "the shift cleared what the mask would",
        when="eq(and(lshr(-1.t, C), D), lshr(-1.t, C))",
    ),
    Rule("byte_swap_twice", "byte_swap(byte_swap(x)) => x", "swapped back"),
]
