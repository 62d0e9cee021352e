"""The libraries that Python does: programs whose output was recorded from `lua5.4`, and what it has not.

To record again: `cd tests/languages/lua/driver/programs; for n in io debug; do lua5.4 $n.lua > $n.txt; done`
"""

from __future__ import annotations

from pathlib import Path

import pytest

import cupola
from cupola.cli.main import main
from cupola.language.limits import LimitReached, Limits
from cupola.languages.lua.driver.errors import Exit, LuaError
from cupola.languages.lua.driver.library.streams import File
from cupola.languages.lua.driver.vm import LuaVM
from cupola.languages.lua.driver.world import add_service

PROGRAMS = Path(__file__).parent / "programs"


@pytest.mark.parametrize("name", ["io", "debug"])
def test_as_recorded(name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(PROGRAMS)
    main(["run", f"{name}.lua"])
    assert capfd.readouterr().out == (PROGRAMS / f"{name}.txt").read_text()


def run(source: str, **arguments: object) -> str:
    """What a program prints."""
    vm = LuaVM(**arguments)  # type: ignore[arg-type]
    try:
        vm.run(source)
        return vm.take_output()
    finally:
        vm.close()


@pytest.mark.parametrize(
    ("source", "status"),
    [("os.exit()", 0), ("os.exit(false)", 1), ("os.exit(7)", 7), ("pcall(os.exit, 5)", 5), ("print(1)", 0)],
)
def test_statuses(source: str, status: int, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-l", "lua", "-e", source]) == status


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("setmetatable({}, {__tostring = function() return 'said' end})", "lua: said\n"),
        (
            "setmetatable({}, {__tostring = function() return 1 end})",
            "lua: (error object is a table value)\nstack",
        ),
        ("setmetatable({}, {__tostring = function() error('again', 0) end})", "lua: again\nstack"),
        ("setmetatable({}, {__name = 'Mine'})", "lua: (error object is a table value)\nstack"),
        ("nil", "lua: (error object is a nil value)\n"),
    ],
)
def test_what_is_told_of_errors_that_are_no_strings(
    value: str, shown: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "-l", "lua", "-e", f"error({value})"]) == 1
    assert capfd.readouterr().err.startswith(shown)


def test_an_end_inside_a_coroutine_leaves_the_system_usable() -> None:
    vm = LuaVM()
    with pytest.raises(Exit):
        vm.run("local x = 1; f = function() return x end; coroutine.wrap(function() x = 2; os.exit(3) end)()")
    vm.run("local a, b, c = 9, 9, 9; print(f(), coroutine.isyieldable())")
    assert vm.take_output() == "2\tfalse\n"
    vm.close()


def test_a_limit_inside_a_call_from_python() -> None:
    vm = LuaVM(limits=Limits(steps=100_000))
    add_service(vm, "back", lambda vm, arguments: vm.call_inside(arguments[0], arguments[1:]))
    with pytest.raises(LimitReached):
        vm.run("pcall(back, coroutine.wrap(function() while true do end end))")
    vm.run("print(pcall(back, error, 'x'), back(coroutine.wrap(function(a) return a end), 4))")
    assert vm.take_output() == "false\t4\n"
    vm.close()


def test_the_stack_moves_while_python_calls() -> None:
    vm = LuaVM()
    add_service(vm, "back", lambda vm, arguments: vm.call_inside(arguments[0], arguments[1:]))
    vm.run("local function f(n) return n == 0 and 0 or 1 + f(n - 1) end print(back(f, 20000), back(f, 3))")
    assert vm.take_output() == "20000\t3\n"
    vm.close()


def test_files_that_are_forbidden() -> None:
    source = "print(io.open('/etc/passwd')) print(io.open('/tmp/x', 'w')) print(os.execute('true'))"
    assert run(source, limits=Limits(files="none")).count("Permission denied\t13") == 3
    source = "print(io.type(io.open('/etc/passwd'))) print(os.remove('/tmp/nothing'))"
    assert run(source, limits=Limits(files="read")) == "file\nnil\t/tmp/nothing: Permission denied\t13\n"


def open_files(vm: LuaVM) -> int:
    """How many files a system has: three at first."""
    return sum(isinstance(each, File) for each in vm.hosts.objects.values())


def test_files_that_nobody_has_are_closed() -> None:
    vm = LuaVM()
    vm.run("local f = io.tmpfile(); f:write('x')")
    assert open_files(vm) == 4
    vm.run("local function f(n) return n == 0 and 0 or 1 + f(n - 1) end f(50); collectgarbage()")
    assert open_files(vm) == 3
    vm.close()


def test_dumps_of_others_are_refused() -> None:
    source = """
    local s = string.dump(function() return 7 end)
    print(load(s)(), load(s:sub(1, -2) .. "x"))
    print(load("\\27Lua\\x54"), pcall(string.dump, print))
    """
    assert run(source).startswith("7\tnil\t")
    assert "truncated chunk, or not of this user" in run(source)
    assert "unable to dump given function" in run(source)


def test_modules(tmp_path: Path) -> None:
    (tmp_path / "one.lua").write_text("local name, path = ... ; return {name = name, path = path}")
    (tmp_path / "broken.lua").write_text("return +")
    vm = LuaVM()
    vm.run(f"package.path = '{tmp_path}/?.lua'")
    vm.run(
        "local m = require('one')\n"
        "print(m.name, m.path == package.searchpath('one', package.path), m == require('one'))"
    )
    assert vm.take_output() == "one\ttrue\ttrue\n"
    with pytest.raises(
        LuaError, match=r"(?s)error loading module 'broken' from file .*broken\.lua:1: unexpected symbol"
    ):
        vm.run("require('broken')")
    vm.close()


def test_only_the_libraries_that_are_wanted() -> None:
    vm = LuaVM(libraries=("string",))
    vm.run("print(io, os, debug, package, require, dofile, loadfile, math, string ~= nil, load ~= nil)")
    assert vm.take_output() == "nil\t" * 8 + "true\ttrue\n"
    vm.close()
    with pytest.raises(ValueError, match="unknown library 'net'"):
        LuaVM(libraries=("net",))


def test_native_functions_in_tail_position_get_all_arguments() -> None:
    source = """
    local function call(f, ...) return f(...) end
    for n = 0, 200, 7 do
      local t = {}
      for i = 1, n do t[i] = i end
      local r = table.pack(call(select, 1, table.unpack(t)))
      assert(r.n == n)
      for i = 1, n do assert(r[i] == i) end
    end
    print(call(select, 2, 1, "x", nil))
    """
    assert run(source) == "x\tnil\n"


def test_functions_by_name() -> None:
    with cupola.VM("lua") as vm:
        vm.run("function half(x) return x / 2, x // 2 end")
        assert vm.call("half", 7) == (3.5, 3)
        assert vm.call("string.rep", b"ab", 2) == (b"abab",)
        with pytest.raises(LuaError, match=r"no function 'string\.nothing'"):
            vm.call("string.nothing")
