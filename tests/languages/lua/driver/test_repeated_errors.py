"""Errors that are caught again and again: native code knows their messages and positions, which are lua5.4's."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import cupola

PROGRAM = """
local function show(...) print(select('#', ...), ...) end
local function add(x) return x + 1 end
local function field(x) return x.y.z end
local function set(x) x.y.z = 1 end
local function call(x) return x.f() end
local function less(x, y) return x < y end
local function join(x, y) return "a" .. x .. y end
local function length(x) return #x end
local function bits(x) return x | 1 end
local function divide(x) return 1 // x, 1 % x end
local function both(x, y) return x + y end
local named = setmetatable({}, {__name = "Thing"})
local things = {1, 2.5, "12", "word", true, false, named, {}, print, coroutine.create(print), {y = 5}, {y = {}},
  {f = 5}}
for round = 1, 3 do
  for at = 0, #things do
    local thing = things[at]
    show(pcall(add, thing)) show(pcall(field, thing)) show(pcall(set, thing)) show(pcall(call, thing))
    show(pcall(less, thing, 1)) show(pcall(less, {}, thing)) show(pcall(join, thing, "b")) show(pcall(join, "b", thing))
    show(pcall(length, thing)) show(pcall(bits, thing)) show(pcall(divide, 0)) show(pcall(both, thing, thing))
    show(pcall(both, nil, thing)) show(pcall(both, thing, nil))
    show(pcall(function() return ("x"):rep(thing) end)) show(pcall(function() return string.rep(thing) end))
    show(pcall(function() return math.floor(thing) end)) show(pcall(function() setmetatable(thing, 1) end))
    for _, f in ipairs{string.upper, string.rep, math.sin} do show(pcall(function() return f(thing, thing) end)) end
    show(pcall(function() return ipairs(), tostring() end)) show(pcall(function() assert(at < 0) end))
    show(pcall(function() return unknown.x end)) show(pcall(function() unknown(thing) end))
    show(pcall(function() local t = {} return t.a.b end)) show(pcall(function() return thing.x.y.z end))
  end
end
local function thrower(message, level) error(message, level) end
local function outer(message, level) thrower(message, level) end
local function varied(message, level, ...) thrower(message, level) end
for round = 1, 2 do
  for level = 0, 4 do
    show(pcall(thrower, "one", level)) show(pcall(outer, "two", level)) show(pcall(varied, "three", level, 1, 2, 3))
    show(pcall(function() outer("four", level) end)) show(pcall(pcall, outer, "five", level))
    show(pcall(function() return thrower("six", level) end))
    show(xpcall(outer, function(m) return m .. "!" end, "seven", level))
    local co = coroutine.create(outer)
    show(coroutine.resume(co, "eight", level))
    show(pcall(coroutine.wrap(outer), "nine", level))
  end
  show(pcall(error, "plain")) show(pcall(error)) show(pcall(error, nil)) show(pcall(error, {} == 1))
  show(pcall(error, 12))
  show(pcall(function() error(12) end)) show(pcall(function() error(("long "):rep(500)) end))
  show(pcall(function() assert(false, "asserted") end)) show(pcall(function() assert(nil) end))
  show(pcall(string.rep)) show(pcall(function() return ("x"):rep({}) end)) show(pcall(setmetatable, 1))
  show(pcall(load("local x = ...\\nerror('in a chunk')", "=chunk"))) show(pcall(load("error('in a text')")))
  show(pcall(load("error('in a file')", "@some/file.lua")))
  show(select(2, xpcall(function() local x; x() end, function(m) return "handled: " .. m end)))
  show(pcall(string.gsub, "abc", "b", function() error("inside") end))
  show(pcall(table.sort, {3, 2, 1}, function() error("comparing") end))
  show(pcall(function() for i = 1, 10, 0 do end end)) show(pcall(function() for i = 'x', 2 do end end))
  local closing = setmetatable({}, {__close = function(_, e) print("closing", e) end})
  show(pcall(function() local c <close> = closing local n; return n.x end))
  show(pcall(function() local c <close> = closing error("closed") end))
end
"""


@pytest.mark.parametrize("tier", ["switch", "threaded", "baseline", "auto"])
def test_messages_stay_the_same(tier: str, tmp_path: Path) -> None:
    lua = shutil.which("lua5.4")
    if lua is None:
        pytest.skip("lua5.4 is not installed")
    program = tmp_path / "program.lua"
    program.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run([lua, program.name], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with cupola.VM("lua", tier=tier) as vm:
        vm.run(PROGRAM, "@program.lua")
        found = vm.take_output()
    assert lines(found) == lines(done.stdout)


def lines(text: str) -> list[str]:
    """What was printed, without addresses of objects."""
    return [each.split(": 0x")[0] for each in text.splitlines()]
