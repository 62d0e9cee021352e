"""What a run may use, when code is worth compiling, and the errors that end a run."""

from __future__ import annotations

from cupola.tiers.headers import NEVER as NEVER

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

TIERS = ("auto", "switch", "table", "threaded", "baseline")
FILES = ("all", "read", "none")  # what a program may do with files


class Limits:
    """What each run may use: `steps` instructions, `time` seconds; and the `memory` bytes of the VM's data space. None
    is no limit (for memory: the language's default). `files`: whether it may open "all" files, "read" them only, or
    "none", not even to include them. `foreign`: whether it may call C functions, which keep no
    limits; None: only if there is no other limit."""

    def __init__(
        self,
        time: float | None = None,
        steps: int | None = None,
        memory: int | None = None,
        files: str = "all",
        foreign: bool | None = None,
    ) -> None:
        if files not in FILES:
            raise ValueError(f"the limit for files must be one of {', '.join(FILES)}, found {files!r}")
        for name, value in (("time", time), ("steps", steps), ("memory", memory)):
            if value is not None and value <= 0:
                raise ValueError(f"the limit for {name} must be positive, found {value}")
        self.time = time
        self.steps = steps
        self.memory = memory
        self.files = files
        self.foreign = foreign

    @property
    def foreign_allowed(self) -> bool:
        """Whether the run may call C functions."""
        if self.foreign is not None:
            return self.foreign
        return self.time is self.steps is self.memory is None and self.files == "all"


class Thresholds:
    """When a function goes to the baseline tier: after `calls` calls, or when the work done in one of its loops is
    `loops` times its size."""

    def __init__(self, calls: int = 100, loops: int = 20) -> None:
        if calls < 0 or loops < 0:
            raise ValueError(f"thresholds cannot be negative, found calls={calls}, loops={loops}")
        self.calls = calls
        self.loops = loops


class Place:
    """A place in a source text: file name, line and column counted from 1, the line itself, how many characters
    of it are meant, and the places (`file:line`) that had the text read, the innermost first."""

    def __init__(
        self, file: str, line: int, column: int, text: str, length: int, readers: Sequence[str] = ()
    ) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.text = text
        self.length = length
        self.readers = list(readers)

    @classmethod
    def within(cls, file: str, source: str, start: int, length: int) -> Place:
        """The place of `length` characters from `start` on in a source."""
        before = source[:start]
        line = before.count("\n")
        text = source.splitlines()[line : line + 1]
        return cls(file, line + 1, start - before.rfind("\n"), "".join(text), length)

    def show(self) -> str:
        """The place as `file:line:column`, the line, and marks under what is meant."""
        shown = "".join(each if each.isprintable() else " " for each in self.text)
        marks = " " * (self.column - 1) + "^" * max(1, self.length)
        start = max(0, self.column - 60)
        end = start + 120
        head = f"  {self.file}:{self.line}:{self.column}"
        readers = [f"  read by {each}" for each in _shortened(self.readers)]
        return "\n".join([head, f"    {shown[start:end]}", f"    {marks[start:end]}", *readers])

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Frame:
    """One line of a guest backtrace: the name of the function, where it was defined (or None), and its tier."""

    def __init__(self, name: str, where: str | None = None) -> None:
        self.name = name
        self.where = where

    def __repr__(self) -> str:
        return f"<frame {self.name}>"


class RunError(Exception):
    """Base of what ends a run before its time: the place in the source that was being run, and the backtrace, the
    innermost frame first. The VM stays usable."""

    def __init__(self, message: str, where: Place | None = None, backtrace: Sequence[Frame] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.backtrace = list(backtrace)

    def show(self) -> str:
        """The whole report, as the command line prints it."""
        lines = [f"error: {self.message}"]
        if self.where is not None:
            lines.append(self.where.show())
        lines += _show_backtrace(self.backtrace)
        return "\n".join(lines)


class GuestError(RunError):
    """The guest program failed and did not catch it; `code` is the language's own number for what happened."""

    def __init__(
        self, code: int, message: str, where: Place | None = None, backtrace: Sequence[Frame] = ()
    ) -> None:
        super().__init__(message, where, backtrace)
        self.code = code


class LimitReached(RunError):
    """The run used up what it may use; `limit` is "time", "steps" or "memory". Guest code cannot catch this."""

    def __init__(
        self, limit: str, message: str, where: Place | None = None, backtrace: Sequence[Frame] = ()
    ) -> None:
        super().__init__(message, where, backtrace)
        self.limit = limit


class Interrupted(RunError):
    """The user interrupted the run (Ctrl-C), or another thread did."""


def _show_backtrace(backtrace: Sequence[Frame]) -> list[str]:
    """One line a frame; runs of the same frame are counted, and of very long traces the ends are shown."""
    lines: list[str] = []
    place = 0
    while place < len(backtrace):
        name = backtrace[place].name
        count = 1
        while place + count < len(backtrace) and backtrace[place + count].name == name:
            count += 1
        where = backtrace[place].where
        times = f" ({count} times)" if count > 1 else ""
        lines.append(f"  in {name}{times}" + (f", defined at {where}" if where else ""))
        place += count
    return _shortened(lines)


def _shortened(lines: list[str]) -> list[str]:
    """Of very many lines, the first and the last."""
    if len(lines) > 40:
        return [*lines[:20], f"  ... {len(lines) - 40} more ...", *lines[-20:]]
    return lines
