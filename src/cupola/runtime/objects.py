"""The objects of dynamic languages as they lie on the heap: kinds, headers, layouts.

Every object begins with an `Object`. Pointers lead to the starts of objects, and objects do not move. Memory of objects
comes zeroed; 0 is null for a pointer, and 0.0 for a value. What holds references, and where, is what the collector
knows of each kind (`heap.tracing`).
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, sizeof, struct, u8, u16, u32

# Kinds. FREE is what memory without an object has.
(
    FREE, STRING, TABLE, SHAPE, CLOSURE, NATIVE, UPVALUE, PROTOTYPE, COROUTINE, WIDE_INTEGER, HOST, CELLS, NODES, BYTES,
) = range(14)  # fmt: skip
KIND_NAMES = (
    "free", "string", "table", "shape", "closure", "native function", "upvalue", "prototype", "coroutine",
    "wide integer", "host object", "cells", "nodes", "bytes",
)  # fmt: skip

# Marks: `mark` of an object. The collector owns the byte (see `heap.state`); a store into an object with REMEMBER set
# goes through `heap.barrier`.
MARKED, REMEMBER = 1, 2


@struct
class Object:
    """What every object begins with.

    `kind` is one of the kinds above, `mark` is the collector's, `flags` and `extra` belong to the kind.
    """

    kind: u8
    mark: u8
    flags: u16
    extra: u32


@struct
class String:
    """Bytes that do not change. `extra` is the hash, 0 while it is not computed; `flags` has INTERNED or not.

    The bytes begin at STRING_BYTES; a zero byte follows them.
    """

    header: Object
    length: i64


STRING_BYTES = sizeof(String)
INTERNED = 1  # two interned strings are equal if they are the same object
LONGEST_INTERNED = 40  # strings up to this length are always interned, longer ones never


@struct
class WideInteger:
    """An integer that does not fit 48 bits."""

    header: Object
    number: i64


@struct
class Shape:
    """Which strings a table has as keys, and in which of its slots their values lie.

    A shape is its `parent` and one `key` more (a value), whose slot is `count - 1`; the empty shape has no parent. Two
    tables that got the same keys in the same order have the same shape. `keys` are all keys in the order of their
    slots; shapes share this memory where one is made of the other, so that more keys may follow. The keys are kept
    alive by the shapes' `key`, not by `keys`. `extra` numbers the shapes. `flags` is SAYS_WEAK if `Heap.weak_name` is
    among the keys.
    """

    header: Object
    parent: Ptr[Shape]
    key: i64
    count: i64
    keys: Ptr[i64]  # BYTES_START bytes into a Bytes object, or null


SAYS_WEAK = 1


@struct
class Cells:
    """`extra` values, one after the other from CELLS_START: the slots of a table, or its array."""

    header: Object


CELLS_START = sizeof(Cells)


@struct
class Bytes:
    """Memory without references: `size` bytes from BYTES_START on."""

    header: Object
    size: i64


BYTES_START = sizeof(Bytes)


@struct
class Node:
    """One entry of the hash part of a table: NIL as key means that it was never used. `next` is the distance in nodes
    to the next one of the same chain, 0 at its end."""

    key: i64
    value: i64
    next: i64


@struct
class Nodes:
    """The hash part of a table: `extra` nodes, a power of two, from NODES_START."""

    header: Object
    last_free: i64


NODES_START = sizeof(Nodes)


@struct
class Table:
    """A table: an array part, slots for keys that are strings, a hash part for the rest, a metatable.

    As long as `shape` is not null, keys that are strings are found there and nowhere else, and `slots` has a value for
    each (NIL for one that was deleted). Without a shape they are in the hash part like all others. The array part has
    the values of the keys 1 to `array_size`. In `header.flags`, a bit for each metamethod says that this table, as a
    metatable, is known not to have it; storing a new key clears them all. `extra` holds the weakness: WEAK_KEYS,
    WEAK_VALUES.
    """

    header: Object
    shape: Ptr[Shape]
    slots: Ptr[i64]  # CELLS_START bytes into a Cells object, or null
    metatable: Ptr[Table]
    array: Ptr[i64]  # CELLS_START bytes into a Cells object, or null
    array_size: i64
    nodes: Ptr[Node]  # NODES_START bytes into a Nodes object, or null
    node_mask: i64  # number of nodes less 1; 0 without nodes


WEAK_KEYS, WEAK_VALUES = 1, 2


@struct
class Function:
    """What closures and native functions have in common: `code` is the guest code that a call goes to."""

    header: Object
    code: Ptr[u8]


@struct
class Prototype:
    """A function as the front end made it, without its upvalues.

    `constants` is a Cells object with the values that its code names, or null. `captures` has an integer for each
    upvalue: n for register n of the function that makes the closure, -1 - n for its upvalue n.

    `place` is what positions in it begin with, a string or NIL. `lines` leads outside of the heap: where its
    `instructions` lie in the code, the end of the code, and then the lines of the source; or it is null.
    """

    header: Object
    code: Ptr[u8]
    constants: Ptr[Cells]
    captures: Ptr[Cells]
    name: i64  # a value: a string or NIL
    frame_size: u16  # registers
    parameters: u16
    upvalues: u16
    is_vararg: u16
    instructions: u32
    place: i64
    lines: Ptr[i32]


@struct
class Closure:
    """A function of the guest: `extra` pointers to upvalues from CLOSURE_UPVALUES on."""

    header: Object
    code: Ptr[u8]
    prototype: Ptr[Prototype]


CLOSURE_UPVALUES = sizeof(Closure)


@struct
class Upvalue:
    """A variable that closures share. While it is open, `place` leads to its register in a coroutine's stack, and
    `next` to the open upvalue with the next lower place, and `value` is the coroutine, which must live as long as its
    stack is named; after that `place` leads to `value`."""

    header: Object
    place: Ptr[i64]
    value: i64
    next: Ptr[Upvalue]


@struct
class Native:
    """A native function: `function` is kernel code, or null for one of the driver's with the number `number`. `extra`
    values that belong to it lie from NATIVE_VALUES on."""

    header: Object
    code: Ptr[u8]
    function: Ptr[u8]
    number: i64
    name: i64  # a value: a string or NIL


NATIVE_VALUES = sizeof(Native)


@struct
class Host:
    """An object of the driver's, by its number; `metatable` may be null. `value` is a value that belongs to it;
    `native` is the address of what native code knows of it outside of the heap, or 0."""

    header: Object
    number: i64
    metatable: Ptr[Table]
    value: i64
    native: i64


@struct
class Coroutine:
    """A stack of the guest, and what runs on it.

    `stack` is `stack_size` cells in a Cells object. `base`, `top` and `pc` are where it goes on; the cells below `top`
    are live. `flags` is its status. `resumer` is the coroutine that waits for it, and `nested` how many wait for each
    other then; `open` are its open upvalues, the highest place first; `to_close` are upvalues whose places are the
    variables that are to be closed, the topmost first.
    """

    header: Object
    stack: Ptr[i64]  # CELLS_START bytes into a Cells object
    stack_size: i64
    base: Ptr[i64]
    top: Ptr[i64]
    pc: Ptr[u8]
    resumer: Ptr[Coroutine]
    open: Ptr[Upvalue]
    to_close: Ptr[Upvalue]
    nested: i64


SUSPENDED, RUNNING, NORMAL, DEAD = range(4)  # the status of a coroutine
