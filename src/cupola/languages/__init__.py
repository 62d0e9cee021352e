"""The languages: each folder has the instructions, the library and the front end of one."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

# Name -> module and class of its VM, and the endings of its files.
LANGUAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "forth": ("cupola.languages.forth.vm", "ForthVM", (".fs", ".fth", ".4th")),
    "lua": ("cupola.languages.lua.driver.vm", "LuaVM", (".lua",)),
    "forth-79": ("cupola.languages.forth79.vm", "Forth79VM", (".f79",)),
}
DEFAULT = "forth"  # of a text that is in no file
WITH_STEPS = ("lua",)  # languages whose programs may have texts and modules before them, on a command line


# What a system image begins with, before its language's name. As in PNG: a transfer that changes line ends is seen.
IMAGE_MAGIC = b"CUPOLA IMAGE\r\n\x1a\n"
IMAGE_NAME_BYTES = 16


def language_of_image(path: str) -> str | None:
    """The language of a system image, whatever its file is called; None for other files, and those that cannot be
    read."""
    try:
        with open(path, "rb") as file:
            start = file.read(len(IMAGE_MAGIC) + IMAGE_NAME_BYTES)
    except OSError:
        return None
    if not start.startswith(IMAGE_MAGIC):
        return None
    return start[len(IMAGE_MAGIC) :].rstrip(b"\0").decode("ascii", "replace")


def load(language: str) -> Any:
    """The VM class of a language; raises ValueError for one that does not exist."""
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}: expected one of {', '.join(sorted(LANGUAGES))}")
    import importlib

    module, name, _ = LANGUAGES[language]
    return getattr(importlib.import_module(module), name)


def language_of_file(path: str) -> str | None:
    """The language that a file's ending says, or None."""
    ending = os.path.splitext(path)[1].lower()
    for name, (_, _, endings) in LANGUAGES.items():
        if ending in endings:
            return name
    return None
