"""What may go wrong in native functions: numbers for kernel code, and the texts that the driver makes of them.

A template names the details that belong to it: `{number:1}` is detail 1 as a number, `{type:1}` the name of the type of
the value that it is, `{text:1}` the bytes of the string that it is, `{letter:1}` the byte that it is, `{expected:1}`
one of EXPECTED.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from cupola.languages.lua.failures import FIRST_OF_LIBRARY
from cupola.runtime.tags import NOTHING as NOTHING  # where an argument would be: none was given

EXPECTED = (
    "number",
    "string",
    "table",
    "nil or table",
    "function",
    "table or string",
    "string/function/table",
    "thread",
)
NUMBER, STRING, TABLE, NIL_OR_TABLE, FUNCTION, TABLE_OR_STRING, REPLACEMENT, COROUTINE = range(len(EXPECTED))


class Failure(NamedTuple):
    """A kind of failure. Of one of an `argument`, detail 0 is its number, counted from 1. The text of one that is
    `placed` begins with the caller's position."""

    number: int
    template: str
    argument: bool
    placed: bool


class Describe(Protocol):
    """What the driver knows of values."""

    def type_name(self, value: int) -> bytes:
        """The name of a value's type: `__name` of its metatable, if that is a string."""

    def text(self, value: int) -> bytes:
        """The bytes of a string."""


FIRST = FIRST_OF_LIBRARY
FAILURES: list[Failure] = []


def _failure(template: str, *, argument: bool = False, placed: bool = True) -> int:
    number = len(FAILURES) + FIRST
    FAILURES.append(Failure(number, template, argument, placed))
    return number


def _argument(template: str) -> int:
    return _failure(template, argument=True)


WRONG_TYPE = _argument("{expected:1} expected, got {type:2}")
NO_INTEGER = _argument("number has no integer representation")
VALUE_EXPECTED = _argument("value expected")
OUT_OF_RANGE = _argument("value out of range")
BASE_RANGE = _argument("base out of range")
INDEX_RANGE = _argument("index out of range")
ZERO = _argument("zero")
EMPTY_INTERVAL = _argument("interval is empty")
WRONG_COUNT = _failure("wrong number of arguments")
TOO_LARGE = _failure("resulting string too large")
SLICE_TOO_LONG = _failure("stack overflow (string slice too long)")
COMPARE = _failure("attempt to compare {type:0} with {type:1}", placed=False)
COMPARE_TWO = _failure("attempt to compare two {type:0} values", placed=False)
NIL_KEY = _failure("table index is nil", placed=False)
NAN_KEY = _failure("table index is NaN", placed=False)
INVALID_NEXT = _failure("invalid key to 'next'", placed=False)
ASSERTION = _failure("assertion failed!")
PROTECTED = _failure("cannot change a protected metatable")
POSITION = _argument("position out of bounds")
INSERT_COUNT = _failure("wrong number of arguments to 'insert'")
CONCAT_VALUE = _failure("invalid value ({type:0}) at index {number:1} in table for 'concat'")
UNPACK_COUNT = _failure("too many results to unpack")
MOVE_COUNT = _argument("too many elements to move")
MOVE_WRAP = _argument("destination wrap around")
SORT_ORDER = _failure("invalid order function for sorting")
NO_VALUE = _argument("no value")
ZEROS_INSIDE = _argument("string contains zeros")
NO_LITERAL = _argument("value has no literal form")
FORMAT_LENGTH = _failure("invalid format (too long)")
FORMAT_LETTER = _failure("invalid conversion '{text:0}' to 'format'")
FORMAT_DIRECTIVE = _failure("invalid conversion specification: '{text:0}'")
FORMAT_QUOTED = _failure("specifier '%q' cannot have modifiers")
OUT_OF_BOUNDS = _argument("out of bounds")
INITIAL_POSITION = _argument("initial position out of bounds")
FINAL_POSITION = _argument("final position out of bounds")
BAD_CODE = _failure("invalid UTF-8 code")
CONTINUATION = _failure("initial position is a continuation byte")
PACK_SIZE = _failure("integral size ({number:0}) out of limits [1,16]")
PACK_NO_SIZE = _failure("missing size for format option 'c'")
PACK_OPTION = _failure("invalid format option '{letter:0}'")
PACK_NEXT = _argument("invalid next option for option 'X'")
PACK_ALIGNMENT = _argument("format asks for alignment not power of 2")
PACK_OVERFLOW = _argument("integer overflow")
PACK_UNSIGNED = _argument("unsigned overflow")
PACK_LONGER = _argument("string longer than given size")
PACK_LENGTH = _argument("string length does not fit in given size")
PACK_VARIABLE = _argument("variable-length format")
PACK_RESULT = _argument("format result too large")
PACK_SHORT = _argument("data string too short")
PACK_UNFINISHED = _argument("unfinished string for format 'z'")
PACK_WIDE = _failure("{number:0}-byte integer does not fit into Lua Integer")
PACK_POSITION = _argument("initial position out of string")
WRONG = _argument("{text:1}")
NOT_ATTACHED = _failure("this part of the library is missing")
PATTERN_ENDS = _failure("malformed pattern (ends with '%')")
NO_BRACKET = _failure("malformed pattern (missing ']')")
NO_PAIR = _failure("malformed pattern (missing arguments to '%b')")
NO_FRONTIER_SET = _failure("missing '[' after '%f' in pattern")
TOO_COMPLEX = _failure("pattern too complex")
TOO_MANY_CAPTURES = _failure("too many captures")
NO_CAPTURE = _failure("invalid pattern capture")
NO_SUCH_CAPTURE = _failure("invalid capture index %{number:0}")
OPEN_CAPTURE = _failure("unfinished capture")
BAD_REPLACEMENT = _failure("invalid use of '%' in replacement string")
BAD_VALUE = _failure("invalid replacement value (a {type:0})")
# `vm.error` is the value; detail 0 is the level whose position is put in front of a string, 0 for none,
# OUTSIDE for the first that is not of the prelude.
OUTSIDE = -1
THROWN = _failure("", placed=False)

_FIELD = re.compile(r"\{(\w+):(\d)\}")


def message(
    number: int, details: Sequence[int], function: str, describe: Describe, method: bool = False
) -> bytes:
    """The text of a failure, without a position. `function` is what the failing function is called; `method` says
    that it was called as one: its first argument does not count then."""
    failure = FAILURES[number - FIRST]

    def field(found: re.Match[str]) -> str:
        kind, detail = found[1], details[int(found[2])]
        if kind == "number":
            return str(detail)
        if kind == "expected":
            return EXPECTED[detail]
        if kind == "letter":
            return chr(detail & 255)
        if kind == "type":
            return "no value" if detail == NOTHING else describe.type_name(detail).decode("latin-1")
        return describe.text(detail).decode("latin-1")

    text = _FIELD.sub(field, failure.template)
    if failure.argument:
        place = details[0] - method
        if place == 0:
            text = f"calling '{function}' on bad self ({text})"
        else:
            text = f"bad argument #{place} to '{function}' ({text})"
    return text.encode("latin-1")
