"""The parser's way through the tokens: the current one, what is expected, how problems are told."""

from __future__ import annotations

from cupola.languages.lua.front.code import TYPE_CHECKING
from cupola.languages.lua.front.lexer import NAME, PROBLEM, Tokens
from cupola.languages.lua.front.problems import SyntaxProblem, short_source

if TYPE_CHECKING:
    from typing import NoReturn

MOST_LEVELS = 197  # of statements and expressions inside each other


class Reading:
    """Reads tokens; `at` is the number of the current one, `kind` its kind."""

    def __init__(self, source: bytes, chunk_name: bytes) -> None:
        self.chunk_name = chunk_name
        self.tokens = Tokens(source)
        self.kinds = self.tokens.kinds
        self.values = self.tokens.values
        self.lines = self.tokens.lines
        self.at = 0
        self.kind = self.kinds[0]
        self.levels = 0

    def refuse(self, message: str, near: bool = False) -> NoReturn:
        """Refuse the source, unless the current token itself is wrong: that was seen before."""
        if self.kind == PROBLEM:
            problem = self.tokens.problem
            assert problem is not None
            text = problem.what.encode() + b" near "
            text += b"<eof>" if problem.near is None else b"'" + problem.near.partition(b"\0")[0] + b"'"
            line = problem.line
        else:
            text = message.encode("latin-1")
            if near and self.kind != "\0":
                text += b" near " + self.tokens.near(self.at)
            line = self.lines[self.at]
        raise SyntaxProblem(short_source(self.chunk_name) + b":%d: " % line + text)

    def too_deep(self) -> NoReturn:
        """Refuse statements and expressions that are too deep in each other."""
        raise SyntaxProblem(b"C stack overflow")

    def advance(self) -> None:
        self.at += 1
        self.kind = self.kinds[self.at]

    def expected(self, kind: str) -> NoReturn:
        what = kind if kind.startswith("<") and kind != "<" else f"'{kind}'"
        self.refuse(f"{what} expected", near=True)

    def check(self, kind: str) -> None:
        """The current token has to be of this kind."""
        if self.kind != kind:
            self.expected(kind)

    def take(self, kind: str) -> None:
        """Go over a token that has to be there."""
        if self.kind != kind:
            self.expected(kind)
        self.at += 1
        self.kind = self.kinds[self.at]

    def accept(self, kind: str) -> bool:
        """Go over a token if it is of this kind."""
        if self.kind != kind:
            return False
        self.at += 1
        self.kind = self.kinds[self.at]
        return True

    def take_closing(self, kind: str, opening: str, line: int) -> None:
        """Go over the token that ends what began with `opening` on `line`."""
        if self.kind != kind:
            if self.lines[self.at] == line:
                self.expected(kind)
            self.refuse(f"'{kind}' expected (to close '{opening}' at line {line})", near=True)
        self.at += 1
        self.kind = self.kinds[self.at]

    def take_name(self) -> bytes:
        """Go over a name, and return it."""
        if self.kind != NAME:
            self.expected(NAME)
        name = self.values[self.at]
        self.at += 1
        self.kind = self.kinds[self.at]
        return name  # type: ignore[return-value]
