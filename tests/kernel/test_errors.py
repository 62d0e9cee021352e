"""Every construct that kernel code cannot contain: its message, and the text that is underlined."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from cupola.kernel import KernelError, i64, layout_of, offsetof
from tests.kernel.support import kernel_from

SETTING = """
import math
LIMIT = 10
TABLE = (1, 2, 3)
@struct
class Inner:
    x: i32
    y: i32
@struct
class VM:
    budget: i64
    flag: bool
    inner: Inner
    cells: Array[i64, 4]
    call: Function[[i64], i64]
@registers
class Machine:
    vm: Ptr[VM]
    sp: Ptr[i64]
@registers
class Other:
    x: i64
jump = Leave("jump", (i64,))
def plain(x):
    return x
@kernel
def one(a: i64) -> i64:
    return a
@kernel
def two(a: i64) -> tuple[i64, i64]:
    return a, a
@kernel
def nothing(a: i64) -> None:
    pass
@kernel
def step(m: Machine) -> i64:
    return 0
c_abs = c_function("labs", [i64], i64)
"""


class Case(NamedTuple):
    """A function's parameters and body, the message, the underlined text, and a part of the advice."""

    head: str
    body: str
    message: str
    underlined: str
    advice: str = ""


AB = "a: i64, b: i64"
CASES = [
    # --- constructs that do not exist
    Case(AB, "f = lambda: a", "cannot contain lambda", "lambda: a", "with a name"),
    Case(AB, "try:\n  a = 1\nexcept ValueError:\n  a = 2", "cannot contain try", "try:", "no exceptions"),
    Case(AB, "raise ValueError", "cannot contain raise", "raise ValueError", "error value"),
    Case(AB, "with a:\n  pass", "cannot contain with", "with a:"),
    Case(AB, "class C:\n  pass", "cannot contain class", "class C:", "@struct"),
    Case(AB, "def g():\n  pass", "cannot contain a nested function", "def g():", "outside"),
    Case(AB, "yield a", "cannot contain yield", "yield a", "no generators"),
    Case(AB, "yield from a", "cannot contain yield from", "yield from a"),
    Case(AB, "x = [i for i in TABLE]", "cannot contain a comprehension", "[i for i in TABLE]"),
    Case(AB, "x = {i for i in TABLE}", "cannot contain a comprehension", "{i for i in TABLE}"),
    Case(AB, "x = {i: i for i in TABLE}", "cannot contain a comprehension", "{i: i for i in TABLE}"),
    Case(AB, "x = one(i for i in TABLE)", "cannot contain a generator expression", "(i for i in TABLE)"),
    Case(AB, "x = f'{a}'", "cannot contain an f-string", "f'{a}'", "only bytes"),
    Case(AB, "x = 'text'", "no value when the function runs", "'text'"),
    Case(AB, "x = [1, 2]", "cannot contain a list", "[1, 2]", "local(Array"),
    Case(AB, "x = {1}", "cannot contain a set", "{1}"),
    Case(AB, "x = {1: 2}", "cannot contain a dict", "{1: 2}"),
    Case(AB, "global LIMIT", "cannot contain global", "global LIMIT", "static"),
    Case(AB, "import math", "cannot contain import", "import math"),
    Case(AB, "from math import pi", "cannot contain import", "from math import pi"),
    Case(AB, "del a", "cannot contain del", "del a"),
    Case(AB, "if (x := a) > 1:\n  pass", "cannot contain :=", "x := a"),
    Case(AB, "x = one(*TABLE)", "cannot contain * unpacking", "*TABLE"),
    Case("p: Ptr[i64]", "x = p[1:2]", "cannot contain a slice", "1:2", "p + start"),
    Case(AB, "x = ...", "cannot contain Ellipsis", "..."),
    Case(AB, "x = 3j", "cannot contain 3j", "3j"),
    Case(AB, "while a > 0:\n  a = a - 1\nelse:\n  pass", "else after a loop", "pass"),
    Case(AB, "for i in range(a):\n  pass\nelse:\n  pass", "else after a loop", "pass"),
    Case(AB, "match a:\n  case x:\n    pass", "a case must be an integer", "x"),
    Case(AB, "match a:\n  case 1 if b > 0:\n    pass", "a case cannot have a condition", "b > 0"),
    Case(AB, "match a:\n  case 1 | 1:\n    pass", "comes twice", "1"),
    Case("x: f64", "match x:\n  case 1:\n    pass", "match needs an integer", "x"),
    # --- signatures
    Case("a", "pass", "parameter 'a' has no type", "a", "a: i64"),
    Case("a: int", "pass", "int has no width", "int"),
    Case("a: float", "pass", "float has no width: write f64", "float"),
    Case("a: str", "pass", "is not a type of the kernel language", "str"),
    Case("a: Nope", "pass", "name 'Nope' is not defined", "Nope"),
    Case("a: VM", "pass", "VM lives in memory", "VM", "pass a pointer"),
    Case("a: Array[i64, 2]", "pass", "lives in memory", "Array[i64, 2]"),
    Case("a: i64 = 1", "pass", "have no defaults", "1", "pass it at each call"),
    Case("*a: i64", "pass", "take no * or ** parameters", "a: i64"),
    Case("**a: i64", "pass", "take no * or ** parameters", "a: i64"),
    Case("*, a: i64", "pass", "no positional-only or keyword-only", "a: i64"),
    Case("a: i64, /", "pass", "no positional-only or keyword-only", "a: i64"),
    Case("m: Machine, n: Other", "pass", "at most one parameter that is registers", "n: Other"),
    # --- names
    Case(AB, "x = unknown", "unknown name 'unknown'", "unknown"),
    Case(AB, "x = LIMITS", "unknown name 'LIMITS'", "LIMITS", "did you mean 'LIMIT'"),
    Case(AB, "x = y\ny = 1", "'y' is used before it is assigned", "y"),
    Case(AB, "if a > 0:\n  y = 1\nx = y", "'y' is not assigned on every path", "y"),
    Case(AB, "while a > 0:\n  y = 1\n  a = a - 1\nx = y", "'y' is not assigned on every path", "y"),
    Case(AB, "while a > 0:\n  if b > 0:\n    y = 1\n  a = y", "'y' is not assigned on every path", "y"),
    Case(AB, "LIMIT = 3", "'LIMIT' is a static value of the module", "LIMIT", "another name"),
    Case(AB, "x = LIMIT\nLIMIT = 3", "'LIMIT' is used before it is assigned", "LIMIT", "hides the module's"),
    Case(AB, "for i in TABLE:\n  i = 3", "'i' is a static value of an unrolled loop", "i"),
    Case(AB, "for i in TABLE:\n  pass\nx = i", "'i' is used before it is assigned", "i"),
    Case(AB, "x = 1\nfor x in TABLE:\n  pass", "'x' is a local variable, and cannot become static", "x"),
    Case("m: Machine", "m = 1", "'m' is the function's registers", "m", "assign its fields"),
    # --- types
    Case(AB, "x = 1\nx = u8(2)", "'x' is i64, and cannot become u8", "x", "i64(u8(2))"),
    Case(AB, "x: u8 = 1\nx: i64 = 2", "'x' is already u8", "x"),
    Case(AB, "x: u8 = 256", "256 does not fit u8", "256", "u8(256)"),
    Case(AB, "x: u8 = -1", "-1 does not fit u8", "-1"),
    Case(AB, "x: i8 = 128", "128 does not fit i8", "128"),
    Case(AB, "x = 9223372036854775808", "does not fit i64", "9223372036854775808"),
    Case(AB, "x: u8", "a declaration needs a value", "x: u8"),
    Case(AB, "x: VM = 1", "VM lives in memory, and cannot be a local", "VM", "local(VM)"),
    Case(AB, "x: 3 = 1", "3 is not a type", "3"),
    Case("p: Ptr[VM]", "p.budget: i64 = 1", "only a local variable can be given a type", "p.budget"),
    Case("a: i64, b: u64", "x = a + b", "cannot add i64 and u64", "a + b", "i64(b); or cast it: u64(a)"),
    Case("a: i64, b: i32", "x = a * b", "cannot multiply i64 and i32", "a * b"),
    Case("a: i64, b: i32", "x = a < b", "cannot compare i64 and i32", "a < b"),
    Case("a: i64, b: f64", "x = a - b", "cannot subtract i64 and f64", "a - b"),
    Case("a: u8", "x = a + 256", "256 does not fit u8", "256"),
    Case("a: i64", "x = a + 1.5", "must be i64, and this is float literal 1.5", "1.5", "i64(1.5)"),
    Case("a: i64", "x = a + True", "must be i64, and this is bool literal True", "True", "write 1"),
    Case("x: f64", "y = x + 9007199254740993", "is not exactly a f64", "9007199254740993"),
    Case(AB, "x = a / b", "i64 has no operator /", "a / b", "use //"),
    Case("x: f64", "y = x // x", "f64 has no operator //", "x // x", "floor(a / b)"),
    Case("x: f64", "y = x % x", "f64 has no operator %", "x % x"),
    Case("x: f64", "y = x & x", "f64 has no operator &", "x & x"),
    Case(AB, "x = a ** b", "i64 has no operator **", "a ** b"),
    Case(AB, "x = a @ b", "i64 has no operator @", "a @ b"),
    Case("x: bool", "y = x + x", "bool has no operator +", "x + x", "i64(x)"),
    Case("x: bool", "y = ~x", "bool has no operator ~", "~x", "not x"),
    Case("x: bool", "y = x < x", "bool has no order", "x < x"),
    Case(AB, "x = a // 0", "division by zero", "a // 0"),
    Case(AB, "x = 1 // 0", "ZeroDivisionError", "1 // 0"),
    Case(AB, "if a:\n  pass", "a condition must be bool, and this is i64", "a", "a != 0"),
    Case("p: Ptr[u8]", "while p:\n  pass", "a condition must be bool", "p", "null(Ptr[u8])"),
    Case(AB, "x = not a", "a condition must be bool", "a"),
    Case(AB, "x = a > 0 and b", "a condition must be bool", "b"),
    Case(AB, "x = a if a > 0 else 1.5", "must be i64", "1.5"),
    Case(AB, "x = a is b", "`is` compares static values only", "a is b", "write =="),
    Case("p: Ptr[u8]", "x = p is None", "`is` compares static values only", "p is None", "null(Ptr[T])"),
    Case("p: Ptr[u8]", "x = p == None", "must be Ptr[u8]", "None", "null(Ptr[u8])"),
    Case("p: Ptr[u8]", "x = p == 0", "must be Ptr[u8]", "0", "null(Ptr[u8])"),
    Case(AB, "x = a in b", "`in` needs a static sequence", "b"),
    Case(AB, "x = a in (b, 1)", "one value is wanted here", "(b, 1)"),
    # --- memory
    Case("p: Ptr[VM]", "x = p.nope", "struct VM has no field 'nope'", "p.nope", "budget"),
    Case("p: Ptr[VM]", "p.nope = 1", "struct VM has no field 'nope'", "p.nope"),
    Case("p: Ptr[i64]", "x = p.field", "Ptr[i64] has no fields", "p.field"),
    Case(AB, "x = a.field", "i64 has no fields", "a.field"),
    Case(AB, "x = a[0]", "i64 has no elements", "a[0]"),
    Case("p: Ptr[i64]", "x = p[1.5]", "an index must be i64", "1.5"),
    Case("p: Ptr[i64], x: f64", "y = p[x]", "an index must be an integer", "x"),
    Case("p: Ptr[i64]", "p[0] = 1.5", "'p[0]' must be i64", "1.5"),
    Case("p: Ptr[VM]", "p.flag = 1", "'p.flag' must be bool", "1", "True or False"),
    Case("p: Ptr[VM], q: Ptr[Inner]", "p.inner = q", "Inner is not assigned as a whole", "p.inner"),
    Case("p: Ptr[VM]", "p[0] = p", "VM is not assigned as a whole", "p[0]"),
    Case("p: Ptr[VM]", "p.cells += 1", "Array[i64, 4] is not assigned as a whole", "p.cells"),
    Case("p: Ptr[u8], a: i64", "p = a", "cannot become i64", "p", "pointer(Ptr[u8], a)"),
    Case(AB, "x = b'abc'[a]", "static bytes can only be indexed by a static value", "b'abc'[a]"),
    Case(AB, "x = u8('a')", "cannot be cast to u8", "'a'"),
    Case(AB, "x = u8(b'a')", "bytes cannot be cast to u8", "b'a'"),
    Case(AB, "[a, b] = 1", "this cannot be assigned to", "[a, b]"),
    Case(AB, "x = function_pointer(plain)", "this must be a kernel function", "plain"),
    Case("p: Ptr[VM]", "for p.budget in TABLE:\n  pass", "must be a name, or names", "p.budget"),
    Case("m: Other", "match m.x:\n  case m.x:\n    pass", "a case must be static", "m.x"),
    Case(AB, "x = 1 in 3", "TypeError", "1 in 3"),
    Case(AB, "x = a in 3", "`in` needs a static sequence", "3"),
    Case(AB, "x = TABLE.index(9)", "ValueError", "TABLE.index(9)"),
    Case(AB, "x = TABLE.index(a)", "cannot be called in kernel code", "TABLE.index"),
    Case("p: Ptr[u8], q: Ptr[i64]", "x = p == q", "cannot compare Ptr[u8] and Ptr[i64]", "p == q", "cast("),
    Case("p: Ptr[u8], q: Ptr[i64]", "x = p - q", "cannot subtract", "p - q"),
    Case("p: Ptr[u8]", "x = p * 2", "pointers have no such operator *", "p * 2"),
    Case("p: Ptr[u8]", "x = p + p", "pointers have no such operator +", "p + p"),
    Case("p: Ptr[u8]", "x = 1 - p", "pointers have no such operator -", "1 - p"),
    Case("p: Ptr[u8]", "x = -p", "Ptr[u8] has no operator -", "-p"),
    Case("p: Ptr[u8]", "x = i64(p)", "Ptr[u8] cannot be cast to i64", "p", "address(p)"),
    Case(AB, "x = cast(Ptr[u8], a)", "this must be a pointer", "a"),
    Case(AB, "x = pointer(i64, a)", "i64 is not a pointer type", "i64", "Ptr[i64]"),
    Case(AB, "x = null(VM)", "VM is not a pointer type", "VM", "Ptr[VM]"),
    Case(AB, "x = address_of(a)", "this has no address", "a", "local(T)"),
    Case("m: Machine", "x = address_of(m.sp)", "this has no address", "m.sp"),
    Case(AB, "x = address_of(TABLE[0])", "is static", "TABLE[0]"),
    Case(AB, "TABLE[0] = 1", "is static", "TABLE[0]"),
    Case(AB, "x = TABLE[a]", "can only be indexed by a static value", "TABLE[a]", "table(i64, TABLE)[a]"),
    Case(AB, "x = TABLE[3]", "IndexError", "TABLE[3]"),
    Case(AB, "x = math.nope", "has no attribute 'nope'", "math.nope"),
    Case(AB, "x = sizeof(a)", "must be static", "a"),
    Case(AB, "x = offsetof(VM, 'nope')", "VM has no field 'nope'", "offsetof(VM, 'nope')", ""),
    Case(AB, "x = null(Function[i64])", "written Function[[i64, i64], i64]", "Function[i64]"),
    Case(AB, "x = local(a)", "a type must be static", "a"),
    Case(AB, "x = table(i64, 3)", "a table holds static numbers", "table(i64, 3)"),
    Case(AB, "x = undefined(VM)", "VM lives in memory", "VM"),
    Case("p: Ptr[f64]", "x = atomic_load(p)", "only integers are atomic", "p"),
    Case(AB, "x = bits(f64, i32(a))", "the bits of i32 are no f64", "bits(f64, i32(a))"),
    # --- calls
    Case(AB, "x = one()", "one takes 1 argument", "one()"),
    Case(AB, "x = one(a, b)", "one takes 1 argument", "one(a, b)"),
    Case(AB, "x = one(1.5)", "argument 'a' must be i64", "1.5"),
    Case(AB, "x = one(a=a)", "no keyword arguments", "a"),
    Case(AB, "x = two(a)", "one value is wanted here, and this gives 2", "two(a)", "a, b = two(a)"),
    Case(AB, "x, y, z = two(a)", "number of values differs", "two(a)"),
    Case(AB, "x, y = one(a)", "2 values are wanted here", "one(a)"),
    Case(AB, "x = nothing(a)", "this call has no result", "nothing(a)"),
    Case(AB, "x = plain(a)", "'plain' cannot be called in kernel code", "plain", "@kernel"),
    Case(AB, "x = a(b)", "'a' is not a function", "a"),
    Case(AB, "x = int(a)", "int is not for kernel code", "int(a)", "i64(x)"),
    Case(AB, "print(a)", "print is not for kernel code", "print(a)"),
    Case(AB, "x = range(a)", "must be static", "a"),
    Case(AB, "x = c_abs(1.5)", "argument '1' must be i64", "1.5"),
    Case(AB, "x = c_abs()", "c_abs takes 1 argument", "c_abs()"),
    Case("p: Ptr[VM]", "x = p.call(True)", "argument '1' must be i64", "True"),
    Case("f: Function", "x = f(1)", "unknown signature can only be passed on", "f"),
    Case("p: Ptr[VM]", "p.call = two", "does not have the signature", "two"),
    Case("p: Ptr[VM]", "p.call = step", "does not have the signature", "step"),
    Case(AB, "x = min(a)", "min takes two arguments or more", "min(a)"),
    Case(AB, "x = len(a)", "must be static", "a"),
    Case(AB, "x = sqrt(a)", "this must be a float", "a"),
    Case("x: f64", "y = rotate_left(x, x)", "this must be an integer", "x"),
    Case(AB, "x = i64(a, b)", "i64 takes 1 argument", "i64(a, b)"),
    Case(AB, "a == b", "this expression does nothing", "a == b"),
    Case(AB, "a", "this expression does nothing", "a"),
    # --- control
    Case(AB, "while True:\n  pass\na = 2", "this code cannot be reached", "a = 2"),
    Case(AB, "while a > 0:\n  break\n  a = 2", "this code cannot be reached", "a = 2"),
    Case(AB, "for i in range(a):\n  continue\n  a = 2", "this code cannot be reached", "a = 2"),
    Case(AB, "for i in range(a, b, 0):\n  pass", "other than zero", "0"),
    Case(AB, "for i in range(a, b, a):\n  pass", "the step of a range must be static", "a"),
    Case(AB, "for i in range():\n  pass", "range takes one to three", "range()"),
    Case(AB, "for i in range(1.5):\n  pass", "a range needs integers", "range(1.5)"),
    Case("x: f64", "for i in range(x):\n  pass", "a range needs integers", "range(x)"),
    Case("a: u8", "for i in range(0, a, 300):\n  pass", "the step 300 does not fit u8", "300"),
    Case("a: i64, b: u8", "for i in range(a, b):\n  pass", "cannot count between i64 and u8", "range(a, b)"),
    Case(AB, "for i, j in range(a):\n  pass", "must be a name", "i, j"),
    Case(AB, "for i in a:\n  pass", "must be static", "a"),
    Case(AB, "for i in 3:\n  pass", "goes over a range or a static sequence", "3"),
    Case(AB, "for i, j in TABLE:\n  pass", "2 values are wanted in each round", "i, j"),
    Case(AB, "for i in static(range(5000)):\n  pass", "at most 4096 rounds", "static(range(5000))"),
    Case(AB, "assert a", "a condition must be bool", "a"),
    Case(AB, "assert a > 0, b", "must be a string literal", "b"),
    # --- registers and leaves
    Case("m: Machine", "x = m", "'m' is a bundle of registers", "m", "m.vm"),
    Case("m: Machine", "x = m.nope", "registers Machine have no field 'nope'", "m.nope"),
    Case("m: Machine", "m.nope = 1", "registers Machine have no field 'nope'", "m.nope"),
    Case("m: Machine", "m.sp = 1", "'m.sp' must be Ptr[i64]", "1"),
    Case("a: i64", "x = step(a)", "this argument must be the registers Machine", "a"),
    Case("m: Other", "x = step(m)", "these are other registers", "m"),
    Case("m: Machine", "x = jump(1)", "'jump' ends the function here", "jump(1)", "statement of its own"),
    Case("m: Machine", "jump(1)\nm.sp = m.sp + 1", "this code cannot be reached", "m.sp = m.sp + 1"),
    Case("m: Machine", "jump()", "jump takes 1 argument", "jump()"),
    Case("m: Machine", "jump(x=1)", "no keyword arguments", "1"),
    Case("m: Machine", "jump(1.5)", "argument 1 must be i64", "1.5"),
]  # fmt: skip

RESULTS = [
    Case(AB, "return 1\na = 2", "this code cannot be reached", "a = 2"),
    Case(AB, "pass", "'f' can end here without a return", "pass", "assert False"),
    Case(AB, "if a > 0:\n  return 1", "'f' can end here without a return", "if a > 0:"),
    Case(AB, "return", "'f' returns i64", "return"),
    Case(AB, "return 1, 2", "'f' returns i64", "return 1, 2"),
    Case(AB, "return 1.5", "the result must be i64", "1.5"),
    Case(AB, "return a > b", "the result must be i64, and this is bool", "a > b", "i64(a > b)"),
    Case("m: Machine", "return m", "'m' is a bundle of registers", "m"),
]


def expect(case: Case, result: str) -> None:
    lines = "".join(f"    {line}\n" for line in case.body.splitlines())
    with pytest.raises(KernelError) as caught:
        kernel_from(f"{SETTING}\n@kernel\ndef f({case.head}){result}:\n{lines}").lower()
    error = caught.value
    assert case.message in error.message
    assert error.underlined == case.underlined
    assert case.advice in error.help + error.expected
    assert f'File "{error.file}", line {error.line}' in str(error)
    marked = str(error).splitlines()
    carets = next(place for place, line in enumerate(marked) if line.strip() and not line.strip().strip("^"))
    start = marked[carets].index("^")
    assert marked[carets - 1][start:][: marked[carets].count("^")] == case.underlined


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.head}: {case.body}"[:60])
def test_error(case: Case) -> None:
    expect(case, "")


@pytest.mark.parametrize("case", RESULTS, ids=lambda case: case.body[:60])
def test_error_about_results(case: Case) -> None:
    expect(case, " -> i64")


def test_registers_with_memory_inside() -> None:
    source = "@registers\nclass M:\n    x: Array[i64, 2]\n@kernel\ndef f(m: M) -> None:\n    pass\n"
    with pytest.raises(TypeError, match="field 'x' of registers M must fit a machine register"):
        kernel_from(source).lower()


def test_enclosing_function_without_a_value() -> None:
    body = "    @kernel\n    def f() -> i64:\n        return later\n    f.lower()\n    later = 1\n"
    with pytest.raises(KernelError, match="'later' of the enclosing function has no value yet"):
        kernel_from(f"def make():\n{body}make()\n")


@pytest.mark.parametrize("function", [offsetof, lambda type, _: layout_of(type)])
def test_layouts_are_of_structs(function: Callable[[object, str], object]) -> None:
    with pytest.raises(TypeError, match="wants a struct, found i64"):
        function(i64, "x")


def test_result_annotation_that_is_no_type() -> None:
    with pytest.raises(KernelError, match="is not a type") as caught:
        kernel_from("@kernel\ndef f() -> dict:\n    return 1").lower()
    assert caught.value.underlined == "dict"


def test_c_function_declared_twice() -> None:
    source = (
        'x = c_function("abs", [i32], i32)\ny = c_function("abs", [i64], i64)\n'
        "@kernel\ndef f() -> i64:\n    return i64(x(1)) + y(1)\n"
    )
    with pytest.raises(KernelError, match="declared twice"):
        kernel_from(source).lower()


def test_source_that_is_gone() -> None:
    space: dict[str, object] = {"__name__": "nowhere"}
    exec("from cupola.kernel import *\n@kernel\ndef f() -> i64:\n    return 1\n", space)
    with pytest.raises(KernelError, match="must stand in a file"):
        space["f"].lower()  # type: ignore[attr-defined]  # a kernel function


def test_whole_text_of_an_error() -> None:
    with pytest.raises(KernelError) as caught:
        kernel_from("@kernel\ndef f(a: i64, b: u64) -> i64:\n    return a + b\n").lower()
    assert str(caught.value).splitlines() == [
        "cannot add i64 and u64",
        f'  File "{caught.value.file}", line 5, in f',
        "    return a + b",
        "           ^^^^^",
        "  expected: two operands of one type",
        "  found:    i64 and u64",
        "  help:     cast it: i64(b); or cast it: u64(a)",
    ]
