"""Where the fields of structs lie, as plain numbers: what Python needs of a struct while a program runs.

The structs themselves are written in the kernel language, whose import would cost every start 30 ms: the image of a
language carries these numbers instead.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.kernel.types import KernelType

    # Field -> offset and size in bytes, and whether a number there is signed.
    StructFields = dict[str, tuple[int, int, bool]]


def fields_of(struct: Any) -> StructFields:
    """The fields of a struct of the kernel language."""
    return {
        name: (field.offset, field.type.size, bool(getattr(field.type, "signed", False)))
        for name, field in struct.fields.items()
    }


def reachable(start: KernelType) -> dict[str, tuple[int, StructFields]]:
    """All structs that a type leads to, through pointers, arrays and fields: size in bytes and fields, by name.

    Raises TypeError if two of them have the same name.
    """
    from cupola.kernel.layout import StructType
    from cupola.kernel.types import ArrayType, PointerType

    found: dict[str, StructType] = {}
    waiting = [start]
    while waiting:
        each = waiting.pop()
        if isinstance(each, PointerType):
            waiting.append(each.target)
        elif isinstance(each, ArrayType):
            waiting.append(each.element)
        elif isinstance(each, StructType) and found.get(each.name) is not each:
            if each.name in found:
                raise TypeError(f"two structs are named {each.name!r}: give one of them another name")
            found[each.name] = each
            waiting += [field.type for field in each.fields.values()]
    return {name: (struct.size, fields_of(struct)) for name, struct in sorted(found.items())}
