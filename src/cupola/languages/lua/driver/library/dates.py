"""Times as texts and as tables of their parts: C's own, as every other reckoning differs at some border."""

from __future__ import annotations

import ctypes

from cupola.language.values import FALSE, NIL, STRING, TRUE, bytes_of, tag_of
from cupola.languages.lua.driver.errors import Problem
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.library.calling import index, set_index

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM

PLAIN = b"aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%"  # conversions, and those that may follow E and O
AFTER_E, AFTER_O = b"cCxXyY", b"deHImMSuUVwWy"
LEAST, MOST = -(1 << 31), (1 << 31) - 1
LONGEST = 250  # bytes that a conversion gives
MISSING = -1  # what a part must not be

# The parts in the order in which tables are read, what they are if they are missing, and what C counts them from.
PARTS = (
    (b"year", MISSING, 1900), (b"month", MISSING, 1), (b"day", MISSING, 0), (b"hour", 12, 0), (b"min", 0, 0),
    (b"sec", 0, 0),
)  # fmt: skip


class Time(ctypes.Structure):
    """C's struct tm."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("sec", "min", "hour", "day", "month", "year", "wday", "yday", "isdst")),
        ("gmtoff", ctypes.c_long),
        ("zone", ctypes.c_char_p),
    )  # fmt: skip


C = ctypes.CDLL(None)
C.mktime.restype = ctypes.c_long
C.strftime.restype = ctypes.c_size_t
C.strftime.argtypes = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.POINTER(Time))
C.gmtime_r.restype = C.localtime_r.restype = ctypes.c_void_p


def shown(vm: LuaVM, form: bytes, when: int) -> int:
    """A time in a form: a string, or a table for `*t`."""
    universal = form.startswith(b"!")
    form = form[universal:]
    time, seconds = Time(), ctypes.c_long(when)
    if not (C.gmtime_r if universal else C.localtime_r)(ctypes.byref(seconds), ctypes.byref(time)):
        raise Problem(b"date result cannot be represented in this installation")
    if form.partition(b"\0")[0] == b"*t":
        table = vm.objects.table(0, 9)
        _fill(vm, table, time)
        return table
    return vm.objects.string(_formatted(vm, form, time))


def _formatted(vm: LuaVM, form: bytes, time: Time) -> bytes:
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
            rest = form[place + 1 :].partition(b"\0")[0]
            raise a.bad(vm, 0, b"invalid conversion specifier '%%%s'" % rest)
        room = ctypes.create_string_buffer(LONGEST)
        length = C.strftime(room, LONGEST, b"%" + letters, ctypes.byref(time))
        pieces.append(room.raw[:length])
        place += 1 + len(letters)
    return b"".join(pieces)


def _fill(vm: LuaVM, table: int, time: Time) -> None:
    """Set the fields of a table of the parts of a time."""
    for name, _, lowest in (*PARTS, (b"yday", 0, 1), (b"wday", 0, 1)):
        set_index(vm, table, name, vm.objects.integer(getattr(time, name.decode()) + lowest))
    if time.isdst >= 0:
        set_index(vm, table, b"isdst", TRUE if time.isdst else FALSE)


def time_of_table(vm: LuaVM, table: int) -> int:
    """The time of a table's parts, which are brought into their ranges there."""
    time = Time()
    for name, default, lowest in PARTS:
        setattr(time, name.decode(), _part(vm, table, name, default, lowest) - lowest)
    saving = index(vm, table, b"isdst")
    time.isdst = -1 if saving == NIL else int(saving != FALSE)
    when: int = C.mktime(ctypes.byref(time))
    _fill(vm, table, time)
    if when == -1:
        raise Problem(b"time result cannot be represented in this installation")
    return when


def _part(vm: LuaVM, table: int, name: bytes, default: int, lowest: int) -> int:
    """A part of a time; `lowest` is what C counts it from."""
    found = index(vm, table, name)
    number: int | float | None = None
    if vm.objects.is_number(found):
        number = vm.objects.number(found)
    elif tag_of(found) == STRING:
        from cupola.languages.lua.driver.world import to_number

        number = to_number(bytes_of(found))
    if isinstance(number, float):
        number = int(number) if number.is_integer() and a.LEAST <= number < -float(a.LEAST) else None
    if number is None:
        if found != NIL:
            raise Problem(b"field '%s' is not an integer" % name)
        if default == MISSING:
            raise Problem(b"field '%s' missing in date table" % name)
        return default
    if not LEAST <= number - lowest <= MOST:
        raise Problem(b"field '%s' is out-of-bound" % name)
    return int(number)
