"""Numbers that stand where strings are wanted, and the other way round."""

from __future__ import annotations

from cupola.kernel import Array, Ptr, cast, i64, kernel, local, u8
from cupola.languages.lua.library.numerals import NO_NUMERAL, WHOLE, read_number
from cupola.runtime.heap.heap import Heap
from cupola.runtime.numbers.boxes import NOTHING, integer_value
from cupola.runtime.numbers.kinds import string_at
from cupola.runtime.numbers.text import NUMBER_BYTES, write_number
from cupola.runtime.objects import String
from cupola.runtime.strings import make_string, string_bytes


@kernel
def string_to_number(heap: Ptr[Heap], value: i64, out: Ptr[i64]) -> bool:
    """The number that a string is, into out[0]; False if it is none, or there is no memory."""
    string = string_at(value)
    kind, number = read_number(string_bytes(string), string.length)
    if kind == NO_NUMERAL:
        return False
    if kind == WHOLE:
        out[0] = integer_value(heap, number)
        return out[0] != NOTHING
    out[0] = number
    return True


@kernel
def number_to_string(heap: Ptr[Heap], value: i64) -> Ptr[String]:
    """A number as `tostring` writes it; null: no memory."""
    text = cast(Ptr[u8], local(Array[u8, NUMBER_BYTES]))
    return make_string(heap, text, write_number(text, value))
