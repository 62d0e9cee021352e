"""Strings in quotes: what their escapes mean, and what is wrong in them.

`read_escapes` is quick and only says that something is wrong. `string_problem` then walks over the string byte by byte
as far as it can be read, because messages quote what was read so far.
"""

from __future__ import annotations

import re

SIMPLE = {
    ord("a"): b"\a",
    ord("b"): b"\b",
    ord("f"): b"\f",
    ord("n"): b"\n",
    ord("r"): b"\r",
    ord("t"): b"\t",
    ord("v"): b"\v",
    ord("\\"): b"\\",
    ord('"'): b'"',
    ord("'"): b"'",
    ord("\n"): b"\n",
}
BLANKS = b" \t\n\f\v\r"
HEXADECIMAL = b"0123456789abcdefABCDEF"

ESCAPE = re.compile(
    rb"\\(?:([abfnrtv\\\"'\n])|(z[ \t\n\f\v]*+)|x([0-9a-fA-F]{2})|([0-9]{1,3})|u\{([0-9a-fA-F]++)\}|([\x00-\xff]))"
)


class Problem:
    """What is wrong in the text of a token, on which line; `near` is None at the end of the source."""

    __slots__ = ("line", "near", "what")

    def __init__(self, what: str, near: bytes | None, line: int) -> None:
        self.what = what
        self.near = near
        self.line = line


class Refused(Exception):
    """An escape means nothing."""


def quoted(text: bytes) -> bytes:
    """Return a token's text as messages quote it: they end at a zero byte."""
    return b"'" + text.partition(b"\0")[0] + b"'"


def encode(code: int) -> bytes:
    """Return UTF-8 in its old form, which has up to six bytes for up to 31 bits."""
    if code < 0x80:
        return bytes([code])
    rest = []
    room = 0x3F
    while code > room:
        rest.append(0x80 | code & 0x3F)
        code >>= 6
        room >>= 1
    rest.append((~room << 1) & 0xFF | code)
    return bytes(reversed(rest))


def meaning(match: re.Match[bytes]) -> bytes:
    """Return the bytes that one escape stands for."""
    group = match.lastindex
    if group == 1:
        return SIMPLE[match[1][0]]
    if group == 2:
        return b""
    if group == 3:
        return bytes([int(match[3], 16)])
    if group == 4 and int(match[4]) < 256:
        return bytes([int(match[4])])
    if group == 5 and len(match[5].lstrip(b"0")) <= 8 and int(match[5], 16) < 1 << 31:
        return encode(int(match[5], 16))
    raise Refused


def read_escapes(text: bytes) -> bytes | None:
    """Return `text` with its escapes replaced, None if one of them means nothing."""
    try:
        return ESCAPE.sub(meaning, text)
    except Refused:
        return None


def string_problem(source: bytes, start: int, line: int) -> Problem:
    """Return what is wrong with the string that begins at `start`, on `line`."""
    quote = source[start : start + 1]
    read = bytearray(quote)
    at = start + 1
    while at < len(source):
        byte = source[at : at + 1]
        if byte == b"\n":
            return Problem("unfinished string", bytes(read), line)
        if byte == quote:
            raise AssertionError("a string was refused that has no mistake")
        if byte != b"\\":
            read += byte
            at += 1
            continue
        match = ESCAPE.match(source, at)
        if match is None:
            break
        try:
            read += meaning(match)
        except Refused:
            what, end = escape_problem(source, at + 1)
            return Problem(what, bytes(read) + source[at : end + 1], line)
        line += match[0].count(b"\n")
        at = match.end()
    return Problem("unfinished string", None, line)


def escape_problem(source: bytes, at: int) -> tuple[str, int]:
    """Return what is wrong with the escape whose letter is at `at`, and where that was seen."""
    letter = source[at : at + 1]
    if letter == b"x":
        at += 1
        if source[at : at + 1] in HEXADECIMAL and at < len(source):
            at += 1
        return "hexadecimal digit expected", at
    if letter.isdigit():
        return "decimal escape too large", at + 3
    if letter != b"u":
        return "invalid escape sequence", at
    at += 1
    if source[at : at + 1] != b"{":
        return "missing '{'", at
    at += 1
    code = 0
    first = at
    while at < len(source) and source[at] in HEXADECIMAL:
        if code > 0x7FFFFFFF >> 4:
            return "UTF-8 value too large", at
        code = code << 4 | int(source[at : at + 1], 16)
        at += 1
    return ("hexadecimal digit expected" if at == first else "missing '}'"), at
