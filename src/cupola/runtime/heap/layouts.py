"""What each kind of object consists of: the one table from which tracing, sizes, the verifier and the page derive.

A field that is not named holds no reference. The struct may be followed by `extra` items (a field of the header).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cupola.kernel import sizeof
from cupola.runtime.objects import (
    BYTES,
    BYTES_START,
    CELLS,
    CELLS_START,
    CLOSURE,
    COROUTINE,
    HOST,
    NATIVE,
    NODES,
    NODES_START,
    PROTOTYPE,
    SHAPE,
    STRING,
    TABLE,
    UPVALUE,
    WIDE_INTEGER,
    Bytes,
    Cells,
    Closure,
    Coroutine,
    Host,
    Native,
    Node,
    Nodes,
    Prototype,
    Shape,
    String,
    Table,
    Upvalue,
    WideInteger,
)

CELL = 8
VALUES, POINTERS = "values", "pointers"


@dataclass(frozen=True)
class Buffer:
    """A field that leads `start` bytes into a buffer that belongs to this object alone, or is null."""

    field: str
    kind: int
    start: int


@dataclass(frozen=True)
class Layout:
    """One kind. `values` and `pointers` (to the starts of objects, or null) are names of fields.

    `item` is the size of what follows the struct, `extra` times; `tail` says whether these are values or pointers, or
    nothing that is looked at. `length` is a field with the number of further bytes.
    """

    struct: Any
    values: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    item: int = 0
    tail: str = ""
    length: str = ""
    more: int = 0

    def offset(self, field: str) -> int:
        """Where a field lies, in bytes."""
        found: int = self.struct.fields[field].offset
        return found

    @property
    def value_offsets(self) -> tuple[int, ...]:
        return tuple(self.offset(each) for each in self.values)

    @property
    def pointer_offsets(self) -> tuple[int, ...]:
        return tuple(self.offset(each) for each in self.pointers)

    @property
    def placed_buffers(self) -> tuple[tuple[int, Buffer], ...]:
        return tuple((self.offset(each.field), each) for each in self.buffers)

    @property
    def length_offset(self) -> int:
        return self.offset(self.length)

    @property
    def size(self) -> int:
        """Bytes of an object without items, and without further bytes."""
        size: int = self.struct.size
        return size + self.more

    @property
    def is_leaf(self) -> bool:
        """Whether it holds no reference."""
        return not (self.values or self.pointers or self.buffers or self.tail)


LAYOUTS: dict[int, Layout] = {
    STRING: Layout(String, length="length", more=1),
    TABLE: Layout(
        Table,
        pointers=("shape", "metatable"),
        buffers=(
            Buffer("slots", CELLS, CELLS_START),
            Buffer("array", CELLS, CELLS_START),
            Buffer("nodes", NODES, NODES_START),
        ),
    ),
    SHAPE: Layout(
        Shape, values=("key",), pointers=("parent",), buffers=(Buffer("keys", BYTES, BYTES_START),)
    ),
    CLOSURE: Layout(Closure, pointers=("prototype",), item=CELL, tail=POINTERS),
    NATIVE: Layout(Native, values=("name",), item=CELL, tail=VALUES),
    UPVALUE: Layout(Upvalue, values=("value",), pointers=("next",)),
    PROTOTYPE: Layout(
        Prototype,
        values=("name", "place"),
        buffers=(Buffer("constants", CELLS, 0), Buffer("captures", CELLS, 0)),
    ),
    COROUTINE: Layout(
        Coroutine, pointers=("resumer", "open", "to_close"), buffers=(Buffer("stack", CELLS, CELLS_START),)
    ),
    WIDE_INTEGER: Layout(WideInteger),
    HOST: Layout(Host, values=("value",), pointers=("metatable",)),
    CELLS: Layout(Cells, item=CELL, tail=VALUES),
    NODES: Layout(Nodes, item=sizeof(Node), tail=VALUES),
    BYTES: Layout(Bytes, length="size"),
}
"""All kinds. Of a table, `weak` looks at what is weak; of a coroutine's stack, only the cells below `top` count; of an
open upvalue, the cell at `place` counts too."""

OWNED = (CELLS, NODES, BYTES)
"""Kinds that are reached through the objects they belong to, which look through them."""
