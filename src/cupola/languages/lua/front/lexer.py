"""Source text becomes tokens: one regular expression finds them, a table of fixed texts names most of their kinds.

A kind is the text of a reserved word or symbol, or one of the kinds in angle brackets below. What is wrong in a token
is told when the parser comes to it, as a token of the kind PROBLEM: what is wrong before it has to be told first.
"""

from __future__ import annotations

import re

from cupola.languages.lua.front.code import TYPE_CHECKING
from cupola.languages.lua.front.escapes import Problem, quoted, read_escapes, string_problem
from cupola.languages.lua.front.numerals import read_numeral

NAME, STRING, NUMBER, EOF, PROBLEM = "<name>", "<string>", "<number>", "<eof>", "<problem>"

RESERVED = (
    "and break do else elseif end false for function goto if in local nil not or repeat "
    "return then true until while"
)
SYMBOLS = "+ - * / % ^ # & ~ | << >> // == ~= <= >= < > = ( ) { } [ ] :: ; : , . .. ..."

FIXED = {each.encode(): each for each in f"{RESERVED} {SYMBOLS}".split()}

SPACE = rb"[ \t\f\v]"
# Everything below is possessive or bounded by its next byte: a hostile source takes linear time too.
QUOTED = rb"%s[^%s\\\n]*+(?:\\(?:z[ \t\n\f\v]*+|[\x00-\xff])[^%s\\\n]*+)*+%s"

TOKEN = re.compile(
    SPACE + rb"*+(?:"
    rb"([A-Za-z_][A-Za-z0-9_]*+)"  # 1 a name or a reserved word
    rb"|(--(?!\[=*\[)[^\n]*+)"  # 2 a comment
    rb"|(\n[ \t\n]*+)"  # 3 ends of lines
    rb"|(\.?0[xX](?:[pP][-+]?|[0-9a-fA-F.])*+[A-Za-z_]?|\.?[0-9](?:[eE][-+]?|[0-9a-fA-F.])*+[A-Za-z_]?)"  # 4 a numeral
    rb"|(" + QUOTED.replace(b"%s", b'"') + rb"|" + QUOTED.replace(b"%s", b"'") + rb")"  # 5 a string
    rb"|(\[(=*)\[[\x00-\xff]*?\]\7\])"  # 6 a long string
    rb"|(--\[(=*)\[[\x00-\xff]*?\]\9\])"  # 8 a long comment
    rb"|(--\[=*\[|\[=*\[|\[=+)"  # 10 the beginning of a long comment or string that has no end
    rb"|(\.\.\.|\.\.|==|~=|<=|>=|<<|>>|//|::|[^ \t\f\v])"  # 11 a symbol, or what is none
    rb"|\Z)"
)
IDENTIFIER, LINES, NUMERAL, QUOTED_STRING, LONG_STRING, LONG_COMMENT, NO_END, SYMBOL = (
    1,
    3,
    4,
    5,
    6,
    8,
    10,
    11,
)

NEW_LINE = re.compile(rb"\r\n?|\n\r")

if TYPE_CHECKING:
    from typing import TypeAlias

    Value: TypeAlias = bytes | int | float | None


class Tokens:
    """The tokens of a source: kind, value (names, strings and numbers have one), and the line where each ends.

    `source` is the text with all ends of lines as they count for Lua: one byte each. `ends` finds a token in it.
    """

    __slots__ = ("ends", "kinds", "lines", "problem", "source", "values")

    def __init__(self, source: bytes) -> None:
        self.source = NEW_LINE.sub(b"\n", source) if b"\r" in source else source
        self.kinds: list[str] = []
        self.values: list[Value] = []
        self.lines: list[int] = []
        self.ends: list[int] = []
        self.problem: Problem | None = None
        self.read()

    def read(self) -> None:
        """Find all tokens, up to one that is wrong."""
        add_kind, add_value, add_line, add_end = (
            self.kinds.append,
            self.values.append,
            self.lines.append,
            self.ends.append,
        )
        fixed = FIXED.get
        line = 1
        value: Value
        for match in TOKEN.finditer(self.source):
            group = match.lastindex
            if group == IDENTIFIER:
                value = match[1]
                kind = fixed(value, NAME)
            elif group == SYMBOL:
                value = match[11]
                kind = fixed(value) or value.decode("latin-1")
                if value == b'"' or value == b"'":
                    return self.wrong(string_problem(self.source, match.start(11), line))
            elif group == LINES:
                line += match[3].count(b"\n")
                continue
            elif group == QUOTED_STRING:
                value = match[5]
                kind = STRING
                if b"\\" in value:
                    escaped = read_escapes(value)
                    if escaped is None:
                        return self.wrong(string_problem(self.source, match.start(5), line))
                    line += value.count(b"\n")
                    value = escaped
                value = value[1:-1]
            elif group == NUMERAL:
                kind = NUMBER
                value = read_numeral(match[4])
                if value is None:
                    return self.wrong(Problem("malformed number", match[4], line))
            elif group == LONG_STRING:
                kind = STRING
                value, level = match[6], len(match[7]) + 2
                line += value.count(b"\n")
                value = value[level:-level]
                value = value[1:] if value.startswith(b"\n") else value
            elif group == LONG_COMMENT:
                line += match[8].count(b"\n")
                continue
            elif group == NO_END:
                return self.unfinished(match[10], line)
            else:
                continue
            add_kind(kind)
            add_value(value)
            add_line(line)
            add_end(match.end())
        add_kind(EOF)
        add_value(None)
        add_line(line)
        add_end(len(self.source))

    def unfinished(self, opening: bytes, line: int) -> None:
        """A long comment or string without end, or no string at all."""
        if not opening.endswith(b"["):
            return self.wrong(Problem("invalid long string delimiter", opening, line))
        what = "comment" if opening.startswith(b"-") else "string"
        return self.wrong(
            Problem(f"unfinished long {what} (starting at line {line})", None, 1 + self.source.count(b"\n"))
        )

    def wrong(self, problem: Problem) -> None:
        self.problem = problem
        self.kinds.append(PROBLEM)
        self.values.append(None)
        self.lines.append(problem.line)
        self.ends.append(0)

    def near(self, at: int) -> bytes:
        """Return how messages quote the token `at`."""
        kind = self.kinds[at]
        if kind == EOF:
            return b"<eof>"
        if kind not in (NAME, STRING, NUMBER):
            text = kind.encode("latin-1")
            if len(text) == 1 and not 32 <= text[0] < 127:
                return b"'<\\%d>'" % text[0]
            return b"'" + text + b"'"
        return quoted(self.text(at))

    def text(self, at: int) -> bytes:
        """Return the text of a name, numeral or string as the reader leaves it: with escapes read."""
        end = self.ends[at]
        start = 0
        for match in TOKEN.finditer(self.source):
            if match.end() == end and match.lastindex is not None:
                start = match.start(match.lastindex)
                break
        text = self.source[start:end]
        if self.kinds[at] == STRING and text[:1] != b"[" and b"\\" in text:
            return read_escapes(text) or text
        if text.startswith(b"["):
            bracket, newline, rest = text.partition(b"[\n")
            return bracket + b"[" + rest if newline and not bracket.strip(b"[=") else text
        return text
