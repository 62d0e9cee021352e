"""What a command line wants run."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT, MODULE = "text", "module"  # kinds of steps
COMMAND_LINE, STANDARD_INPUT = "<command line>", "<standard input>"


class Program:
    """A program: its `language`; its `text` with a `name`, a file's or one of those above, or None if there are only
    `steps`; its `arguments`. `steps` come before it, each a kind and a text: a piece of program, or the name of a
    module."""

    __slots__ = ("arguments", "language", "name", "steps", "text")

    def __init__(
        self,
        language: str,
        name: str,
        text: str | None,
        arguments: Sequence[str] = (),
        steps: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.language = language
        self.name = name
        self.text = text
        self.arguments = list(arguments)
        self.steps = list(steps)


def text_step(text: str) -> tuple[str, str]:
    """The step that `-e TEXT` is."""
    return TEXT, text


def module_step(name: str) -> tuple[str, str]:
    """The step that `-l NAME` is."""
    return MODULE, name
