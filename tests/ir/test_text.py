"""The text form: round trip, numbering of names, and an error with a caret for each way to be wrong."""

from __future__ import annotations

import math
import textwrap

import pytest

from cupola.ir.builder import Builder
from cupola.ir.core import Constant, Function, Module
from cupola.ir.errors import IRError
from cupola.ir.parser import parse_function, parse_module
from cupola.ir.printer import format_function, format_module
from cupola.ir.tokens import ParseError
from cupola.ir.types import F32, F64, I1, I64, PTR
from cupola.ir.verifier import verify_module

EVERYTHING = """\
module "every thing"
declare @puts(ptr) -> i32
declare handler @next(i64, ptr)
declare @"odd name"() -> i64, i1
data @text = "00ff2a"
hole @hole = -2147483648 .. 2147483648

function @gcd(%a: i64, %b: i64) -> i64 inline pure {
entry(%a: i64, %b: i64):
  %z = eq %b, 0:i64
  branch %z, done(%a), step(%a, %b) weight 1000
step(%x: i64, %y: i64):
  %r = srem %x, %y
  %s, %o = add_overflow_s %x, %y
  %0 = load.i32 0x1000:ptr
  %1 = sign_extend.i64 %0
  %q, %c = call.i64.i1 @"odd name"()
  switch %r, [1: done(%x), -2: step(%x, %y)], other
other:
  %f = fadd nan:f64, -1.5e-07:f64
  %g = fadd inf:f64, -inf:f64
  %h = fadd nan_7ff8000000000001:f64, -0.0:f64
  %i = xor 1:i1, 0:i1
  trap "oh \\"no\\""
done(%d: i64):
  return %d
}

function @nothing() {
entry:
  %p = symbol @hole
  %n = operand.i32 "count"
  %u = undefined.f64
  %t = stack_slot 16:i64
  memory_fill %p, 0:i8, 16:i64
  %r = call.i32 @puts(%p)
  %s = call_indirect.i64 %p(%r, 1.5:f32)
  leave "jump"(%s, 1:i64)
}

handler @h(%x: i64, %p: ptr) slow {
entry(%x: i64, %p: ptr):
  %c = slt %x, 5:i64
  branch %c, a, b
a:
  tail_call @next(%x, %p)
b:
  tail_call_indirect %p(%x, %p)
}

function @late() -> i64 {
entry:
  jump first
second:
  return %x
first:
  %x = add 1:i64, 2:i64
  jump second
weight:
  unreachable
nan:
  return 0:i64
}
"""


def test_round_trip() -> None:
    module = parse_module(EVERYTHING)
    verify_module(module)
    assert format_module(module) == EVERYTHING


def test_comments_and_layout_do_not_matter() -> None:
    text = "function @f(%x:i64)->i64{entry(%x:i64): ; a comment\n%y=add %x,0x10:i64 return %y}"
    assert format_function(parse_function(text)) == textwrap.dedent("""\
        function @f(%x: i64) -> i64 {
        entry(%x: i64):
          %y = add %x, 16:i64
          return %y
        }
        """)


def test_names_are_hints_and_become_unique() -> None:
    function = Function("f", [("x", I64), ("x", I64), ("not a name", I1)], [I64])
    builder = Builder(function)
    first, second, _ = function.parameters
    total = builder.value("add", first, second)
    total.name = "7"
    again = builder.value("add", total, total)
    again.name = "x.1"
    other = function.add_block("entry")
    builder.jump(other)
    builder.block = other
    builder.end("return", [again])
    text = format_function(function)
    assert text == textwrap.dedent("""\
        function @f(%x: i64, %x.1: i64, %0: i1) -> i64 {
        entry(%x: i64, %x.1: i64, %0: i1):
          %1 = add %x, %x.1
          %x.1.1 = add %1, %1
          jump entry.1
        entry.1:
          return %x.1.1
        }
        """)
    assert format_function(parse_function(text)) == text


@pytest.mark.parametrize("value", [0.1, -0.0, 5e-324, 1e308, math.inf, -math.inf, math.nan, 16777217.0])
def test_floats_survive(value: float) -> None:
    for type in (F32, F64):
        function = Function("f", [], [type])
        Builder(function).end("return", [Constant(type, value)])
        text = format_function(function)
        assert format_function(parse_function(text)) == text


def test_constants_of_f32_are_rounded() -> None:
    assert Constant(F32, 0.1).value == 0.10000000149011612
    assert Constant(PTR, -1).value == 2**64 - 1


def inside(*lines: str) -> str:
    return "function @f(%x: i64, %p: ptr) -> i64 {\nentry(%x: i64, %p: ptr):\n" + "\n".join(lines) + "\n}\n"


@pytest.mark.parametrize(
    ("text", "message", "under"),
    [
        (inside("  %y = add %x, 1:i32", "  return %y"), "add: operand 1 must be i64, found i32", "add"),
        (inside("  %y = ad %x, %x"), "there is no operation ad", "ad"),
        (inside("  %y = load %p", "  return %y"), "load needs its result type written out", "load"),
        (inside("  %y = load.i63 %p"), "i63 is no type", "load.i63"),
        (inside("  %y = add.i64 %x, %x"), "add takes no such suffix", "add.i64"),
        (inside("  %y, %z = add %x, %x"), "add has 1 results, but 2 are named", "add"),
        (inside("  %x = add %x, %x", "  return %x"), "%x is defined twice", "%x"),
        (inside("  return %nowhere"), "%nowhere has no definition that comes before this use", "%nowhere"),
        (inside("  jump nowhere"), "there is no block nowhere", "nowhere"),
        (inside("  return 1.5:i64"), "expected a constant of type i64, found 1.5", "1.5"),
        (inside("  return 1:i64", "entry:", "  return 1:i64"), "there is already a block entry", "entry"),
        (inside("  return ?"), "no token begins with '?'", "?"),
        (inside("  call puts()"), "expected @, found puts", "puts"),
        (inside("  trap 5"), "expected a string, found 5", "5"),
        (inside('  trap "\\q"'), "this string has an escape that JSON does not know", '"\\q"'),
        (inside("  switch %x, [1: a 2: b], c"), "expected ,, found 2", "2"),
        ("function @f(%x: i63) {}", "expected a type (i1, i8, ", "i63"),
        ("function @f() {}", "expected a block: a function has at least its entry", ""),
        ("function @f(%x: i64) {\nentry:\n  return\n}", "must have the function's parameters", "entry"),
        ("function @f() {\nentry:\n  return\n}\nfunction", "expected the end of the text", "function"),
        ("function @f() {\nentry:\n  return", "expected an operation", ""),
    ],
)  # fmt: skip
def test_parse_errors_show_the_place(text: str, message: str, under: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_function(text)
    first, line, caret = str(caught.value).split("\n")
    assert message in first
    assert isinstance(caught.value, IRError)
    start = caret.index("^")
    assert line[start : start + len(under)] == under
    assert set(caret.strip()) == {"^"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('module "m" 5', "expected function, handler, declare, data or hole, found 5"),
        ('module "m"\ndeclare @f()\ndeclare @f(i64)', "declared twice, differently"),
        ('module "m"\ndata @d = "0"', "fromhex"),
        ('module "m"' + 2 * "\nfunction @f() {\na:\n return\n}", "already has a function"),
    ],
)  # fmt: skip
def test_parse_errors_of_modules(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        parse_module(text)


def test_an_empty_module() -> None:
    assert format_module(Module("m")) == 'module "m"\n'
    assert format_module(parse_module('module "m"')) == 'module "m"\n'
