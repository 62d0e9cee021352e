"""Rules about pointers and their addresses."""

from __future__ import annotations

from cupola.ir.rules.rule import Rule

RULES = [
    Rule("ptr_add_zero", "ptr_add(p, 0) => p", "moved by nothing"),
    Rule("ptr_add_constants", "ptr_add(ptr_add(p, C), D) => ptr_add(p, add(C, D))", "moved once"),
    Rule("address_pointer", "address(pointer(x)) => x", "there and back"),
    Rule("pointer_address", "pointer(address(p)) => p", "there and back"),
    Rule("pointer_difference", "sub(address(ptr_add(p, x)), address(p)) => x", "how far it was moved"),
    Rule("pointer_add_address", "pointer(add(address(p), x)) => ptr_add(p, x)", "moved as a pointer"),
    Rule("eq_addresses", "eq(address(p), address(q)) => eq(p, q)", "compared as pointers"),
    Rule("ne_addresses", "ne(address(p), address(q)) => ne(p, q)", "compared as pointers"),
    Rule("ult_addresses", "ult(address(p), address(q)) => ult(p, q)", "compared as pointers"),
    Rule("eq_address_constant", "eq(address(p), C) => eq(p, pointer(C))", "compared as pointers"),
    Rule("ne_address_constant", "ne(address(p), C) => ne(p, pointer(C))", "compared as pointers"),
    Rule("eq_moved", "eq(ptr_add(p, x), p) => eq(x, 0)", "not moved"),
    Rule("ne_moved", "ne(ptr_add(p, x), p) => ne(x, 0)", "moved"),
    Rule("eq_moved_both", "eq(ptr_add(p, x), ptr_add(p, y)) => eq(x, y)", "moved by the same"),
    Rule("ne_moved_both", "ne(ptr_add(p, x), ptr_add(p, y)) => ne(x, y)", "moved by different numbers"),
]
