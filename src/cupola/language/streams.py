"""What a guest prints: a stream of text or bytes, or nothing but memory."""

from __future__ import annotations

import io

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
