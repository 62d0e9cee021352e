"""Runs Lark: keeps what programs print, says where in the source something is."""

from __future__ import annotations

import os
from typing import Any

from cupola.language import (
    CodeError,
    FunctionCode,
    GuestError,
    HeapVM,
    Language,
    Place,
    load_engine,
)  # fmt: skip

from .compiler import Compiler
from .definition import PRINT, lark
from .reader import Form, LarkError, read

SYNTAX = -1  # the code of errors that the compiler finds


def define() -> Language:
    """The definition, for building its image."""
    return lark


class LarkVM(HeapVM):
    """One Lark system; `printed` are the lines that its programs printed. `options` are those of HeapVM."""

    def __init__(self, tier: str = "auto", **options: Any) -> None:
        engine = load_engine("lark", define, [os.path.dirname(__file__)])
        super().__init__(engine, struct="System", tier=tier, **options)
        self.printed: list[str] = []

    def run(self, source: str, name: str = "<string>") -> Any:
        """Run a program; the value of its last form. Raises GuestError and its kin."""
        try:
            code = Compiler("main", None, Form(), read(source), None).code
        except (LarkError, CodeError) as error:
            where = getattr(error, "where", None)
            place = None if where is None else Place.within(name, source, where.start, len(where.text))
            raise GuestError(SYNTAX, str(error), place) from None
        code.source = name, source
        return self.python(self.run_code(code))

    def serve(self, reason: int) -> bool:
        if reason == PRINT:
            self.printed.append(str(self.python(self.vm.value)))
            return True
        return super().serve(reason)

    def place(self, code: FunctionCode, where: Any) -> Place | None:
        """The place of a word or a form."""
        name, source = code.root.source
        return None if where is None else Place.within(name, source, where.start, len(where.text))
