"""What a runtime may use."""

from __future__ import annotations

from cupola.language.limits import LimitReached
from cupola.language.limits import Limits as Common
from cupola.language.streams import Output

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any


class Limits(Common):
    """What each run may use: `time` in seconds, `steps` in instructions, `output` in printed bytes; and the `memory`
    bytes that all objects of the runtime may take. None is no limit (for memory: 1 GiB). `files`: what a runtime with
    the libraries io and os may do with files: "all", "read" or "none"."""

    def __init__(
        self,
        time: float | None = None,
        steps: int | None = None,
        memory: int | None = None,
        output: int | None = None,
        files: str = "all",
    ) -> None:
        super().__init__(time, steps, memory, files)
        if output is not None and output < 0:
            raise ValueError(f"the limit for output cannot be negative, found {output}")
        self.output = output


class LimitedOutput(Output):
    """Printed bytes, up to a number of them in each run."""

    def __init__(self, stream: Any, most: int) -> None:
        super().__init__(stream)
        self.most = most
        self.left = most

    def begin(self) -> None:
        """A run begins."""
        self.left = self.most

    def write(self, data: bytes) -> None:
        if len(data) > self.left:
            super().write(data[: self.left])
            self.left = 0
            raise LimitReached("output", f"the limit of {self.most:,} printed bytes is used up")
        self.left -= len(data)
        super().write(data)
