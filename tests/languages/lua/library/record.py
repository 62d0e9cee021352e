"""Recorded calls: files with one call of a library function a line, and what lua5.4 makes of it.

    python -m tests.languages.lua.library.record          records all files anew

A line is `call -> results` or `call !! message`, in which the position, where there is one, is written as `@`. A
line that begins with `#` is a comment. Results are Python literals, strings are bytes.
"""

from __future__ import annotations

import ast
import math
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

HERE = Path(__file__).parent
WRITER = r"""
local function literal(v)
  if v == nil then return "None" elseif v == true then return "True" elseif v == false then return "False" end
  if math.type(v) == "integer" then return tostring(v) end
  if type(v) == "number" then
    if v ~= v then return "nan" elseif v == 1/0 then return "inf" elseif v == -1/0 then return "-inf" end
    local s = string.format("%.17g", v)
    return s:find("[.e]") and s or s .. ".0"
  end
  if type(v) == "string" then
    return "b'" .. v:gsub("[^%w%p ]", function(c) return ("\\x%02x"):format(c:byte()) end)
      :gsub("\\", "\\\\"):gsub("\\\\x", "\\x"):gsub("'", "\\'") .. "'"
  end
  if type(v) == "table" then
    local out = {}
    for i = 1, #v do out[i] = literal(v[i]) end
    return "[" .. table.concat(out, ", ") .. "]"
  end
  return "'" .. type(v) .. "'"
end
local function run(text)
  local f = assert(load("local r = table.pack(" .. text .. ") return r", "=at"))
  local good, r = pcall(f)
  if not good then
    return "!! " .. tostring(r):gsub("^at:1: ", "@")
  end
  for i = 1, r.n do r[i] = literal(r[i]) end
  return "-> " .. table.concat(r, ", ")
end
for line in io.lines() do print(line .. " " .. run(line)) end
"""


class Recorded(NamedTuple):
    """A call, and what came of it: results, or a message."""

    text: str
    function: str
    arguments: list[Any]
    results: list[Any]
    message: str


def literal(node: ast.expr) -> Any:
    """A value as it stands in a call."""
    match node:
        case ast.Constant(value=value):
            return value.encode("latin-1") if isinstance(value, str) else value
        case ast.Name(id=name):
            return {
                "nil": None,
                "true": True,
                "false": False,
                "None": None,
                "inf": math.inf,
                "nan": math.nan,
            }[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -literal(operand)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            a, b = literal(left), literal(right)
            return a / b if b else math.copysign(math.inf, a) if a else -math.nan
        case ast.Set(elts=elements) | ast.List(elts=elements):
            return [literal(each) for each in elements]
        case ast.Dict(keys=[]):
            return []
    raise ValueError(ast.unparse(node))


def parsed(line: str) -> Recorded:
    """A call with what came of it."""
    call, arrow, results = line.partition(" -> ")
    message = ""
    if not arrow:
        call, mark, message = line.partition(" !! ")
        if not mark:
            call, results = line.removesuffix(" ->"), ""
    node = ast.parse(call.replace("assert(", "assert_("), mode="eval").body
    assert isinstance(node, ast.Call)
    found = ast.parse(f"[{results}]", mode="eval").body
    assert isinstance(found, ast.List)
    return Recorded(
        call,
        ast.unparse(node.func).removesuffix("_"),
        [literal(each) for each in node.args],
        [literal(each) for each in found.elts],
        message,
    )


def recorded(file: Path) -> Iterator[Recorded]:
    """The calls of a file."""
    for line in file.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield parsed(line)


def by_reference(calls: Sequence[str]) -> list[str]:
    """The calls with what lua5.4 makes of them."""
    text = "".join(f"{each}\n" for each in calls)
    with NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRITER)
        script.flush()
        done = subprocess.run(
            ["lua5.4", script.name], input=text, capture_output=True, encoding="latin-1", check=True
        )
    return [each.rstrip() for each in done.stdout.splitlines()]


def record(file: Path) -> None:
    """Write what lua5.4 makes of the calls of a file."""
    lines = file.read_text("utf-8").splitlines()
    calls = [line.partition(" -> ")[0].partition(" !! ")[0].removesuffix(" ->") for line in lines]
    found = iter(by_reference([each for each in calls if each and not each.startswith("#")]))
    file.write_text("".join(f"{next(found) if each and each[0] != '#' else each}\n" for each in calls))


if __name__ == "__main__":
    for each in sorted(HERE.glob("*.txt")):
        record(each)
