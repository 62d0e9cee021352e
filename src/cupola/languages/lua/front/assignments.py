"""The parser of what gives values to variables: assignments, local variables, functions with names."""

from __future__ import annotations

from cupola.languages.lua.front.bodies import Bodies
from cupola.languages.lua.front.emitting import LINE
from cupola.languages.lua.front.expression import (
    CALL,
    CONSTANT,
    FIELD,
    GLOBAL,
    INDEX,
    INTEGER,
    LOCAL,
    REGISTER,
    UPVALUE,
    VARARG,
    VOID,
    Expression,
)
from cupola.languages.lua.front.expressions import name_function
from cupola.languages.lua.front.reading import MOST_LEVELS
from cupola.languages.lua.front.scopes import CLOSED, COMPILE_TIME, READ_ONLY, REGULAR, Variable


class Assignments(Bodies):
    """Reads assignments and declarations."""

    def assignment(self, first: Expression) -> None:
        """Assign to one or more variables: targets first, from left to right, then values, then from right to left."""
        f = self.f
        self.check_target(first)
        if self.kind == "=":
            self.advance()
            count, e = self.expression_list()
            if count != 1:
                self.adjust(1, count, e)
                e = Expression(REGISTER, f.free - 1)
            name_function(e, first)
            f.store(first, e)
            return
        targets = [first]
        levels = self.levels
        while self.accept(","):
            target = self.suffixed()
            if target.kind not in (FIELD, INDEX, INTEGER, GLOBAL):
                self.keep_apart(targets, target)
            targets.append(target)
            self.levels += 1
            if self.levels > MOST_LEVELS:
                self.too_deep()
            self.check_target(target)
        self.take("=")
        count, e = self.expression_list()
        self.levels = levels
        if count == len(targets):
            f.store(targets.pop(), e)
        else:
            self.adjust(len(targets), count, e)
        while targets:
            f.store(targets.pop(), Expression(REGISTER, f.free - 1))

    def check_target(self, e: Expression) -> None:
        """Refuse what cannot be assigned to."""
        if e.kind not in (LOCAL, UPVALUE, GLOBAL, FIELD, INDEX, INTEGER) and not (e.kind == CONSTANT and e.a):
            self.refuse("syntax error", near=True)
        self.f.assigned(e)

    def keep_apart(self, targets: list[Expression], new: Expression) -> None:
        """A variable is assigned that earlier targets still need as it is: let them use a copy."""
        f = self.f
        if new.kind == LOCAL:
            tables = [each for each in targets if each.kind in (FIELD, INDEX, INTEGER) and each.a == new.a]
            keys = [each for each in targets if each.kind == INDEX and each.b == new.a]
            if tables or keys:
                f.emit("move", f.free, new.a)
        elif new.kind == UPVALUE:
            tables = [each for each in targets if each.kind == GLOBAL and each.a == new.a]
            keys = []
            if tables:
                f.emit("get_upvalue", f.free, new.a)
        else:
            return
        for each in tables:
            each.a = f.free
            if each.kind == GLOBAL:
                each.kind = FIELD
        for each in keys:
            each.b = f.free
        if tables or keys:
            f.reserve(1)

    def adjust(self, wanted: int, count: int, e: Expression) -> None:
        """Leave `wanted` values in registers, made of `count` expressions; all but the last, `e`, are there."""
        f = self.f
        needed = wanted - count
        if e.kind == CALL or e.kind == VARARG:
            f.set_results(e, max(needed + 1, 0))
        else:
            if count:
                f.next_register(e)
            if needed > 0:
                f.load_nil(f.free, needed)
        if needed > 0:
            f.reserve(needed)
        else:
            f.free += needed

    def local_statement(self) -> None:
        self.advance()
        if self.accept("function"):
            self.local_function()
            return
        f = self.f
        variables: list[Variable] = []
        to_close: Variable | None = None
        while True:
            self.declare(variables, self.take_name())
            kind = variables[-1].kind = self.attribute()
            if kind == CLOSED:
                if to_close is not None:
                    self.refuse("multiple to-be-closed variables in local list")
                to_close = variables[-1]
            if not self.accept(","):
                break
        if self.accept("="):
            count, e = self.expression_list()
        else:
            count, e = 0, Expression(VOID)
        last = variables[-1]
        plain = e.kind == CONSTANT and not e.true and not e.false
        if plain and count == len(variables) and last.kind == READ_ONLY:
            last.kind, last.value = COMPILE_TIME, e.k
        else:
            name_function(e, Expression(LOCAL, 0, last))
            self.adjust(len(variables), count, e)
        f.activate(variables)
        if to_close is not None:
            f.close_late()
            f.emit("to_close", to_close.register)

    def attribute(self) -> int:
        """Return the kind of variable that an attribute asks for."""
        if not self.accept("<"):
            return REGULAR
        name = self.take_name()
        self.take(">")
        if name == b"const":
            return READ_ONLY
        if name == b"close":
            return CLOSED
        self.refuse(f"unknown attribute '{name.decode('latin-1')}'")

    def local_function(self) -> None:
        f = self.f
        variables: list[Variable] = []
        name = self.take_name()
        self.declare(variables, name)
        f.activate(variables)
        f.next_register(self.body(False, self.lines[self.at], name))
        variables[0].first = len(f.code)

    def function_statement(self) -> None:
        f = self.f
        line = self.lines[self.at]
        self.advance()
        name = self.take_name()
        target = self.variable(name)
        is_method = False
        while not is_method and (self.kind == "." or self.kind == ":"):
            is_method = self.kind == ":"
            f.any_register(target)
            self.advance()
            field = self.take_name()
            name += (b":" if is_method else b".") + field
            target.kind, target.k = FIELD, field
        e = self.body(is_method, line, name)
        f.assigned(target)
        f.store(target, e)
        f.code[-1][LINE] = line
