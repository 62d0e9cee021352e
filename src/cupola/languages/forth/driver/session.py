"""A conversation with a Forth system, line by line."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM

NAME = "<terminal>"


class Session:
    """What `cupola repl` talks to."""

    ends = "Ctrl-D (or BYE)"

    def __init__(self, vm: ForthVM) -> None:
        self.vm = vm

    @property
    def prompt(self) -> str:
        """What stands before the next line."""
        return "... " if self.vm.is_compiling else "> "

    def answer(self, line: str) -> None:
        """Run a line, and say how it went, as Forth systems do. Raises RunError."""
        self.vm.run(line, NAME)
        if self.vm.said_bye:
            return
        depth = len(self.vm.stack)
        said = " compiled" if self.vm.is_compiling else f" ok {depth}" if depth else " ok"
        print(said, flush=True)
        self.vm.output.in_line = False

    @property
    def ended(self) -> bool:
        """Whether the program has ended the session."""
        return self.vm.said_bye

    def forget(self) -> None:
        """Drop what was begun, and not ended: nothing is, between lines."""

    def completions(self, before: str) -> list[tuple[str, int]]:
        """What the text before the cursor may go on with: words, and how many characters of each are there."""
        begun = before.rpartition(" ")[2]
        folded = begun.lower()
        return [(name, len(begun)) for name in self.vm.words() if name.lower().startswith(folded)]
