"""The types of the kernel language at run time: numbers, pointers, arrays, functions.

Types are compared by identity: `Ptr[T]`, `Array[T, n]` and `Function[...]` give the same object each time.
Structs are in `layout`. What a type checker sees instead stands in `names`.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

from cupola.ir.types import F32, F64, I1, I8, I16, I32, I64, PTR, Type


class KernelType:
    """A type of kernel code: its name, the IR type of a value, and its size and alignment in memory (bytes).

    Structs and arrays have no values of their own: naming one in memory gives a pointer.
    """

    def __init__(self, name: str, ir: Type, size: int, alignment: int) -> None:
        self.name = name
        self.ir = ir
        self._size = size
        self._alignment = alignment

    @property
    def size(self) -> int:
        return self._size

    @property
    def alignment(self) -> int:
        return self._alignment

    @property
    def kernel_type(self) -> KernelType:
        """Itself: what an `Operand` has, every type has."""
        return self

    @property
    def is_aggregate(self) -> bool:
        return False

    def __repr__(self) -> str:
        return self.name


class IntegerType(KernelType):
    """An integer of 8 to 64 bits. Called from plain Python, it wraps a number to its range."""

    def __init__(self, name: str, ir: Type, signed: bool) -> None:
        super().__init__(name, ir, ir.bytes, ir.bytes)
        self.signed = signed
        self.low = -(1 << ir.bits - 1) if signed else 0
        self.high = (1 << ir.bits - signed) - 1

    def __call__(self, value: int | float) -> int:
        if isinstance(value, float):
            whole = 0 if math.isnan(value) else value
            return int(min(max(whole, self.low), self.high))
        return self.wrap(value)

    def wrap(self, value: int) -> int:
        """The low bits of `value`, read with this type's sign."""
        return self.ir.signed(value) if self.signed else self.ir.unsigned(value)


class FloatType(KernelType):
    """An IEEE 754 number. Called from plain Python, it rounds to its precision."""

    def __init__(self, name: str, ir: Type) -> None:
        super().__init__(name, ir, ir.bytes, ir.bytes)

    def __call__(self, value: float) -> float:
        if self.ir is F64 or not math.isfinite(value):
            return float(value)
        try:
            rounded: float = struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            return math.copysign(math.inf, value)
        return rounded


class BoolType(KernelType):
    """A truth value: one bit as a value, one byte (0 or 1) in memory."""

    def __init__(self) -> None:
        super().__init__("bool", I1, 1, 1)


class PointerType(KernelType):
    """The address of values of type `target`, one after the other."""

    def __init__(self, target: KernelType) -> None:
        super().__init__(f"Ptr[{target.name}]", PTR, 8, 8)
        self.target = target


class ArrayType(KernelType):
    """`count` values of type `element`, in memory."""

    def __init__(self, element: KernelType, count: int) -> None:
        super().__init__(f"Array[{element.name}, {count}]", PTR, 0, 0)
        self.element = element
        self.count = count

    @property
    def size(self) -> int:
        return self.element.size * self.count

    @property
    def alignment(self) -> int:
        return self.element.alignment

    @property
    def is_aggregate(self) -> bool:
        return True


class FunctionType(KernelType):
    """The address of a C function with this signature. `parameters` is None for a function that is only
    passed on.
    """

    def __init__(self, parameters: tuple[KernelType, ...] | None, results: tuple[KernelType, ...]) -> None:
        super().__init__("Function" if parameters is None else _signature(parameters, results), PTR, 8, 8)
        self.parameters = parameters
        self.results = results

    def __getitem__(self, signature: tuple[Sequence[Any], Any]) -> FunctionType:
        if not isinstance(signature, tuple) or len(signature) != 2 or not isinstance(signature[0], list):
            raise TypeError(
                f"a function's type is written Function[[i64, i64], i64], found Function[{signature}]"
            )
        return self.of(tuple(as_type(each) for each in signature[0]), as_results(signature[1]))

    @staticmethod
    def of(parameters: tuple[KernelType, ...], results: tuple[KernelType, ...]) -> FunctionType:
        return _FUNCTIONS.setdefault((parameters, results), FunctionType(parameters, results))


def _signature(parameters: tuple[KernelType, ...], results: tuple[KernelType, ...]) -> str:
    names = ", ".join(each.name for each in parameters)
    return f"Function[[{names}], {show_results(results)}]"


class Forward:
    """`Ptr["Name"]`: a pointer to a struct that is defined further down, or that is just being defined."""

    def __init__(self, name: str) -> None:
        self.name = name


class PointerMaker:
    """`Ptr[T]`."""

    def __getitem__(self, target: Any) -> PointerType | Forward:
        return Forward(target) if isinstance(target, str) else pointer_to(as_type(target))

    def __repr__(self) -> str:
        return "Ptr"


class ArrayMaker:
    """`Array[T, n]`."""

    def __getitem__(self, arguments: tuple[Any, int]) -> ArrayType:
        if not isinstance(arguments, tuple) or len(arguments) != 2 or not isinstance(arguments[1], int):
            raise TypeError(f"a fixed array's type is written Array[i64, 4], found Array[{arguments}]")
        element, count = as_type(arguments[0]), arguments[1]
        if count < 1:
            raise TypeError(f"a fixed array has at least one element, found {count}")
        return _ARRAYS.setdefault((element, count), ArrayType(element, count))

    def __repr__(self) -> str:
        return "Array"


_POINTERS: dict[KernelType, PointerType] = {}
_ARRAYS: dict[tuple[KernelType, int], ArrayType] = {}
_FUNCTIONS: dict[tuple[tuple[KernelType, ...], tuple[KernelType, ...]], FunctionType] = {}

i8 = IntegerType("i8", I8, True)
i16 = IntegerType("i16", I16, True)
i32 = IntegerType("i32", I32, True)
i64 = IntegerType("i64", I64, True)
u8 = IntegerType("u8", I8, False)
u16 = IntegerType("u16", I16, False)
u32 = IntegerType("u32", I32, False)
u64 = IntegerType("u64", I64, False)
f32 = FloatType("f32", F32)
f64 = FloatType("f64", F64)
boolean = BoolType()
Ptr = PointerMaker()
Array = ArrayMaker()
Function = FunctionType(None, ())


def pointer_to(target: KernelType) -> PointerType:
    known = _POINTERS.get(target)
    if known is None:
        known = _POINTERS[target] = PointerType(target)
    return known


def address_type(target: KernelType) -> PointerType:
    """The type of the address of a `target`; an array's is that of its first element, as in C."""
    return pointer_to(target.element if isinstance(target, ArrayType) else target)


def as_type(annotation: object) -> KernelType:
    """The kernel type that an annotation means; raises TypeError that says what to write."""
    if annotation is bool:
        return boolean
    found = getattr(annotation, "kernel_type", None)
    if isinstance(found, KernelType):
        return found
    if annotation in (int, float):
        better = "i64 (or another width)" if annotation is int else "f64"
        raise TypeError(f"{getattr(annotation, '__name__', annotation)} has no width: write {better}")
    raise TypeError(f"{annotation!r} is not a type of the kernel language")


def as_results(annotation: object) -> tuple[KernelType, ...]:
    """The result types that a return annotation means: None, one type, or `tuple[...]` of several."""
    if annotation is None or annotation is type(None):
        return ()
    if getattr(annotation, "__origin__", None) is tuple:
        return tuple(as_type(each) for each in annotation.__args__)  # type: ignore[attr-defined]  # a generic alias
    return (as_type(annotation),)


def show_results(results: Sequence[KernelType]) -> str:
    """Result types as a return annotation writes them."""
    if len(results) == 1:
        return results[0].name
    return "tuple[" + ", ".join(each.name for each in results) + "]" if results else "None"
