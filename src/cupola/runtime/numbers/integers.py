"""Integers in decimal, two digits at a time."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, inline, kernel, local, memory_copy, table, u8, u16, u64

INTEGER_TEXT = 20  # the most bytes that an integer takes
PAIRS = tuple(int.from_bytes(b"%02d" % each, "little") for each in range(100))


@inline
def put_pair(to: Ptr[u8], pair: u64) -> None:
    """Write the two digits of a number below 100."""
    cast(Ptr[u16], to)[0] = table(u16, PAIRS)[pair]


@kernel
def write_integer(number: i64, to: Ptr[u8]) -> i64:
    """Write an integer in decimal; how many bytes that were."""
    digits = cast(Ptr[u8], local(Array[u8, INTEGER_TEXT]))
    place = INTEGER_TEXT
    rest = u64(0) - u64(number) if number < 0 else u64(number)
    while rest >= 100:
        place -= 2
        put_pair(digits + place, rest % 100)
        rest = rest // 100
    if rest >= 10:
        place -= 2
        put_pair(digits + place, rest)
    else:
        place -= 1
        digits[place] = u8(48 + rest)
    if number < 0:
        place -= 1
        digits[place] = 45
    memory_copy(to, digits + place, INTEGER_TEXT - place)
    return INTEGER_TEXT - place
