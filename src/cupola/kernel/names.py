"""The type names that kernel code is written with.

A type checker sees Python's own types, so that it understands kernel code: integers are `int`, floats are
`float`, a pointer is something to index. At run time the names are the kernel language's types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable as Function
    from typing import Annotated as Array
    from typing import Generic, TypeVar, overload

    Target = TypeVar("Target")
    AnyClass = TypeVar("AnyClass", bound=type)

    i8 = int
    i16 = int
    i32 = int
    i64 = int
    u8 = int
    u16 = int
    u32 = int
    u64 = int
    f32 = float
    f64 = float

    class Ptr(Generic[Target]):
        """What a checker knows of a pointer: elements have the target's type; fields are not checked."""

        def __getitem__(self, index: int) -> Target: ...
        def __setitem__(self, index: int, value: Target) -> None: ...
        def __getattr__(self, field: str) -> Any: ...
        def __setattr__(self, field: str, value: Any) -> None: ...
        def __add__(self, count: int) -> Ptr[Target]: ...
        def __radd__(self, count: int) -> Ptr[Target]: ...
        @overload
        def __sub__(self, other: int) -> Ptr[Target]: ...
        @overload
        def __sub__(self, other: Ptr[Target]) -> int: ...
        def __sub__(self, other: int | Ptr[Target]) -> Ptr[Target] | int: ...
        def __lt__(self, other: Ptr[Target]) -> bool: ...
        def __le__(self, other: Ptr[Target]) -> bool: ...
        def __gt__(self, other: Ptr[Target]) -> bool: ...
        def __ge__(self, other: Ptr[Target]) -> bool: ...

    def struct(definition: AnyClass) -> AnyClass:
        """Class decorator: the annotated fields make a struct."""

    def registers(definition: AnyClass) -> AnyClass:
        """Class decorator: the annotated fields make a bundle of registers."""

else:
    from cupola.kernel.layout import registers, struct
    from cupola.kernel.types import Array, Function, Ptr, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64

__all__ = [
    "Array",
    "Function",
    "Ptr",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "registers",
    "struct",
    "u8",
    "u16",
    "u32",
    "u64",
]
