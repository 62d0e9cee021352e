"""Reading a numeral from a stream, as far as bytes can belong to one: what the format "n" does."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, struct, u8
from cupola.languages.lua.library.streams import Stream, first_byte, look_ahead
from cupola.languages.lua.stream_numbers import LONGEST_NUMERAL

PLUS, MINUS, POINT, ZERO, BLANK = b"+-.0 "
SMALL_E, SMALL_P, SMALL_X = b"epx"
CASE = 32  # what small letters have more
END, LOST = -1, -2  # instead of a byte: there are no more; only the driver knows
TAB, RETURN = b"\t\r"


@struct
class Scan:
    """A numeral from `start` to `place`, counted from the stream's next byte; `byte` is what follows."""

    stream: Ptr[Stream]
    start: i64
    place: i64
    byte: i64
    too_long: i64


@kernel
def look(scan: Ptr[Scan]) -> None:
    """Look at the byte at the present place."""
    found = look_ahead(scan.stream, scan.place + 1)
    if found > scan.place:
        scan.byte = i64(first_byte(scan.stream)[scan.place])
    else:
        scan.byte = END if found >= 0 else LOST


@kernel
def take(scan: Ptr[Scan]) -> i64:
    """Take the byte; 1, or 0 if the numeral has too many."""
    if scan.place - scan.start >= LONGEST_NUMERAL:
        scan.too_long = 1
        return 0
    scan.place += 1
    look(scan)
    return 1


@inline
def take_letter(scan: Ptr[Scan], letter: i64) -> i64:
    """Take the byte if it is a letter, small or capital."""
    return take(scan) if scan.byte | CASE == letter and scan.byte >= 0 else 0


@inline
def take_sign(scan: Ptr[Scan]) -> None:
    """Take a sign, if there is one."""
    if scan.byte == PLUS or scan.byte == MINUS:
        take(scan)


@inline
def is_digit(byte: i64, hexadecimal: bool) -> bool:
    """Whether a byte is a digit."""
    return u8(byte - ZERO) < 10 or (hexadecimal and 97 <= byte | CASE <= 102)


@kernel
def take_digits(scan: Ptr[Scan], hexadecimal: bool) -> i64:
    """Take all digits; how many."""
    count = 0
    while scan.byte >= 0 and is_digit(scan.byte, hexadecimal):
        if take(scan) == 0:
            break
        count += 1
    return count


@kernel
def scan_numeral(scan: Ptr[Scan]) -> None:
    """Take blanks, and then a numeral."""
    look(scan)
    while scan.byte == BLANK or TAB <= scan.byte <= RETURN:
        scan.place += 1
        look(scan)
    scan.start = scan.place
    take_sign(scan)
    count = 0
    hexadecimal = False
    if scan.byte == ZERO and take(scan) == 1:
        hexadecimal = take_letter(scan, SMALL_X) == 1
        count = i64(not hexadecimal)
    count += take_digits(scan, hexadecimal)
    if scan.byte == POINT and take(scan) == 1:
        count += take_digits(scan, hexadecimal)
    if count > 0 and take_letter(scan, SMALL_P if hexadecimal else SMALL_E) == 1:
        take_sign(scan)
        take_digits(scan, False)
