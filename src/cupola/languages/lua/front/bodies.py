"""The parser of whole functions: parameters, body, end."""

from __future__ import annotations

from abc import abstractmethod

from cupola.languages.lua.front.code import FunctionCode
from cupola.languages.lua.front.emitting import LINE, NAME, A
from cupola.languages.lua.front.expression import RELOCATABLE, Expression
from cupola.languages.lua.front.expressions import Expressions
from cupola.languages.lua.front.finish import finish
from cupola.languages.lua.front.lexer import EOF
from cupola.languages.lua.front.lexer import NAME as NAME_TOKEN
from cupola.languages.lua.front.scopes import MOST_LOCALS, REGULAR, Scopes, Variable


class Bodies(Expressions):
    """Reads functions."""

    @abstractmethod
    def block(self) -> None:
        """Statements, up to what ends a block."""

    def main(self) -> FunctionCode:
        """Compile the whole source."""
        f = self.f = Scopes(self, self.lines, None, 0)
        f.is_vararg = True
        f.add_upvalue(b"_ENV", True, 0, REGULAR)
        enter = f.emit("enter_vararg")
        enter[LINE] = self.lines[0]
        f.enter_block()
        self.block()
        self.check(EOF)
        self.end_function()
        code = FunctionCode(b"main chunk", self.chunk_name, 0)
        finish(f, code, 0)
        return code

    def end_function(self) -> None:
        """Return from the current function, and leave its last block."""
        f = self.f
        if not f.unreachable():
            f.leaving.append((len(f.code), 0))
            f.emit("return_0")
        f.leave_block()

    def body(self, is_method: bool, line: int, name: bytes) -> Expression:
        """Parameters and body of a function; the result makes a closure."""
        outer = self.f
        f = self.f = Scopes(self, self.lines, outer, line)
        enter = f.emit("enter")
        f.enter_block()
        parameters: list[Variable] = []
        if is_method:
            parameters.append(Variable(b"self", REGULAR))
        self.take("(")
        while self.kind != ")":
            if self.kind == NAME_TOKEN:
                self.declare(parameters, self.take_name())
            elif self.kind == "...":
                self.advance()
                f.is_vararg = True
                enter[NAME] = "enter_vararg"
                break
            else:
                self.refuse("<name> or '...' expected", near=True)
            if not self.accept(","):
                break
            if self.kind == ")":
                self.refuse("<name> or '...' expected", near=True)
        f.activate(parameters)
        f.reserve(len(parameters))
        enter[A] = len(parameters)
        self.take(")")
        self.block()
        last_line = self.lines[self.at]
        self.take_closing("end", "function", line)
        self.end_function()
        code = FunctionCode(name, self.chunk_name, line)
        finish(f, code, len(parameters))
        code.last_line = last_line
        self.f = outer
        return Expression(RELOCATABLE, outer.emit("closure", 0, 0, 0, code))

    def declare(self, variables: list[Variable], name: bytes, kind: int = REGULAR) -> None:
        """Add a variable that will be active later."""
        if len(self.f.active) + len(variables) >= MOST_LOCALS:
            self.f.check_room(len(variables) + 1)
        variables.append(Variable(name, kind))
