"""The part of the Forth system that is written in Forth: its files, in the order in which they are compiled when the
system is made (see `snapshot`: not at every start).

A family of words that needs no native code gets a file of its own here, and a name in `FILES`; `prelude.fs` is
first, and has what all others may use; `making.numbers` makes `numbers.fs`.
"""

from __future__ import annotations

import os

FOLDER = os.path.join(os.path.dirname(__file__), "sources")
FILES = (
    "prelude.fs",
    "files.fs",
    "blocks.fs",
    "word_lists.fs",
    "floats.fs",
    "tools.fs",
    "numbers.fs",
    "more_words.fs",
    "environment.fs",
    "physics.fs",
)
# Those whose words are in vocabularies of their own: they are not among the words of a new system.
VOCABULARIES = ("editor.fs", "forth79.fs")


def texts(names: tuple[str, ...] = FILES + VOCABULARIES) -> list[tuple[str, str]]:
    """Each file as its name in error reports (`<prelude>`) and its text."""
    found = []
    for path in paths(names):
        with open(path, encoding="utf-8") as file:
            found.append((f"<{os.path.basename(path).removesuffix('.fs')}>", file.read()))
    return found


def paths(names: tuple[str, ...] = FILES + VOCABULARIES) -> list[str]:
    """Where the files lie."""
    return [os.path.join(FOLDER, name) for name in names]
