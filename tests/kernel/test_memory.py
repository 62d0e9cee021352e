# mypy: disable-error-code="no-any-return"
# A field's type is not known to the checker (see kernel/names.py), so kernel code returns Any here and there.
"""Memory: layout as C has it, reads and writes through pointers, natively and in the evaluator."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pytest

from cupola.kernel import (
    Array,
    Function,
    KernelFunction,
    Ptr,
    address,
    address_of,
    atomic_load,
    atomic_store,
    bits,
    c_function,
    cast,
    clock,
    f32,
    f64,
    function_pointer,
    i8,
    i16,
    i32,
    i64,
    kernel,
    layout_of,
    local,
    memory_compare,
    memory_copy,
    memory_fill,
    memory_move,
    null,
    offsetof,
    pointer,
    sizeof,
    struct,
    table,
    u8,
    u16,
    u32,
    u64,
)
from tests.kernel.support import evaluate, native

SQUARES = tuple(i * i for i in range(10))


@struct
class Point:
    """A struct inside others."""

    x: i32
    y: i16
    flag: bool


@struct
class Node:
    """Every kind of field."""

    tag: u8
    number: i64
    small: i8
    point: Point
    cells: Array[i64, 4]
    points: Array[Point, 2]
    next: Ptr[Node]
    apply: Function[[i64], i64]
    single: f32
    real: f64
    truth: bool


class CPoint(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int32), ("y", ctypes.c_int16), ("flag", ctypes.c_bool))


class CNode(ctypes.Structure):
    _fields_ = (
        ("tag", ctypes.c_uint8),
        ("number", ctypes.c_int64),
        ("small", ctypes.c_int8),
        ("point", CPoint),
        ("cells", ctypes.c_int64 * 4),
        ("points", CPoint * 2),
        ("next", ctypes.c_void_p),
        ("apply", ctypes.c_void_p),
        ("single", ctypes.c_float),
        ("real", ctypes.c_double),
        ("truth", ctypes.c_bool),
    )


@kernel
def increment(a: i64) -> i64:
    return a + 1


@kernel
def fill_node(p: Ptr[Node], q: Ptr[Node], index: i64) -> i64:
    p.tag = 200
    p.number = -5
    p.small = i8(p.number) - 1
    p.point.x = 7
    p.point.flag = True
    p.cells[index] = 9
    p.cells[index] += 3
    p.points[1].y = -2
    p.points[i8(0)].flag = not p.point.flag
    p.next = q
    p.next.number = 11
    p.next.number *= 2
    p.apply = increment
    p.single = f32(p.number) / 2
    p.real = 1.5
    p.real += f64(p.single)
    p.truth = p.tag > 100 and p.point.x == 7
    return p.apply(p.cells[index]) + i64(p.point.x)


@kernel
def sum_cells(p: Ptr[i64], n: i64) -> i64:
    end = p + n
    total = 0
    while p < end:
        total += p[0]
        p += 1
    return total


@kernel
def distances(p: Ptr[Node], q: Ptr[Node], a: Ptr[i64]) -> tuple[i64, i64, i64, i64]:
    return q - p, (2 + a) - a, address(address_of(p.cells[2])) - address(p), a - (a - 3)


@kernel
def text_length(extra: i64) -> i64:
    text = b"hello\0"
    n = 0
    while text[n] != 0:
        n += 1
    return n + extra + len(b"abc")


@kernel
def looked_up(i: i64) -> tuple[i64, f64, u8]:
    return table(i64, SQUARES)[i], table(f64, (0.5, 1.5, 2.5))[i % 3], table(u8, b"xyz")[i % 3]


@kernel
def on_the_stack(n: i64) -> i64:
    buffer = local(Array[u8, 16])
    node = local(Node)
    memory_fill(buffer, 1, 16)
    for i in range(16):
        buffer[i] += u8(i)
    memory_copy(address_of(node.cells[0]), buffer, 16)
    memory_move(buffer + 1, buffer, 15)
    node.number = n
    return i64(buffer[1]) + i64(buffer[15]) * 100 + node.cells[1] % 1000 + node.number


@kernel
def compared() -> tuple[bool, bool, bool]:
    return (
        memory_compare(b"abc", b"abd", 3) < 0,
        memory_compare(b"abc", b"abc", 3) == 0,
        memory_compare(b"b", b"abc", 1) > 0,
    )


@kernel
def raw(p: Ptr[u8]) -> tuple[i64, bool, bool]:
    wide = cast(Ptr[i64], p)
    again = pointer(Ptr[i64], address(p) + 8)
    return wide[0] + again[0], p == null(Ptr[u8]), cast(Ptr[u8], wide) == p


@kernel
def atomics(p: Ptr[i64]) -> i64:
    atomic_store(p, atomic_load(p) + 1)
    return atomic_load(p)


@kernel
def reinterpreted(x: f64, n: i32) -> tuple[u64, i64, f32, u32]:
    return bits(u64, x), bits(i64, bits(u64, x)), bits(f32, n), bits(u32, n)


@kernel
def chosen(which: bool, x: i64) -> i64:
    f = increment if which else function_pointer(twice)
    return f(x)


@struct
class Calls:
    test: Function[[i64], bool]
    run: Function[[i64], None]


@kernel
def is_small(x: i64) -> bool:
    return x < 10


@kernel
def ignore(x: i64) -> None:
    pass


@kernel
def called_in_conditions(x: i64) -> i64:
    calls = local(Calls)
    calls.test = is_small
    calls.run = ignore
    calls.run(x)
    raw = address(function_pointer(increment))
    again = pointer(Function[[i64], i64], raw)
    if calls.test(x):
        return again(x)
    return -1


@kernel
def twice(x: i64) -> i64:
    return x * 2


labs = c_function("labs", [i64], i64, python=abs)
toupper = c_function("toupper", [i32], i32)


@kernel
def through_c(x: i64) -> i64:
    return labs(x) + i64(toupper(97))


RUNS = pytest.mark.parametrize(
    "run", [native, lambda f: lambda *a: evaluate(f, *a)], ids=["native", "evaluator"]
)
Runner = Callable[[KernelFunction[..., Any]], Callable[..., Any]]


def test_layout_is_that_of_c() -> None:
    assert sizeof(Node) == ctypes.sizeof(CNode)
    assert sizeof(Point) == ctypes.sizeof(CPoint)
    for name, field in layout_of(Node).items():
        assert field.offset == getattr(CNode, name).offset == offsetof(Node, name)
    assert sizeof(Array[Point, 3]) == 24 and sizeof(bool) == 1 and sizeof(Ptr[Node]) == 8


@RUNS
def test_fields_and_elements(run: Runner) -> None:
    nodes = (CNode * 2)()
    first, second = nodes
    start = ctypes.addressof(nodes)
    assert run(fill_node)(start, start + sizeof(Node), 2) == 13 + 7
    assert (first.tag, first.number, first.small) == (200, -5, -6)
    assert (first.point.x, first.point.y, first.point.flag) == (7, 0, True)
    assert list(first.cells) == [0, 0, 12, 0]
    assert (first.points[1].y, first.points[0].flag) == (-2, False)
    assert second.number == 22 and first.next == start + sizeof(Node)
    assert (first.single, first.real, first.truth) == (-2.5, -1.0, True)


@RUNS
def test_pointer_arithmetic(run: Runner) -> None:
    cells = (ctypes.c_int64 * 5)(1, 2, 3, 4, 5)
    assert run(sum_cells)(ctypes.addressof(cells), 5) == 15
    nodes, cell = 1 << 20, 1 << 21
    expected = (3, 2, offsetof(Node, "cells") + 16, 3)
    assert run(distances)(nodes, nodes + 3 * sizeof(Node), cell) == expected


@RUNS
def test_static_data(run: Runner) -> None:
    assert run(text_length)(10) == 18
    assert run(looked_up)(7) == (49, 1.5, ord("y"))


@RUNS
def test_stack_memory(run: Runner) -> None:
    bytes_ = bytes(i + 1 for i in range(16))
    moved = bytes_[:1] + bytes_[:15]
    cell = int.from_bytes(bytes_[8:], "little") % 1000
    assert run(on_the_stack)(5) == moved[1] + moved[15] * 100 + cell + 5


@RUNS
def test_comparison_of_memory(run: Runner) -> None:
    assert run(compared)() == (True, True, True)


@RUNS
def test_raw_pointers(run: Runner) -> None:
    cells = (ctypes.c_int64 * 2)(40, 2)
    assert run(raw)(ctypes.addressof(cells)) == (42, False, True)


@RUNS
def test_atomics(run: Runner) -> None:
    cell = ctypes.c_int64(41)
    assert run(atomics)(ctypes.addressof(cell)) == 42 == cell.value


@RUNS
def test_bits(run: Runner) -> None:
    assert run(reinterpreted)(1.0, 0x3F800000) == (0x3FF0000000000000, 0x3FF0000000000000, 1.0, 0x3F800000)


@RUNS
def test_function_pointers(run: Runner) -> None:
    assert (run(chosen)(True, 20), run(chosen)(False, 20)) == (21, 40)


@RUNS
def test_function_pointers_in_memory(run: Runner) -> None:
    assert (run(called_in_conditions)(4), run(called_in_conditions)(40)) == (5, -1)
    loads = [each for each in called_in_conditions.lower().instructions() if each.operation.name == "load"]
    assert len(loads) == 2


@RUNS
def test_c_functions(run: Runner) -> None:
    assert run(through_c)(-7) == 7 + 65


def test_c_function_in_plain_python() -> None:
    assert labs(-3) == 3
    with pytest.raises(TypeError, match="'toupper' cannot run in plain Python"):
        toupper(97)


def test_memory_in_plain_python_is_refused() -> None:
    with pytest.raises(TypeError, match="touches raw memory"):
        on_the_stack(1)


def test_clock_goes_forward() -> None:
    now = native(clock)
    assert 0 < now() <= now()


def test_data_is_shared() -> None:
    @kernel
    def first() -> Ptr[u8]:
        return table(u8, b"shared")

    @kernel
    def second() -> Ptr[u8]:
        return table(u8, b"shared")

    assert first.references.data == second.references.data != {}


def test_struct_that_contains_itself() -> None:
    @struct
    class Bad:
        inner: Bad

    with pytest.raises(TypeError, match="cannot contain itself"):
        sizeof(Bad)


def test_struct_with_a_wrong_field() -> None:
    @struct
    class Bad:
        inner: int

    with pytest.raises(TypeError, match=r"field 'inner' of .*Bad: int has no width"):
        sizeof(Bad)


def test_types_by_hand() -> None:
    assert Ptr[u16] is Ptr[u16]
    assert Array[u16, 3] is Array[u16, 3]
    with pytest.raises(TypeError, match="at least one element"):
        Array[u16, 0]
    with pytest.raises(TypeError, match=r"written Array\[i64, 4\]"):
        Array[u16]
    with pytest.raises(TypeError, match=r"written Function\["):
        Function[i64]
