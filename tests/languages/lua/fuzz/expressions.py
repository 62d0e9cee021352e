"""Random expressions. They have no effects of their own: the order in which their parts are evaluated is free."""

from __future__ import annotations

from tests.languages.lua.fuzz.scope import ANY, ARRAY, MAP, NUMBER, OBJECT, STRING, Writer

INTEGERS = [
    "0", "1", "2", "3", "5", "7", "-1", "-2", "-7", "10", "16", "31", "32", "63", "64", "100", "255", "256", "1000",
    "32767", "32768", "-32768", "-32769", "65535", "2147483647", "-2147483648", "4294967296", "140737488355327",
    "140737488355328", "-140737488355328", "-140737488355329", "9007199254740992", "9007199254740993",
    "math.maxinteger", "math.mininteger", "0x7fffffffffffffff", "0xffffffffffffffff",
]  # fmt: skip
FLOATS = [
    "0.0", "-0.0", "0.5", "-0.5", "1.0", "1.5", "2.5", "-3.75", "0.1", "3.0", "1e10", "1e15", "1e16", "1e100",
    "-1e300", "2^53", "2^63", "-2^63", "2^62", "(1/0)", "(-1/0)", "(0/0)", "5e-324", "1e308", "3.7", "100.0",
]  # fmt: skip
STRINGS = [
    '""', '"a"', '"abc"', '"hello world"', '"10"', '"-5"', '"0x10"', '"3.5"', '" 7 "', '"1e2"', '"x\\0y"', '"key"',
    '"a,b,,c"', '"%d"', '"Z"', '"\\255"', '"line\\nbreak"', '"name"', '"9223372036854775807"', '"nan"',
]  # fmt: skip
KEYS = ["x", "y", "name", "count", "next", "value"]
ARITHMETIC = ["+", "-", "*", "/", "//", "%", "^"]
BITWISE = ["&", "|", "~", "<<", ">>"]
COMPARISONS = ["<", "<=", ">", ">=", "==", "~="]
PATTERNS = ['"%a+"', '"%d"', '"(.)"', '"l+"', '"[^,]*"', '"^%s*"', '"%w-o"', '"()"', '"."', '"a"', '"%x%x?"']
FORMATS = [
    '"%d"',
    '"%5.2f"',
    '"%s"',
    '"%q"',
    '"%x"',
    '"%g"',
    '"%-6s|"',
    '"%05d"',
    '"%i"',
    '"%.3s"',
    '"%e"',
    '"%c"',
]


class Expressions(Writer):
    """Expressions of all kinds."""

    def number(self, depth: int = 2) -> str:
        """An expression that is mostly a number."""
        choice = self.random.randrange(100)
        if depth <= 0 or choice < 25:
            name = self.pick(NUMBER)
            if name and self.chance(60):
                return name
            return self.random.choice(INTEGERS if self.chance(65) else FLOATS)
        if choice < 60:
            operator = self.random.choice(ARITHMETIC)
            return f"({self.number(depth - 1)} {operator} {self.number(depth - 1)})"
        if choice < 70:
            operator = self.random.choice(BITWISE)
            return f"({self.number(depth - 1)} {operator} {self.number(depth - 1)})"
        if choice < 75:
            return f"({self.random.choice(['-', '~', '- -'])} {self.number(depth - 1)})"
        if choice < 80:
            array = self.pick(ARRAY)
            return f"#{array}" if array else f"#{self.string(depth - 1)}"
        if choice < 92:
            return self.mathematics(depth)
        if choice < 96:
            return f"({self.any(depth - 1)} {self.random.choice(ARITHMETIC)} {self.string(0)})"
        return f"({self.condition(depth - 1)} and {self.number(depth - 1)} or {self.number(depth - 1)})"

    def mathematics(self, depth: int) -> str:
        """A call of a function that gives a number."""
        a, b = self.number(depth - 1), self.number(depth - 1)
        return self.random.choice([
            f"math.floor({a})", f"math.ceil({a})", f"math.max({a}, {b})", f"math.min({a}, {b})", f"math.abs({a})",
            f"(math.tointeger({a}) or 0)", f"(tonumber({self.string(0)}) or {b})", f"math.fmod({a}, {b})",
            f"select('#', {a}, {b})", f"({self.string(0)}):len()", f"(({self.string(0)}):byte({a}) or {b})",
            f"math.ult({a}, {b}) and 1 or 0",
        ])  # fmt: skip

    def string(self, depth: int = 2) -> str:
        """An expression that is mostly a string."""
        choice = self.random.randrange(100)
        if depth <= 0 or choice < 30:
            name = self.pick(STRING)
            if name and self.chance(50):
                return name
            return f"({self.random.choice(STRINGS)})"
        if choice < 55:
            return f"({self.string(depth - 1)} .. {self.any_plain(depth - 1)})"
        a, number = self.string(depth - 1), self.number(depth - 1)
        return self.random.choice([
            f"string.sub({a}, {number}, {self.number(0)})", f"string.upper({a})", f"tostring({number})",
            f"string.rep({a}, {self.random.randrange(4)})", f"string.reverse({a})", f"({a}):lower()",
            f"(string.gsub({a}, {self.random.choice(PATTERNS)}, '<%0>'))", f"type({self.any(depth - 1)})",
            f"(string.match({a}, {self.random.choice(PATTERNS)}) or {self.string(0)})",
            f"string.format({self.random.choice(FORMATS)}, {self.any_plain(depth - 1)})",
            f"(math.type({self.any(depth - 1)}) or 'none')", f"({number} .. {a})", f"string.char({number})",
        ])  # fmt: skip

    def condition(self, depth: int = 2) -> str:
        """An expression that is mostly true or false."""
        choice = self.random.randrange(100)
        if depth <= 0 or choice < 15:
            return self.random.choice(["true", "false", "nil", self.pick(ANY) or "true"])
        if choice < 60:
            operator = self.random.choice(COMPARISONS)
            return f"({self.number(depth - 1)} {operator} {self.number(depth - 1)})"
        if choice < 70:
            return f"({self.string(depth - 1)} {self.random.choice(COMPARISONS)} {self.string(depth - 1)})"
        if choice < 80:
            word = self.random.choice(["and", "or"])
            return f"({self.condition(depth - 1)} {word} {self.condition(depth - 1)})"
        if choice < 90:
            return f"(not {self.condition(depth - 1)})"
        return f"({self.any(depth - 1)} {self.random.choice(['==', '~=', '<'])} {self.any(depth - 1)})"

    def any_plain(self, depth: int = 1) -> str:
        """A number, a string, or what a name stands for."""
        if self.chance(20) and (name := self.pick(ANY)):
            return name
        return self.number(depth) if self.chance(60) else self.string(depth)

    def any(self, depth: int = 2) -> str:
        """An expression of any kind."""
        choice = self.random.randrange(100)
        if choice < 40:
            return self.number(depth)
        if choice < 60:
            return self.string(depth)
        if choice < 72:
            return self.condition(depth)
        if choice < 84:
            return self.access() or "nil"
        if choice < 90:
            return self.pick(ANY, MAP, ARRAY, OBJECT) or "nil"
        if choice < 95 and self.varargs:
            return self.random.choice(["(...)", "select('#', ...)", "(select(-1, 0, ...))"])
        return self.random.choice(["nil", "true", "false", "{}", "print"])

    def access(self) -> str | None:
        """A field or an element."""
        name = self.pick(MAP, OBJECT, ARRAY)
        if not name:
            return None
        if name in self.names(ARRAY):
            return f"{name}[{self.number(1)}]"
        return f"{name}.{self.random.choice(KEYS)}" if self.chance(60) else f"{name}[{self.key()}]"

    def key(self) -> str:
        """A key of a map."""
        if self.chance(50):
            return f'"{self.random.choice(KEYS)}"'
        return self.random.choice([self.number(1), self.string(1), "true", "1.5", "2^53"])

    def some(self, most: int, depth: int = 1) -> str:
        """Some expressions, separated by commas."""
        return ", ".join(self.any(depth) for _ in range(self.random.randrange(most + 1)))
