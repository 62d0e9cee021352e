"""Rules about `select`, and comparisons of what it selected."""

from __future__ import annotations

from cupola.ir.rules.rule import Rule

_DECIDED = "the comparison tells which one was selected"
_NEITHER = "neither of the two"

RULES = [
    Rule("select_one", "select(1, x, y) => x", "the condition is known"),
    Rule("select_zero", "select(0, x, y) => y", "the condition is known"),
    Rule("select_same", "select(c, x, x) => x", "no choice"),
    Rule("select_not", "select(xor(c, 1), x, y) => select(c, y, x)", "the opposite choice"),
    Rule("select_boolean", "select(c, 1.i1, 0) => c", "a boolean spelled out"),
    Rule("select_not_boolean", "select(c, 0.i1, 1) => xor(c, 1)", "its opposite spelled out"),
    Rule("select_flag", "select(c, -1, 0) => sign_extend(c)", "all bits or none"),
    Rule("select_bit", "select(c, 1, 0) => zero_extend(c)", "one or zero"),
    Rule("select_equal", "select(eq(x, y), x, y) => y", "where they are equal, either will do"),
    Rule("select_different", "select(ne(x, y), x, y) => x", "where they are equal, either will do"),
    Rule("select_then_select", "select(c, select(c, x, y), z) => select(c, x, z)", "decided before"),
    Rule("select_else_select", "select(c, x, select(c, y, z)) => select(c, x, z)", "decided before"),
    Rule(
        "eq_select_first",
        "eq(select(c, C, D), E) => c",
        _DECIDED,
        when="and(eq(C, E), ne(D, E))",
    ),
    Rule(
        "eq_select_second",
        "eq(select(c, C, D), E) => xor(c, 1)",
        _DECIDED,
        when="and(ne(C, E), eq(D, E))",
    ),
    Rule("eq_select_neither", "eq(select(c, C, D), E) => 0", _NEITHER, when="and(ne(C, E), ne(D, E))"),
    Rule(
        "ne_select_first",
        "ne(select(c, C, D), E) => xor(c, 1)",
        _DECIDED,
        when="and(eq(C, E), ne(D, E))",
    ),
    Rule(
        "ne_select_second",
        "ne(select(c, C, D), E) => c",
        _DECIDED,
        when="and(ne(C, E), eq(D, E))",
    ),
    Rule("ne_select_neither", "ne(select(c, C, D), E) => 1", _NEITHER, when="and(ne(C, E), ne(D, E))"),
]
