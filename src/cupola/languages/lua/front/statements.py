"""The parser of statements and function bodies."""

from __future__ import annotations

from collections.abc import Callable

from cupola.languages.lua.front.code import FunctionCode
from cupola.languages.lua.front.emitting import LINE, NAME, TARGET, A, joined
from cupola.languages.lua.front.expression import (
    CALL,
    CONSTANT,
    FIELD,
    GLOBAL,
    INDEX,
    INTEGER,
    LOCAL,
    REGISTER,
    RELOCATABLE,
    UPVALUE,
    VARARG,
    VOID,
    Expression,
    Jumps,
)
from cupola.languages.lua.front.expressions import Expressions
from cupola.languages.lua.front.finish import finish
from cupola.languages.lua.front.lexer import EOF
from cupola.languages.lua.front.lexer import NAME as NAME_TOKEN
from cupola.languages.lua.front.reading import MOST_LEVELS
from cupola.languages.lua.front.scopes import (
    BREAK,
    CLOSED,
    COMPILE_TIME,
    MOST_LOCALS,
    READ_ONLY,
    REGULAR,
    Scopes,
    Variable,
)

BLOCK_ENDS = frozenset({EOF, "end", "else", "elseif", "until"})
STATE = b"(for state)"
# A generic `for` calls its function above its variables: the function, what a call takes, two arguments.
ITERATOR_ROOM = 5


class Statements(Expressions):
    """Reads statements."""

    def __init__(self, source: bytes, chunk_name: bytes) -> None:
        super().__init__(source, chunk_name)
        self.special: dict[str, Callable[[], None]] = {
            ";": self.advance,
            "if": self.if_statement,
            "while": self.while_statement,
            "do": self.do_statement,
            "for": self.for_statement,
            "repeat": self.repeat_statement,
            "function": self.function_statement,
            "local": self.local_statement,
            "::": self.label_statement,
            "return": self.return_statement,
            "break": self.break_statement,
            "goto": self.goto_statement,
        }

    # Functions

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

    # Blocks and statements

    def block(self) -> None:
        """Statements up to what ends a block."""
        while self.kind not in BLOCK_ENDS:
            if self.kind == "return":
                self.statement()
                return
            self.statement()

    def scoped_block(self) -> None:
        """A block with variables of its own."""
        self.f.enter_block()
        self.block()
        self.f.leave_block()

    def statement(self) -> None:
        self.levels += 1
        if self.levels > MOST_LEVELS:
            self.too_deep()
        special = self.special.get(self.kind)
        if special is None:
            self.expression_statement()
        else:
            special()
        f = self.f
        f.free = f.active_registers
        self.levels -= 1

    def expression_statement(self) -> None:
        """A call, or an assignment."""
        e = self.suffixed()
        if self.kind == "=" or self.kind == ",":
            self.assignment(e)
        elif e.kind != CALL:
            self.refuse("syntax error", near=True)

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
        self.f.check_assignable(e)

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

    # Control

    def do_statement(self) -> None:
        line = self.lines[self.at]
        self.advance()
        self.scoped_block()
        self.take_closing("end", "do", line)

    def if_statement(self) -> None:
        f = self.f
        line = self.lines[self.at]
        ways_out = self.then_block(None)
        while self.kind == "elseif":
            ways_out = self.then_block(ways_out)
        if self.accept("else"):
            self.scoped_block()
        self.take_closing("end", "if", line)
        f.patch_here(ways_out)

    def then_block(self, ways_out: Jumps) -> Jumps:
        """A condition and what is done if it holds; returns the jumps to the end of the whole statement."""
        f = self.f
        self.advance()
        condition = self.expression()
        self.take("then")
        if self.kind == "break" or (self.kind == "goto" and self.goes_on()):
            f.go_if_false(condition)
            f.enter_block()
            self.leave_by(condition.true)
            while self.accept(";"):
                pass
            if self.kind in BLOCK_ENDS and self.kind != "until":
                f.leave_block()
                return ways_out
            otherwise = f.jump()
        else:
            f.go_if_true(condition)
            f.enter_block()
            otherwise = condition.false
        self.block()
        f.leave_block()
        if self.kind == "else" or self.kind == "elseif":
            ways_out = joined(ways_out, f.jump())
        f.patch_here(otherwise)
        return ways_out

    def goes_on(self) -> bool:
        """Tell whether a goto here leads to a label that comes later."""
        following = self.at + 1
        return self.kinds[following] == NAME_TOKEN and self.f.find_label(self.values[following]) is None  # type: ignore[arg-type]

    def leave_by(self, jumps: Jumps) -> None:
        """A break, or a goto to a label that comes later: `jumps` lead there."""
        line = self.lines[self.at]
        if self.accept("break"):
            self.f.go_to(BREAK, line, jumps)
        else:
            self.advance()
            line = self.lines[self.at]
            self.f.go_to(self.take_name(), line, jumps)

    def break_statement(self) -> None:
        self.leave_by(self.f.jump())

    def goto_statement(self) -> None:
        if self.goes_on():
            self.leave_by(self.f.jump())
            return
        self.advance()
        label = self.f.find_label(self.take_name())
        if label is not None:
            self.f.go_back(label)

    def label_statement(self) -> None:
        """A label; what does nothing behind it is read first, to see whether the block ends there."""
        line = self.lines[self.at]
        self.advance()
        name = self.take_name()
        self.take("::")
        while self.kind == ";" or self.kind == "::":
            self.statement()
        seen = self.f.find_label(name)
        if seen is not None:
            self.refuse(f"label '{name.decode('latin-1')}' already defined on line {seen.line}")
        self.f.add_label(name, line, self.kind in BLOCK_ENDS and self.kind != "until")

    def while_statement(self) -> None:
        f = self.f
        line = self.lines[self.at]
        self.advance()
        start = f.label()
        condition = self.expression()
        f.go_if_true(condition)
        f.enter_block(is_loop=True)
        self.take("do")
        self.scoped_block()
        f.loop(start)
        self.take_closing("end", "while", line)
        f.leave_block()
        f.patch_here(condition.false)

    def repeat_statement(self) -> None:
        f = self.f
        line = self.lines[self.at]
        start = f.label()
        f.enter_block(is_loop=True)
        inner = f.enter_block()
        self.advance()
        self.block()
        self.take_closing("until", "repeat", line)
        condition = self.expression()
        f.go_if_false(condition)
        if inner.captured and not f.unreachable():
            f.emit("close", inner.registers)
        f.loop(start)
        f.patch_here(condition.true)
        f.leave_block()
        f.leave_block()

    def for_statement(self) -> None:
        f = self.f
        line = self.lines[self.at]
        f.enter_block(is_loop=True)
        self.advance()
        name = self.take_name()
        if self.kind == "=":
            self.numeric_for(name, line)
        elif self.kind == "," or self.kind == "in":
            self.generic_for(name)
        else:
            self.refuse("'=' or 'in' expected", near=True)
        self.take_closing("end", "for", line)
        f.leave_block()

    def numeric_for(self, name: bytes, line: int) -> None:
        f = self.f
        base = f.free
        states: list[Variable] = []
        for _ in range(3):
            self.declare(states, STATE)
        self.declare(states, name)
        variables = [states.pop()]
        self.advance()
        f.next_register(self.expression())
        self.take(",")
        f.next_register(self.expression())
        if self.accept(","):
            f.next_register(self.expression())
        else:
            f.emit("constant", f.free, 0, 0, 1)
            f.reserve(1)
        f.activate(states)
        self.take("do")
        prepare = f.emit("for_prepare", base)
        start = f.label()
        self.loop_body(variables)
        if not f.unreachable():
            loop = f.emit("for_loop", base)
            loop[TARGET], loop[LINE] = start, line
        prepare[TARGET] = f.label()

    def generic_for(self, name: bytes) -> None:
        f = self.f
        base = f.free
        states: list[Variable] = []
        for _ in range(4):
            self.declare(states, STATE)
        self.declare(states, name)
        while self.accept(","):
            self.declare(states, self.take_name())
        variables = states[4:]
        del states[4:]
        self.take("in")
        line = self.lines[self.at]
        count, e = self.expression_list()
        closes = count > 3 or e.kind == CALL or e.kind == VARARG  # else there is no closing value
        self.adjust(4, count, e)
        f.activate(states)
        assert f.block is not None
        f.block.keeps_calls = True
        f.need(base + 4 + max(ITERATOR_ROOM, len(variables)))
        self.take("do")
        if closes:
            f.close_late()
            f.emit("to_close", base + 3)
        to_call = f.jump()
        start = f.label()
        self.loop_body(variables)
        f.patch_here(to_call)
        f.emit("for_call", base, len(variables))[LINE] = line
        if len(variables) > 1:
            f.emit("adjust", base + 4, len(variables))[LINE] = line
        loop = f.emit("for_in_loop", base)
        loop[TARGET], loop[LINE] = start, line

    def loop_body(self, variables: list[Variable]) -> None:
        """The block of a `for`, with its variables."""
        f = self.f
        f.enter_block()
        f.activate(variables)
        f.reserve(len(variables))
        self.block()
        f.leave_block()

    # Declarations

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
        f.check_assignable(target)
        f.store(target, e)
        f.code[-1][LINE] = line

    def return_statement(self) -> None:
        f = self.f
        assert f.block is not None
        self.advance()
        first = f.active_registers
        if self.kind in BLOCK_ENDS or self.kind == ";":
            f.emit("return_0")
        else:
            count, e = self.expression_list()
            if e.kind == CALL and count == 1 and not f.block.keeps_calls:
                e.a[NAME] = "tail_" + e.a[NAME]
            elif e.kind == CALL or e.kind == VARARG:
                f.open_results(e)
                f.emit("return_open", first, count - 1)
            elif count == 1:
                f.emit("return_1", f.any_register(e))
            else:
                f.next_register(e)
                f.emit("return", first, count)
        f.leaving.append((len(f.code) - 1, 0))
        self.accept(";")
