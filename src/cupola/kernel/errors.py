"""The one error of the kernel language: shown as Python shows its own, with the expression underlined."""

from __future__ import annotations


class KernelError(Exception):
    """Kernel code that cannot be lowered.

    `message` says in one line what is wrong; `expected`, `found` and `help` what was wanted, what stands
    there, and what to write instead. `file`, `line` and `column` (from 1) say where; `underlined` is the
    text of the expression.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        line: int = 0,
        column: int = 0,
        function: str = "",
        source: str = "",
        underlined: str = "",
        expected: str = "",
        found: str = "",
        help: str = "",
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.function = function
        self.source = source
        self.underlined = underlined
        self.expected = expected
        self.found = found
        self.help = help
        super().__init__(self.render())

    def render(self) -> str:
        """The whole report, several lines."""
        lines = [self.message]
        if self.file:
            where = f", in {self.function}" if self.function else ""
            lines.append(f'  File "{self.file}", line {self.line}{where}')
        if self.source.strip():
            text = self.source.rstrip()
            indent = len(text) - len(text.lstrip())
            lines.append("    " + text.lstrip())
            start = max(0, self.column - 1 - indent)
            lines.append("    " + " " * start + "^" * max(1, len(self.underlined)))
        for label, said in (("expected", self.expected), ("found", self.found), ("help", self.help)):
            if said:
                lines.append(f"  {label + ':':<9} {said}")
        return "\n".join(lines)
