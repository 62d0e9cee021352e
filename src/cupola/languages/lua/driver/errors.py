"""Errors of Lua programs as Python exceptions."""

from __future__ import annotations

from cupola.language.limits import RunError


class LuaError(RunError):
    """The program failed and did not catch it. `value` is what was thrown, as Python sees it; `traceback` the text that
    the `lua` command prints, from "stack traceback:" on."""

    def __init__(self, message: str, value: object = None, traceback: str = "") -> None:
        super().__init__(message)
        self.value = value
        self.traceback = traceback
        self.raw: int | None = None  # the value as the guest has it, as long as somebody there holds it

    def show(self) -> str:
        """The whole report, as the command line prints it."""
        return f"lua: {self.message}" + (f"\n{self.traceback}" if self.traceback else "")


class Exit(RunError):
    """The program ends itself (os.exit), with a status; nothing in it can catch this."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the program has ended itself with the status {status}")
        self.status = status


class Thrown(Exception):
    """A function of the driver throws a value of the guest, where it was called."""

    def __init__(self, value: int) -> None:
        super().__init__(value)
        self.value = value


class Problem(Exception):
    """A function of the driver fails with a message, before which the position of its caller is put (`level` 1), or
    none (0)."""

    def __init__(self, message: bytes, level: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.level = level


class HandlersFailed(Exception):
    """A handler of errors uses up the stack that is kept for handlers: none is called for that."""
