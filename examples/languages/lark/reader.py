"""Lark's text as forms: words, and lists of forms."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

DEEPEST = 100
TOKEN = re.compile(
    r'\s+|;.*|(?P<sign>[()])|(?P<string>"[^"\n]*")|(?P<number>-?\d+(\.\d+)?(?=[\s()]|$))'
    r'|(?P<name>[^\s()";]+)|(?P<odd>.)'
)


class LarkError(Exception):
    """The program is not Lark; `where` is the form or the word that is wrong."""

    def __init__(self, message: str, where: Any) -> None:
        super().__init__(message)
        self.where = where


class Atom(NamedTuple):
    """A word: its kind ("sign", "string", "number", "name", "odd"), its text, where it starts."""

    kind: str
    text: str
    start: int


class Form(list[Any]):
    """Forms in brackets; `start` is where they begin."""

    start, text = 0, "("


def read(source: str) -> Form:
    """The forms of a program."""
    outer = [Form()]
    for found in TOKEN.finditer(source):
        word = Atom(found.lastgroup or "", found[0], found.start())
        if word.text == "(":
            outer.append(Form())
            outer[-1].start = word.start
        elif word.text == ")" and len(outer) > 1:
            form = outer.pop()
            outer[-1].append(form)
        elif word.kind in ("sign", "odd"):
            raise LarkError(f"{word.text!r} is not expected here", word)
        elif word.kind:
            outer[-1].append(word)
        if len(outer) > DEEPEST:
            raise LarkError(f"forms are nested more than {DEEPEST} deep", word)
    if len(outer) > 1:
        raise LarkError("this bracket is never closed", outer[-1])
    return outer[0]
