"""Programs that want to break the system: each ends with an error that can be told, and the VM goes on working."""

# ruff: noqa: E501
# One line for each program is easier to read here than several.

from __future__ import annotations

import os

import pytest

import cupola
from cupola.language.limits import LimitReached
from cupola.languages.lua.driver.errors import LuaError
from cupola.languages.lua.driver.vm import LuaVM
from tests.languages.lua.engines import Engine

LONG = bool(os.environ.get("LUA_LONG_TESTS"))  # more of everything
ENGINES = [Engine("auto", (1, 1))] + (
    [Engine("threaded"), Engine("switch"), Engine("baseline", (1, 1))] if LONG else []
)
MEMORY = 64 << 20
ENDED = (LuaError, LimitReached)

# What a program does, and what its error says (parts of it, one of them).
HOSTILE = {
    "string.rep": ("local s = 'x' while true do s = s:rep(1000) end", ("not enough memory", "resulting string too large")),
    "string.rep at once": ("return ('x'):rep(1 << 40)", ("not enough memory", "resulting string too large")),
    "overflowing length": ("return ('x'):rep(math.maxinteger, ('y'):rep(100))", ("resulting string too large",)),
    "doubling": ("local s = 'x' while true do s = s .. s end", ("not enough memory",)),
    "table.concat": ("local t = {} for i = 1, 1000 do t[i] = ('x'):rep(1 << 20) end table.concat(t)", ("not enough memory",)),
    "huge table": ("local t = {} for i = 1, math.huge do t[i] = i end", ("not enough memory",)),
    "huge dictionary": ("local t = {} for i = 1, math.huge do t[i .. ''] = i end", ("not enough memory",)),
    "sparse table": ("local t = {} for i = 1, math.huge do t[i * 0x10000001] = {} end", ("not enough memory",)),
    "recursion": ("local function f() return 1 + f() end f()", ("stack overflow",)),
    "recursion of metamethods": (
        "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] + 1 end}) return t[1]",
        ("stack overflow",),
    ),
    "__index chain": (
        "local t = {} for i = 1, 3000 do t = setmetatable({}, {__index = t}) end return t.x",
        ("'__index' chain too long; possible loop",),
    ),
    "__newindex loop": (
        "local t = {} setmetatable(t, {__newindex = t}) t.x = 1",
        ("'__newindex' chain too long; possible loop",),
    ),
    "__call chain": (
        "local f = print for i = 1, 3000 do f = setmetatable({}, {__call = f}) end f()",
        ("attempt to call a table value",),
    ),
    "__tostring": ("local t = setmetatable({}, {}) getmetatable(t).__tostring = tostring tostring(t)", ("stack overflow", "must return")),
    "__concat": (
        "local t = setmetatable({}, {__concat = function(a, b) return a .. b end}) return t .. t",
        ("stack overflow",),
    ),
    "__eq": ("local m = {} m.__eq = function(a, b) return a == b end return setmetatable({}, m) == setmetatable({}, m)", ("stack overflow",)),
    "__close": (
        "local m = {} m.__close = function(t) local x <close> = t end local y <close> = setmetatable({}, m)",
        ("stack overflow",),
    ),
    "coroutines inside each other": ("local function f() return coroutine.wrap(f)() end f()", ("C stack overflow",)),
    "many coroutines": (
        "local t = {} for i = 1, math.huge do t[i] = coroutine.create(print) end",
        ("not enough memory",),
    ),
    "pcall inside itself": ("local function f() pcall(f) end f()", ()),
    "sort inside sort": ("local function f() table.sort({3, 2, 1}, f) end f()", ("stack overflow",)),
    "gsub inside gsub": ("local function f() return (('a'):gsub('.', f)) end f()", ("stack overflow",)),
    "load inside load": ("local function f() return load(function() return f() end) end return select(2, f())", ()),
    "require inside require": ("package.preload.x = function() package.loaded.x = nil require 'x' end require 'x'", ("stack overflow",)),
    "sort with a liar": ("table.sort({3, 1, 2, 5, 4, 6, 7, 8, 9, 10}, function() return true end)", ("invalid order function",)),
    "unpack": ("return table.unpack({}, 1, 1 << 40)", ("too many results to unpack",)),
    "unpack up to the end": ("return table.unpack({}, math.mininteger, math.maxinteger)", ("too many results to unpack",)),
    "string.byte": ("return ('x'):rep(1 << 24):byte(1, -1)", ("string slice too long", "stack overflow")),
    "string.char": ("return string.char(table.unpack({}, 1, 256))", ("number expected",)),
    "select": ("return select(-1)", ("out of range",)),
    "table.insert": ("table.insert({}, math.maxinteger, 1)", ("position out of bounds",)),
    "table.move": ("table.move({}, 1, math.maxinteger, 2)", ("too many elements to move", "wrap around")),
    "__len that lies": ("return table.unpack(setmetatable({}, {__len = function() return 1 << 60 end}))", ("too many results",)),
    "__len that is none": ("return #table.concat(setmetatable({}, {__len = function() return 'x' end}))", ("not an integer",)),
    "pattern depth": ("return ('a'):rep(300000):match(('.?'):rep(300000))", ("pattern too complex",)),
    "captures": ("return ('a'):match(('()'):rep(100))", ("too many captures",)),
    "malformed pattern": ("return ('a'):match('[a')", ("malformed pattern",)),
    "format": ("return ('%999d'):format(1)", ("invalid conversion", "invalid format")),
    "format without end": ("return ('%'):format(1)", ("invalid conversion",)),
    "format with much": ("return ('%99.99f'):rep(1 << 20):format(1)", ("no value", "not enough memory")),
    "pack": ("return string.pack('i17', 1)", ("out of limits",)),
    "pack's size": ("return string.packsize(('s'):rep(10))", ("variable",)),
    "unpack of a lie": ("return string.unpack('s8', ('\\255'):rep(8))", ("too short",)),
    "utf8": ("return utf8.char(-1)", ("value out of range",)),
    "parentheses": ("return assert(load(('('):rep(100000)))", ("C stack overflow",)),
    "braces": ("return assert(load('return ' .. ('{'):rep(100000)))", ("C stack overflow",)),
    "blocks": ("return assert(load(('do '):rep(100000)))", ("C stack overflow",)),
    "functions": ("return assert(load(('function f() '):rep(100000)))", ("C stack overflow",)),
    "not": ("return assert(load('return ' .. ('not '):rep(100000) .. '1'))", ("C stack overflow",)),
    "right associative": ("return assert(load('return ' .. ('a..'):rep(100000) .. 'a'))", ("C stack overflow", "too many registers")),
    "locals": ("return assert(load(('local a '):rep(300)))", ("too many local variables",)),
    "registers": ("return assert(load('return f(' .. ('a,'):rep(300) .. 'a)'))", ("too many registers",)),
    "gotos": ("return assert(load('goto x ' .. ('do goto x end '):rep(1000)))", ("no visible label",)),
    "garbage as code": ("return assert(load('\\27Lua' .. ('\\255'):rep(1000)))", ("bad binary format",)),
    "a changed dump": (
        "local s = string.dump(function() return 1 end) return assert(load(s:sub(1, 60) .. '\\255' .. s:sub(62)))",
        ("bad binary format",),
    ),
    "__gc that allocates": (
        "local function again() setmetatable({}, {__gc = again}) end again() for i = 1, 1e6 do local x = {} end error 'over'",
        ("over",),
    ),
    "__gc that fails": (
        "for i = 1, 1000 do setmetatable({}, {__gc = function() error 'no' end}) end collectgarbage() error 'over'",
        ("over",),
    ),
    "__gc that recurses": (
        "local function f() f() return 1 end setmetatable({}, {__gc = f}) collectgarbage() error 'over'",
        ("over",),
    ),
    "metatable of strings": (
        "getmetatable('').__index = function(s, k) return s[k] end return ('x').y",
        ("stack overflow",),
    ),
    "metatable of strings gone": ("debug.setmetatable('', nil) return ('x'):rep(2)", ("attempt to index a string value",)),
    "metatable of nil": ("debug.setmetatable(nil, {__index = function(_, k) return nil end}) return x.y.z.u()", ("attempt to call a nil value",)),
    "error in error handlers": ("return select(2, xpcall(error, function() error() end))", ()),
    "globals gone": ("local g = _G for k in pairs(g) do if k ~= 'error' then g[k] = nil end end error 'over'", ("over",)),
    "a file without end": ("return io.open('/dev/zero'):read('a')", ("not enough memory",)),
    "a line without end": ("return io.lines('/dev/zero')()", ("not enough memory",)),
    "a huge part of a file": ("return io.open('/dev/zero'):read(1 << 50)", ("not enough memory",)),
    "a source without end": ("return dofile('/dev/zero')", ("not enough memory",)),
    "a reader without end": ("local s = ('-'):rep(1 << 20) return assert(load(function() return s end))", ("not enough memory",)),
    "utf8.len to the least integer": ("error(utf8.len('x', 1, math.mininteger))", ("",)),
    "registry gone": ("for k in pairs(debug.getregistry()) do debug.getregistry()[k] = nil end error 'over'", ("over",)),
    "yield from outside": ("coroutine.yield()", ("outside a coroutine",)),
    "next that is invalid": ("return next({}, 1)", ("invalid key",)),
    "changes in a traversal": ("local t = {} for i = 1, 100 do t[i .. ''] = i end for k in pairs(t) do t[k .. 'x'] = nil t[k] = nil end error 'over'", ("over",)),
    "collect while traversing": ("local t = setmetatable({}, {__mode = 'k'}) for i = 1, 100 do t[{}] = i end for k in pairs(t) do collectgarbage() end error 'over'", ("over",)),
}  # fmt: skip

ENDLESS = {
    "a loop": "while true do end",
    "a loop that catches": "while true do pcall(function() while true do end end) end",
    "a loop in a coroutine": "coroutine.wrap(function() while true do end end)()",
    "a pattern": "return ('a'):rep(40):match(('a?'):rep(40) .. ('a'):rep(40) .. 'b')",
    "a pattern that goes back": "return ('a'):rep(30000):match('.-.-.-.-b')",
    "sort": "local t = {} for i = 1, 1 << 20 do t[i] = i end while true do table.sort(t, function(a, b) return a > b end) end",
    "concat": "local t = {} for i = 1, 1 << 16 do t[i] = 'x' end while true do table.concat(t) end",
    "__gc": "setmetatable({}, {__gc = function() while true do end end}) while true do local x = {} end",
    "__close": "local x <close> = setmetatable({}, {__close = function() while true do end end})",
    "a handler": "xpcall(error, function() while true do end end)",
    "an iterator": "for x in function() return 1 end do end",
    "move": "while true do table.move({}, 1, 1 << 24, 2) end",
    "compiling": "local s = ('x = 1 '):rep(1 << 18) while true do load(s) end",
}


def make_vm(engine: Engine, time: float = 20.0) -> LuaVM:
    """A VM that has little memory and time."""
    thresholds = None if engine.thresholds is None else cupola.Thresholds(*engine.thresholds)
    return LuaVM(tier=engine.tier, thresholds=thresholds, limits=cupola.Limits(time=time, memory=MEMORY))


def works(vm: LuaVM) -> bool:
    """Whether a VM still computes, collects, and catches errors."""
    text = b"local t = {} for i = 1, 1000 do t[i] = {i} end local s = 0 for i = 1, 1000 do s = s + t[i][1] end return s"
    results = vm.call(vm.load(text, b"=works"))
    return [vm.objects.number(each) for each in results] == [500500]


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_programs_end_with_errors(name: str, engine: Engine) -> None:
    source, texts = HOSTILE[name]
    vm = make_vm(engine)
    try:
        if texts:
            with pytest.raises(LuaError) as caught:
                vm.run(source)
            assert any(each in str(caught.value) for each in texts), str(caught.value)[-300:]
        else:
            vm.run(source)
        assert works(vm)
    finally:
        vm.close()


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("name", ENDLESS)
def test_time_ends_everywhere(name: str, engine: Engine) -> None:
    vm = make_vm(engine, time=0.3)
    try:
        with pytest.raises(LimitReached):
            vm.run(ENDLESS[name])
        assert works(vm)
    finally:
        vm.close()
