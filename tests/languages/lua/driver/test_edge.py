"""Calls between Python and Lua that native code does: every kind of value, exceptions, references, odd objects."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import math
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from cupola.languages import lua

VALUES = [
    None, True, False, 0, -1, (1 << 47) - 1, -(1 << 47), 1 << 47, -(1 << 47) - 1, (1 << 63) - 1, -(1 << 63), 2.5, -0.0,
    1e308, math.inf, -math.inf, "", "x", "a" * 40, "b" * 41, "c" * 5000, "häß", "\0", "日本", "\udcff", b"", b"bytes",
]  # fmt: skip


@pytest.fixture
def runtime() -> Iterator[lua.Runtime]:
    with lua.Runtime() as made:
        yield made


def expected(value: Any) -> Any:
    """What comes back of a value."""
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize("value", VALUES)
def test_values_go_both_ways(runtime: lua.Runtime, value: Any) -> None:
    same = runtime.eval("function(...) return ... end")
    assert same(value) == expected(value) and type(same(value)) is type(expected(value))
    assert same(value, 1, value) == (expected(value), 1, expected(value))
    seen: list[Any] = []

    def note(x: Any) -> Any:
        seen.append(x)
        return x

    runtime.globals["note"] = note
    assert runtime.eval("function(x) return note(x) end")(value) == expected(value)
    assert seen == [expected(value)]
    table = runtime.table()
    table["field"] = value
    assert table.get("field") == expected(value)
    if value is not None:
        table[value] = "found"
        assert table[value] == "found"


def test_not_a_number(runtime: lua.Runtime) -> None:
    assert math.isnan(runtime.eval("function(x) return x end")(math.nan))
    assert runtime.eval("function(x) return x ~= x end")(math.nan) is True
    with pytest.raises(lua.LuaError, match="index is NaN"):
        runtime.table()[math.nan] = 1


def test_numbers_of_arguments_and_results(runtime: lua.Runtime) -> None:
    count = runtime.eval("function(...) return select('#', ...) end")
    same = runtime.eval("function(...) return ... end")
    take = runtime.globals
    take["python"] = lambda *arguments: arguments
    through = runtime.eval("function(...) return python(...) end")
    for number in (0, 1, 2, 15, 16, 17, 40, 200):
        numbers = tuple(range(number))
        assert count(*numbers) == number
        assert same(*numbers) == through(*numbers) == (None, (0,), numbers)[min(number, 2)] or number == 1
        assert number != 1 or same(7) == through(7) == 7


def test_objects_of_lua(runtime: lua.Runtime) -> None:
    same = runtime.eval("function(x) return x end")
    table, function = runtime.table([1]), runtime.eval("print")
    coroutine = runtime.eval("coroutine.create(print)")
    for each in (table, function, coroutine):
        assert same(each) == each and type(same(each)) is type(each)
    held = object()
    assert same(runtime.opaque(held)) is held
    with lua.Runtime() as other, pytest.raises(ValueError, match="another runtime"):
        other.eval("function(x) end")(table)
    with lua.Runtime() as other, pytest.raises(ValueError, match="another runtime"):
        other.table()["x"] = table


@pytest.mark.parametrize("thing", [object(), [1], {}, 1j, type])
def test_what_is_not_plain_is_refused(runtime: lua.Runtime, thing: Any) -> None:
    with pytest.raises(TypeError, match="pass other objects with"):
        runtime.eval("function(x) end")(thing)
    runtime.globals["give"] = lambda: thing
    with pytest.raises(TypeError, match="pass other objects with"):
        runtime.eval("function() return give() end")()
    assert "TypeError" in runtime.eval("function() return tostring(select(2, pcall(give))) end")()
    with pytest.raises(OverflowError):
        runtime.eval("function(x) end")(1 << 63)
    with pytest.raises(TypeError, match="keyword"):
        runtime.eval("function(x) end")(x=1)


def test_exceptions_go_through_lua(runtime: lua.Runtime) -> None:
    def fail(text: str) -> None:
        raise KeyError(text)

    runtime.globals["fail"] = fail
    with pytest.raises(KeyError, match="word") as caught:
        runtime.eval("function(text) local x = fail(text) return x end")("word")
    assert [each.name for each in caught.traceback][-1] == "fail"
    assert "stack traceback:" in caught.value.__notes__[0]
    assert runtime.eval("function() return pcall(fail, 'x') end")()[0] is False
    runtime.globals["stop"] = lambda: exec("raise KeyboardInterrupt")
    with pytest.raises((KeyboardInterrupt, lua.Interrupted)):
        runtime.eval("function() pcall(stop) return 1 end")()
    assert runtime.eval("1 + 1") == 2


def test_errors_of_lua_reach_python(runtime: lua.Runtime) -> None:
    with pytest.raises(lua.LuaError, match="attempt to perform arithmetic on a nil value"):
        runtime.eval("function(x) return x + 1 end")(None)
    runtime.globals["call"] = lambda f: f()
    with pytest.raises(lua.LuaError, match="inner"):
        runtime.eval("function() call(function() error('inner') end) end")()
    assert runtime.eval("function() return pcall(call, function() error('inner', 0) end) end")() == (
        False,
        "inner",
    )


def test_calls_inside_each_other(runtime: lua.Runtime) -> None:
    def down(f: Any, n: int) -> int:
        return 0 if n == 0 else 1 + f(n - 1)

    runtime.globals["down"] = down
    runtime.execute("function again(n) return down(again, n) end")
    assert runtime.globals["again"](50) == 50
    with pytest.raises(
        (RecursionError, lua.LuaError, ctypes.ArgumentError)
    ):  # which ctypes makes of the first
        runtime.globals["again"](100_000)
    assert runtime.globals["again"](50) == 50


def test_in_coroutines(runtime: lua.Runtime) -> None:
    runtime.globals["add"] = lambda a, b: a + b
    runtime.execute("function sums(n) for i = 1, n do coroutine.yield(add(i, i)) end end")
    assert (
        runtime.eval(
            "function() local t = {} for x in coroutine.wrap(function() sums(5) end) do t[#t + 1] = x end "
            "return table.concat(t, ' ') end"
        )()
        == "2 4 6 8 10"
    )


def test_what_is_printed_is_there(runtime: lua.Runtime) -> None:
    runtime.eval("function(x) print(x) end")("hello")
    assert runtime.take_output() == "hello\n"


def test_references_are_given_back(runtime: lua.Runtime) -> None:
    class Marked(int):
        pass

    def take(*arguments: Any) -> Any:
        return arguments[0] if arguments else None

    runtime.globals["take"] = take
    function = runtime.eval("function(x, y) local a = take(x) local b = take(y) return a, b end")
    wrong = runtime.eval("function(x) local y = take(x) error(y) end")
    text, number = "some text that is not interned by Python", 10**12
    before = [sys.getrefcount(each) for each in (text, number, take, function, runtime)]
    for _ in range(1000):
        function(text, number)
        with pytest.raises(lua.LuaError):
            wrong(text)
        with pytest.raises(TypeError):
            function(text, Marked(1))
    gc.collect()
    after = [sys.getrefcount(each) for each in (text, number, take, function, runtime)]
    assert all(abs(x - y) < 10 for x, y in zip(before, after, strict=True))


def test_memory_is_collected(runtime: lua.Runtime) -> None:
    runtime.globals["name"] = lambda n: f"the name of number {n}, which is rather long"
    runtime.execute(
        "function names(n) for i = 1, n do local s = name(i) end return collectgarbage('count') end"
    )
    assert runtime.globals["names"](100_000) < 8000
    same = runtime.eval("function(x) return x end")
    for number in range(100_000):
        same(f"another name of number {number}, which is rather long")
    assert runtime.eval("collectgarbage('count')") < 8000


def test_with_a_collection_wherever_there_may_be_one(runtime: lua.Runtime) -> None:
    runtime.vm.heap.stress = 1
    runtime.globals["join"] = lambda *parts: "".join(parts)
    function = runtime.eval("function(a, b) return join(a, b, a .. b), {join(b, a)} end")
    for number in range(50):
        text, table = function(f"a{number}", "b" * 50)
        assert text == f"a{number}" + "b" * 50 + f"a{number}" + "b" * 50
        assert table[1] == "b" * 50 + f"a{number}"


def test_fields(runtime: lua.Runtime) -> None:
    table = runtime.table({"a": 1})
    with pytest.raises(KeyError, match="missing"):
        table["missing"]
    with pytest.raises(lua.LuaError, match="index is nil"):
        table[None] = 1
    table["a"] = None
    assert "a" not in table
    runtime.globals["t"] = table
    runtime.execute("setmetatable(t, {__index = function(t, k) return k .. '!' end, __newindex = error})")
    assert table["hello"] == "hello!"
    with pytest.raises(lua.LuaError):
        table["new"] = 1


@pytest.mark.parametrize("steps", [500, 1000, 9_999, 10_000, 10_001, 50_000])
def test_limits_of_steps(steps: int) -> None:
    """The run that native code has begun ends after as many steps as one that the driver does."""
    ended = []
    for native in (True, False):
        with lua.Runtime(limits=lua.Limits(steps=steps)) as runtime:
            runtime.execute("n = 0 function count(most) while n < most do n = n + 1 end return n end")
            count = runtime.globals["count"]
            assert count(10) == 10
            runtime.globals["n"] = 0
            with pytest.raises(lua.LimitReached, match="steps"):
                count(100_000) if native else runtime.call(count.value, (100_000,))
            ended.append(runtime.globals["n"])
    assert ended[0] == ended[1] > steps // 20


def test_limits_of_output() -> None:
    with lua.Runtime(limits=lua.Limits(output=10)) as runtime:
        say = runtime.eval("function(x) print(x) end")
        for _ in range(5):
            say("123456789")
        with pytest.raises(lua.LimitReached, match="printed"):
            say("1234567890")
        say("123456789")
        assert runtime.take_output() == "123456789\n" * 5 + "1234567890" + "123456789\n"


def test_objects_that_were_not_made_properly(runtime: lua.Runtime) -> None:
    for kind in (lua.LuaFunction, lua.LuaTable):
        wrong: Any = kind.__new__(kind)
        with pytest.raises(SystemError):
            wrong() if kind is lua.LuaFunction else wrong["x"]
        with pytest.raises((TypeError, AttributeError)):
            runtime.eval("function(x) end")(wrong)


def test_after_the_end() -> None:
    runtime = lua.Runtime()
    function, table = runtime.eval("function() end"), runtime.table()
    runtime.close()
    for use in (function, lambda: table["x"], lambda: table.__setitem__("x", 1)):
        with pytest.raises(ValueError, match="closed"):
            use()


WITHOUT = """
from cupola.language import python_api
python_api.is_available = lambda: False
from cupola.languages import lua
with lua.Runtime() as runtime:
    runtime.globals["add"] = lambda a, b: a + b
    assert runtime.eval("function(a, b) return add(a, b), a end")(1, 2) == (3, 1)
    assert runtime.table({"x": "y"})["x"] == "y"
    try:
        runtime.globals["add"](1, None)
    except TypeError as error:
        print(error.__class__.__name__)
    print(type(lua.LuaFunction.__call__).__name__)
"""


def test_where_native_code_may_not_look_at_objects() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == (["TypeError", "function"], "")


DEEP = [
    "function(x) return python(x) end",
    "function(x) return pcall(python, {}) end",
    "function(x) return {}, python, 1 << 60 end",
    "function(x) local t = {} for i = 1, 1e5 do t[i] = {} end return 1 end",
    "function(x) print(x) end",
    "function(x) error({}) end",
    "function(x) return load('return 1')() end",
    "function(x) return coroutine.wrap(function() return python({}) end)() end",
    "function(x) local y <close> = setmetatable({}, {__close = function() python({}) end}) error('e') end",
]


@pytest.mark.parametrize("source", DEEP)
def test_python_that_has_hardly_any_room_left(source: str) -> None:
    with lua.Runtime(limits=lua.Limits(time=0.2)) as runtime:
        runtime.globals["python"] = lambda x: x
        function = runtime.eval(source)

        def go_down(levels: int) -> None:
            if levels:
                go_down(levels - 1)
            else:
                function(1)

        most = sys.getrecursionlimit()
        for depth in range(most - 200, most):
            with contextlib.suppress(RecursionError, lua.LuaError):  # nothing else
                go_down(depth)
            assert runtime.vm.vm.level == 0  # nothing counts as running
        with pytest.raises(lua.LimitReached):
            runtime.execute("while true do end")
        assert runtime.eval("#{python(1), python(2)}") == 2


def test_lua_and_python_that_call_each_other_without_end() -> None:
    with lua.Runtime() as runtime:
        table = runtime.globals["t"] = runtime.table()
        call = runtime.eval("function() depth = (depth or 0) + 1 return again() end")
        runtime.globals.update(
            get=lambda key: table[key], set=table.__setitem__, length=lambda: len(table), again=lambda: call()
        )
        runtime.execute(
            "setmetatable(t, {__index = function(_, k) return get(k) end, __len = function() return length() end, "
            "__newindex = function(_, k, v) set(k, v) end})"
        )
        before = sys.getrecursionlimit()
        for limit, text in ((before, "stack overflow"), (20_000, "C stack overflow")):
            sys.setrecursionlimit(limit)
            try:
                for act in (lambda: table["x"], lambda: table.update(x=1), lambda: len(table), call):
                    with pytest.raises(lua.LuaError, match=text):
                        act()
                    assert runtime.vm.vm.level == 0
            finally:
                sys.setrecursionlimit(before)
        assert runtime.globals["depth"] > 100


@pytest.mark.parametrize(
    "source", ["boom()", "coroutine.wrap(boom)()", "pcall(boom)", "('x'):gsub('x', boom)"]
)
def test_control_c_in_a_function_of_python(runtime: lua.Runtime, source: str) -> None:
    def boom(*arguments: Any) -> None:
        raise KeyboardInterrupt

    runtime.globals["boom"] = boom
    for _ in range(3):
        runtime.eval("function() return 1 end")()  # native code leaves registers behind
        with pytest.raises(lua.Interrupted) as caught:
            runtime.execute(source)
        assert not caught.value.backtrace  # nothing runs any more
        assert runtime.eval("1 + 1") == 2


def test_an_error_that_has_a_text_of_its_own(runtime: lua.Runtime) -> None:
    with pytest.raises(lua.LuaError, match=r"^said$") as caught:
        runtime.execute("error(setmetatable({code = 7}, {__tostring = function() return 'said' end}))")
    assert "in main chunk" in caught.value.traceback
    assert caught.value.value["code"] == 7  # type: ignore[index]  # it is a table
