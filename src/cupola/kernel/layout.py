"""Structs, laid out in memory as C does, and registers: a bundle of values that travels through functions.

Field types are evaluated when first asked for, so that structs may point to themselves and to each other.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from cupola.ir.types import PTR
from cupola.kernel.types import Forward, KernelType, as_type, pointer_to


class Namespace(NamedTuple):
    """Where annotations are looked up: the module's names (read late: it may be half imported), a
    function's on top.
    """

    module: dict[str, Any]
    local: dict[str, Any]


class Field(NamedTuple):
    """Where in its struct a field lies (bytes), and what it holds."""

    offset: int
    type: KernelType


class StructType(KernelType):
    """A struct: `fields` by name, in order; `size` and `alignment` in bytes."""

    def __init__(self, definition: type, namespace: Namespace) -> None:
        super().__init__(definition.__name__, PTR, 0, 0)
        self.__doc__ = definition.__doc__
        self.__module__ = definition.__module__
        self._definition = definition
        self._namespace = Namespace(namespace.module, {**namespace.local, definition.__name__: self})
        self._fields: dict[str, Field] | None = None

    @property
    def fields(self) -> dict[str, Field]:
        if self._fields is None:
            self._lay_out()
        assert self._fields is not None
        return self._fields

    @property
    def size(self) -> int:
        self.fields  # noqa: B018  # lays out
        return self._size

    @property
    def alignment(self) -> int:
        self.fields  # noqa: B018  # lays out
        return self._alignment

    @property
    def is_aggregate(self) -> bool:
        return True

    def _lay_out(self) -> None:
        offset, alignment = 0, 1
        fields: dict[str, Field] = {}
        for name, type in field_types(self._definition, self._namespace).items():
            if type is self:
                raise TypeError(
                    f"struct {self.name} cannot contain itself (field {name!r}): use Ptr[{self.name}]"
                )
            offset = -(-offset // type.alignment) * type.alignment
            fields[name] = Field(offset, type)
            offset += type.size
            alignment = max(alignment, type.alignment)
        self._size = -(-offset // alignment) * alignment
        self._alignment = alignment
        self._fields = fields


class RegistersType:
    """A bundle of values, `fields` by name and in order, that kernel functions take and give back as one
    parameter.
    """

    def __init__(self, definition: type, namespace: Namespace) -> None:
        self.name = definition.__name__
        self.__doc__ = definition.__doc__
        self.__module__ = definition.__module__
        self._definition = definition
        self._namespace = namespace
        self._fields: dict[str, KernelType] | None = None

    @property
    def fields(self) -> dict[str, KernelType]:
        if self._fields is None:
            fields = field_types(self._definition, self._namespace)
            for name, type in fields.items():
                if type.is_aggregate:
                    raise TypeError(
                        f"field {name!r} of registers {self.name} must fit a machine register, found {type}: "
                        f"use a pointer"
                    )
            self._fields = fields
        return self._fields

    def __repr__(self) -> str:
        return self.name


def evaluate(annotation: object, namespace: Namespace) -> object:
    """What an annotation means: strings are evaluated, pointers to names written ahead are resolved."""
    if isinstance(annotation, str):
        annotation = eval(annotation, namespace.module, namespace.local)
    if isinstance(annotation, Forward):
        return pointer_to(as_type(evaluate(annotation.name, namespace)))
    return annotation


def field_types(definition: type, namespace: Namespace) -> dict[str, KernelType]:
    """The types of the annotated fields of a class, in order."""
    out: dict[str, KernelType] = {}
    for name, annotation in definition.__annotations__.items():
        try:
            out[name] = as_type(evaluate(annotation, namespace))
        except (TypeError, NameError) as error:
            raise TypeError(f"field {name!r} of {definition.__qualname__}: {error}") from error
    if not out:
        raise TypeError(f"{definition.__qualname__} has no fields: write them as annotations, `name: i64`")
    return out


def namespace_of(depth: int) -> Namespace:
    """The names that the code `depth` frames up from the caller sees."""
    frame = sys._getframe(depth + 1)
    local = {} if frame.f_locals is frame.f_globals else dict(frame.f_locals)
    return Namespace(frame.f_globals, local)


def struct(definition: type) -> StructType:
    """Class decorator: the annotated fields make a struct."""
    return StructType(definition, namespace_of(1))


def registers(definition: type) -> RegistersType:
    """Class decorator: the annotated fields make a bundle of registers."""
    return RegistersType(definition, namespace_of(1))


def sizeof(type: object) -> int:
    """The bytes that a value of `type` takes in memory."""
    return as_type(type).size


def offsetof(type: object, field: str) -> int:
    """The bytes between the start of a struct and its field."""
    found = as_type(type)
    if not isinstance(found, StructType):
        raise TypeError(f"offsetof wants a struct, found {found}")
    if field not in found.fields:
        raise TypeError(f"{found} has no field {field!r}; it has {', '.join(found.fields)}")
    return found.fields[field].offset


def layout_of(type: object) -> dict[str, Field]:
    """The fields of a struct, in order, with their offsets and types."""
    found = as_type(type)
    if not isinstance(found, StructType):
        raise TypeError(f"layout_of wants a struct, found {found}")
    return found.fields
