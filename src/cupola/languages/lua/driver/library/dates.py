"""Times as texts and as tables of their parts."""

from __future__ import annotations

import time as clocks

from cupola.language.values import FALSE, NIL, STRING, TRUE, bytes_of, tag_of
from cupola.languages.lua.driver.errors import Problem
from cupola.languages.lua.driver.library import arguments as a

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM

PLAIN = b"aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%"  # conversions, and those that may follow E and O
AFTER_E, AFTER_O = b"cCxXyY", b"deHImMSuUVwWy"
LEAST, MOST = -(1 << 31), (1 << 31) - 1


def shown(vm: LuaVM, form: bytes, when: int) -> int:
    """A time in a form: a string, or a table for `*t`."""
    universal = form.startswith(b"!")
    form = form[universal:]
    try:
        parts = clocks.gmtime(when) if universal else clocks.localtime(when)
    except (OverflowError, OSError, ValueError):
        raise Problem(b"date result cannot be represented in this installation") from None
    if form.startswith(b"*t"):
        table = vm.objects.table(0, 9)
        _fill(vm, table, parts)
        return table
    return vm.objects.string(_formatted(vm, form, parts))


def _formatted(vm: LuaVM, form: bytes, parts: clocks.struct_time) -> bytes:
    pieces = []
    place = 0
    while place < len(form):
        if form[place] != ord("%"):
            end = form.find(b"%", place)
            end = len(form) if end < 0 else end
            pieces.append(form[place:end])
            place = end
            continue
        letters = form[place + 1 : place + 2]
        if letters in (b"E", b"O"):
            known = AFTER_E if letters == b"E" else AFTER_O
            letters = form[place + 1 : place + 3]
            good = len(letters) == 2 and letters[1:] in known
        else:
            good = len(letters) == 1 and letters in PLAIN
        if not good:
            raise a.bad(
                vm,
                0,
                b"invalid conversion specifier '%%%s'" % form[place + 1 : place + 3][: len(letters) or 1],
            )
        pieces.append(clocks.strftime("%" + letters.decode(), parts).encode("utf-8", "surrogateescape"))
        place += 1 + len(letters)
    return b"".join(pieces)


def _fill(vm: LuaVM, table: int, parts: clocks.struct_time) -> None:
    """Set the fields of a table of the parts of a time."""
    objects = vm.objects
    for name, value in (
        (b"year", parts.tm_year), (b"month", parts.tm_mon), (b"day", parts.tm_mday), (b"hour", parts.tm_hour),
        (b"min", parts.tm_min), (b"sec", parts.tm_sec), (b"yday", parts.tm_yday),
        (b"wday", (parts.tm_wday + 1) % 7 + 1),
    ):  # fmt: skip
        objects.set(table, name, objects.integer(value))
    objects.set(table, b"isdst", NIL if parts.tm_isdst < 0 else TRUE if parts.tm_isdst else FALSE)


def time_of_table(vm: LuaVM, table: int) -> int:
    """The time of a table's parts, which are brought into their ranges there."""
    year = _field(vm, table, b"year", None, 1900)
    month = _field(vm, table, b"month", None, 1)
    day = _field(vm, table, b"day", None, 0)
    hour = _field(vm, table, b"hour", 12, 0)
    minute = _field(vm, table, b"min", 0, 0)
    second = _field(vm, table, b"sec", 0, 0)
    saving = vm.objects.get(table, b"isdst")
    year += (month - 1) // 12
    month = (month - 1) % 12 + 1
    try:
        parts = (year, month, day, hour, minute, second, 0, 0, -1 if saving == NIL else int(saving != FALSE))
        when = int(clocks.mktime(parts))
        _fill(vm, table, clocks.localtime(when))
    except (OverflowError, ValueError, OSError):
        raise Problem(b"time result cannot be represented in this installation") from None
    return when


def _field(vm: LuaVM, table: int, name: bytes, default: int | None, lowest: int) -> int:
    """A part of a time; `lowest` is what C counts it from."""
    found = vm.objects.get(table, name)
    number: int | float | None = None
    if vm.objects.is_number(found):
        number = vm.objects.number(found)
    elif tag_of(found) == STRING:
        from cupola.languages.lua.driver.world import to_number

        number = to_number(bytes_of(found))
    if isinstance(number, float):
        number = int(number) if number.is_integer() else None
    if number is None:
        if found != NIL:
            raise Problem(b"field '%s' is not an integer" % name)
        if default is None:
            raise Problem(b"field '%s' missing in date table" % name)
        return default
    if not LEAST <= number - lowest <= MOST:
        raise Problem(b"field '%s' is out-of-bound" % name)
    return int(number)
