"""Runs kernel source as plain Python over numbers that know their type: an oracle that shares no code with
the lowering.

The arithmetic of `Integer` and `Float` wraps and rounds as their type does, and mixing two types is an error.
Literals are plain Python numbers, and adapt.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from cupola.ir.types import F32, F64
from cupola.kernel import types
from cupola.kernel.types import FloatType, IntegerType


def to_float(type: FloatType, value: float | Fraction) -> float:
    """The float of the type that is nearest to an exact number, rounded once."""
    if isinstance(value, Fraction) and type.ir is F32:
        return nearest_single(value)
    return type(float(value))


def nearest_single(value: Fraction) -> float:
    """Round an exact number to 24 significant bits, ties to even; for numbers of ordinary size."""
    if value == 0:
        return 0.0
    exponent = math.frexp(float(value))[1] - 24
    scaled = value / Fraction(2) ** exponent
    return float(round(scaled) * Fraction(2) ** exponent)


class Integer(int):
    """An integer of a type."""

    type: IntegerType

    def __new__(cls, type: IntegerType, value: int) -> Integer:
        made = super().__new__(cls, type.wrap(value))
        made.type = type
        return made

    def _with(self, other: object) -> int:
        if isinstance(other, Integer):
            assert other.type is self.type, f"{self.type} meets {other.type}"
        assert isinstance(other, int) and not isinstance(other, bool)
        return int(other)

    def __neg__(self) -> Integer:
        return Integer(self.type, -int(self))

    def __invert__(self) -> Integer:
        return Integer(self.type, ~int(self))

    def __abs__(self) -> Integer:
        return Integer(self.type, abs(int(self)))

    def __lshift__(self, count: int) -> Integer:
        return Integer(self.type, int(self) << self._with(count) % self.type.ir.bits)

    def __rshift__(self, count: int) -> Integer:
        return Integer(self.type, int(self) >> self._with(count) % self.type.ir.bits)


def _operator(name: str) -> Callable[[Integer, int], Integer]:
    compute = getattr(int, name)
    return lambda self, other: Integer(self.type, compute(int(self), self._with(other)))


for _name in ("add", "sub", "mul", "floordiv", "mod", "and", "or", "xor"):
    setattr(Integer, f"__{_name}__", _operator(f"__{_name}__"))


class Float(float):
    """A float of a type."""

    type: FloatType

    def __new__(cls, type: FloatType, value: float) -> Float:
        made = super().__new__(cls, type(value))
        made.type = type
        return made

    def _with(self, other: object) -> float:
        assert isinstance(other, Float) and other.type is self.type
        return float(other)

    def __neg__(self) -> Float:
        return Float(self.type, -float(self))

    def __abs__(self) -> Float:
        return Float(self.type, abs(float(self)))

    def __add__(self, other: float) -> Float:
        return Float(self.type, float(self) + self._with(other))

    def __sub__(self, other: float) -> Float:
        return Float(self.type, float(self) - self._with(other))

    def __mul__(self, other: float) -> Float:
        return Float(self.type, float(self) * self._with(other))

    def __truediv__(self, other: float) -> Float:
        x, y = float(self), self._with(other)
        if y != 0:
            return Float(self.type, x / y)
        if x == 0 or math.isnan(x):
            return Float(self.type, math.nan)
        return Float(self.type, math.copysign(math.inf, x) * math.copysign(1.0, y))


def _integer_cast(type: IntegerType) -> Callable[[Any], Integer]:
    return lambda x: Integer(type, type(float(x)) if isinstance(x, float) else int(x))


def _float_cast(type: FloatType) -> Callable[[Any], Float]:
    def cast(x: Any) -> Float:
        if isinstance(x, int) and type.ir is not F64:
            return Float(type, to_float(type, Fraction(int(x))))
        return Float(type, float(x))

    return cast


def _of(x: Any) -> IntegerType:
    return x.type if isinstance(x, Integer) else types.i64


def _truncated(x: int, y: int) -> int:
    return abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)


def _unsigned(x: int) -> int:
    return int(x) & _of(x).ir.mask


def _rotate(x: int, count: int) -> Integer:
    bits = _of(x).ir.bits
    count = _unsigned(count) % bits
    return Integer(_of(x), _unsigned(x) << count | _unsigned(x) >> (bits - count) % bits if count else x)


def _whole(function: Callable[[float], int]) -> Callable[[Float], Float]:
    def rounded(x: Float) -> Float:
        value = math.copysign(float(function(float(x))), x) if math.isfinite(x) else float(x)
        return Float(x.type, value)

    return rounded


def _range(start: int, stop: int, step: int) -> Iterator[Integer]:
    return (Integer(types.i64, each) for each in builtins.range(start, stop, step))


class Record:
    """Stands for the struct of the same name."""

    def __init__(self) -> None:
        self.small = Integer(types.i8, 0)
        self.cells = [Integer(types.i64, 0)] * 8
        self.wide = Integer(types.u64, 0)
        self.real = Float(types.f64, 0.0)
        self.truth = False


CASTS: dict[str, Callable[[Any], Any]] = {
    **{each.name: _integer_cast(each) for each in vars(types).values() if isinstance(each, IntegerType)},
    **{each.name: _float_cast(each) for each in vars(types).values() if isinstance(each, FloatType)},
}

NAMES: dict[str, Any] = {
    **CASTS,
    "PAIR": (3, 250),
    "Record": Record,
    "kernel": lambda function: function,
    "local": lambda type: type(),
    "memory_fill": lambda *_: None,
    "sizeof": lambda type: 0,
    "range": _range,
    "divide": lambda x, y: Integer(_of(x), _truncated(int(x), int(y))),
    "remainder": lambda x, y: Integer(_of(x), int(x) - _truncated(int(x), int(y)) * int(y)),
    "count_ones": lambda x: Integer(_of(x), _unsigned(x).bit_count()),
    "byte_swap": lambda x: Integer(
        _of(x), int.from_bytes(_unsigned(x).to_bytes(_of(x).size, "little"), "big")
    ),
    "rotate_left": _rotate,
    "multiply_high": lambda x, y: Integer(_of(x), int(x) * int(y) >> _of(x).ir.bits),
    "count_leading_zeros": lambda x: Integer(_of(x), _of(x).ir.bits - _unsigned(x).bit_length()),
    "count_trailing_zeros": lambda x: Integer(
        _of(x), (_unsigned(x) & -_unsigned(x)).bit_length() - 1 if x else _of(x).ir.bits
    ),
    "sqrt": lambda x: Float(x.type, math.sqrt(x) if x >= 0 else math.nan),
    "floor": _whole(math.floor),
    "ceil": _whole(math.ceil),
    "trunc": _whole(math.trunc),
}


def run_typed(
    source: str, name: str, arguments: tuple[Any, ...], parameters: tuple[tuple[str, str], ...]
) -> Any:
    """Run the function `name` of `source` on plain numbers, each made one of its parameter's type."""
    names = dict(NAMES)
    exec("from __future__ import annotations\n" + source, names)
    typed = [
        CASTS[type](x) if type != "bool" else x for x, (_, type) in zip(arguments, parameters, strict=True)
    ]
    return tuple(
        bool(each) if isinstance(each, bool) else float(each) if isinstance(each, float) else int(each)
        for each in names[name](*typed)
    )
