# mypy: disable-error-code="no-any-return"
# A field's type is not known to the checker (see kernel/names.py), so kernel code returns Any here and there.
"""Kernel functions as objects: names, marks, factories, references, registers, leaves, operands, modules."""

from __future__ import annotations

import ast
import ctypes
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cupola.ir.core import Function as IRFunction
from cupola.ir.evaluator import Evaluator, Left, Trapped
from cupola.ir.parser import parse_module
from cupola.ir.printer import format_function, format_module
from cupola.kernel import (
    Function,
    KernelFunction,
    Leave,
    Operand,
    Ptr,
    c_function,
    collect,
    compile_native,
    f64,
    i32,
    i64,
    inline,
    intrinsics,
    kernel,
    likely,
    local,
    pure,
    registers,
    residual,
    slow,
    struct,
    u8,
    unlikely,
)
from cupola.kernel.lowering import intrinsic, intrinsic_memory
from cupola.kernel.lowering.context import CALLS
from tests.kernel.support import evaluate, kernel_from, run_source

if TYPE_CHECKING:
    Imm32 = int
else:
    Imm32 = Operand("Imm32", i32)


@struct
class VM:
    limit: i64


@registers
class Machine:
    vm: Ptr[VM]
    budget: i64
    sp: Ptr[i64]


jump = Leave("jump", (i64,))
slow_path = Leave("slow_path", (Function, i64))


@kernel
def push(m: Machine, x: i64) -> i64:
    m.sp = m.sp - 1
    m.sp[0] = x
    m.budget -= 1
    return m.budget


@kernel
def push_twice(m: Machine, x: i64) -> i64:
    push(m, x)
    return push(m, x + 1) * 10


@kernel
def overflowed(m: Machine, depth: i64) -> None:
    m.vm.limit = depth


@kernel
def literal(m: Machine, value: Imm32) -> None:
    if unlikely(m.budget < 0):
        slow_path(overflowed, 3)
    push(m, i64(value))
    jump(i64(value) + 1)


def text(function: KernelFunction[..., Any]) -> str:
    return format_function(function.lower())


def body(function: KernelFunction[..., Any]) -> list[str]:
    """The lines of a function's IR without head and foot."""
    return [line.strip() for line in text(function).splitlines()[2:-1]]


# --- objects ------------------------------------------------------------------------------------------------


def make_adder(amount: int, how: Any) -> KernelFunction[[int], int]:
    @kernel
    def add(x: i64) -> i64:
        return how(x) + amount

    return add


@inline
def same_number(x: i64) -> i64:
    return x


def test_names_are_unique() -> None:
    first, second = make_adder(1, abs), make_adder(2, abs)
    assert first.name == f"{__name__}.make_adder.add"
    assert second.name.startswith(first.name + ".")
    assert first.name != second.name
    module = collect("two", [first, second])
    assert list(module.functions) == [first.name, second.name]


def test_factories_make_static_values() -> None:
    adder = make_adder(5, same_number)
    assert evaluate(adder, 2) == adder(2) == 7
    assert evaluate(make_adder(-5, abs), -2) == -3
    assert adder.references.functions == (same_number,)


def test_marks_stack() -> None:
    @slow
    @pure
    def both(x: i64) -> i64:
        return x

    @residual
    @inline
    @kernel
    def others(x: i64) -> i64:
        return x

    assert both.marks == both.lower().marks == {"slow", "pure"}
    assert others.marks == {"residual", "inline"}


def test_lowering_is_cached_and_located() -> None:
    lowered = push.lower()
    assert isinstance(lowered, IRFunction)
    assert push.lower() is lowered
    assert lowered.location is not None and lowered.location.file == __file__
    lines = {each.location.line - lowered.location.line for each in lowered.instructions() if each.location}
    assert lines == {1, 2, 3, 4}


def test_only_plain_functions() -> None:
    with pytest.raises(TypeError, match="must be a plain function"):
        kernel(len).lower()


def test_annotations_may_be_objects() -> None:
    source = (
        "from cupola.kernel import *\n@struct\nclass S:\n    next: Ptr['S']\n    x: i64\n"
        "@kernel\ndef f(p: Ptr[S], q: bool) -> tuple[i64, bool]:\n    return p.next.x, q\n"
    )
    signature = run_source(source)["f"].signature
    assert [str(type) for _, type in signature.parameters] == ["Ptr[S]", "bool"]
    assert [str(type) for type in signature.results] == ["i64", "bool"]


# --- registers and leaves -----------------------------------------------------------------------------------


def test_registers_are_parameters_and_results() -> None:
    assert text(push_twice) == text(push_twice)
    head, _, *lines, _ = text(push_twice).splitlines()
    assert head.endswith("(%m.vm: ptr, %m.budget: i64, %m.sp: ptr, %x: i64) -> i64, ptr, i64, ptr {")
    name = push.name
    assert [line.strip() for line in lines] == [
        f"%0, %1, %2, %3 = call.i64.ptr.i64.ptr @{name}(%m.vm, %m.budget, %m.sp, %x)",
        "%4 = add %x, 1:i64",
        f"%5, %6, %7, %8 = call.i64.ptr.i64.ptr @{name}(%1, %2, %3, %4)",
        "%9 = mul %5, 10:i64",
        "return %9, %6, %7, %8",
    ]


def test_registers_run() -> None:
    stack = bytearray(32)
    top = ctypes.addressof((ctypes.c_char * 32).from_buffer(stack)) + 32
    found = compile_native([push_twice])[push_twice.name](0, 9, top, 5)
    assert found == (70, 0, 7, top - 16) == evaluate(push_twice, 0, 9, top, 5)
    assert int.from_bytes(stack[16:24], "little") == 6
    assert int.from_bytes(stack[24:], "little") == 5


def test_leaves_carry_the_registers() -> None:
    assert [each for each in body(literal) if each.startswith(("leave", "branch"))] == [
        "branch %0, then, after weight 1",
        'leave "slow_path"(%1, 3:i64, %m.vm, %m.budget, %m.sp)',
        'leave "jump"(%8, %4, %5, %6)',
    ]
    assert literal.lower().parameters[-1].type.name == "i32"
    evaluator = Evaluator(collect("leaves", [literal]))
    with pytest.raises(Left) as left:
        evaluator.run(literal.name, 0, -1, 64, 3)
    assert left.value.kind == "slow_path"
    assert left.value.values == (evaluator.address_of(overflowed.name), 3, 0, 2**64 - 1, 64)
    with pytest.raises(TypeError, match="leaves a guest instruction"):
        jump(1)


def test_loop_over_registers() -> None:
    @kernel
    def drain(m: Machine) -> None:
        while m.budget > 0:
            m.budget -= 2
            if m.budget == 7:
                jump(1)

    found = evaluate(drain, 1, 10, 3)
    assert found == (1, 0, 3)
    with pytest.raises(Left):
        evaluate(drain, 1, 11, 3)


# --- control and data ---------------------------------------------------------------------------------------


def test_static_conditions_leave_code_out() -> None:
    source = (
        "DEBUG = False\n@kernel\ndef f(x: i64) -> i64:\n    if DEBUG and x > 1:\n        return 5\n"
        "    if not DEBUG:\n        return 1 if DEBUG else x\n    return 2\n"
    )
    assert body(kernel_from(source)) == ["return %x"]


def test_types_may_be_static() -> None:
    def make(T: Any) -> Any:
        @kernel
        def f(x: T) -> T:
            if T is f64:
                return T(0.5)
            return x + T(300)

        return f

    assert evaluate(make(f64), 1.0) == 0.5
    assert evaluate(make(u8), 1) == 45


def test_static_values_inside_expressions() -> None:
    source = (
        "YES, TEN, NAMES = True, 10, {'a': 4}\n@kernel\ndef f(x: i64) -> tuple[i64, bool, bool, i64, f64]:\n"
        "    low = YES and x > 1\n    high = YES or x // 0 > 1\n    y = not YES\n    none = YES and y\n"
        "    if YES and TEN > 11 and x // 0 == 1:\n        return 1, y, y, 1, 1.0\n"
        "    z = 1.5 if TEN < 11 else x\n    n = min(TEN, 3, 8) + abs(-4) + max(TEN, x) + NAMES.get('a')\n"
        "    return n, low, high or none, +x - i64(3 in (1, 2)), z if 1 <= TEN <= 10 else 2.0\n"
    )
    f = kernel_from(source)
    assert evaluate(f, 20) == (31, True, True, 20, 1.5)
    assert {each.operation.name for each in f.lower().instructions()}.isdisjoint({"sdiv", "srem"})


def test_names_in_messages() -> None:
    shown = [repr(each) for each in (push, jump, Imm32, Machine, VM, Ptr, c_function("exit", [i32]))]
    assert shown[1:] == ["<leave jump>", "Imm32", "Machine", "VM", "Ptr", "<C function exit>"]
    assert shown[0] == f"<kernel function {push.name}>"


def test_weights() -> None:
    source = (
        "@kernel\ndef f(x: i64) -> i64:\n"
        "    if likely(x > 1 and not x > 9):\n        return 5\n    return 2\n"
    )
    found = [each for each in body(kernel_from(source)) if each.startswith("branch")]
    assert [each.rpartition(" ")[2] for each in found] == ["1999", "1"]
    assert likely(True) and not unlikely(False)


def test_assert_traps() -> None:
    @kernel
    def half(x: i64) -> i64:
        assert x % 2 == 0, "only even numbers"
        if x > 100:
            assert False
        return x // 2

    assert evaluate(half, 8) == 4
    with pytest.raises(Trapped, match="only even numbers"):
        evaluate(half, 7)
    with pytest.raises(Trapped, match="False"):
        evaluate(half, 102)


def test_local_memory_is_taken_once() -> None:
    @kernel
    def f(n: i64) -> i64:
        total = 0
        for i in range(n):
            cell = local(i64)
            cell[0] = i
            total += cell[0]
        return total

    lowered = f.lower()
    assert lowered.entry.instructions[0].operation.name == "stack_slot"
    assert evaluate(f, 5) == 10


def test_long_functions() -> None:
    """Hundreds of joins in a row, through which a variable is looked up at the very end."""
    lines = "".join(f"    if x > {i}:\n        y = y + {i}\n" for i in range(1500))
    f = kernel_from(f"@kernel\ndef f(x: i64) -> i64:\n    y, z = 0, x * 2\n{lines}    return y + z\n")
    f.lower()
    assert evaluate(f, 3) == 0 + 1 + 2 + 6


def test_parameters_of_blocks_are_few() -> None:
    """A loop's head gets parameters for what changes only, and a join for what differs."""
    source = (
        "@kernel\ndef f(x: i64, y: i64, n: i64) -> i64:\n"
        "    while n > 0:\n        if n > x:\n            y = y\n"
        "        n = n - 1\n    return x + y\n"
    )
    parameters = [len(block.parameters) for block in kernel_from(source).lower().blocks[1:]]
    assert sum(parameters) == 1


# --- modules ------------------------------------------------------------------------------------------------


def test_collect_is_transitive() -> None:
    toupper = c_function("toupper", [i32], i32)

    @kernel
    def leaf(x: i32) -> i32:
        return toupper(x)

    @kernel
    def root(x: i32) -> i32:
        return leaf(x) + i32(b"abc"[0])

    @kernel
    def other(p: Ptr[u8]) -> u8:
        text = b"abc"  # hides a function of this module
        return text[1] + p[0]

    module = collect("all", [root, other])
    assert list(module.functions) == [root.name, other.name, leaf.name]
    assert list(module.declarations) == ["toupper"]
    assert list(module.data.values()) == [b"abc"]
    again = parse_module(format_module(module))
    assert format_module(again) == format_module(module)


def test_every_intrinsic_has_a_lowering() -> None:
    """What is exported as an intrinsic can be called in kernel code."""
    tree = ast.parse(Path(intrinsics.__file__).read_text(encoding="utf-8"))
    names = [each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name[0] != "_"]
    assert len(names) > 30
    assert intrinsic and intrinsic_memory
    assert [name for name in names if getattr(intrinsics, name) not in CALLS] == []
