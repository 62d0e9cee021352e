"""Random Lua programs: they end, print what they did, and put every kind of statement into every other."""

from __future__ import annotations

import random

PRELUDE = """local fuel = 400
local function show(...)
  local shown = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    if type(v) == "table" or type(v) == "function" then v = type(v) elseif v ~= v then v = "nan" end
    shown[i] = tostring(v)
  end
  print(table.concat(shown, " "))
end
local function burn() fuel = fuel - 1 if fuel < 0 then error("no fuel", 0) end end
local function closing(n) return setmetatable({n = n}, {__close = function(c, e) show("close", c.n, e) end}) end
local function many(...) burn() return ... end
g1, g2, g3 = 1, "two", {x = 3, y = "4", 5, 6}
"""

# With this no operation fails: programs run on, with values that no sane program has.
FORGIVING = """local function first(a, b) burn() return type(a) == "number" and a or type(b) == "number" and b or 2 end
local mt = {__index = function(t, k) return k end, __newindex = burn, __call = function(f, ...) burn() return ... end,
  __lt = function(a, b) return type(a) == "number" end, __le = function(a, b) return type(b) == "number" end,
  __concat = function(a, b) return type(a) .. type(b) end, __unm = first, __len = function() return 3 end}
for i, e in ipairs {"add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr", "bnot"} do
  mt["__" .. e] = first
end
debug.setmetatable(nil, mt) debug.setmetatable(1, mt) debug.setmetatable("", mt) debug.setmetatable(true, mt)
debug.setmetatable(print, mt)
"""

BINARY = ["+", "-", "*", "/", "//", "%", "^", "&", "|", "~", "<<", ">>", "..", "..", "+", "-", "*"]
COMPARE = ["==", "~=", "<", ">", "<=", ">="]
CONSTANTS = [
    "nil", "true", "false", "0", "1", "2", "-3", "7", "255", "256", "40000", "1.5", "2.0", "0.0", "'a'", "'10'", "''",
    "0x10", "1e2", "32767", "-32768", "32768", "9007199254740993", "{}", "{1, 2}", "{x = 1}",
]  # fmt: skip
FIELDS = ["x", "y", "z"]
EVENTS = ["__add", "__index", "__lt", "__concat", "__eq", "__call", "__unm", "__newindex"]


class Writer:
    """Writes one program."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.forgiving = seed % 4 != 0
        self.lines: list[str] = []
        self.scopes: list[list[str]] = [[]]
        self.constants: set[str] = set()
        self.count = 0
        self.depth = 0
        self.loops = 0
        self.has_varargs = [True]

    def program(self) -> str:
        for _ in range(self.random.randint(3, 5)):
            self.protected(self.random.randint(3, 6))
        prelude = PRELUDE + FORGIVING if self.forgiving else PRELUDE
        return prelude + "\n".join(self.lines) + "\n"

    def one_of(self, choices: list[str]) -> str:
        return self.random.choice(choices)

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def fresh(self, letter: str = "v") -> str:
        """Return a name; sometimes one that hides another."""
        if self.chance(15) and self.names():
            return self.one_of(self.names())
        self.count += 1
        return f"{letter}{self.count}"

    def names(self) -> list[str]:
        return [each for scope in self.scopes for each in scope]

    def add(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    # Expressions

    def variable(self) -> str:
        names = self.names()
        return (
            self.one_of(names[-8:])
            if names and self.chance(85)
            else self.one_of(["g1", "g2", "g3", "unknown"])
        )

    def expression(self, depth: int = 3) -> str:
        choice = self.random.randrange(100)
        if depth <= 0 or choice < 22:
            return self.variable() if self.chance(60) else self.one_of(CONSTANTS)
        inner = depth - 1
        if choice < 40:
            operator = self.one_of(BINARY)
            # lua5.4 itself tells a wrong line when it divides by zero.
            right = self.one_of(["3", "-2", "2.5"]) if operator in ("//", "%") else self.operand(inner)
            return self.maybe(f"{self.operand(inner)} {operator} {right}")
        if choice < 50:
            return self.maybe(f"{self.operand(inner)} {self.one_of(COMPARE)} {self.operand(inner)}")
        if choice < 68:
            return self.maybe(
                f"{self.expression(inner)} {self.one_of(['and', 'or'])} {self.expression(inner)}"
            )
        if choice < 74:
            return f"{self.one_of(['not ', '-', '#', '~', 'not not '])}{self.operand(inner)}"
        if choice < 84:
            return self.place(inner)
        if choice < 88:
            return self.one_of(["(...)", "select('#', ...)"]) if self.has_varargs[-1] else self.variable()
        if choice < 94:
            return f"many({self.several(inner)})" if self.chance(60) else f"(many({self.several(inner)}))"
        if choice < 97:
            return self.table(inner)
        return self.function_text(inner)

    def maybe(self, text: str) -> str:
        return f"({text})" if self.chance(50) else text

    def operand(self, depth: int) -> str:
        text = self.expression(depth)
        return text if text.isidentifier() else f"({text})"

    def place(self, depth: int) -> str:
        base = self.variable()
        choice = self.random.randrange(3)
        if choice == 0:
            return f"{base}.{self.one_of(FIELDS)}"
        key = self.expression(depth - 1) if choice == 1 else str(self.random.choice([1, 2, 3, 300, 40000]))
        return f"{base}[ {key} ]"

    def several(self, depth: int) -> str:
        parts = [self.expression(depth) for _ in range(self.random.randrange(4))]
        if self.has_varargs[-1] and self.chance(20):
            parts.append("...")
        return ", ".join(parts)

    def table(self, depth: int) -> str:
        parts = []
        for _ in range(self.random.randrange(4)):
            value = self.expression(depth)
            parts.append(
                self.one_of(
                    [value, f"{self.one_of(FIELDS)} = {value}", f"[{self.operand(depth - 1)} or 1] = {value}"]
                )
            )
        if self.chance(5):
            parts += [str(each) for each in range(self.random.choice([49, 50, 51, 101]))]
        if self.chance(20):
            parts.append(f"many({self.several(depth - 1)})")
        return "{" + ", ".join(parts) + "}"

    def function_text(self, depth: int) -> str:
        dots = self.chance(30)
        self.has_varargs.append(dots)
        names = [f"p{each}" for each in range(self.random.randrange(3))]
        loops, self.loops = self.loops, 0
        self.scopes.append(names)
        parameters = ", ".join([*names, "..."] if dots else names)
        text = f"function({parameters}) burn() return {self.expression(depth - 1)} end"
        self.scopes.pop()
        self.loops = loops
        self.has_varargs.pop()
        return f"({text})"

    # Statements

    def block(self, count: int) -> None:
        self.depth += 1
        self.scopes.append([])
        for _ in range(count):
            self.statement()
        self.scopes.pop()
        self.depth -= 1

    def small_block(self) -> None:
        self.block(self.random.randint(1, 4) if self.depth < 5 else 1)

    def statement(self) -> None:
        choice = self.random.randrange(100)
        if self.depth > 5 and choice >= 40:
            choice %= 40
        if choice < 12:
            self.local()
        elif choice < 26:
            self.assignment()
            if self.chance(40) and self.names():
                self.add(f"show({', '.join(self.names()[-3:])})")
        elif choice < 36:
            self.add(f"show({self.several(2)})")
        elif choice < 40:
            self.add(f"many({self.several(2)})")
        elif choice < 52:
            self.condition()
        elif choice < 72:
            self.loop()
        elif choice < 80:
            self.function()
        elif choice < 88:
            self.protected()
        elif choice < 91 and self.depth > 1:
            self.add(f"do return {self.several(2)} end")
        elif choice < 94 and self.loops:
            self.add(f"if {self.expression(2)} then break end")
        elif choice < 97:
            self.add(f"do local c <close> = closing({self.random.randrange(9)})")
            self.small_block()
            self.add("end")
        else:
            self.metatable()

    def local(self) -> None:
        names = [self.fresh() for _ in range(self.random.choice([1, 1, 1, 2, 3]))]
        attribute = " <const>" if len(names) == 1 and self.chance(10) else ""
        values = ", ".join(
            self.expression() for _ in range(self.random.choice([0, 1, 1, len(names), len(names) + 1]))
        )
        if attribute:
            name = f"k{self.count}"
            self.count += 1
            self.add(f"local {name} <const> = {self.expression()}")
            self.scopes[-1].append(name)
            self.constants.add(name)
            return
        self.add(f"local {', '.join(names)}" + (f" = {values}" if values else ""))
        self.scopes[-1] += names

    def target(self) -> str:
        name = self.variable() if self.chance(65) else self.place(2)
        return "g1" if name in self.constants or name == "unknown" else name

    def assignment(self) -> None:
        count = self.random.choice([1, 1, 1, 2, 3])
        targets = ", ".join(self.target() for _ in range(count))
        values = ", ".join(self.expression() for _ in range(self.random.choice([1, count, count, count + 1])))
        self.add(f"{targets} = {values}")

    def condition(self) -> None:
        self.add(f"if {self.expression()} then")
        self.small_block()
        for _ in range(self.random.choice([0, 0, 1, 2])):
            self.add(f"elseif {self.expression()} then")
            self.small_block()
        if self.chance(50):
            self.add("else")
            self.small_block()
        self.add("end")

    def loop(self) -> None:
        self.loops += 1
        self.count += 1
        name = f"i{self.count}"
        choice = self.random.randrange(5)
        skips = self.chance(40)
        if choice == 0:
            self.add(
                f"for {name} = {self.one_of(['1, 3', '3, 1, -1', '1, 0', '1.0, 2', '5, 9, 2'])} do burn()"
            )
        elif choice == 1:
            element = self.expression(1)
            header = self.one_of(
                ["ipairs({4, 5, 6})", "ipairs(g3)", f"many(next, {{{element}}})", "next, {7}, nil"]
            )
            extra = self.one_of(["", ", w", ", w, x"])
            self.add(f"for {name}{extra} in {header} do burn()")
        elif choice == 2:
            self.add(
                f"local {name} = 0 while {name} < 3 and {self.one_of(['true', name + ' ~= 2'])} do burn()"
            )
            self.add(f"  {name} = {name} + 1")
        elif choice == 3:
            self.add(f"local {name} = 0 repeat burn() local u{name} = {name} + 1 {name} = u{name}")
            skips = False
        else:
            self.add(f"do local {name} = 0 ::top{name}:: burn() {name} = {name} + 1")
            self.loops -= 1
        self.scopes.append([name])
        if skips:
            self.add(f"  if {self.expression(2)} then goto next{name} end")
        if self.chance(40):
            self.add(f"  local f{name} = function() {name} = ({name} or 0) + 1 return {name} end")
        self.add("  do")
        self.small_block()
        self.add("  end")
        if choice == 4:
            self.add(f"  if {name} < 3 then goto top{name} end")
        self.scopes.pop()
        if skips:
            self.add(f"::next{name}::")
        if choice == 3:
            self.add(f"until {name} > 2 or {self.one_of(['u' + name + ' > 1', self.expression(1)])}")
        else:
            self.add("end")
        if choice != 4:
            self.loops -= 1
        if choice in (2, 3):
            self.scopes[-1].append(name)

    def function(self) -> None:
        name = self.fresh("f")
        dots = self.chance(40)
        names = [f"p{each}" for each in range(self.random.randrange(3))]
        self.add(f"local function {name}({', '.join([*names, '...'] if dots else names)}) burn()")
        self.has_varargs.append(dots)
        self.scopes.append(names)
        loops, self.loops = self.loops, 0
        self.small_block()
        results = self.several(2) if self.chance(70) else f"many({self.several(2)})"
        self.add(f"  return {results}" if results else "  return")
        self.loops = loops
        self.scopes.pop()
        self.has_varargs.pop()
        self.add("end")
        self.scopes[-1].append(name)
        self.add(f"show(pcall({name}, {self.expression(1)}, {self.expression(1)}))")

    def protected(self, count: int = 0) -> None:
        self.add("show(pcall(function(...)")
        self.has_varargs.append(True)
        loops, self.loops = self.loops, 0
        if count:
            self.block(count)
        else:
            self.small_block()
        self.loops = loops
        self.has_varargs.pop()
        self.add(f"end, {self.expression(1)}))")

    def metatable(self) -> None:
        name = self.fresh("m")
        event = self.one_of(EVENTS)
        handler = f"function(a, b) burn() show('{event}', a, b) return 1 end"
        self.add(f"local {name} = setmetatable({{}}, {{{event} = {handler}}})")
        self.scopes[-1].append(name)


def random_source(seed: int) -> str:
    return Writer(seed).program()
