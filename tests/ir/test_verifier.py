"""The verifier: one test for every thing that it refuses, with the message."""

from __future__ import annotations

import pytest

from cupola.ir.builder import Builder
from cupola.ir.core import Block, Constant, Declaration, Function, Instruction, Location, Module, Parameter
from cupola.ir.errors import IRError
from cupola.ir.operations import TABLE
from cupola.ir.parser import parse_function, parse_module
from cupola.ir.types import I8, I64, PTR
from cupola.ir.verifier import verify, verify_module


def inside(*lines: str) -> str:
    return "function @f(%x: i64, %p: ptr) -> i64 {\nentry(%x: i64, %p: ptr):\n" + "\n".join(lines) + "\n}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (inside("%y = add %x, %x"), "`%y = add %x, %x`: expected a terminator at the end of the block"),
        (inside("return %x", "return %x"), "a terminator must be the last of its block"),
        (inside(), "expected a terminator, found an empty block"),
        (inside("return"), r"`return`: the function returns \(i64\), found \(\)"),
        (inside("return %p"), r"the function returns \(i64\), found \(ptr\)"),
        (inside("jump a(%x, %x)", "a(%y: i64):", "return %y"), r"block a takes \(i64\), found \(i64, i64\)"),
        (inside("jump a(%p)", "a(%y: i64):", "return %y"), r"block a takes \(i64\), found \(ptr\)"),
        (inside("jump a, a", "a:", "return %x"), "expected 1 successors, found 2"),
        (inside("branch 1:i1, a", "a:", "return %x"), "expected 2 successors, found 1"),
        (inside("branch %x, a, a", "a:", "return %x"), "operand 0 must be i1, found i64"),
        (inside("switch 1.5:f64, [], a", "a:", "return %x"), "operand 0 must be one of i1 i8"),
        (inside("switch %x, [1: a, 1: a], a", "a:", "return %x"), "a case stands there twice"),
        (inside("switch 1:i8, [256: a], a", "a:", "return %x"), "case 256 is no i8"),
        (inside("jump a weight 5", "a:", "return %x"), "only a branch has a weight"),
        (inside("branch 1:i1, a, a weight 2001", "a:", "return %x"), "a weight, of 0 to 2000"),
        (inside("%s = stack_slot %x", "return %x"), "the size of a stack slot must be a constant"),
        (inside('leave ""()'), "expected a symbol"),
        (inside("tail_call @g(%x, %p)"), "only a handler can end in a tail call"),
        (inside("%r = call_indirect.i64 %x()", "return %r"), r"address to call .*found \(i64\)"),
        (
            inside("branch 1:i1, a, b", "a:", "%y = add %x, %x", "jump b", "b:", "return %y"),
            "%y is used where its definition does not always come before",
        ),
        ("handler @f() -> i64 {\nentry:\nreturn\n}", r"a handler has no results, found \(i64\)"),
        (
            "handler @f(%x: i64) {\nentry(%x: i64):\ntail_call @g()\n}",
            r"passes the types of its function, \(i64\), found \(\)",
        ),
    ],
)  # fmt: skip
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(IRError, match=message) as caught:
        verify(parse_function(text))
    assert str(caught.value).startswith(("@f", "line"))  # the parser sees some of it first


@pytest.mark.parametrize(
    "text",
    [
        inside("jump a", "b:", "return %y", "a:", "%y = add %x, %x", "jump b"),
        inside("return %x", "dead:", "%y = add %x, 1:i64", "jump dead"),
        inside("branch 1:i1, a(%x), a(1:i64) weight 2000", "a(%y: i64):", "return %y"),
        inside("switch %x, [1: a, -1: a], a", "a:", "return %x"),
        inside("switch 1:i8, [255: a, -128: a], a", "a:", "return %x"),
    ],
)
def test_what_is_allowed(text: str) -> None:
    verify(parse_function(text))


def simple() -> tuple[Function, Builder]:
    function = Function("f", [("x", I64)], [I64])
    return function, Builder(function)


def test_damaged_structures() -> None:
    function, builder = simple()
    builder.jump(Block("elsewhere"))
    with pytest.raises(IRError, match="successor elsewhere is no block of the function"):
        verify(function)

    function, builder = simple()
    builder.end("return", [Parameter(I64, "stranger")])
    with pytest.raises(IRError, match="operand stranger has no definition in this function"):
        verify(function)

    function, builder = simple()
    value = builder.value("add", *function.parameters, *function.parameters)
    builder.end("return", [value])
    function.entry.instructions.insert(0, function.entry.instructions[0])
    with pytest.raises(IRError, match="is defined twice"):
        verify(function)

    function, builder = simple()
    value = builder.value("add", *function.parameters, *function.parameters)
    builder.end("return", [value])
    function.entry.instructions.reverse()
    with pytest.raises(IRError, match="a terminator must be the last"):
        verify(function)

    function, builder = simple()
    builder.end("return", function.parameters)
    function.blocks.append(function.entry)
    with pytest.raises(IRError, match="a block is in the function twice"):
        verify(function)
    function.blocks.clear()
    with pytest.raises(IRError, match="expected at least an entry block"):
        verify(function)


def test_uses_before_definitions_in_one_block() -> None:
    function, builder = simple()
    first = builder.value("add", *function.parameters, *function.parameters)
    second = builder.value("add", first, first)
    builder.end("return", [second])
    body = function.entry.instructions
    body[0], body[1] = body[1], body[0]
    with pytest.raises(IRError, match="used where its definition does not always come before"):
        verify(function)


def test_constants_must_be_canonical() -> None:
    function, builder = simple()
    constant = Constant(I8, 5)
    constant.value = -5
    builder.value("add", constant, constant)
    builder.end("return", function.parameters)
    with pytest.raises(IRError, match="expected a constant of i8 in canonical form, found -5"):
        verify(function)


def test_results_must_fit_the_table() -> None:
    function, builder = simple()
    builder.append(Instruction(TABLE["add"], function.parameters * 2, [PTR]))
    builder.end("return", function.parameters)
    with pytest.raises(IRError, match=r"add: result 0 must be one of .*, found ptr"):
        verify(function)
    function.entry.instructions[0] = Instruction(TABLE["add"], function.parameters * 2, [I64], symbol="s")
    with pytest.raises(IRError, match="takes no symbol, found 's'"):
        verify(function)


def test_messages_tell_the_source_location() -> None:
    function, builder = simple()
    builder.location = Location("kernel.py", 3, 5)
    builder.append(Instruction(TABLE["return"]))
    with pytest.raises(IRError, match=r"@f, block entry, `return` \(kernel.py:3:5\): the function returns"):
        verify(function)


CALLS = """module "m"
declare @c(i64) -> i64
declare handler @h(i64)
data @d = "00"
function @g(%x: i64) -> i64 {
entry(%x: i64):
  return %x
}
"""


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("%r = call.i64 @missing(%x)", "expected a function or declaration of module 'm'"),
        ("%r = call.i64 @g()", r"the callee takes \(i64\), found \(\)"),
        ("%r = call.i32 @c(%x)", r"the callee returns \(i64\), found \(i32\)"),
        ("call @c(%x)", r"the callee returns \(i64\), found \(\)"),
        ("%p = symbol @missing", "expected a function, data or hole of the module"),
    ],
)
def test_calls_and_symbols(line: str, message: str) -> None:
    module = parse_module(CALLS + f"function @f(%x: i64) {{\nentry(%x: i64):\n  {line}\n  return\n}}\n")
    with pytest.raises(IRError, match=message):
        verify_module(module)
    verify(parse_function(f"function @f(%x: i64) {{\nentry(%x: i64):\n  {line}\n  return\n}}\n"))


def test_tail_calls_need_handlers() -> None:
    text = CALLS + "handler @f(%x: i64) {\nentry(%x: i64):\n  tail_call @CALLEE(%x)\n}\n"
    verify_module(parse_module(text.replace("CALLEE", "h")))
    with pytest.raises(IRError, match="only a handler can be tail called, and @g is none"):
        verify_module(parse_module(text.replace("CALLEE", "g")))


def test_names_mean_one_thing_in_a_module() -> None:
    module = parse_module(CALLS)
    verify_module(module)
    module.holes["d"] = (0, 10)
    with pytest.raises(IRError, match="@d is data and hole"):
        verify_module(module)
    module.holes = {"h2": (5, 5)}
    with pytest.raises(IRError, match=r"expected low < high in 64 bits, found 5 \.\. 5"):
        verify_module(module)
    module.holes = {}
    module.declarations["g"] = Declaration("g", (PTR,), (I64,))
    with pytest.raises(IRError, match=r"@g: declared as .* defined as"):
        verify_module(module)
    other = Module("other")
    other.functions["alias"] = module.functions["g"]
    with pytest.raises(IRError, match="function 'g' is entered as 'alias'"):
        verify_module(other)
