"""Where the keys and values of a TOML file stand, which `tomllib` does not tell.

For files that `tomllib` has read without error. What lies inside an inline table or an array is found where the key
stands that it belongs to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cupola.lab.experiment.slots import Path

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_NAME = re.compile(_PART)
_HEADER = re.compile(r"[ \t]*(\[\[?)[ \t]*([^\]\n]+?)[ \t]*\]\]?")
_KEY = re.compile(rf"[ \t]*({_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*=[ \t]*")
_STRINGS = re.compile(
    r'''"""(?:\\.|[^\\])*?"""+|\'\'\'.*?\'\'\'+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*''', re.S
)


@dataclass(frozen=True)
class Span:
    """From one character of the text to another; `line` counts from 1."""

    line: int
    begin: int
    end: int


class Places:
    """The places of a text: `keys` and `values` by their paths; a table's key is its header."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: dict[Path, Span] = {}
        self.values: dict[Path, Span] = {}
        self._counts: dict[Path, int] = {}
        self._scan()

    def find(self, path: Path, of_key: bool) -> Span | None:
        """Where a path stands, or the nearest that it belongs to; None for the file as a whole."""
        first, second = (self.keys, self.values) if of_key else (self.values, self.keys)
        while path:
            found = first.get(path) or second.get(path)
            if found is not None:
                return found
            path = path[:-1]
        return None

    def underlined(self, span: Span) -> str:
        """The line of a span, with the part that is meant underlined."""
        begin = self.text.rfind("\n", 0, span.begin) + 1
        end = self.text.find("\n", span.begin)
        line = self.text[begin : len(self.text) if end < 0 else end]
        width = max(1, min(span.end - span.begin, len(line) - (span.begin - begin)))
        margin = re.sub(r"[^\t]", " ", line[: span.begin - begin])
        return f"    {line}\n    {margin}{'^' * width}"

    def _span(self, begin: int, end: int) -> Span:
        return Span(self.text.count("\n", 0, begin) + 1, begin, end)

    def _scan(self) -> None:
        table: Path = ()
        at = 0
        while at < len(self.text):
            header = _HEADER.match(self.text, at)
            key = None if header else _KEY.match(self.text, at)
            if header:
                table = self._enter(_names(header[2]), double=header[1] == "[[")
                self.keys.setdefault(table, self._span(header.start(1), header.end()))
                at = header.end()
            elif key:
                end = self._end_of_value(key.end())
                path = (*table, *_names(key[1]))
                self.keys[path] = self._span(key.start(1), key.end(1))
                self.values[path] = self._span(key.end(), end)
                at = end
            at = self._next_line(at)

    def _enter(self, names: tuple[str, ...], double: bool) -> Path:
        """The path of a table by its header: each name that is an array means its last table."""
        path: Path = ()
        for place, name in enumerate(names):
            path = (*path, name)
            if double and place == len(names) - 1:
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _end_of_value(self, at: int) -> int:
        """Where a value ends: at the end of its line, but not within strings and brackets."""
        depth = 0
        last = at
        while at < len(self.text):
            string = _STRINGS.match(self.text, at)
            char = self.text[at]
            if string:
                at = string.end()
                last = last if char == "#" else at
                continue
            if char == "\n" and depth == 0:
                break
            depth += (char in "[{") - (char in "]}")
            at += 1
            last = last if char.isspace() else at
        return last

    def _next_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1


def _names(text: str) -> tuple[str, ...]:
    return tuple(each.strip("\"'") for each in _NAME.findall(text))
