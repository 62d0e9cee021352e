"""`cupola repl`: talk to a language, line by line. An error, or Ctrl-C, leaves what was defined in place."""

from __future__ import annotations

import sys

import cupola
import cupola.languages
from cupola.launch import start, status, switches

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable
    from typing import Any

    from cupola.api import VM

DESCRIPTION = """\
Talk to a language. Tab completes names, the arrow keys bring back earlier lines (also of earlier sessions),
Ctrl-C stops what is running, Ctrl-D (Forth: or BYE) ends. Without a terminal, lines come from standard input.
Lua: a statement that is not complete goes on with the next line; values of expressions are printed."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola repl`."""
    known = sorted(cupola.languages.LANGUAGES)
    parser.add_argument("language", nargs="?", choices=known, help="default: forth")
    parser.add_argument(
        "--tier", choices=switches.TIERS, default="auto", help="as for run (default: %(default)s)"
    )


def main(args: Namespace) -> int:
    """Read lines and run them until the end of the input."""
    language = start.language_for(None, args.language)
    try:
        vm = start.make_vm(language, args.tier, output=sys.stdout)
    except start.StartError as error:
        print(f"cupola repl: {error}\nfor details: cupola doctor", file=sys.stderr)
        return status.GUEST_ERROR
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    if interactive:
        print(f"Cupola {cupola.__version__}, {language}. Ctrl-C stops what is running, Ctrl-D ends.")
    session = vm.system.session()
    ended = talk(vm, session, line_editor(vm, session) if interactive else plain_lines)
    return start.close(vm) or ended


def talk(vm: VM, session: Any, read: Callable[[], str | None]) -> int:
    """Run what `read` gives, line by line, until it gives None or the program ends the session; the exit status."""
    while True:
        try:
            line = read()
            if line is None:
                return status.OK
            ended = answer(vm, session, line)
        except KeyboardInterrupt:  # at the prompt, or on the way into or out of the program
            session.forget()
            print(flush=True)
            continue
        if ended is not None or session.ended:
            return ended or status.OK


def answer(vm: VM, session: Any, line: str) -> int | None:
    """Run one line; the exit status that the program ends itself with, or None."""
    from cupola.language.limits import RunError

    try:
        session.answer(line)
    except RunError as error:
        ended: int | None = getattr(error, "status", None)
        if ended is not None:
            return ended
        sys.stdout.flush()
        print("\n" * vm.system.output.in_line + error.show(), flush=True)
        vm.system.output.in_line = False
    return None


def plain_lines() -> str | None:
    """The next line of standard input, which the program may read from, too."""
    line = sys.stdin.buffer.readline()
    return line.decode("utf-8", "surrogateescape").rstrip("\r\n") if line else None


def line_editor(vm: VM, session: Any) -> Callable[[], str | None]:
    """Lines with editing, history and completion."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

    class Names(Completer):
        """The names that the language knows now."""

        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Any:
            for name, begun in sorted(session.completions(document.current_line_before_cursor)):
                yield Completion(name, start_position=-begun)

    editor: PromptSession[str] = PromptSession(
        history=history(vm.language), completer=Names(), complete_while_typing=False
    )

    def read() -> str | None:
        try:
            return editor.prompt(session.prompt)
        except EOFError:
            return None

    return read


def history(language: str) -> Any:
    """The lines of earlier sessions, in the user's folder for such things; of this one alone if that is impossible."""
    from pathlib import Path

    from platformdirs import user_state_path
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    path: Path = user_state_path("cupola") / f"{language}-history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        print(f"cupola repl: no history is kept: cannot write {path}: {error.strerror}", file=sys.stderr)
        return InMemoryHistory()
    return FileHistory(str(path))
