"""The machine-level types of the IR: integers without sign, floats, and an untyped pointer."""

from __future__ import annotations

import math
import struct
from typing import Literal

Kind = Literal["integer", "float", "pointer"]


class Type:
    """A machine type: its name in the text form, its kind, and its width in bits and bytes."""

    __slots__ = ("bits", "bytes", "kind", "name")

    def __init__(self, name: str, kind: Kind, bits: int) -> None:
        self.name = name
        self.kind: Kind = kind
        self.bits = bits
        self.bytes = max(1, bits // 8)

    @property
    def mask(self) -> int:
        """All bits of the type set: the largest unsigned value."""
        return (1 << self.bits) - 1

    @property
    def is_integer(self) -> bool:
        return self.kind == "integer"

    @property
    def is_float(self) -> bool:
        return self.kind == "float"

    def unsigned(self, value: int) -> int:
        """`value` wrapped to the range 0 .. 2**bits - 1, the canonical form of integer constants."""
        return value & self.mask

    def signed(self, value: int) -> int:
        """The two's complement reading of the low bits of `value`."""
        value &= self.mask
        return value - (1 << self.bits) if value >> (self.bits - 1) else value

    def rounded(self, value: float) -> float:
        """`value` rounded to the precision of this float type.

        For f32, a sum, product, quotient or root that was computed in 64 bits is then as if rounded once
        (S. Figueroa, When is double rounding innocuous?, 1995).
        """
        if self.bits == 64 or not math.isfinite(value):
            return value
        try:
            rounded: float = struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            return math.copysign(math.inf, value)
        return rounded

    def __repr__(self) -> str:
        return self.name


I1 = Type("i1", "integer", 1)
I8 = Type("i8", "integer", 8)
I16 = Type("i16", "integer", 16)
I32 = Type("i32", "integer", 32)
I64 = Type("i64", "integer", 64)
F32 = Type("f32", "float", 32)
F64 = Type("f64", "float", 64)
PTR = Type("ptr", "pointer", 64)

ALL = (I1, I8, I16, I32, I64, F32, F64, PTR)
BY_NAME = {each.name: each for each in ALL}
INTEGERS = (I1, I8, I16, I32, I64)
WORDS = (I8, I16, I32, I64)
FLOATS = (F32, F64)
