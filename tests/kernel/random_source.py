"""Makes random kernel functions as source text: well typed, ending, and without undefined behaviour.

Divisors are made positive, indices are masked, loops are bounded by counters that nothing else touches.
"""

from __future__ import annotations

from random import Random

INTEGERS = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64")
TYPES = (*INTEGERS, "f64", "f32", "bool")
PARAMETERS = (("a", "i64"), ("b", "u64"), ("c", "i32"), ("d", "u8"), ("e", "f64"), ("g", "bool"))
SETTING = """
PAIR = (3, 250)
@struct
class Record:
    small: i8
    cells: Array[i64, 8]
    wide: u64
    real: f64
    truth: bool
"""


class Generator:
    """Makes one function; `random` decides everything."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.variables: dict[str, str] = dict(PARAMETERS)
        self.loops = 0
        self.count = 0

    def function(self, name: str) -> str:
        """The text of a function that returns one number of each kind."""
        lines = ["    record = local(Record)", "    memory_fill(record, 0, sizeof(Record))"]
        lines += self.block(4, 1)
        results = [self.random.choice(TYPES) for _ in range(3)]
        returned = ", ".join(self.expression(each, 3) for each in results)
        parameters = ", ".join(f"{name}: {type}" for name, type in PARAMETERS)
        head = f"@kernel\ndef {name}({parameters}) -> tuple[{', '.join(results)}]:\n"
        return head + "\n".join(lines) + f"\n    return {returned}\n"

    # --- statements ---

    def block(self, size: int, depth: int) -> list[str]:
        """Statements; variables that are first assigned here are forgotten at the end."""
        known = dict(self.variables)
        lines = [line for _ in range(self.random.randint(1, size)) for line in self.statement(depth)]
        if depth > 1:
            self.variables = known
        return lines

    def statement(self, depth: int) -> list[str]:
        space = "    " * depth
        kinds = ["new", "assign", "assign", "augment", "store", "swap"]
        if depth < 4:
            kinds += ["if", "if", "while", "for", "unrolled", "match"]
        made: list[str] = getattr(self, "_" + self.random.choice(kinds))(depth)
        return [space + line if line[:1] != " " else line for line in made]

    def _new(self, depth: int) -> list[str]:
        self.count += 1
        type = self.random.choice(TYPES)
        value = self.expression(type, 3)
        self.variables[f"v{self.count}"] = type
        return [f"v{self.count}: {type} = {value}"]

    def _assign(self, depth: int) -> list[str]:
        name, type = self.random.choice([*self.variables.items()])
        return [f"{name} = {self.expression(type, 3)}"]

    def _augment(self, depth: int) -> list[str]:
        name, type = self.random.choice([*self.variables.items()])
        sign = {"bool": "|", "f64": "-", "f32": "*"}.get(type) or self.random.choice("+-*&|^")
        return [f"{name} {sign}= {self.expression(type, 2)}"]

    def _store(self, depth: int) -> list[str]:
        place, type = self.place()
        if type != "bool" and self.random.random() < 0.5:
            return [f"{place} += {self.expression(type, 2)}"]
        return [f"{place} = {self.expression(type, 2)}"]

    def _swap(self, depth: int) -> list[str]:
        name, type = self.random.choice([*self.variables.items()])
        other = self.random.choice([each for each, found in self.variables.items() if found == type])
        return [f"{name}, {other} = {self.expression(type, 2)}, {name}"]

    def _if(self, depth: int) -> list[str]:
        lines = [f"if {self.condition(3)}:", *self.block(3, depth + 1)]
        if self.random.random() < 0.3:
            lines += ["    " * depth + f"elif {self.condition(2)}:", *self.block(2, depth + 1)]
        if self.random.random() < 0.6:
            lines += ["    " * depth + "else:", *self.block(3, depth + 1)]
        return lines

    def _while(self, depth: int) -> list[str]:
        self.count += 1
        counter, space = f"n{self.count}", "    " * (depth + 1)
        lines = [
            f"{counter} = 0",
            f"while {counter} < {self.random.randint(1, 5)} and ({self.condition(2)}):",
        ]
        lines += [f"{space}{counter} += 1", *self.block(3, depth + 1)]
        return lines + self._exit(depth)

    def _exit(self, depth: int) -> list[str]:
        """Perhaps leave a round or the loop early, and something after it."""
        if self.random.random() < 0.5:
            return []
        space = "    " * (depth + 1)
        word = self.random.choice(("break", "continue"))
        return [f"{space}if {self.condition(2)}:", f"{space}    {word}", *self.block(2, depth + 1)]

    def _for(self, depth: int) -> list[str]:
        self.count += 1
        name, known = f"step{self.count}", dict(self.variables)
        start, stop = self.random.randint(-3, 3), self.random.randint(-3, 8)
        step = self.random.choice((1, 1, 2, 3, -1, -2))
        lines = [f"for {name} in range({start}, {stop}, {step}):"]
        self.variables[name] = "i64"
        lines += self.block(3, depth + 1) + self._exit(depth)
        self.variables = known
        return lines

    def _unrolled(self, depth: int) -> list[str]:
        self.count += 1
        name = f"item{self.count}"
        values = ", ".join(str(self.random.randint(0, 100)) for _ in range(self.random.randint(2, 3)))
        target, type = self.random.choice([*self.variables.items()])
        lines = [f"for {name} in ({values}):", *self.block(2, depth + 1)]
        if type in INTEGERS:
            lines.append("    " * (depth + 1) + f"{target} ^= {name}")
        return lines + self._exit(depth)

    def _match(self, depth: int) -> list[str]:
        space = "    " * (depth + 1)
        lines = [f"match {self.expression('i64', 2)} % 5:"]
        for pattern in ("0 | 3", "1", "_")[: self.random.randint(1, 3)]:
            lines += [f"{space}case {pattern}:", *self.block(2, depth + 2)]
        return lines

    # --- expressions ---

    def place(self) -> tuple[str, str]:
        """A place in the record, and its type."""
        index = f"record.cells[{self.expression('i64', 1)} & 7]"
        places = [("small", "i8"), ("wide", "u64"), ("real", "f64"), ("truth", "bool")]
        return self.random.choice([*((f"record.{field}", type) for field, type in places), (index, "i64")])

    def expression(self, type: str, depth: int) -> str:
        """An expression of the type, as deep as asked."""
        if type == "bool":
            return f"({self.condition(depth)})"
        if depth <= 0 or self.random.random() < 0.2:
            return self.leaf(type)
        if self.random.random() < 0.15:
            first, second = self.expression(type, depth - 1), self.expression(type, depth - 1)
            return f"({first} if {self.condition(depth - 1)} else {second})"
        if self.random.random() < 0.15:
            function = self.random.choice(("min", "max"))
            return f"{function}({self.expression(type, depth - 1)}, {self.expression(type, depth - 1)})"
        if self.random.random() < 0.2:
            return f"{type}({self.expression(self.random.choice(TYPES[:-1]), depth - 1)})"
        return self.float(type, depth) if type[0] == "f" else self.integer(type, depth)

    def leaf(self, type: str) -> str:
        known = [name for name, found in self.variables.items() if found == type]
        if known and self.random.random() < 0.7:
            return self.random.choice(known)
        if self.random.random() < 0.2:
            place, found = self.place_without_index()
            return f"{type}({place})" if found != type else place
        if type[0] == "f":
            return f"{type}({self.random.choice((0.0, -0.0, 1.5, 1e10, -3.25, 1e-3))!r})"
        return f"{type}({self.random.choice((0, 1, -1, 2, 7, 127, 128, 255, 65535, 2**31, 2**63, -(2**63)))})"

    def place_without_index(self) -> tuple[str, str]:
        return self.random.choice(
            (("record.small", "i8"), ("record.wide", "u64"), ("record.cells[3]", "i64"))
        )

    def float(self, type: str, depth: int) -> str:
        left, right = self.expression(type, depth - 1), self.expression(type, depth - 1)
        kind = self.random.randrange(4)
        if kind == 0:
            function = self.random.choice(("sqrt", "floor", "ceil", "trunc", "abs", "-"))
            return f"{function}({left})"
        return f"({left} {self.random.choice('+-*/')} {right})"

    def integer(self, type: str, depth: int) -> str:
        left, right = self.expression(type, depth - 1), self.expression(type, depth - 1)
        kind = self.random.randrange(8)
        if kind == 0:
            return f"({left} {self.random.choice(('//', '%'))} (({right} & 15) + 1))"
        if kind == 1:
            return f"{self.random.choice(('divide', 'remainder'))}({left}, ({right} & 15) + 1)"
        if kind == 2:
            return f"({left} {self.random.choice(('<<', '>>'))} {right})"
        if kind == 3:
            return f"{self.random.choice(('abs', '-', '~', 'count_ones', 'byte_swap'))}({left})"
        if kind == 4:
            return f"{self.random.choice(('rotate_left', 'multiply_high'))}({left}, {right})"
        if kind == 5:
            function = self.random.choice(("count_leading_zeros", "count_trailing_zeros"))
            return f"({left} + {function}({right}))"
        if kind == 6:
            return f"({left} {self.random.choice(('//', '%'))} {self.random.choice((1, 2, 7, 16, 100))})"
        return f"({left} {self.random.choice('+-*&|^')} {right})"

    def condition(self, depth: int) -> str:
        known = [name for name, found in self.variables.items() if found == "bool"]
        kind = self.random.randrange(8)
        if depth <= 0 or kind == 0:
            return self.random.choice([*known, "record.truth", "True"])
        if kind == 1:
            return f"not ({self.condition(depth - 1)})"
        if kind in (2, 3):
            word = self.random.choice(("and", "or"))
            return f"({self.condition(depth - 1)}) {word} ({self.condition(depth - 1)})"
        type = self.random.choice(TYPES[:-1])
        left, middle, right = (self.expression(type, depth - 1) for _ in range(3))
        first, second = (self.random.choice(("<", "<=", ">", ">=", "==", "!=")) for _ in range(2))
        if kind == 4:
            return f"{left} {first} {middle} {second} {right}"
        if kind == 5 and type in INTEGERS[3:4]:
            return f"{left} in PAIR"
        return f"{left} {first} {right}"


def random_function(seed: int, name: str) -> str:
    """The text of the function that belongs to `seed`."""
    return Generator(Random(seed)).function(name)
