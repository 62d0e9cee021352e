"""The parser of statements and function bodies."""

from __future__ import annotations

from collections.abc import Callable

from cupola.languages.lua.front.assignments import Assignments
from cupola.languages.lua.front.emitting import LINE, NAME, TARGET, A, joined
from cupola.languages.lua.front.expression import (
    CALL,
    VARARG,
    Jumps,
)
from cupola.languages.lua.front.lexer import EOF
from cupola.languages.lua.front.lexer import NAME as NAME_TOKEN
from cupola.languages.lua.front.reading import MOST_LEVELS
from cupola.languages.lua.front.scopes import (
    BREAK,
    Variable,
)

BLOCK_ENDS = frozenset({EOF, "end", "else", "elseif", "until"})
STATE = b"(for state)"
# A generic `for` calls its function above its variables: the function, what a call takes, two arguments.
ITERATOR_ROOM = 5
WATCHED = 1023  # after one more statement than that `watch` is called


class Statements(Assignments):
    """Reads statements."""

    def __init__(self, source: bytes, chunk_name: bytes) -> None:
        super().__init__(source, chunk_name)
        self.finished = []
        self.watch: Callable[[], object] | None = None
        self.statements = 0
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

    # Blocks and statements

    def block(self) -> None:
        """Statements up to what ends a block."""
        while self.kind not in BLOCK_ENDS:
            if self.kind == "return":
                self.statement()
                return
            self.statement()
            self.statements += 1
            if self.watch is not None and self.statements & WATCHED == 0:
                self.watch()

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
        by_one = not self.accept(",")
        if not by_one:
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
            loop = f.emit("for_loop", base, int(by_one))
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
                f.leaving.append((len(f.code) - 1, 0))
                f.emit(
                    "return_open", e.a[A], 0
                )  # what is no function of the guest is called, and returns here
                self.accept(";")
                return
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
