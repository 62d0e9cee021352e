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
    """Reads functions; `finished` are those that were read, each with its upvalues."""

    finished: list[tuple[FunctionCode, list[Variable]]]

    @abstractmethod
    def block(self) -> None:
        """Statements, up to what ends a block."""

    def main(self) -> FunctionCode:
        """Compile the whole source."""
        f = self.f = Scopes(self, self.lines, None, 0)
        f.is_vararg = True
        environment = Variable(b"_ENV", REGULAR)
        environment.exists_once = True
        f.add_upvalue(environment.name, True, 0, environment)
        enter = f.emit("enter_vararg")
        enter[LINE] = self.lines[0]
        f.enter_block()
        self.block()
        self.check(EOF)
        self.end_function()
        code = FunctionCode(b"main chunk", self.chunk_name, 0)
        self.finish(f, code, 0)
        if not f.goes_back:
            for each, variables in self.finished:
                each.fixed = fixed_among(variables)
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
        self.finish(f, code, len(parameters))
        code.last_line = last_line
        self.f = outer
        return Expression(RELOCATABLE, outer.emit("closure", 0, 0, 0, code))

    def finish(self, f: Scopes, code: FunctionCode, parameters: int) -> None:
        """A function was read to its end; which of its upvalues change is not known before all is."""
        finish(f, code, parameters)
        self.finished.append((code, f.captured))

    def declare(self, variables: list[Variable], name: bytes, kind: int = REGULAR) -> None:
        """Add a variable that will be active later."""
        if len(self.f.active) + len(variables) >= MOST_LOCALS:
            self.f.check_room(len(variables) + 1)
        variables.append(Variable(name, kind))


def fixed_among(upvalues: list[Variable]) -> frozenset[int]:
    """The numbers of those that exist once, and never change."""
    return frozenset(number for number, each in enumerate(upvalues) if each.exists_once and not each.changes)
