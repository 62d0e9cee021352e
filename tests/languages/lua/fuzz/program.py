"""Whole random programs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.languages.lua.fuzz.classes import Classes

PRELUDE = Path(__file__).with_name("prelude.lua")
STATEMENTS = 14
DEPTH = 3


@cache
def prelude() -> list[str]:
    """The lines before every program: how values are shown, and the fuel."""
    return PRELUDE.read_text(encoding="utf-8").splitlines()


def whole(body: str) -> str:
    """The program that has this behind the prelude."""
    return "\n".join([*prelude(), body])


def program(seed: int, statements: int = STATEMENTS) -> str:
    """The program of a seed: always the same, and it always ends."""
    writer = Classes(seed)
    with writer.block("try(function(...)", "end, 1, 'two', nil)"):
        writer.varargs = True
        for _ in range(statements):
            writer.statement(DEPTH)
    writer.varargs = False
    for _ in range(statements // 2):
        with writer.block("try(function()", "end)"):
            writer.body(DEPTH)
    return whole("\n".join([*writer.lines, 'print("end")', ""]))
