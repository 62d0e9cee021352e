"""The parser of expressions: each is read once, and its code is emitted on the way."""

from __future__ import annotations

from abc import ABC, abstractmethod

from cupola.languages.lua.front.code import ANONYMOUS
from cupola.languages.lua.front.emitting import CALL_GAP, LINE, NAME, A, B, C, K
from cupola.languages.lua.front.expression import (
    CALL,
    CONSTANT,
    FIELD,
    GLOBAL,
    LOCAL,
    REGISTER,
    RELOCATABLE,
    UPVALUE,
    VARARG,
    VOID,
    Expression,
)
from cupola.languages.lua.front.lexer import NAME as NAME_TOKEN
from cupola.languages.lua.front.lexer import NUMBER, STRING
from cupola.languages.lua.front.operators import BINARY, UNARY, UNARY_PRIORITY
from cupola.languages.lua.front.reading import MOST_LEVELS, Reading
from cupola.languages.lua.front.scopes import Scopes

FLUSH = 50  # elements of a constructor that wait in registers, at most
MOST_HINT = 32767


def name_function(e: Expression, to: Expression) -> None:
    """Call a function by what it is assigned to, if it is one and has no name: for people who look at code."""
    if e.kind == RELOCATABLE and e.a[NAME] == "closure" and e.a[K].name == ANONYMOUS:
        name = to.k.name if to.kind == LOCAL else to.k
        if type(name) is bytes:
            e.a[K].name = name


class Expressions(Reading, ABC):
    """Reads expressions; `f` is the function that is being compiled."""

    f: Scopes

    @abstractmethod
    def body(self, is_method: bool, line: int, name: bytes) -> Expression:
        """Parameters and body of a function, to its `end`."""

    def variable(self, name: bytes) -> Expression:
        """Return what a name means: a variable, or a field of the environment."""
        f = self.f
        found = f.find(name)
        if found.kind == VOID:
            found = f.find(b"_ENV")
            if found.kind == UPVALUE:
                found.kind, found.k = GLOBAL, name
            else:
                f.any_register(found)
                found.kind, found.k = FIELD, name
        return found

    def primary(self) -> Expression:
        """A name, or an expression in parentheses."""
        kind = self.kind
        if kind == NAME_TOKEN:
            name = self.values[self.at]
            self.at += 1
            self.kind = self.kinds[self.at]
            return self.variable(name)  # type: ignore[arg-type]  # what a name has beside it are its bytes
        if kind == "(":
            line = self.lines[self.at]
            self.advance()
            e = self.expression()
            self.take_closing(")", "(", line)
            self.f.discharge(e)
            if e.kind == CONSTANT:
                e.a = 0
            return e
        self.refuse("unexpected symbol", near=True)

    def suffixed(self) -> Expression:
        """A primary expression with fields, indexes and calls behind it."""
        line = self.lines[self.at]
        e = self.primary()
        f = self.f
        while True:
            kind = self.kind
            if kind == ".":
                f.any_register(e)
                self.at += 1
                if self.kinds[self.at] != NAME_TOKEN:
                    self.kind = self.kinds[self.at]
                    self.expected(NAME_TOKEN)
                e.kind, e.k = FIELD, self.values[self.at]
                self.at += 1
                self.kind = self.kinds[self.at]
            elif kind == "(" or kind == STRING or kind == "{":
                f.next_register(e)
                f.gaps += CALL_GAP
                f.reserve(CALL_GAP)
                self.call(e, line, 0)
            elif kind == "[":
                f.any_register(e)
                f.index(e, self.index_key())
            elif kind == ":":
                self.advance()
                name = self.take_name()
                self.method(e, name)
                self.call(e, line, 1)
            else:
                return e

    def index_key(self) -> Expression:
        """A key in brackets, ready to be used."""
        self.advance()
        key = self.expression()
        f = self.f
        f.discharge(key)
        if key.kind != CONSTANT or key.true or key.false:
            f.any_register(key)
        self.take("]")
        return key

    def method(self, e: Expression, name: bytes) -> None:
        """Put a method and its object where a call expects them."""
        f = self.f
        register = f.any_register(e)
        f.release_expression(e)
        e.kind, e.a = REGISTER, f.free
        f.gaps += CALL_GAP
        f.reserve(CALL_GAP + 2)
        f.emit("self", e.a, register, 0, name)

    def call(self, e: Expression, line: int, count: int) -> None:
        """Arguments, and the call of the function that `e` left in a register; `count` arguments are there."""
        f = self.f
        function: int = e.a
        kind = self.kind
        last: Expression | None = None
        if kind == "(":
            self.at += 1
            self.kind = self.kinds[self.at]
            if self.kind != ")":
                last = self.expression()
                count += 1
                while self.kind == ",":
                    self.at += 1
                    self.kind = self.kinds[self.at]
                    f.next_register(last)
                    last = self.expression()
                    count += 1
            self.take_closing(")", "(", line)
        elif kind == "{":
            last = self.table()
            count += 1
        elif kind == STRING:
            last = Expression(CONSTANT, 0, self.values[self.at])
            self.advance()
            count += 1
        else:
            self.refuse("function arguments expected", near=True)
        if last is not None and (last.kind == CALL or last.kind == VARARG):
            f.open_results(last)
            draft = f.emit("call_open", function, count - 1)
        else:
            if last is not None:
                f.next_register(last)
            draft = f.emit("call", function, count)
        draft[LINE] = line
        f.gaps -= CALL_GAP
        f.free = function + 1
        e.kind, e.a = CALL, draft
        e.true = e.false = None

    def table(self) -> Expression:
        """A table constructor."""
        f = self.f
        line = self.lines[self.at]
        self.advance()
        draft = f.emit("new_table")
        if self.accept("}"):
            return Expression(RELOCATABLE, draft)
        table = f.free
        draft[A] = table
        f.reserve(1)
        stored = waiting = fields = 0  # elements in the table, elements in registers, fields
        element: Expression | None = None
        while self.kind != "}":
            if element is not None:
                f.next_register(element)
                element = None
                waiting += 1
                if waiting == FLUSH:
                    f.emit("set_list", table, waiting, 0, stored)
                    stored += waiting
                    waiting = 0
                    f.free = table + 1
            kind = self.kind
            free = f.free
            if kind == "[":
                self.field(table, self.index_key())
                f.free = free
                fields += 1
            elif kind == NAME_TOKEN and self.kinds[self.at + 1] == "=":
                key = Expression(CONSTANT, 0, self.values[self.at])
                self.advance()
                self.field(table, key)
                f.free = free
                fields += 1
            else:
                element = self.expression()
            if not self.accept(",") and not self.accept(";"):
                break
        self.take_closing("}", "{", line)
        if element is not None:
            if element.kind == CALL or element.kind == VARARG:
                is_call = element.kind == CALL
                f.open_results(element)
                f.emit("set_list_open", table, waiting, 0, stored)
                stored += waiting + is_call  # it will give one value, most often
                waiting = 0
            else:
                f.next_register(element)
                waiting += 1
        if waiting:
            f.emit("set_list", table, waiting, 0, stored)
            stored += waiting
        f.free = table + 1
        draft[B], draft[C] = min(stored, MOST_HINT), min(fields, MOST_HINT)
        return Expression(REGISTER, table)

    def field(self, table: int, key: Expression) -> None:
        """The rest of a field in a constructor: its value."""
        self.take("=")
        to = Expression(REGISTER, table)
        self.f.index(to, key)
        e = self.expression()
        name_function(e, to)
        self.f.store(to, e)

    def simple(self) -> Expression:
        """An expression without operators."""
        kind = self.kind
        if kind == NAME_TOKEN or kind == "(":
            return self.suffixed()
        if kind == STRING or kind == NUMBER:
            e = Expression(CONSTANT, 0, self.values[self.at])
        elif kind == "nil":
            e = Expression(CONSTANT, 0, None)
        elif kind == "true":
            e = Expression(CONSTANT, 0, True)
        elif kind == "false":
            e = Expression(CONSTANT, 0, False)
        elif kind == "{":
            return self.table()
        elif kind == "function":
            line = self.lines[self.at]
            self.advance()
            return self.body(False, line, ANONYMOUS)
        elif kind == "...":
            if not self.f.is_vararg:
                self.refuse("cannot use '...' outside a vararg function", near=True)
            e = Expression(VARARG, self.f.emit("vararg"))
        else:
            return self.suffixed()
        self.at += 1
        self.kind = self.kinds[self.at]
        return e

    def expression(self, limit: int = 0) -> Expression:
        """An expression whose operators bind tighter than `limit`."""
        self.levels += 1
        if self.levels > MOST_LEVELS:
            self.too_deep()
        kind = self.kind
        if kind == NAME_TOKEN:
            e = self.suffixed()
        elif kind in UNARY:
            line = self.lines[self.at]
            self.advance()
            e = self.expression(UNARY_PRIORITY)
            self.f.prefix(UNARY[kind], e, line)
        else:
            e = self.simple()
        operator = BINARY.get(self.kind)
        while operator is not None and operator.left > limit:
            line = self.lines[self.at]
            self.at += 1
            self.kind = self.kinds[self.at]
            self.f.infix(operator, e)
            right = self.expression(operator.right)
            self.f.postfix(operator, e, right, line)
            operator = BINARY.get(self.kind)
        self.levels -= 1
        return e

    def expression_list(self) -> tuple[int, Expression]:
        """Expressions with commas between: all but the last are put into the next registers."""
        count = 1
        e = self.expression()
        while self.kind == ",":
            self.advance()
            self.f.next_register(e)
            e = self.expression()
            count += 1
        return count, e
