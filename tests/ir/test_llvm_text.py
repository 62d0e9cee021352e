"""LLVM text: what LLVM makes of it, natively run, and how it encodes holes."""

from __future__ import annotations

import ctypes

import pytest

from cupola.ir.errors import IRError
from cupola.ir.llvm import module_text
from cupola.ir.parser import parse_module
from cupola.ir.types import I64
from cupola.ir.verifier import verify_module
from cupola.machine import elf
from cupola.machine.llvm import compile_module
from tests.ir.native import Native

HEAD = 'module "test"\n'

NEXT = "declare handler @next(i64, ptr)\n"
ADD = "%r = add %x, %v\n tail_call @next(%r, %p)"
MOVE = "tail_call @next(%v, %p)"
LOAD = "%q = ptr_add %p, %v\n %r = load.i64 %q\n tail_call @next(%r, %p)"
COMPARE = "%c = slt %x, %v\n branch %c, a, b\na:\n tail_call @next(1:i64, %p)\nb:\n tail_call @next(%x, %p)"
ZERO = "%c = eq %v, 0:i64\n branch %c, a, b\na:\n tail_call @next(1:i64, %p)\nb:\n tail_call @next(%x, %p)"


def relocations(bounds: tuple[int, int], body: str) -> set[str]:
    low, high = bounds
    text = f"""{HEAD}{NEXT}hole @hole = {low} .. {high}
    handler @f(%x: i64, %p: ptr) {{
    entry(%x: i64, %p: ptr):
      %s = symbol @hole
      %v = address %s
      {body}
    }}"""
    module = parse_module(text)
    verify_module(module)
    found = elf.parse(compile_module(module_text(module)))
    every = (each for section in found.relocations.values() for each in section)
    return {each.kind_name.removeprefix("R_X86_64_") for each in every if each.symbol.name == "hole"}


@pytest.mark.parametrize(
    ("bounds", "body", "kind"),
    [
        ((-(2**31), 2**31), ADD, "32S"),
        ((-(2**31), 2**31), LOAD, "32S"),
        ((-(2**31), 2**31), COMPARE, "32S"),
        ((-(2**31), 2**31), MOVE, "64"),
        ((-8, 8), ADD, "32S"),
        ((-8, 8), COMPARE, "32S"),
        ((0, 2**31), ADD, "32S"),
        ((0, 2**31), MOVE, "32"),
        ((0, 256), COMPARE, "32S"),
        ((0, 2**32), ADD, "64"),
        ((0, 2**32), COMPARE, "64"),
        ((-(2**63), 2**63), ADD, "64"),
        ((-(2**63), 2**63), LOAD, "64"),
        ((0, 2**64), COMPARE, "64"),
    ],
)
def test_bounds_of_a_hole_choose_the_width(bounds: tuple[int, int], body: str, kind: str) -> None:
    assert relocations(bounds, body) == {kind}


def test_llvm_does_not_believe_that_a_hole_is_not_zero() -> None:
    assert relocations((0, 2**31), ZERO)
    assert relocations((-(2**31), 2**31), ZERO)


FUNCTIONS = """
declare @abs(i32) -> i32
data @bytes = "6869002a"

function @three(%x: i64) -> i64, i1, i64 inline {
entry(%x: i64):
  %s, %o = add_overflow_s %x, 1:i64
  %d = shl %x, 1:i64
  return %s, %o, %d
}

function @use(%x: i64) -> i64 {
entry(%x: i64):
  %a, %o, %c = call.i64.i1.i64 @three(%x)
  %w = zero_extend.i64 %o
  %y = add %a, %c
  %z = add %y, %w
  return %z
}

function @sum(%n: i64, %total: i64) -> i64 {
entry(%n: i64, %total: i64):
  %z = eq %n, 0:i64
  %m = sub %n, 1:i64
  %t = add %total, %n
  branch %z, out, entry(%m, %t) weight 1
out:
  return %total
}

function @choose(%x: i64) -> i64 slow {
entry(%x: i64):
  switch %x, [1: out(10:i64), -2: out(20:i64), 3: out(30:i64)], out(40:i64)
out(%r: i64):
  return %r
}

function @both(%c: i1) -> i64 {
entry(%c: i1):
  branch %c, out(1:i64), out(2:i64)
out(%r: i64):
  return %r
}

function @negative(%x: i64) -> i1 {
entry(%x: i64):
  %r = slt %x, 0:i64
  return %r
}

function @memory(%n: i64) -> i64 {
entry(%n: i64):
  %b = symbol @bytes
  jump loop(0:i64)
loop(%i: i64):
  %p = stack_slot 8:i64
  memory_copy %p, %b, 4:i64
  %j = add %i, 1:i64
  %end = eq %j, %n
  branch %end, out, loop(%j)
out:
  %v = load.i32 %p
  %c = memory_compare %p, %b, 4:i64
  %e = eq %c, 0:i32
  %a = call.i32 @abs(-5:i32)
  %t = select %e, %v, %a
  %w = zero_extend.i64 %t
  return %w
}

function @by_address(%x: i64) -> i64 {
entry(%x: i64):
  %f = symbol @choose
  %r = call_indirect.i64 %f(%x)
  return %r
}

handler @last(%x: i64, %p: ptr) {
entry(%x: i64, %p: ptr):
  store %p, %x
  return
}

handler @first(%x: i64, %p: ptr) {
entry(%x: i64, %p: ptr):
  %f = symbol @middle
  %u = undefined.i64
  %y = add %x, 1:i64
  tail_call_indirect %f(%y, %p)
}

handler @middle(%x: i64, %p: ptr) {
entry(%x: i64, %p: ptr):
  %y = mul %x, 2:i64
  tail_call @last(%y, %p)
}

function @enter(%x: i64) -> i64 {
entry(%x: i64):
  %p = stack_slot 8:i64
  call @first(%x, %p)
  %r = load.i64 %p
  return %r
}

function @dead(%x: i64) -> i64 {
entry(%x: i64):
  return %x
nowhere(%y: i64):
  %z = add %y, %x
  jump also(%z)
also(%w: i64):
  return %w
}
"""


@pytest.fixture(scope="module", params=[0, 2])
def native(request: pytest.FixtureRequest) -> Native:
    return Native(parse_module(HEAD + FUNCTIONS), optimize=request.param)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("use", [5], 16),
        ("use", [2**63 - 1], -(2**63) - 2 + 1),
        ("sum", [100, 0], 5050),
        ("choose", [1], 10),
        ("choose", [-2], 20),
        ("choose", [3], 30),
        ("choose", [0], 40),
        ("both", [1], 1),
        ("both", [0], 2),
        ("memory", [3], 0x2A006968),
        ("by_address", [-2], 20),
        ("enter", [20], 42),
        ("dead", [7], 7),
    ],
)
def test_natively_run(native: Native, name: str, arguments: list[int], expected: int) -> None:
    signature = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * len(arguments))
    assert signature(native.address(name))(*arguments) == I64.signed(I64.unsigned(expected))


def test_a_truth_value_is_a_whole_byte(native: Native) -> None:
    negative = ctypes.CFUNCTYPE(ctypes.c_uint8, ctypes.c_int64)(native.address("negative"))
    assert [negative(-5), negative(5)] == [1, 0]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('%r = operand.i64 "n"\n return', "@f, operand: must be replaced before LLVM"),
        ('leave "next"()', "@f, leave: must be replaced before LLVM"),
        ("call @missing()\n return", "@f, call: expected a function of the module or a declaration"),
        ("%p = symbol @missing\n return", "expected a function, data or hole of the module, found @missing"),
    ],
)
def test_what_llvm_cannot_be_given(body: str, message: str) -> None:
    module = parse_module(f"{HEAD}function @f() {{\nentry:\n  {body}\n}}\n")
    with pytest.raises(IRError, match=message):
        module_text(module)


NAMESAKES = """function @start(%start: i64, %edge: i64, %argument: i64, %t1: i64) -> i64 {
start(%start: i64, %edge: i64, %argument: i64, %t1: i64):
  %sum = add %start, %edge
  %after = slt %sum, 100:i64
  branch %after, after, edge(%sum)
after:
  %again = slt %sum, 50:i64
  branch %again, start(%sum, %argument, %argument, %t1), argument
argument:
  switch %sum, [60: edge(%t1), 70: edge(%sum)], edge(%argument)
edge(%b: i64):
  return %b
}
"""


@pytest.mark.parametrize("first", range(8))
def test_values_and_blocks_of_one_name_are_kept_apart(first: int) -> None:
    """LLVM has one name space for values and labels, also those that the writer makes itself. `first` blocks before
    the others shift the numbers of labels against those of values."""
    more = (
        "".join(f"b{place}:\n  jump b{place + 1}\n" for place in range(first))
        + f"b{first}:\n  return 1:i64\n"
    )
    text = NAMESAKES.replace("after:\n", more + "after:\n", 1)
    native = Native(parse_module(HEAD + text), optimize=0)
    run = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * 4)(native.address("start"))
    assert [run(40, by, 5, 9) for by in (20, 30, 15, 70)] == [9, 70, 5, 110]
    assert run(1, 1, 20, 7) == 20


def test_marks_and_weights_reach_llvm() -> None:
    text = module_text(parse_module(HEAD + FUNCTIONS))
    assert "define internal { i64, i1, i64 } @three(i64 %x.0) #2" in text
    assert "define dso_local i64 @choose(i64 %x.0) #1" in text
    assert "attributes #1 = { nounwind cold noinline }" in text
    assert '!{!"branch_weights", i32 1, i32 1999}' in text
    assert "musttail call preserve_nonecc void @last(i64 %y.2, ptr %p.1) #0\n  ret void" in text
    assert "define dso_local zeroext i1 @negative" in text
