"""What the front end says of a source that is not Lua, and how messages name a source."""

from __future__ import annotations

SHORT = 59  # bytes of a source's name in a message, at most


class SyntaxProblem(Exception):
    """The source is refused; `message` is what `load` returns."""

    def __init__(self, message: bytes) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message.decode("utf-8", "replace")


def short_source(source: bytes) -> bytes:
    """Return what messages call a chunk: the file, the given name, or the beginning of the text itself."""
    if source.startswith(b"="):
        return source[1 : SHORT + 1]
    if source.startswith(b"@"):
        name = source[1:]
        return name if len(name) <= SHORT else b"..." + name[len(name) - SHORT + 3 :]
    first, newline, _ = source.partition(b"\n")
    room = SHORT - len(b'[string "..."]')
    if not newline and len(first) < room:
        return b'[string "' + first + b'"]'
    return b'[string "' + first[:room] + b'..."]'
