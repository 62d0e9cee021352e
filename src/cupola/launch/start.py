"""What everybody shares who runs a guest program: its language and text, a VM, the progress of the first use, and what
is said when it ends before its time."""

from __future__ import annotations

import gc
import sys

import cupola.languages
from cupola.launch import status
from cupola.launch.status import UsageError

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cupola.api import VM, Limits


def language_for(path: str | None, wanted: str | None) -> str:
    """The language of a file (None: a text without a file)."""
    if wanted is not None:
        return wanted
    known = sorted(cupola.languages.LANGUAGES)
    if path is None:
        return cupola.languages.DEFAULT
    found = cupola.languages.language_of_file(path)
    if found is None:
        endings = ", ".join(end for name in known for end in cupola.languages.LANGUAGES[name][2])
        raise UsageError(f"{path}: no language has this ending (known: {endings}); say which with --language")
    return found


def read_program(path: str) -> str:
    """The text of a program; bytes that are no UTF-8 survive as surrogates. A first line for the shell is blanked."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    return text_of(data)


def text_of(data: bytes) -> str:
    """A program's bytes as text. A first line that is for the shell (`#!`) is blanked, so that lines keep their
    numbers."""
    if data.startswith(b"#!"):
        data = data[data.find(b"\n") :] if b"\n" in data else b""
    return data.decode("utf-8", "surrogateescape")


def make_vm(
    language: str, tier: str, limits: Limits | None = None, progress: Progress | None = None, **streams: Any
) -> VM:
    """A VM; what the machine or the user made impossible is a UsageError or a StartError. If Python's collector was off
    until now, it is on afterwards, and leaves alone what there is: looking for garbage where there is none takes 5 ms
    of a start, and as much at the end."""
    from cupola.api import VM
    from cupola.machine.cpu import is_supported
    from cupola.machine.errors import MachineError

    supported, why = is_supported()
    if not supported:
        raise StartError(why)
    progress = progress or Progress(language)
    try:
        return VM(language, tier=tier, limits=limits, progress=progress, **streams)
    except ValueError as error:
        raise UsageError(str(error)) from None
    except MachineError as error:
        raise StartError(str(error)) from None
    finally:
        progress.close()
        if not gc.isenabled():
            gc.freeze()
            gc.enable()


def run(vm: VM, act: Callable[[], int | None]) -> int:
    """Run a program; errors go to standard error. The exit status: what the program says, or what the error means."""
    from cupola.language.limits import Interrupted, LimitReached, RunError

    try:
        return act() or status.OK
    except RunError as error:
        sys.stdout.flush()
        in_line = vm.system.output.in_line and sys.stdout.isatty() and sys.stderr.isatty()
        print("\n" * in_line + error.show(), file=sys.stderr)
        if isinstance(error, LimitReached):
            return status.LIMIT
        return status.INTERRUPTED if isinstance(error, Interrupted) else status.GUEST_ERROR


def close(vm: VM) -> int:
    """Close a VM; the exit status, not 0 when something that the program changed could not be written."""
    from cupola.language.limits import RunError

    try:
        vm.close()
    except RunError as error:
        print(error.show(), file=sys.stderr)
        return status.GUEST_ERROR
    return status.OK


class StartError(Exception):
    """This machine cannot run the language; the message says why."""


class Progress:
    """Shows how the first use of a language compiles it: a bar on a terminal, else one line, and only if there is
    anything to compile (`told` says whether there was)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.bar: Any = None
        self.task: Any = None
        self.told = False

    def __call__(self, done: int, total: int) -> None:
        if not self.told:
            self.told = True
            if sys.stderr.isatty():
                self._begin(total)
            else:
                print(f"cupola: compiling {self.language} for this machine, once ...", file=sys.stderr)
        if self.bar is not None:
            self.bar.update(self.task, completed=done)

    def _begin(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.bar.add_task(f"Compiling {self.language} for this machine, once", total=total)
        self.bar.start()

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None
