"""The tokens of the text form, and the small pieces of its grammar: names, numbers, types, lists, operands.

`parser` has the grammar and reads with this. Errors are `ParseError`: line, column, the line itself with a caret.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from cupola.ir.core import (
    Constant,
)  # fmt: skip
from cupola.ir.errors import IRError
from cupola.ir.types import BY_NAME, Type

Item = TypeVar("Item")
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|;[^\n]*)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<value>%[\w$.]+)
      | (?P<number>-inf\b|-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:e[-+]?\d+)?))
      | (?P<name>[A-Za-z_$][\w$]*(?:\.[\w$]+)*)
      | (?P<mark>->|\.\.|[@(){}\[\]:,=])""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of the text and where it stands."""

    kind: str
    text: str
    position: int


class ParseError(IRError):
    """Text that is no IR: the message shows the line with a caret under the place."""


class Reader:
    """The tokens of a text, and the small pieces of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._split()
        self.place = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def error(self, message: str, token: Token | None = None) -> ParseError:
        token = token or self.token
        start = self.text.rfind("\n", 0, token.position) + 1
        end = self.text.find("\n", token.position)
        line = self.text[start : end if end >= 0 else len(self.text)]
        number = self.text.count("\n", 0, token.position) + 1
        column = token.position - start
        found = f", found {token.text or 'the end of the text'}" if message.startswith("expected") else ""
        caret = " " * column + "^" * max(1, min(len(token.text), len(line) - column))
        return ParseError(f"line {number}, column {column + 1}: {message}{found}\n  {line}\n  {caret}")

    def _split(self) -> list[Token]:
        tokens, position = [], 0
        while position < len(self.text):
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise self.error(f"no token begins with {self.text[position]!r}", Token("", "", position))
            if match.lastgroup != "space":
                tokens.append(Token(match.lastgroup or "", match.group(), position))
            position = match.end()
        return [*tokens, Token("end", "", len(self.text))]

    def next(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.place += 1
        return token

    def accept(self, text: str) -> bool:
        if self.token.text == text and self.token.kind in ("mark", "name"):
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.error(f"expected {text}")

    def kind(self, kind: str, what: str) -> Token:
        if self.token.kind != kind:
            raise self.error(f"expected {what}")
        return self.next()

    def end(self) -> None:
        if self.token.kind != "end":
            raise self.error("expected the end of the text")

    def name(self, what: str) -> str:
        return self.kind("name", what).text

    def string(self) -> str:
        token = self.kind("string", "a string")
        try:
            text: str = json.loads(token.text)
        except ValueError:
            raise self.error("this string has an escape that JSON does not know", token) from None
        return text

    def integer(self) -> int:
        token = self.kind("number", "a whole number")
        try:
            return int(token.text, 0)
        except ValueError:
            raise self.error("expected a whole number", token) from None

    def symbol(self) -> str:
        self.expect("@")
        return self.string() if self.token.kind == "string" else self.name("a name")

    def type(self) -> Type:
        token = self.kind("name", "a type")
        if token.text not in BY_NAME:
            raise self.error(f"expected a type ({', '.join(BY_NAME)})", token)
        return BY_NAME[token.text]

    def items(self, item: Callable[[], Item]) -> list[Item]:
        found = [item()]
        while self.accept(","):
            found.append(item())
        return found

    def parenthesised(self, item: Callable[[], Item]) -> list[Item]:
        """A list, perhaps empty, in parentheses."""
        self.expect("(")
        if self.accept(")"):
            return []
        found = self.items(item)
        self.expect(")")
        return found

    def parameter(self) -> tuple[Token, Type]:
        token = self.kind("value", "a parameter: %name: type")
        self.expect(":")
        return token, self.type()

    def operand(self) -> Token | Constant:
        """A value's token, to be looked up when all is read, or a constant."""
        if self.token.kind == "value":
            return self.next()
        if self.token.kind not in ("number", "name"):
            raise self.error("expected a value: %name or constant:type")
        token = self.next()
        self.expect(":")
        type = self.type()
        try:
            return Constant(type, _number(token.text, type))
        except ValueError:
            raise self.error(f"expected a constant of type {type}", token) from None


def _number(text: str, type: Type) -> int | float:
    if not type.is_float:
        return int(text, 0)
    if text.startswith("nan_"):
        value: float = struct.unpack("<d", struct.pack("<Q", int(text[4:], 16)))[0]
        return value
    return float(text)
