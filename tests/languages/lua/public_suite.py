"""What of the public test suite of Lua 5.4.4 does not apply here: pieces that are left out, each for a reason.

docs/lua.md tells the same in a table.
"""

from __future__ import annotations

from dataclasses import dataclass

FILES = (
    "attrib", "bitwise", "calls", "closure", "constructs", "coroutine", "cstack", "db", "errors", "events", "files",
    "gc", "gengc", "goto", "literals", "locals", "main", "math", "nextvar", "pm", "sort", "strings", "tpack", "utf8",
    "vararg", "verybig",
)  # fmt: skip
"""The files that are run as they are; big.lua yields. heavy.lua wants gigabytes, api.lua and code.lua the C library."""


@dataclass(frozen=True)
class Cut:
    """The lines of a file from the one that begins with `first` to the next one that begins with `last` (None: the same
    one) are empty; the line's beginning `kept` stays."""

    file: str
    first: str
    last: str | None
    reason: str
    kept: str = ""


YIELDS = "functions that sort and gsub call may yield"
DUMPS = "dumps have a form of their own, and are signed"
TEMPORARIES = "values without names are not told"
STEPS = "steps are not the instructions of lua5.4"
TRANSFERS = "what calls and returns bring is not told"
CUTS = (
    Cut("coroutine", "       assert(not pcall(table.sort,{1,2,3}, coroutine.yield))", None, YIELDS),
    Cut("coroutine", "          assert(not coroutine.isyieldable())", None, YIELDS),
    Cut("errors", "f = coroutine.wrap(function () table.sort(", 'checkerr("yield across"', YIELDS),
    Cut("calls", "  -- check header", "    assert(not load(s))", DUMPS, kept="  do"),
    Cut("db", "assert(getmetatable(debug.getregistry()._HOOKKEY)", None, "hooks are not kept in the registry"),
    Cut("db", "local n, v = debug.getlocal(0, 1)", "assert(g(0,0) == 30)", TEMPORARIES),
    Cut("db", "  if l == 3 then a = a + 1; assert(", None, TEMPORARIES, kept="  if l == 3 then a = a + 1"),
    Cut("db", "local n, v = debug.getlocal(1, 1)", 'assert(n == "(temporary)" and v == 12)', TEMPORARIES),
    Cut("db", 'do  print("testing inspection of param', "  eqseq(inp, {20}); eqseq", TRANSFERS, kept="do"),
    Cut("db", "a=0; for i=1,1000 do end; assert(1000 <", None, STEPS),
    Cut("db", "a=0; for i=1,1000 do end; assert(250 <", None, STEPS),
    Cut("db", "  assert(#c < 500)", None, DUMPS),
)  # fmt: skip


def adapted(file: str, text: str) -> str:
    """The text of a file without what does not apply; raises ValueError if a piece is not there."""
    lines = text.split("\n")
    for cut in CUTS:
        if cut.file != file:
            continue
        first = _place(lines, cut, cut.first, 0)
        last = first if cut.last is None else _place(lines, cut, cut.last, first)
        lines[first : last + 1] = [cut.kept] + [""] * (last - first)
    return "\n".join(lines)


def _place(lines: list[str], cut: Cut, beginning: str, start: int) -> int:
    for number in range(start, len(lines)):
        if lines[number].startswith(beginning):
            return number
    raise ValueError(f"{cut.file}.lua of this suite has no line {beginning!r}: it is not that of Lua 5.4.4")
