"""The front end of Abacus: text in, guest code out, in one pass.

program     function*
function    "fun" name "(" names ")" block
block       "{" statement* "}"
statement   "let" name "=" expression | name "=" expression | "print" expression | "return" expression
            | "if" expression block ("else" (block | if))? | "while" expression block | call
expression  sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)?
sum         product (("+" | "-") product)*
product     factor (("*" | "/" | "%") factor)*
factor      number | name | call | "-" factor | "(" expression ")"
call        name "(" expressions ")"
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cupola.language import Assembler, Label

from .definition import LINKAGE

MOST_ARGUMENTS, MOST_VARIABLES, DEEPEST = 8, 60, 50  # together they keep a function within `definition.ROOM`
TOKEN = re.compile(
    r"\s+|#.*|(?P<number>\d+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[<>=!]=|[-+*/%<>=(){},])|(?P<odd>.)"
)
KEYWORDS = {"fun", "let", "print", "return", "if", "else", "while"}
COMPARISONS = {
    "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal", "!=": "not_equal",
}  # fmt: skip
SUMS = {"+": "add", "-": "subtract"}
PRODUCTS = {"*": "multiply", "/": "divide", "%": "modulo"}


class AbacusError(Exception):
    """The program is not Abacus; `token` is where."""

    def __init__(self, message: str, token: Token) -> None:
        super().__init__(message)
        self.token = token


class Token(NamedTuple):
    """A word of the program: its kind ("number", "name", "sign", "odd", "end"), its text, where it starts."""

    kind: str
    text: str
    start: int


class Function:
    """A function: its label, its number of parameters (-1 until it is defined), where it is first named."""

    def __init__(self, name: str, token: Token) -> None:
        self.label = Label(name)
        self.parameters = -1
        self.calls: list[tuple[Token, int]] = []
        self.token = token


def tokens_of(source: str) -> list[Token]:
    """The words of a program, and one of the kind "end"."""
    words = [each for each in TOKEN.finditer(source) if each.lastgroup]
    found = [Token(str(each.lastgroup), each[0], each.start()) for each in words]
    return [*found, Token("end", "the end of the program", len(source))]


class Compiler:
    """Compiles one program into `out`; `functions` are what it defines. Raises AbacusError."""

    def __init__(self, source: str, out: Assembler) -> None:
        self.out = out
        self.functions: dict[str, Function] = {}
        self.variables: dict[str, int] = {}
        self.depth = 0
        self.tokens = tokens_of(source)
        self.at = 0
        while self.token.kind != "end":
            self.function()
        self.check_calls()
        self.starts = {name: self.start(name, each) for name, each in self.functions.items()}

    # --- words ----------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def next(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, text: str) -> bool:
        found = self.token.text == text
        self.at += found
        return found

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise AbacusError(f"expected {text!r}, found {self.token.text!r}", self.token)

    def name(self) -> Token:
        if self.token.kind != "name" or self.token.text in KEYWORDS:
            raise AbacusError(f"expected a name, found {self.token.text!r}", self.token)
        return self.next()

    def emit(self, token: Token, name: str, number: int | None = None, to: Label | None = None) -> None:
        self.out.where = token
        self.out.add(name, number, to=to)

    def nest(self, more: int) -> None:
        self.depth += more
        if self.depth > DEEPEST:
            raise AbacusError(f"nested more than {DEEPEST} deep", self.token)

    # --- functions ------------------------------------------------------------------------------------------

    def named(self, token: Token) -> Function:
        return self.functions.setdefault(token.text, Function(token.text, token))

    def function(self) -> None:
        self.expect("fun")
        token = self.name()
        function = self.named(token)
        if function.parameters >= 0:
            raise AbacusError(f"the function {token.text!r} is defined twice", token)
        self.variables = {}
        self.expect("(")
        while self.token.text != ")":
            self.declare(self.name())
            if not self.accept(","):
                break
        self.expect(")")
        function.parameters = len(self.variables)
        if function.parameters > MOST_ARGUMENTS:
            raise AbacusError(f"more than {MOST_ARGUMENTS} parameters", token)
        self.out.where = token
        self.out.begin(token.text, function.label)
        self.emit(token, "room")
        self.emit(token, "enter")
        for slot in reversed(self.variables.values()):
            self.emit(token, "set", slot)
        self.block()
        self.emit(token, "push", 0)
        self.emit(token, "leave")

    def declare(self, token: Token) -> int:
        if token.text in self.variables:
            raise AbacusError(f"the variable {token.text!r} exists already", token)
        if len(self.variables) == MOST_VARIABLES:
            raise AbacusError(f"more than {MOST_VARIABLES} variables at one place", token)
        slot = self.variables[token.text] = LINKAGE + len(self.variables)
        return slot

    def check_calls(self) -> None:
        """Functions may be called before they are defined: what calls expect is checked at the end."""
        for name, function in self.functions.items():
            if function.parameters < 0:
                raise AbacusError(f"there is no function {name!r}", function.token)
            for token, count in function.calls:
                if count != function.parameters:
                    raise AbacusError(f"{name} takes {function.parameters} numbers, found {count}", token)

    def start(self, name: str, function: Function) -> Label:
        """Code that calls a function and ends the run with its result: where the driver enters."""
        self.out.where = None
        label = self.out.begin(f"({name})")
        self.out.add("call", 0, to=function.label)
        self.out.add("done")
        return label

    # --- statements -----------------------------------------------------------------------------------------

    def block(self) -> None:
        outer = dict(self.variables)
        self.nest(1)
        self.expect("{")
        while not self.accept("}"):
            self.statement()
        self.nest(-1)
        self.variables = outer

    def statement(self) -> None:
        token = self.token
        if self.accept("if"):
            self.if_(token)
        elif self.accept("while"):
            head, end = self.out.here(), Label()
            self.expression()
            self.emit(token, "go_if_zero", to=end)
            self.block()
            self.emit(token, "repeat", to=head)
            self.out.place(end)
        elif self.accept("print"):
            self.expression()
            self.emit(token, "print")
        elif self.accept("return"):
            self.expression()
            self.emit(token, "leave")
        else:
            self.assignment_or_call()

    def if_(self, token: Token) -> None:
        otherwise, end = Label(), Label()
        self.expression()
        self.emit(token, "go_if_zero", to=otherwise)
        self.block()
        if not self.accept("else"):
            self.out.place(otherwise)
            return
        self.emit(token, "go", to=end)
        self.out.place(otherwise)
        inner = self.token
        if self.accept("if"):
            self.if_(inner)
        else:
            self.block()
        self.out.place(end)

    def assignment_or_call(self) -> None:
        is_new = self.accept("let")
        token = self.name()
        if not is_new and self.token.text == "(":
            self.call(token)
            self.emit(token, "drop")
            return
        self.expect("=")
        self.expression()
        self.emit(token, "set", self.declare(token) if is_new else self.slot(token))

    def slot(self, token: Token) -> int:
        if token.text not in self.variables:
            raise AbacusError(f"there is no variable {token.text!r}; `let` makes one", token)
        return self.variables[token.text]

    # --- expressions ----------------------------------------------------------------------------------------

    def expression(self) -> None:
        self.nest(1)
        self.sum()
        token = self.token
        if token.text in COMPARISONS:
            self.next()
            self.sum()
            self.emit(token, COMPARISONS[token.text])
        self.nest(-1)

    def sum(self) -> None:
        self.product()
        while (token := self.token).text in SUMS:
            self.next()
            self.product()
            self.emit(token, SUMS[token.text])

    def product(self) -> None:
        self.factor()
        while (token := self.token).text in PRODUCTS:
            self.next()
            self.factor()
            self.emit(token, PRODUCTS[token.text])

    def factor(self) -> None:
        token = self.token
        if token.kind == "number":
            self.next()
            self.number(token)
        elif self.accept("-"):
            self.nest(1)
            self.factor()
            self.nest(-1)
            self.emit(token, "negate")
        elif self.accept("("):
            self.expression()
            self.expect(")")
        else:
            self.name()
            if self.token.text == "(":
                self.call(token)
            else:
                self.emit(token, "get", self.slot(token))

    def number(self, token: Token) -> None:
        value = int(token.text)
        if value >= 1 << 63:
            raise AbacusError("a number of more than 63 bits", token)
        self.emit(token, "push" if value < 1 << 30 else "push_long", value)

    def call(self, token: Token) -> None:
        count = 0
        self.expect("(")
        while self.token.text != ")":
            self.expression()
            count += 1
            if not self.accept(","):
                break
        self.expect(")")
        function = self.named(token)
        function.calls.append((token, count))
        self.emit(token, "call", LINKAGE + len(self.variables), function.label)
