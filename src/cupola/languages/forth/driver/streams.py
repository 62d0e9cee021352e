"""What a Forth system prints and reads: streams of text or bytes, or nothing but memory."""

from __future__ import annotations

import os
import sys

from cupola.language.streams import Output

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Input", "Output"]


class Input:
    """Where KEY, ACCEPT and REFILL read: a stream of bytes or of text, or (None) standard input."""

    def __init__(self, stream: Any = None) -> None:
        self.stream = stream

    def _source(self) -> Any:
        return sys.stdin.buffer if self.stream is None else self.stream

    def key(self) -> int:
        """The next byte; -1 at the end."""
        data = self._source().read(1)
        if not data:
            return -1
        return int(data[0]) if isinstance(data, bytes) else ord(data)

    def is_ready(self) -> bool:
        """Whether the next byte is there, without waiting for it; false at the end."""
        source = self._source()
        try:
            number = source.fileno()
        except (AttributeError, OSError):  # a stream in memory
            place = source.tell()
            found = bool(source.read(1))
            source.seek(place)
            return found
        waits = os.get_blocking(number)
        os.set_blocking(number, False)
        try:
            return bool(getattr(source, "buffer", source).peek(1))
        finally:
            os.set_blocking(number, waits)

    def read(self, most: int) -> bytes:
        """As many bytes; fewer at the end."""
        data = self._source().read(most)
        return data if isinstance(data, bytes) else data.encode()

    def line(self, most: int = -1) -> bytes | None:
        """The next line without its end, or as much of it as there is room for; None at the end of the input."""
        if most == 0:
            return b""
        line = self._source().readline(most)
        if not line:
            return None
        data: bytes = line if isinstance(line, bytes) else line.encode()
        return data.removesuffix(b"\n").removesuffix(b"\r")
