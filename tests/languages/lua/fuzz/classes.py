"""Random statements about classes: the same places in the code meet objects of many shapes, which change."""

from __future__ import annotations

from tests.languages.lua.fuzz.expressions import KEYS
from tests.languages.lua.fuzz.scope import MAP, NUMBER
from tests.languages.lua.fuzz.statements import Statements

ROUNDS = [1, 2, 3, 12, 60]


class Classes(Statements):
    """What inline caches, shapes and the collector have to get right."""

    def statement(self, depth: int) -> None:
        if depth > 0 and self.chance(12):
            self.random.choice([self.classes, self.shapes, self.garbage, self.sums, self.elements])()
        else:
            super().statement(depth)

    def classes(self) -> None:
        """A chain of classes, calls of methods of its objects from one place, and changes in between."""
        base, derived, objects = self.fresh("Base"), self.fresh("Derived"), self.fresh("objects")
        field, other = self.random.sample(KEYS, 2)
        self.line(f"local {base} = {{{field} = {self.number(0)}}} {base}.__index = {base}")
        self.line(f"local {derived} = setmetatable({{}}, {base}) {derived}.__index = {derived}")
        self.line(f"function {base}:get(n) return (self.{field} or 0), n end")
        self.line(f"function {base}:set(v) self.{field} = v; self.{other} = (self.{other} or 0) + 1 end")
        made = [self.random.choice([
            f"setmetatable({{}}, {base})", f"setmetatable({{{field} = {self.number(0)}}}, {derived})",
            f"setmetatable({{{other} = 1, {field} = 2}}, {base})", f"setmetatable({{}}, {derived})",
        ]) for _ in range(self.random.randrange(1, 5))]  # fmt: skip
        self.line(f"local {objects} = {{{', '.join(made)}}}")
        with self.block(f"for round = 1, {self.random.choice(ROUNDS)} do"):
            self.line("burn()")
            with self.block(f"for i, o in ipairs({objects}) do"):
                self.line(f"show(pcall(o.get, o, round)) show(pcall(o.set, o, {self.any(1)}))")
                self.line(f"show(o.{field}, o.{other}, rawget(o, '{field}'), o:get(i))")
            self.line(f"if round == {self.random.randrange(1, 4)} then")
            self.line("  " + self.random.choice([
                f"{derived}.{field} = {self.any(1)}", f"{base}.{field} = {self.any(1)}", f"{base}.get = nil",
                f"function {derived}:get() return 'derived', self.{other} end", f"setmetatable({derived}, nil)",
                f"{base}.__index = function(t, k) return k end", f"{objects}[1].{field} = nil",
                f"{base}.__newindex = function(t, k, v) rawset(t, k, {self.number(0)}) end",
                f"setmetatable({objects}[1], {{__index = {{{field} = {self.number(0)}}}}})",
                f"{derived}.__index = nil {derived}.__index = {base}", f"{base}.set = function() end",
            ]))  # fmt: skip
            self.line("end")

    def shapes(self) -> None:
        """A table that gets and loses many fields, seen from one place."""
        name, count = self.fresh("map"), self.random.choice([3, 20, 140, 300])
        self.line(f"local {name} = {{}}")
        with self.block(f"for i = 1, {count} do"):
            self.line(f"{name}['k' .. i] = i")
            self.line(f"if i % {self.random.randrange(2, 9)} == 0 then {name}['k' .. i - 1] = nil end")
        key = self.random.randrange(1, count + 2)
        self.line(f"local sum, seen = 0, 0 for k, v in pairs({name}) do sum = sum + v seen = seen + 1 end")
        self.line(f"show(sum, seen, {name}.k1, {name}.k2, {name}.k{key}, {name}['k{count}'])")
        self.line(f"for k in pairs({name}) do {name}[k] = nil end show(next({name}), {name}.k{key})")
        self.declare(name, MAP)

    def garbage(self) -> None:
        """Much garbage, some of it kept, with a collection perhaps."""
        kept = self.fresh("kept")
        self.line(f"local {kept} = {{}}")
        with self.block(f"for i = 1, {self.random.choice([10, 200, 1500])} do"):
            made = self.random.choice([
                "{i, {i}}", "('text ' .. i):rep(5)", "function() return i end",
                "coroutine.wrap(function() return i end)",
                "setmetatable({}, {__index = {v = i}})", "i * 2^40 // 1 | 0", "tostring(i) .. 'x'",
            ])  # fmt: skip
            self.line(f"local o = {made}")
            self.line(f"if i % {self.random.choice([1, 7, 100])} == 0 then {kept}[#{kept} + 1] = o end")
        self.line(self.random.choice(["collectgarbage()", "collectgarbage('step')", ""]))
        self.line(f"show(#{kept}) for i = 1, #{kept} do local o = {kept}[i]")
        self.line(
            "  local kind = type(o) if kind == 'function' then show(o()) elseif kind ~= 'table' then show(o)"
        )
        self.line("  else show(o[1], o.v, o[2]) end if i > 5 then break end end")

    def sums(self) -> None:
        """A loop that runs often, over numbers of changing kinds."""
        name, step = self.fresh("sum"), self.fresh("step")
        self.line(f"local {name}, {step} = {self.number(0)}, {self.number(0)}")
        with self.block(f"for i = 1, {self.random.choice([30, 300])} do"):
            self.line(f"{name} = {name} {self.random.choice(['+', '-', '*', '%', '//', '/'])} ({step} + i)")
            self.line(f"if {name} ~= {name} or {name} == 1/0 then {name} = i end")
            self.line(f"if i == {self.random.randrange(1, 30)} then {step} = {self.number(1)} end")
            self.line(
                f"if {name} {self.random.choice(['<', '>', '=='])} {self.number(0)} then {step} = {step} + 1 end"
            )
        self.line(f"show({name}, {step})")
        self.declare(name, NUMBER)

    def elements(self) -> None:
        """An array that grows at its end, at its beginning, and past its end."""
        name = self.fresh("cells")
        self.line(f"local {name} = {{}}")
        with self.block(f"for i = 1, {self.random.choice([5, 40, 200])} do"):
            self.line(self.random.choice([
                f"{name}[i] = i", f"{name}[#{name} + 1] = i * 1.5", f"table.insert({name}, 1, i)",
                f"{name}[i * 2] = i",
                f"{name}[-i] = i {name}[i] = -i", f"{name}[i + 0.0] = tostring(i)",
                f"{name}[i] = i {name}[i - 1] = nil",
                f"{name}[41 - i] = i",
            ]))  # fmt: skip
        index = self.random.choice(["1", "2", "40", "0", "-1", "1.0", "2^53", "41", "'1'"])
        self.line(f"show({name}[1], {name}[{index}], {name}[5], {name}[#'abcd'], rawget({name}, 3))")
        self.line(
            f"local sum, seen = 0, 0 for k, v in pairs({name}) do seen = seen + 1 sum = sum + k end show(sum, seen)"
        )
