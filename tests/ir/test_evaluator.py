"""The evaluator: results, control, memory, calls, and an error for each thing that has no meaning."""

from __future__ import annotations

import ctypes
import math

import pytest

from cupola.ir.evaluator import Evaluator, Left, StepLimit, Trapped, Undefined
from cupola.ir.memory import NativeMemory, SandboxMemory
from cupola.ir.parser import parse_module
from cupola.ir.types import F64, I32, I64
from cupola.ir.verifier import verify_module

HEAD = 'module "test"\n'


def evaluator(text: str, **options: object) -> Evaluator:
    module = parse_module(HEAD + text)
    verify_module(module)
    return Evaluator(module, **options)  # type: ignore[arg-type]  # each test gives the options by name


GCD = """
function @gcd(%a: i64, %b: i64) -> i64 {
entry(%a: i64, %b: i64):
  %z = eq %b, 0:i64
  branch %z, done(%a), step(%a, %b)
step(%x: i64, %y: i64):
  %r = srem %x, %y
  jump entry(%y, %r)
done(%d: i64):
  return %d
}
"""


def test_a_loop_through_the_entry() -> None:
    assert evaluator(GCD).run("gcd", 1071, 462) == (21,)


def test_arguments_wrap_and_results_are_unsigned() -> None:
    text = "function @f(%x: i8) -> i8 {\nentry(%x: i8):\n  %y = add %x, -1:i8\n  return %y\n}"
    assert evaluator(text).run("f", -5) == (250,)
    with pytest.raises(ValueError, match="takes 1 arguments, found 2"):
        evaluator(text).run("f", 1, 2)


def test_parallel_arguments_of_an_edge() -> None:
    text = """
    function @swap(%n: i64, %a: i64, %b: i64) -> i64, i64 {
    entry(%n: i64, %a: i64, %b: i64):
      jump loop(%n, %a, %b)
    loop(%i: i64, %x: i64, %y: i64):
      %z = eq %i, 0:i64
      %j = sub %i, 1:i64
      branch %z, done, loop(%j, %y, %x)
    done:
      return %x, %y
    }"""
    assert evaluator(text).run("swap", 3, 1, 2) == (2, 1)


@pytest.mark.parametrize(("value", "expected"), [(1, 10), (-2, 20), (5, 30)])
def test_switch(value: int, expected: int) -> None:
    text = """
    function @f(%x: i32) -> i32 {
    entry(%x: i32):
      switch %x, [1: out(10:i32), -2: out(20:i32)], out(30:i32)
    out(%r: i32):
      return %r
    }"""
    assert evaluator(text).run("f", value) == (expected,)


def test_deep_recursion_needs_no_python_stack() -> None:
    text = """
    function @sum(%n: i64) -> i64 {
    entry(%n: i64):
      %z = eq %n, 0:i64
      branch %z, zero, more
    zero:
      return 0:i64
    more:
      %m = sub %n, 1:i64
      %s = call.i64 @sum(%m)
      %t = add %s, %n
      return %t
    }"""
    assert evaluator(text).run("sum", 20_000) == (20_000 * 20_001 // 2,)


def test_handlers_tail_call_by_name_and_by_address() -> None:
    text = """
    handler @a(%n: i64, %out: ptr) {
    entry(%n: i64, %out: ptr):
      %m = add %n, 1:i64
      tail_call @b(%m, %out)
    }
    handler @b(%n: i64, %out: ptr) {
    entry(%n: i64, %out: ptr):
      %big = slt 1000:i64, %n
      branch %big, stop, go
    stop:
      store %out, %n
      return
    go:
      %a = symbol @a
      tail_call_indirect %a(%n, %out)
    }
    function @enter(%out: ptr) {
    entry(%out: ptr):
      call @a(0:i64, %out)
      return
    }"""
    memory = SandboxMemory()
    out = memory.allocate(8)
    evaluator(text, memory=memory).run("enter", out)
    assert memory.load(I64, out) == 1001


def test_symbols_data_operands_and_undefined() -> None:
    text = """
    data @greeting = "6869"
    hole @hole = -100 .. 100
    function @f() -> i8, i64, i32, i64 {
    entry:
      %d = symbol @greeting
      %c = load.i8 %d
      %h = symbol @hole
      %n = address %h
      %o = operand.i32 "count"
      %u = undefined.i64
      return %c, %n, %o, %u
    }"""
    found = evaluator(text, memory=SandboxMemory(), symbols={"hole": -7}, operands={"count": -1}).run("f")
    assert found == (0x68, 2**64 - 7, 2**32 - 1, 0xDEADDEADDEADDEAD)


def test_stack_slots_live_until_the_function_ends() -> None:
    text = """
    function @f() -> i64, ptr {
    entry:
      jump loop(0:i64)
    loop(%i: i64):
      %p = stack_slot 8:i64
      store %p, %i
      %j = add %i, 1:i64
      %end = eq %i, 4:i64
      branch %end, out, loop(%j)
    out:
      %v = load.i64 %p
      return %v, %p
    }"""
    memory = SandboxMemory()
    value, address = evaluator(text, memory=memory).run("f")
    assert value == 4
    with pytest.raises(Exception, match="no region"):
        memory.load(I64, int(address))


def test_native_memory_and_c_functions() -> None:
    text = """
    declare @hypot(f64, f64) -> f64
    declare @strlen(ptr) -> i64
    function @f(%x: f64, %s: ptr) -> f64, i64, i32 {
    entry(%x: f64, %s: ptr):
      %r = call.f64 @hypot(%x, 4.0:f64)
      %n = call.i64 @strlen(%s)
      %f = symbol @strlen
      %m = call_indirect.i64 %f(%s)
      store %s, 42:i8
      %c = memory_compare %s, %s, 3:i64
      return %r, %m, %c
    }"""
    buffer = ctypes.create_string_buffer(b"hello")
    found = evaluator(text, memory=NativeMemory()).run("f", 3.0, ctypes.addressof(buffer))
    assert found == (5.0, 5, 0)
    assert buffer.value == b"*ello"


def test_python_functions_stand_in_for_declared_ones() -> None:
    text = """
    declare @two(i64) -> i64, i32
    function @f() -> i64, i32 {
    entry:
      %a, %b = call.i64.i32 @two(5:i64)
      return %a, %b
    }"""
    assert evaluator(text, externals={"two": lambda x: (x + 1, -1)}).run("f") == (6, 2**32 - 1)


def body(lines: str, result: str = "i64") -> str:
    return f"function @f(%x: i64, %p: ptr) -> {result} {{\nentry(%x: i64, %p: ptr):\n{lines}\n}}"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("%r = sdiv %x, 0:i64\n return %r", r"@f: `%r = sdiv %x, 0:i64`: no meaning for the operands 5, 0"),
        ("%m = shl 1:i64, 63:i64\n%r = srem %m, -1:i64\n return %r", "`%r = srem"),
        ("%r = load.i64 0x10:ptr\n return %r", "8 bytes at 0x10 lie in no region"),
        ("%q = ptr_add %p, 1:i64\n %r = load.i64 %q\n return %r", "lie in no region"),
        ("%q = ptr_add %p, 1:i64\n %r = atomic_load.i32 %q\n return %x", "no meaning for the operands"),
        ("memory_copy %p, %p, 4:i64\n return %x", "no meaning for the operands"),
        ("unreachable", "control cannot come here"),
        ("%r = call_indirect.i64 %p()\n return %r", "there is no function at"),
        ('%r = operand.i64 "n"\n return %r', "no operand 'n'"),
    ],
)
def test_undefined_behaviour_is_an_error(lines: str, message: str) -> None:
    memory = SandboxMemory()
    with pytest.raises(Undefined, match=message):
        evaluator(body(lines), memory=memory).run("f", 5, memory.allocate(8))


def test_traps_leaves_and_the_step_limit() -> None:
    with pytest.raises(Trapped, match="promise"):
        evaluator(body('trap "promise"')).run("f", 0, 0)
    with pytest.raises(Left) as left:
        evaluator(body('leave "next"(%x)')).run("f", 7, 0)
    assert (left.value.kind, left.value.values) == ("next", (7,))
    loop = evaluator(body("jump again\nagain:\n  jump again"), steps=100)
    with pytest.raises(StepLimit, match="more than 100 steps, in @f"):
        loop.run("f", 0, 0)
    exact = evaluator(body("%y = add %x, 1:i64\nreturn %y"), steps=2)
    assert exact.run("f", 1, 0) == (2,)
    exact.steps = 1
    with pytest.raises(StepLimit):
        exact.run("f", 1, 0)


def test_a_sandbox_keeps_regions_apart() -> None:
    memory = SandboxMemory()
    first, second = memory.allocate(16), memory.allocate(16)
    memory.store(F64, first + 8, math.pi)
    memory.copy(second, first, 16)
    assert memory.load(F64, second + 8) == math.pi
    memory.fill(first, 0xAB, 4)
    assert memory.load(I32, first) == 0xABABABAB
    assert memory.compare(first, second, 16) == 1
    assert memory.compare(second, first, 16) == 2**32 - 1
    for address in (first - 1, first + 9, second + 9, 0):
        with pytest.raises(Exception, match="no region"):
            memory.load(I64, address)
