"""The intrinsics of the kernel language, as plain Python sees them; `lowering.intrinsic` says what they
become.

Run in plain Python, numbers have no width, so those that need one compute with 64 signed bits; those that
touch raw memory raise TypeError. The overloads are for `Function` types, which a type checker does not take
for types.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar, overload

from cupola.kernel.names import Ptr

T = TypeVar("T")

_BITS = 64
_MASK = (1 << _BITS) - 1


def _signed(value: int) -> int:
    value &= _MASK
    return value - (1 << _BITS) if value >> (_BITS - 1) else value


def _needs_memory(what: str) -> TypeError:
    return TypeError(f"{what} touches raw memory: this kernel function cannot run in plain Python")


# --- numbers ----------------------------------------------------------------------------------------------


def divide(a: int, b: int) -> int:
    """The quotient, truncated towards zero as machines do. Undefined for b = 0 and for the most negative
    number / -1.
    """
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def remainder(a: int, b: int) -> int:
    """What `divide` leaves; it has the sign of `a`."""
    return a - divide(a, b) * b


def add_overflow(a: int, b: int) -> tuple[int, bool]:
    """The wrapped sum, and whether it overflowed (by the sign of the type)."""
    return _signed(a + b), a + b != _signed(a + b)


def sub_overflow(a: int, b: int) -> tuple[int, bool]:
    """The wrapped difference, and whether it overflowed."""
    return _signed(a - b), a - b != _signed(a - b)


def mul_overflow(a: int, b: int) -> tuple[int, bool]:
    """The wrapped product, and whether it overflowed."""
    return _signed(a * b), a * b != _signed(a * b)


def multiply_high(a: int, b: int) -> int:
    """The high half of the double-width product."""
    return _signed(a * b >> _BITS)


def rotate_left(x: int, count: int) -> int:
    """`x` rotated by the count modulo its width."""
    count %= _BITS
    return _signed((x & _MASK) << count | (x & _MASK) >> (_BITS - count))


def count_leading_zeros(x: int) -> int:
    """The zero bits above the highest one; the width for zero."""
    return _BITS - (x & _MASK).bit_length()


def count_trailing_zeros(x: int) -> int:
    """The zero bits below the lowest one; the width for zero."""
    return (x & -x).bit_length() - 1 if x else _BITS


def count_ones(x: int) -> int:
    """The number of one bits."""
    return (x & _MASK).bit_count()


def byte_swap(x: int) -> int:
    """The bytes in the opposite order."""
    return _signed(int.from_bytes((x & _MASK).to_bytes(8, "little"), "big"))


def sqrt(x: float) -> float:
    """The rounded square root; NaN below zero."""
    return math.sqrt(x) if x >= 0 else math.nan


def floor(x: float) -> float:
    """The greatest whole number not above `x`."""
    return math.copysign(float(math.floor(x)), x) if math.isfinite(x) else x


def ceil(x: float) -> float:
    """The least whole number not below `x`."""
    return math.copysign(float(math.ceil(x)), x) if math.isfinite(x) else x


def trunc(x: float) -> float:
    """`x` without its fraction."""
    return math.copysign(float(math.trunc(x)), x) if math.isfinite(x) else x


@overload
def bits(type: type[T], x: float) -> T: ...
@overload
def bits(type: object, x: float) -> Any: ...
def bits(type: object, x: float) -> Any:
    """The bits of `x` read as another type of the same width."""
    raise TypeError("bits reinterprets raw bits: this kernel function cannot run in plain Python")


# --- choices ----------------------------------------------------------------------------------------------


def likely(condition: bool) -> bool:
    """The condition, which is nearly always true."""
    return condition


def unlikely(condition: bool) -> bool:
    """The condition, which is nearly always false."""
    return condition


def select(condition: bool, a: T, b: T) -> T:
    """`a` if the condition holds, else `b`, without a branch: both are computed."""
    return a if condition else b


def static(value: T) -> T:
    """The value, which must be known when the function is lowered.

    A loop over static values is unrolled: `for i in static(range(4))`.
    """
    return value


@overload
def undefined(type: type[T]) -> T: ...
@overload
def undefined(type: object) -> Any: ...
def undefined(type: object) -> Any:
    """Some value of the type, whatever is cheapest."""
    raise TypeError("an undefined value has no meaning in plain Python")


# --- memory -----------------------------------------------------------------------------------------------


@overload
def cast(type: type[T], pointer: Any) -> T: ...
@overload
def cast(type: object, pointer: Any) -> Any: ...
def cast(type: object, pointer: Any) -> Any:
    """The pointer, to another type."""
    raise _needs_memory("cast")


def address(pointer: Any) -> int:
    """The address as an i64."""
    raise _needs_memory("address")


@overload
def pointer(type: type[T], address: int) -> T: ...
@overload
def pointer(type: object, address: int) -> Any: ...
def pointer(type: object, address: int) -> Any:
    """The pointer of that type to an address."""
    raise _needs_memory("pointer")


@overload
def null(type: type[T]) -> T: ...
@overload
def null(type: object) -> Any: ...
def null(type: object) -> Any:
    """The pointer of that type to nowhere."""
    raise _needs_memory("null")


def address_of(place: T) -> Ptr[T]:
    """The pointer to a field or an element: `address_of(p.field)`, `address_of(p[i])`."""
    raise _needs_memory("address_of")


def local(type: Any) -> Any:
    """A pointer to memory for one value of the type on the native stack, living until the function returns.

    It is the same memory each time the expression is reached, and its content is undefined at first.
    """
    raise _needs_memory("local")


def table(type: type[T], values: Any) -> Ptr[T]:
    """A pointer to read-only data: the static numbers `values`, each as a `type`. In plain Python they are their
    own pointer: `table(i64, VALUES)[i]` reads them; a pointer into their middle is not to be had.
    """
    return values  # type: ignore[no-any-return]  # in plain Python the numbers stand for their pointer


def function_pointer(function: Callable[..., Any]) -> Any:
    """The address of a kernel function or a C function, of its `Function` type."""
    raise _needs_memory("function_pointer")


def atomic_load(pointer: Ptr[T]) -> T:
    """A sequentially consistent load of an aligned integer."""
    raise _needs_memory("atomic_load")


def atomic_store(pointer: Ptr[T], value: T) -> None:
    """A sequentially consistent store of an aligned integer."""
    raise _needs_memory("atomic_store")


def memory_copy(to: Any, source: Any, size: int) -> None:
    """Copy `size` bytes between regions that do not overlap."""
    raise _needs_memory("memory_copy")


def memory_move(to: Any, source: Any, size: int) -> None:
    """Copy `size` bytes between regions that may overlap."""
    raise _needs_memory("memory_move")


def memory_fill(to: Any, byte: int, size: int) -> None:
    """Set `size` bytes to a u8."""
    raise _needs_memory("memory_fill")


def memory_compare(a: Any, b: Any, size: int) -> int:
    """An i32 below, at or above zero as the first region sorts before, with or after the second."""
    raise _needs_memory("memory_compare")
