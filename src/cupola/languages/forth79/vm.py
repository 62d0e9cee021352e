"""A Forth system that begins with the words of FORTH-79. The words are in `languages/forth/sources/forth79.fs`."""

from __future__ import annotations

from cupola.language.limits import Limits
from cupola.languages.forth.vm import ForthVM

# What is searched: the vocabulary that the program selects, then FORTH-79, to which all vocabularies chain.
START = "also forth-79 context @ dup set-current dup 2 set-order"


class Forth79VM(ForthVM):
    """A system whose programs find the words of FORTH-79 and none other."""

    def _make(self, image: str | None, sections: dict[str, bytes] | None) -> None:
        super()._make(image, sections)
        if image is not None:  # it has the search order that it was saved with
            return
        limits, self.limits = self.limits, Limits()  # they are for programs
        self.run(START, "<forth-79>")
        self.limits = limits
        self._begin_program()
