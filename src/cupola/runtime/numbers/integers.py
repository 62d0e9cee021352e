"""Integers in decimal."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, kernel, local, memory_copy, u8, u64

INTEGER_TEXT = 20  # the most bytes that an integer takes


@kernel
def write_integer(number: i64, to: Ptr[u8]) -> i64:
    """Write an integer in decimal; how many bytes that were."""
    digits = cast(Ptr[u8], local(Array[u8, INTEGER_TEXT]))
    place = INTEGER_TEXT
    rest = u64(0) - u64(number) if number < 0 else u64(number)
    while rest >= 10:
        place -= 1
        digits[place] = u8(48 + rest % 10)
        rest = rest // 10
    place -= 1
    digits[place] = u8(48 + rest)
    if number < 0:
        place -= 1
        digits[place] = 45
    memory_copy(to, digits + place, INTEGER_TEXT - place)
    return INTEGER_TEXT - place
