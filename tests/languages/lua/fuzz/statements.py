"""Random statements. What is defined here ends: loops and calls burn fuel, and without fuel there is an error."""

from __future__ import annotations

from tests.languages.lua.fuzz.expressions import KEYS, PATTERNS, Expressions
from tests.languages.lua.fuzz.scope import ANY, ARRAY, FUNCTION, MAP, MOST_LOCALS, NUMBER, OBJECT, STRING

METAMETHODS = {
    "__add": "a, b", "__sub": "a, b", "__mul": "a, b", "__unm": "a", "__concat": "a, b", "__eq": "a, b",
    "__lt": "a, b", "__le": "a, b", "__len": "a", "__call": "a, b, c", "__index": "a, b", "__newindex": "a, b, c",
    "__idiv": "a, b", "__band": "a, b", "__shl": "a, b",
}  # fmt: skip


class Statements(Expressions):
    """Statements of all kinds."""

    def statement(self, depth: int) -> None:
        """One statement, with at most so many levels of blocks in it."""
        plain = [
            self.local, self.local, self.assign, self.assign, self.assign, self.store, self.store, self.show,
            self.show, self.table, self.library, self.call, self.call,
        ]  # fmt: skip
        nested = [
            self.condition_block, self.numeric_for, self.numeric_for, self.while_loop, self.repeat_loop,
            self.generic_for, self.closure, self.definition, self.definition, self.protected, self.protected,
            self.object, self.coroutine, self.do_block, self.closed, self.counted_goto, self.loaded,
        ]  # fmt: skip
        if depth > 0 and self.chance(57):
            self.random.choice(nested)(depth - 1)
        else:
            self.random.choice(plain)()

    def body(self, depth: int, most: int = 4) -> None:
        """Some statements."""
        for _ in range(self.random.randrange(1, most + 1)):
            self.statement(depth)

    # --- plain ones -----------------------------------------------------------------------------------------

    def local(self) -> None:
        if sum(map(len, self.scopes)) > MOST_LOCALS:
            return self.assign()
        kind = self.random.choice([NUMBER, NUMBER, NUMBER, STRING, ANY])
        value = self.number() if kind == NUMBER else self.string() if kind == STRING else self.any()
        name = self.fresh("v")
        constant = self.chance(5)
        self.line(f"local {name}{' <const>' if constant else ''} = {value}")
        self.declare(name, kind, constant)
        return None

    def assign(self) -> None:
        numbers = self.names(NUMBER, writable=True)
        others = self.names(ANY, writable=True)
        if len(numbers) > 1 and self.chance(15):
            a, b = self.random.sample(numbers, 2)
            self.line(f"{a}, {b} = {b}, {self.number(1)}")
        elif numbers and self.chance(70):
            self.line(f"{self.random.choice(numbers)} = {self.number()}")
        elif others:
            self.line(f"{self.random.choice(others)} = {self.any()}")
        else:
            self.line(f"G{self.random.randrange(4)} = {self.any_plain()}")

    def store(self) -> None:
        name = self.pick(MAP, OBJECT, ARRAY)
        if not name:
            return self.table()
        if name in self.names(ARRAY):
            self.line(self.random.choice([
                f"{name}[#{name} + 1] = {self.number()}", f"table.insert({name}, {self.number(1)})",
                f"if #{name} > 1 then {name}[#{name}] = nil end",
                f"if #{name} > 0 then {name}[1] = {self.number(1)} end",
            ]))  # fmt: skip
        elif self.chance(60):
            self.line(f"{name}.{self.random.choice(KEYS)} = {self.any()}")
        else:
            self.line(f"{name}[{self.key()}] = {self.any()}")
        return None

    def show(self) -> None:
        self.line(f"show({self.any()}, {self.some(2)})".replace(", )", ")"))

    def table(self) -> None:
        if sum(map(len, self.scopes)) > MOST_LOCALS:
            return self.show()
        if self.chance(50):
            values = ", ".join(self.number(1) for _ in range(self.random.randrange(7)))
            name = self.fresh("list")
            self.line(f"local {name} = {{{values}}}")
            self.declare(name, ARRAY)
        else:
            fields = [f"{key} = {self.any(1)}" for key in self.random.sample(KEYS, self.random.randrange(4))]
            fields += (
                [f"[{self.random.choice(['1.5', 'true', '-1', '100'])}] = {self.any(1)}"]
                if self.chance(30)
                else []
            )
            name = self.fresh("map")
            self.line(f"local {name} = {{{', '.join(fields)}}}")
            self.declare(name, MAP)
        return None

    def library(self) -> None:
        array = self.pick(ARRAY) or "{3, 1, 2}"
        text = self.string(1)
        pattern = self.random.choice(PATTERNS)
        self.line(self.random.choice([
            f"try(table.concat, {array}, {self.string(0)})", f"try(table.unpack, {array})",
            f"try(table.sort, {array}) show({array})", f"try(table.sort, {array}, function(a, b) return a > b end)",
            f"try(table.remove, {array})",
            f"show(select({self.number(0)} % 3 + 1, {self.some(3)}))".replace(", )", ")"),
            f"show(string.find({text}, {pattern}))", f"show(string.gsub({text}, {pattern}, function(c) return #c end))",
            f"show(table.pack({self.some(4)}))", f"show(pcall(string.rep, {text}, {self.random.randrange(4)}, ','))",
            f"show(tonumber({text}, {self.random.randrange(2, 37)}))", f"show(string.byte({text}, 1, -1))",
            f"show(next({{}}), rawequal({self.any(0)}, {self.any(0)}), rawlen({array}))",
            f"show(table.unpack({array}, 1, {self.random.randrange(5)}))",
            f"show(#table.move({array}, 1, #{array}, 2, {{0}}))",
        ]))  # fmt: skip

    def call(self) -> None:
        name = self.pick(FUNCTION)
        if not name:
            return self.show()
        arguments = self.some(4)
        if self.chance(40) and sum(map(len, self.scopes)) <= MOST_LOCALS:
            results = [self.fresh("r") for _ in range(self.random.randrange(1, 4))]
            self.line(f"local {', '.join(results)} = {name}({arguments})")
            for result in results:
                self.declare(result, ANY)
        else:
            self.line(
                self.random.choice(
                    [f"show({name}({arguments}))", f"{name}({arguments})", f"show(({name}({arguments})))"]
                )
            )
        return None

    # --- blocks ---------------------------------------------------------------------------------------------

    def do_block(self, depth: int) -> None:
        with self.block("do"):
            self.body(depth)

    def condition_block(self, depth: int) -> None:
        self.line(f"if {self.condition()} then")
        for head in ["", f"elseif {self.condition()} then", "else"]:
            if head and self.chance(50):
                continue
            if head:
                self.line(head)
            self.depth += 1
            self.scopes.append([])
            self.body(depth, 3)
            self.leave()
            self.scopes.pop()
            self.depth -= 1
        self.line("end")

    def leave(self) -> None:
        """Perhaps leave the loop, at the end of a block."""
        if self.loops and self.chance(15):
            self.line("break")

    def loop(self, head: str, depth: int, tail: str = "end", names: tuple[tuple[str, str], ...] = ()) -> None:
        """A loop, with a jump to its end perhaps."""
        with self.block(head, tail):
            self.loops += 1
            for name, kind in names:
                self.declare(name, kind)
            self.line("burn()")
            if tail == "end" and self.chance(20):
                label = self.fresh("go_on")
                self.line(f"if {self.condition(1)} then goto {label} end")
                with self.block("do"):
                    self.body(depth)
                self.line(f"::{label}::")
            else:
                self.body(depth)
            self.loops -= 1

    def numeric_for(self, depth: int) -> None:
        name = self.fresh("i")
        low, count = self.random.choice([(0, 5), (1, 10), (-3, 6), (1, 40)])
        head = self.random.choice([
            f"{low}, {low + count}", f"{low + count}, {low}, -1", f"{low}, {low + count}, 2", f"{low}.0, {low + count}",
            f"{low}, {low + count}.5, 1.5", "math.maxinteger - 2, math.maxinteger",
            "math.mininteger + 2, math.mininteger, -1",
            f"{self.number(0)}, {self.number(0)}, {self.number(0)}", f"1, {self.number(1)} % 7", "1, 0", "3, 1, 0.5",
        ])  # fmt: skip
        self.loop(f"for {name} = {head} do", depth, names=((name, NUMBER),))

    def while_loop(self, depth: int) -> None:
        name = self.fresh("w")
        self.line(f"local {name} = {self.random.randrange(1, 8)}")
        self.loop(f"while {name} > 0 and ({self.condition(1)} or true) do {name} = {name} - 1", depth)

    def repeat_loop(self, depth: int) -> None:
        name = self.fresh("n")
        self.line(f"local {name} = 0")
        tail = f"until {name} >= {self.random.randrange(1, 6)}"
        self.loop(f"repeat {name} = {name} + 1", depth, tail)

    def generic_for(self, depth: int) -> None:
        key, value = self.fresh("k"), self.fresh("e")
        array = self.pick(ARRAY) or "{1, 2, 3}"
        iterator, kinds = self.random.choice([
            (f"ipairs({array})", (NUMBER, NUMBER)), (f"next, {{{self.number(1)}}}", (NUMBER, NUMBER)),
            (f"string.gmatch({self.string(1)}, '(.)(.?)')", (STRING, STRING)),
            (f"function(s, c) if c < s then return c + 1, c * s end end, {self.random.randrange(6)}, 0",
             (NUMBER, NUMBER)),
            ("coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i, i * i) end end)", (NUMBER, NUMBER)),
            (f"pairs({{{self.random.choice(KEYS)} = {self.number(1)}}})", (STRING, NUMBER)),
        ])  # fmt: skip
        self.loop(f"for {key}, {value} in {iterator} do", depth, names=((key, kinds[0]), (value, kinds[1])))

    def counted_goto(self, depth: int) -> None:
        label, name = self.fresh("again"), self.fresh("c")
        with self.block("do"):
            self.line(f"local {name} = {self.random.randrange(1, 5)}")
            self.line(f"::{label}::")
            with self.block("do"):
                self.line("burn()")
                self.body(depth, 3)
            self.line(f"{name} = {name} - 1")
            self.line(f"if {name} > 0 then goto {label} end")

    def closed(self, depth: int) -> None:
        with self.block("do"):
            name = self.fresh("t")
            self.line(
                f"local {name} <close> = setmetatable({{}}, {{__close = function(_, e) show('close {name}', e) end}})"
            )
            self.body(depth, 3)

    # --- functions ------------------------------------------------------------------------------------------

    def definition(self, depth: int) -> None:
        name = self.fresh("f")
        parameters = [self.fresh("p") for _ in range(self.random.randrange(4))]
        varargs = self.chance(30)
        shown = ", ".join([*parameters, *(["..."] if varargs else [])])
        with self.function(f"local function {name}({shown})", varargs):
            for parameter in parameters:
                self.declare(parameter, self.random.choice([NUMBER, ANY]))
            if self.chance(30) and parameters:
                self.line(
                    f"if {self.condition(1)} then return {name}({self.some(2)}) end"
                    if self.chance(40)
                    else f"if {self.condition(1)} then return {self.some(3) or 'nil'} end"
                )
            self.body(depth)
            self.give_back(varargs)
        self.declare(name, FUNCTION)

    def give_back(self, varargs: bool) -> None:
        """Perhaps return something, at the end of a function."""
        if self.chance(85):
            tail = self.pick(FUNCTION)
            self.line(
                self.random.choice([
                    f"return {self.any()}", f"return {self.some(4)}", f"return {self.number()}",
                    f"return {tail}({self.some(2)})" if tail else "return",
                    "return ..." if varargs else f"return {self.any(1)}, {self.any(1)}",
                ]).rstrip()
            )  # fmt: skip

    def closure(self, depth: int) -> None:
        """A function that keeps and changes a local of its own."""
        name, kept = self.fresh("counter"), self.fresh("kept")
        self.line(f"local {name}")
        with self.block("do"):
            self.line(f"local {kept} = {self.number(1)}")
            with self.function(f"{name} = function(...)", varargs=True):
                self.declare(kept, NUMBER)
                self.body(depth, 3)
                self.line(
                    f"{kept} = {kept} {self.random.choice('+-*')} {self.random.choice(['1', '2.5', '3'])}"
                )
                self.line(f"return {kept}, ...")
        self.declare(name, FUNCTION)

    def protected(self, depth: int) -> None:
        with self.function("try(function(...)", varargs=True, tail=f"end, {self.any(1)}, {self.any(1)})"):
            self.body(depth)
            if self.chance(40):
                self.line(self.random.choice([
                    f"error({self.any(1)})", f"error({self.string(1)}, {self.random.randrange(3)})",
                    f"error({{{self.random.choice(KEYS)} = {self.number(1)}}})",
                    f"assert({self.condition(1)}, {self.any(0)})",
                    "local none; none.x = 1", "nowhere()", "return ({})[1][2]",
                ]))  # fmt: skip

    def loaded(self, depth: int) -> None:
        """A chunk from a string."""
        source = self.random.choice(
            ["return ...", "local a, b = ... return b, a", "return 1 +", "x = = 1", "return #..."]
        )
        self.line(f"try(function(...) return load({source!r}, '=chunk')({self.some(2)}) end)")

    def object(self, depth: int) -> None:
        """An object with metamethods."""
        mt, name = self.fresh("mt"), self.fresh("obj")
        self.line(f"local {mt} = {{}}")
        events = set(self.random.sample(sorted(METAMETHODS), self.random.randrange(1, 6)))
        if "__lt" in events:  # the reference may take it for <= if there is no __le
            events.add("__le")
        for event in sorted(events):
            if event == "__index" and self.chance(50):
                self.line(f"{mt}.__index = {{{self.random.choice(KEYS)} = {self.any(1)}}}")
                continue
            with self.function(f"{mt}.{event} = function({METAMETHODS[event]})"):
                if event == "__newindex":
                    self.line("rawset(a, b, c)")
                elif event == "__len":
                    self.line(f"return {self.random.choice(['3', '-1', '2.0', 'nil', repr('len')])}")
                else:
                    names = METAMETHODS[event].split(", ")
                    other = self.random.choice(
                        [f"type({names[-1]})", f"'{event}'", self.number(1), self.condition(1), "nil"]
                    )
                    self.line(f"return {other}, {self.number(0)}")
        self.line(f"local {name} = setmetatable({{{self.random.choice(KEYS)} = {self.number(1)}}}, {mt})")
        self.declare(name, OBJECT)
        for _ in range(2):
            operation = self.random.choice([
                f"{name} + {self.number(0)}", f"{self.number(0)} - {name}", f"{name} .. {self.string(0)}", f"-{name}",
                f"#{name}", f"{name} == {name}", f"{name} < {self.number(0)}", f"{name} <= {name}",
                f"{name}({self.some(2)})",
                f"{name}.{self.random.choice(KEYS)}", f"{name} // 2", f"{name} & 1", f"1 << {name}", f"{name} * {name}",
            ])  # fmt: skip
            self.line(f"try(function(...) return {operation} end)")

    def coroutine(self, depth: int) -> None:
        name = self.fresh("co")
        with self.function(f"local {name} = coroutine.create(function(...)", varargs=True, tail="end)"):
            for _ in range(self.random.randrange(1, 4)):
                self.statement(depth)
                self.line(self.random.choice([
                    f"show('got', coroutine.yield({self.some(3)}))", f"coroutine.yield({self.some(2)})",
                    f"for i = 1, 2 do coroutine.yield(i, {self.any(1)}) end",
                    f"show(pcall(function(...) coroutine.yield({self.some(1)}) error({self.any(1)}) end))",
                ]))  # fmt: skip
            self.give_back(varargs=True)
        for _ in range(self.random.randrange(1, 6)):
            self.line(f"show(coroutine.resume({name}, {self.some(2)}))".replace(", )", ")"))
        self.line(
            f"show(coroutine.status({name}), coroutine.close({name}))"
            if self.chance(20)
            else f"show(coroutine.status({name}))"
        )
