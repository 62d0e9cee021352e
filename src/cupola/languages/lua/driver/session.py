"""A conversation with a Lua system, line by line."""

from __future__ import annotations

import re

from cupola.language.values import FUNCTION, NIL, STRING, TABLE, bytes_of, tag_of
from cupola.languages.lua.driver import throwing
from cupola.languages.lua.driver.errors import LuaError

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM

CHUNK = b"=stdin"
KEYWORDS = (
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
    "not", "or", "repeat", "return", "then", "true", "until", "while",
)  # fmt: skip
_CHAIN = re.compile(r"(?:(\w+(?:\.\w+)*)[.:])?(\w*)$")


class Session:
    """What `cupola repl` talks to. A statement that is not finished goes on with the next line."""

    ends = "Ctrl-D (or os.exit())"
    ended = False

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        self.begun = ""

    @property
    def prompt(self) -> str:
        """What stands before the next line."""
        return ">> " if self.begun else "> "

    def forget(self) -> None:
        """Drop the statement that was begun."""
        self.begun = ""

    def answer(self, line: str) -> None:
        """Run a line, or keep it until the statement is complete; what it returns is printed. Raises RunError."""
        function = self._compiled(line)
        if function is None:
            return
        try:
            results = self.vm.call(function)
        except LuaError as error:
            raise throwing.told(self.vm, error) from None
        if results:
            printer = self.vm.objects.get(self.vm.objects.globals, b"print")
            if tag_of(printer) != FUNCTION:
                raise LuaError("error calling 'print' (attempt to call a value that is no function)")
            self.vm.call(printer, results)

    def _compiled(self, line: str) -> int | None:
        """The function of a complete statement or expression; None if more is to come."""
        from cupola.languages.lua.front import SyntaxProblem

        if not self.begun:
            text = "return " + line[1:] if line.startswith("=") else line
            try:
                return self._load("return " + line)
            except SyntaxProblem:
                pass  # then it is a statement
        else:
            text = self.begun + "\n" + line
        try:
            function = self._load(text)
        except SyntaxProblem as problem:
            if problem.message.endswith(b"near <eof>"):
                self.begun = text
                return None
            self.begun = ""
            raise LuaError(problem.message.decode("utf-8", "replace")) from None
        self.begun = ""
        return function

    def _load(self, text: str) -> int:
        return self.vm.load(text.encode("utf-8", "surrogateescape"), CHUNK)

    def completions(self, before: str) -> list[tuple[str, int]]:
        """What the text before the cursor may go on with: names, and how many characters of each are there."""
        found = _CHAIN.search(before)
        if found is None:
            return []
        chain, begun = found[1], found[2]
        table = self.vm.objects.globals
        for name in chain.split(".") if chain else ():
            table = self.vm.objects.get(table, name.encode())
            if tag_of(table) != TABLE:
                return []
        names = [bytes_of(key).decode("utf-8", "replace") for key in _strings(self.vm, table)]
        if not chain:
            names += KEYWORDS
        return [(name, len(begun)) for name in names if name.startswith(begun) and name.isidentifier()]


def _strings(vm: LuaVM, table: int) -> list[int]:
    """The keys of a table that are strings."""
    return [key for key, value in vm.objects.items(table) if tag_of(key) == STRING and value != NIL]
