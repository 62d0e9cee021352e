"""What a Forth system prints and reads: streams of text or bytes, or nothing but memory."""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any


class Output:
    """Where printed bytes go: a stream of bytes or of text, or (None) a buffer that `take` empties."""

    def __init__(self, stream: Any = None) -> None:
        self.stream = stream
        self.kept: list[bytes] = []
        self.in_line = False  # whether the last line has no end yet
        self.text = isinstance(stream, io.TextIOBase)
        if self.text and hasattr(stream, "buffer"):
            stream.flush()
            self.stream, self.text = stream.buffer, False
        self.is_terminal = stream is not None and stream.isatty()

    def write(self, data: bytes) -> None:
        self.in_line = data[-1:] != b"\n"
        if self.stream is None:
            self.kept.append(data)
        elif self.text:
            self.stream.write(data.decode("utf-8", "replace"))
        else:
            rest = memoryview(data)
            while rest:  # an unbuffered stream may take a part
                rest = rest[self.stream.write(rest) or 0 :]

    def flush(self) -> None:
        if self.stream is not None:
            self.stream.flush()

    def take(self) -> str:
        """What was kept so far, which is then forgotten; bytes that are no UTF-8 are replaced."""
        data, self.kept = b"".join(self.kept), []
        return data.decode("utf-8", "replace")

    @property
    def so_far(self) -> str:
        return b"".join(self.kept).decode("utf-8", "replace")


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
