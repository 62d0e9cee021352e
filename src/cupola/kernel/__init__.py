"""The kernel language: small typed Python functions, read through `ast`, lowered to IR.

The reference is docs/kernel-language.md. `types`, `layout` and `names` are the types, `function` the decorators,
`intrinsics` the built-in functions; `lowering` makes IR, `collect` whole modules of it, `native` runs them. Importing
this package loads nothing of `lowering`: that waits until a function is lowered.
"""

from __future__ import annotations

from cupola.kernel.clock import clock
from cupola.kernel.collect import collect
from cupola.kernel.errors import KernelError
from cupola.kernel.function import (
    CFunction,
    KernelFunction,
    Leave,
    Operand,
    References,
    Signature,
    c_function,
    inline,
    kernel,
    pure,
    residual,
    slow,
)
from cupola.kernel.intrinsics import (
    add_overflow,
    address,
    address_of,
    atomic_load,
    atomic_store,
    bits,
    byte_swap,
    cast,
    ceil,
    count_leading_zeros,
    count_ones,
    count_trailing_zeros,
    divide,
    floor,
    function_pointer,
    likely,
    local,
    memory_compare,
    memory_copy,
    memory_fill,
    memory_move,
    mul_overflow,
    multiply_high,
    null,
    pointer,
    remainder,
    rotate_left,
    select,
    sqrt,
    static,
    sub_overflow,
    table,
    trunc,
    undefined,
    unlikely,
)
from cupola.kernel.layout import Field, RegistersType, StructType, layout_of, offsetof, sizeof
from cupola.kernel.names import (
    Array,
    Function,
    Ptr,
    f32,
    f64,
    i8,
    i16,
    i32,
    i64,
    registers,
    struct,
    u8,
    u16,
    u32,
    u64,
)
from cupola.kernel.native import compile_native
from cupola.kernel.types import KernelType

__all__ = [name for name in dir() if not name.startswith("_") and name not in ("annotations",)]
