"""Lua inside a Python program: conversions, functions both ways, errors, limits, what cannot be reached."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from cupola.languages import lua


@pytest.fixture
def runtime() -> Iterator[lua.Runtime]:
    with lua.Runtime() as made:
        yield made


@pytest.mark.parametrize(
    "thing",
    [None, True, False, 0, -1, (1 << 47) - 1, -(1 << 47), 1 << 47, -(1 << 63), 2.5, "", "häß", "x" * 100],
)
def test_values_come_back(runtime: lua.Runtime, thing: Any) -> None:
    assert runtime.eval("function(...) return ... end")(thing) == thing


def test_strings_and_encodings(runtime: lua.Runtime) -> None:
    assert runtime.eval("'\\xff'") == "\udcff"
    assert runtime.eval("function(s) return #s end")("\udcff") == 1
    assert runtime.eval("function(s) return #s end")(b"\x00\xff") == 2
    with lua.Runtime(encoding=None) as plain:
        assert plain.eval("'\\xff'") == b"\xff"
    with lua.Runtime(encoding="latin-1") as western:
        assert western.eval("function(s) return #s, s end")("ß") == (1, "ß")


@pytest.mark.parametrize("thing", [object(), [1], {}, {1}, 1j, print.__class__])
def test_what_has_no_conversion_is_refused(runtime: lua.Runtime, thing: Any) -> None:
    with pytest.raises(TypeError, match="pass other objects with"):
        runtime.globals["x"] = thing


def test_integers_of_64_bits(runtime: lua.Runtime) -> None:
    with pytest.raises(OverflowError):
        runtime.globals["x"] = 1 << 63


def test_results(runtime: lua.Runtime) -> None:
    assert runtime.execute("local x = 1") is None
    assert runtime.eval("1, nil, 'x'") == (1, None, "x")
    assert runtime.compile("return ...")(5) == 5


def test_tables(runtime: lua.Runtime) -> None:
    table = runtime.table({"a": [1, 2, {"b": 3}], 5: "five"})
    assert table["a"][3]["b"] == 3
    assert (len(table["a"]), bool(runtime.table()), set(table)) == (3, True, {"a", 5})
    del table[5]
    assert 5 not in table
    with pytest.raises(KeyError):
        table[5]
    with pytest.raises(KeyError):
        del table[5]
    runtime.globals["t"] = table
    assert runtime.eval("t") == table
    assert hash(runtime.eval("t")) == hash(table)
    assert runtime.eval("{}") != table
    other = runtime.eval(
        "setmetatable({}, {__index = function(t, k) return k .. '!' end, __len = function() return 9 end})"
    )
    assert (other["x"], len(other)) == ("x!", 9)
    with pytest.raises(lua.LuaError, match="index is nil"):
        table[None] = 1


def test_functions_both_ways(runtime: lua.Runtime) -> None:
    call = runtime.eval("function(f, ...) return f(...) end")
    assert call(lambda *given: given, 1, "x", None) == (1, "x", None)
    assert call(lambda x: call(lambda y: y * 2, x) + 1, 10) == 21
    assert call(runtime.function(max, "largest"), 3, 9) == 9
    assert call(lambda: None) is None

    def own() -> None:
        pass

    runtime.globals["own"] = own
    assert runtime.globals["own"] is own
    before = len(runtime.vm.services)
    for number in range(300):
        assert call(lambda x: x + 1, number) == number + 1
    runtime.execute("collectgarbage()")
    assert len(runtime.vm.services) == before
    assert len(runtime.vm.hosts.objects) < 50


def test_objects_of_another_runtime(runtime: lua.Runtime) -> None:
    with lua.Runtime() as other, pytest.raises(ValueError, match="another runtime"):
        runtime.globals["x"] = other.globals


def test_errors(runtime: lua.Runtime) -> None:
    with pytest.raises(lua.LuaError) as caught:
        runtime.execute("error({code = 7})")
    assert isinstance(caught.value.value, lua.LuaTable)
    assert caught.value.value["code"] == 7
    with pytest.raises(lua.LuaError, match="<string>:1: unexpected symbol"):
        runtime.execute("x = = 1")

    def inner() -> str:
        try:
            runtime.execute("error('inside', 0)")
        except lua.LuaError as error:
            return f"caught {error}"
        return ""

    runtime.globals["inner"] = inner
    assert runtime.eval("inner()") == "caught inside"
    runtime.globals["outer"] = lambda: runtime.execute("error({code = 8})")
    assert runtime.eval("select(2, pcall(outer)).code") == 8


def test_exceptions_of_python(runtime: lua.Runtime) -> None:
    def fail() -> None:
        raise ValueError("no such thing")

    runtime.globals["fail"] = fail
    assert isinstance(runtime.eval("select(2, pcall(fail))"), ValueError)
    assert runtime.eval(
        "select(2, pcall(coroutine.wrap(fail))) ~= nil, getmetatable(select(2, pcall(fail)))"
    ) == (True, False)
    with pytest.raises(ValueError, match="no such thing") as caught:
        runtime.execute("local function f() fail() end f()")
    assert "stack traceback:" in caught.value.__notes__[0]
    with pytest.raises(TypeError):
        runtime.execute("fail(1, 2)")


def test_objects_of_python_are_closed(runtime: lua.Runtime) -> None:
    class Thing:
        secret = 1

    thing = Thing()
    runtime.globals["thing"] = runtime.opaque(thing, {"get": lambda self: self.secret})
    assert runtime.eval("thing:get(), thing.secret, thing.__class__, type(thing), thing == thing") == (
        1, None, None, "userdata", True,
    )  # fmt: skip
    assert runtime.eval("thing") is thing
    for source in (
        "thing.x = 1",
        "debug.getmetatable(thing)",
        "setmetatable(thing, {})",
        "#thing",
        "thing()",
    ):
        with pytest.raises(lua.LuaError):
            runtime.execute(source)


@pytest.mark.parametrize("name", ["io", "os", "debug", "package", "require", "dofile", "loadfile"])
def test_nothing_outside_can_be_reached(runtime: lua.Runtime, name: str) -> None:
    assert runtime.eval(name) is None


ENDLESS = "while true do pcall(function() while true do end end) end"


@pytest.mark.parametrize(
    ("limit", "source"),
    [
        ({"time": 0.05}, ENDLESS),
        ({"steps": 10_000}, ENDLESS),
        ({"steps": 10_000}, f"coroutine.wrap(function() {ENDLESS} end)()"),
        ({"steps": 10_000}, f"python(function() {ENDLESS} end)"),
        ({"time": 0.05}, "local s = ('a'):rep(1e5) while true do pcall(string.find, s, '.-.-.-b') end"),
        ({"output": 100}, "while true do pcall(print, 'x') end"),
        ({"memory": 4 << 20}, "local t = {} while true do t[#t + 1] = {} end"),
    ],
)
def test_limits(limit: dict[str, Any], source: str) -> None:
    with lua.Runtime(limits=lua.Limits(**limit)) as runtime:
        runtime.globals["python"] = lambda f: f()
        with pytest.raises(lua.LimitReached) as reached:
            runtime.execute(source)
        assert reached.value.limit in limit
        if "output" in limit:
            assert len(runtime.take_output()) == 100
        assert runtime.eval("6 * 7, select(2, pcall(error, 'x')), coroutine.isyieldable()") == (
            42,
            "x",
            False,
        )


def test_what_python_holds_stays_alive_and_what_it_drops_does_not(runtime: lua.Runtime) -> None:
    kept = [runtime.eval("{}") for _ in range(100)]
    for place, each in enumerate(kept):
        each["place"] = place
    for _ in range(2000):
        runtime.eval("{}")
    runtime.execute("collectgarbage()")
    assert [each["place"] for each in kept] == list(range(100))
    del kept
    gc.collect()
    weak = runtime.eval("setmetatable({}, {__mode = 'v'})")
    weak[1] = runtime.table()
    runtime.eval("{}")  # the next one takes the dropped ones out
    runtime.execute("local function f(n) return n == 0 and 0 or 1 + f(n - 1) end f(50); collectgarbage()")
    assert 1 not in weak


def test_a_closed_runtime() -> None:
    runtime = lua.Runtime()
    function = runtime.eval("print")
    runtime.close()
    with pytest.raises(ValueError, match="closed"):
        runtime.eval("1")
    with pytest.raises(ValueError, match="closed"):
        function()


def test_calls_that_do_not_end_soon(runtime: lua.Runtime) -> None:
    count = runtime.eval("function(n) local s = 0 for i = 1, n do s = s + i end return s, -n end")
    for n in (10, 10_000, 300_000, 10):
        assert count(n) == (n * (n + 1) // 2, -n)
    many = runtime.eval("function(...) return select('#', ...), ... end")
    assert many(*range(-8, 8)) == (16, *range(-8, 8))
    assert many(*range(40)) == (40, *range(40))
    deep = runtime.eval(
        "function(n) local function f(n) return n == 0 and 0 or 1 + f(n - 1) end return f(n) end"
    )
    assert [deep(5000), deep(3)] == [5000, 3]
    assert runtime.eval("function() print('x') return 1 end")() == 1
    assert runtime.take_output() == "x\n"
    with pytest.raises(lua.LuaError, match="oops"):
        runtime.eval("function() error('oops') end")()
    generate = runtime.eval("coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)")
    assert [generate() for _ in range(3)] == [1, 2, 3]


def test_a_limit_of_time_in_a_function() -> None:
    with lua.Runtime(limits=lua.Limits(time=0.05)) as runtime:
        spin = runtime.eval("function() while true do pcall(function() end) end end")
        for _ in range(2):
            with pytest.raises(lua.LimitReached, match="time"):
                spin()
        assert runtime.eval("function(a) return a end")(7) == 7


def test_an_interrupt_from_another_thread(runtime: lua.Runtime) -> None:
    spin = runtime.eval("function() while true do end end")
    timer = threading.Timer(0.1, runtime.interrupt)
    timer.start()
    with pytest.raises(lua.Interrupted):
        spin()
    timer.join()
