"""The part of the Forth system that is written in Forth: its files, in the order in which a start compiles them.

A family of words that needs no native code gets a file of its own here, and a name in `FILES`; `prelude.fs` is
first, and has what all others may use.
"""

from __future__ import annotations

import os

FILES = ("prelude.fs", "files.fs", "word_lists.fs")


def texts() -> list[tuple[str, str]]:
    """Each file as its name in error reports (`<prelude>`) and its text."""
    found = []
    for name in FILES:
        with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
            found.append((f"<{name.removesuffix('.fs')}>", file.read()))
    return found
