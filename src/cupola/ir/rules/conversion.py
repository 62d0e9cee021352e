"""Rules about conversions between widths of integers, and comparisons of converted numbers.

A guest that keeps truth as a number (Forth: all bits set or none) makes `sign_extend` of a comparison and
then tests that for zero: these rules lead the comparison straight to the branch.
"""

from __future__ import annotations

from cupola.ir.rules.rule import Rule

_BACK = "widened and narrowed back"
_LOW = "only low bits of the original are left"
_LESS_FAR = "widened less far"
_AT_ONCE = "in one step"
_NARROW = "compared before widening"
_OUT_OF_RANGE = "no narrow number becomes this constant"

RULES = [
    # pairs of conversions
    Rule("truncate_zero_extend_same", "truncate(zero_extend(x)) => x", _BACK),
    Rule("truncate_sign_extend_same", "truncate(sign_extend(x)) => x", _BACK),
    Rule("truncate_zero_extend", "truncate(zero_extend(x)) => truncate(x)", _LOW),
    Rule("truncate_sign_extend", "truncate(sign_extend(x)) => truncate(x)", _LOW),
    Rule("truncate_zero_extend_wide", "truncate(zero_extend(x)) => zero_extend(x)", _LESS_FAR),
    Rule("truncate_sign_extend_wide", "truncate(sign_extend(x)) => sign_extend(x)", _LESS_FAR),
    Rule("truncate_truncate", "truncate(truncate(x)) => truncate(x)", _AT_ONCE),
    Rule("zero_extend_zero_extend", "zero_extend(zero_extend(x)) => zero_extend(x)", _AT_ONCE),
    Rule("sign_extend_sign_extend", "sign_extend(sign_extend(x)) => sign_extend(x)", _AT_ONCE),
    Rule("sign_extend_zero_extend", "sign_extend(zero_extend(x)) => zero_extend(x)", "the sign is zero"),
    Rule("zero_extend_truncate", "zero_extend(truncate.s(x)) => and(x, zero_extend(-1.s))", "a mask"),
    Rule(
        "and_zero_extend_covered",
        "and(zero_extend(x.s), C) => zero_extend(x)",
        "the mask clears only what is zero",
        when="eq(and(C, zero_extend(-1.s)), zero_extend(-1.s))",
    ),
    # comparisons with constants
    Rule(
        "eq_sign_extend",
        "eq(sign_extend(x.s), C) => eq(x, truncate(C))",
        _NARROW,
        when="eq(sign_extend(truncate.s(C)), C)",
    ),
    Rule(
        "ne_sign_extend",
        "ne(sign_extend(x.s), C) => ne(x, truncate(C))",
        _NARROW,
        when="eq(sign_extend(truncate.s(C)), C)",
    ),
    Rule(
        "eq_zero_extend",
        "eq(zero_extend(x.s), C) => eq(x, truncate(C))",
        _NARROW,
        when="eq(zero_extend(truncate.s(C)), C)",
    ),
    Rule(
        "ne_zero_extend",
        "ne(zero_extend(x.s), C) => ne(x, truncate(C))",
        _NARROW,
        when="eq(zero_extend(truncate.s(C)), C)",
    ),
    Rule(
        "eq_sign_extend_never",
        "eq(sign_extend(x.s), C) => 0",
        _OUT_OF_RANGE,
        when="ne(sign_extend(truncate.s(C)), C)",
    ),
    Rule(
        "eq_zero_extend_never",
        "eq(zero_extend(x.s), C) => 0",
        _OUT_OF_RANGE,
        when="ne(zero_extend(truncate.s(C)), C)",
    ),
    Rule(
        "ne_sign_extend_always",
        "ne(sign_extend(x.s), C) => 1",
        _OUT_OF_RANGE,
        when="ne(sign_extend(truncate.s(C)), C)",
    ),
    Rule(
        "ne_zero_extend_always",
        "ne(zero_extend(x.s), C) => 1",
        _OUT_OF_RANGE,
        when="ne(zero_extend(truncate.s(C)), C)",
    ),
    Rule(
        "ult_zero_extend",
        "ult(zero_extend(x.s), C) => ult(x, truncate(C))",
        _NARROW,
        when="eq(zero_extend(truncate.s(C)), C)",
    ),
    Rule(
        "ult_zero_extend_always",
        "ult(zero_extend(x.s), C) => 1",
        "every narrow number is less",
        when="ult(zero_extend(-1.s), C)",
    ),
    Rule("slt_zero_extend_never", "slt(zero_extend(x), 0) => 0", "the sign is zero"),
    Rule("slt_sign_extend_zero", "slt(sign_extend(x), 0) => slt(x, 0)", "the sign is kept"),
    # comparisons of two
    Rule("eq_zero_extends", "eq(zero_extend(x.s), zero_extend(y.s)) => eq(x, y)", _NARROW),
    Rule("ne_zero_extends", "ne(zero_extend(x.s), zero_extend(y.s)) => ne(x, y)", _NARROW),
    Rule("ult_zero_extends", "ult(zero_extend(x.s), zero_extend(y.s)) => ult(x, y)", _NARROW),
    Rule("slt_zero_extends", "slt(zero_extend(x.s), zero_extend(y.s)) => ult(x, y)", _NARROW),
    Rule("eq_sign_extends", "eq(sign_extend(x.s), sign_extend(y.s)) => eq(x, y)", _NARROW),
    Rule("ne_sign_extends", "ne(sign_extend(x.s), sign_extend(y.s)) => ne(x, y)", _NARROW),
    Rule("slt_sign_extends", "slt(sign_extend(x.s), sign_extend(y.s)) => slt(x, y)", _NARROW),
    # numbers made from booleans
    Rule("negated_bit", "sub(0, zero_extend(c.i1)) => sign_extend(c)", "0 or 1, negated, is 0 or -1"),
    Rule("negated_flag", "sub(0, sign_extend(c.i1)) => zero_extend(c)", "0 or -1, negated, is 0 or 1"),
    Rule("flag_and_one", "and(sign_extend(c.i1), 1) => zero_extend(c)", "the lowest bit of a flag"),
    Rule(
        "both_flags",
        "ne(and(sign_extend(a.i1), sign_extend(b.i1)), 0) => and(a, b)",
        "tested as booleans",
    ),
    Rule(
        "either_flag",
        "ne(or(sign_extend(a.i1), sign_extend(b.i1)), 0) => or(a, b)",
        "tested as booleans",
    ),
]
