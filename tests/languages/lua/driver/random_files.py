"""Random programs that write, read and seek in one file, and tell all that they see."""

from __future__ import annotations

import random

HEAD = r"""
local name = ...
local count = 0
local function brief(v)
  if io.type(v) then return io.type(v) end
  if type(v) ~= "string" then return tostring(v) end
  if #v < 60 then return (("%q"):format(v):gsub("\\\n", "\\n")) end
  local hash = 0
  for i = 1, #v do hash = (hash * 31 + v:byte(i)) & 0xffffffff end
  return #v .. "#" .. hash
end
local function show(...)
  count = count + 1
  local values = table.pack(...)
  for i = 1, values.n do values[i] = brief(values[i]) end
  print(count, table.concat(values, " "))
end
local function contents()
  local f <close> = io.open(name, "rb")
  return f:read("a")
end
local function some(most, ...)
  local each = f:lines(...)
  for i = 1, most do
    local a, b = each()
    show(a, b)
    if a == nil then break end
  end
end
"""
NUMBERS = (
    "0",
    "1",
    "-5",
    "123456789",
    "1 << 62",
    "1.5",
    "1.0",
    "1e100",
    "-0.0",
    "1 / 3",
    "0 / 0",
    "1 / 0",
    "2^53",
)
TEXTS = (r'"\n"', '""', r'"a\0b\n"', r'"  12 0x1F 3.5e2 .5 -7 0x junk 1e 99999999999999999999 5\n"')
LENGTHS = (100, 4095, 4096, 4097, 5000, 9000, 70000)
FORMATS = (
    '"l"', '"l"', '"L"', '"n"', '"a"', "0", "1", "5", "100", "4096", "5000", "70000", '"*l"', '"n", "l"', '3, "L"',
    '"l", "n", 2',
)  # fmt: skip
PLACES = (
    "", '"cur"', '"set"', '"end"', '"set", 1', '"set", 3', '"set", 100', '"set", 4000', '"set", 4096', '"set", -1',
    '"cur", -1', '"cur", -3', '"cur", 2', '"cur", 100', '"cur", -5000', '"end", -1', '"end", -10', '"end", 5',
    '"end", -4097',
)  # fmt: skip
MODES = ("r", "r+", "r+", "w", "w+", "w+", "a", "a+", "a+")


def text(source: random.Random) -> str:
    """Something to write."""
    kind = source.randrange(8)
    if kind == 0:
        return source.choice(NUMBERS)
    if kind == 1:
        return f'("{source.choice("abxyz")}"):rep({source.choice(LENGTHS)})'
    if kind == 2:
        return source.choice(TEXTS)
    letters = "".join(
        source.choice(("a", "b", "c", " ", "1", "2", "\\n")) for _ in range(source.randrange(30))
    )
    return f'"{letters}"'


def program(seed: int) -> str:
    """A program, which gets the name of the file. Between reading and writing it seeks, as C wants it."""
    source = random.Random(seed)
    begin = " ".join(f"f:write({text(source)})" for _ in range(source.randrange(6)))
    lines = [
        f'f = io.open(name, "w") {begin} f:close()',
        HEAD,
        f'f = io.open(name, "{source.choice(MODES)}")',
    ]
    lines[0], lines[1] = lines[1], lines[0]
    last = ""
    for _ in range(source.randrange(5, 40)):
        kind = source.choices(
            ("write", "read", "seek", "flush", "lines", "look", "open"), (6, 5, 4, 1, 1, 2, 1)
        )[0]
        does = {"lines": "read", "look": "flush"}.get(kind, kind)
        if {does, last} == {"read", "write"}:
            lines.append('show(f:seek("cur", 0))')
        match kind:
            case "write":
                values = ", ".join(["f", *(text(source) for _ in range(source.randrange(4)))])
                lines.append(f"show(f.write({values}))")
            case "read":
                lines.append(f"show(f:read({source.choice(FORMATS)}))")
            case "seek":
                lines.append(f"show(f:seek({source.choice(PLACES)}))")
            case "flush":
                lines.append("show(f:flush())")
            case "lines":
                lines.append(f"show(pcall(some, {source.randrange(1, 5)}, {source.choice(FORMATS)}))")
            case "look":
                lines.append("f:flush() show(contents())")
            case "open":
                lines.append(f'show(f:close()) f = io.open(name, "{source.choice(MODES)}")')
        last = does
    return "\n".join([*lines, "f:close() show(contents())", ""])
