"""Keys of the hash part: what they are normalised to, their hashes, and looking for them.

Nodes whose keys have the same main place form a chain from there (see `nodes`). Nearly all keys are told by their 64
bits; only integers beyond 48 bits and long strings are objects that may be equal without being the same, and they are
compared by content with nodes that are in use. (The key of a node whose value was deleted may be no object any more.)
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, f64, i64, inline, kernel, null, slow, u64
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import LONGEST_INTERNED, WIDE_INTEGER, Node, String, Table, WideInteger
from cupola.runtime.strings import hash_of, same_string
from cupola.runtime.values import (
    INTEGER,
    NIL,
    OTHER,
    STRING,
    double,
    integer,
    object_of,
    payload,
    tag_of,
)

SPREAD = 0x1BB67AE85  # the square root of 3, with 32 bits behind the point
INTEGERS_END = 9223372036854775808.0  # 2**63


@inline
def hash_number(number: i64) -> i64:
    """A hash of 64 bits: 32 bits, good ones all.

    Integers that follow each other get places that do, nearly, which the caches of the processor like; those with
    another step between them are spread evenly, for nearly all steps better than by chance.
    """
    word = u64(number)
    return i64(((word ^ (word >> 32)) * SPREAD) >> 32)


@inline
def whole(key: i64) -> tuple[i64, bool]:
    """The integer that a double (a value) is equal to, and whether there is one."""
    number = double(key)
    found = i64(number)
    return found, number < INTEGERS_END and f64(found) == number


@inline
def is_wide(key: i64) -> bool:
    """Whether a key with the tag OTHER is an integer beyond 48 bits."""
    return i64(object_of(key).kind) == WIDE_INTEGER


@inline
def wide_number(key: i64) -> i64:
    """The number of an integer beyond 48 bits."""
    return cast(Ptr[WideInteger], object_of(key)).number


@kernel
def hash_key(heap: Ptr[Heap], key: i64) -> i64:
    """The hash of any key of the hash part, which must be a normalised one."""
    tag = tag_of(key)
    if tag == INTEGER:
        return hash_number(payload(key))
    if tag == STRING:
        return hash_of(heap, cast(Ptr[String], object_of(key)))
    if tag == OTHER and is_wide(key):
        return hash_number(wide_number(key))
    return hash_number(key)


@inline
def find_identical(t: Ptr[Table], key: i64, hash: i64) -> Ptr[Node]:
    """The node with exactly this key, or null."""
    node = t.nodes
    if node != null(Ptr[Node]):
        node = node + (hash & t.node_mask)
        while node.key != key:
            if node.next == 0:
                return null(Ptr[Node])
            node = node + node.next
    return node


@kernel
def find_integer(t: Ptr[Table], number: i64) -> Ptr[Node]:
    """The node of an integer of any size, or null."""
    key = integer(number)
    if payload(key) == number:
        return find_identical(t, key, hash_number(number))
    return find_wide(t, number)


@kernel
def find_wide(t: Ptr[Table], number: i64) -> Ptr[Node]:
    """The node in use of an integer beyond 48 bits, or null."""
    node = t.nodes
    if node == null(Ptr[Node]):
        return node
    node = node + (hash_number(number) & t.node_mask)
    while True:
        if (
            tag_of(node.key) == OTHER
            and node.value != NIL
            and is_wide(node.key)
            and wide_number(node.key) == number
        ):
            return node
        if node.next == 0:
            return null(Ptr[Node])
        node = node + node.next


@kernel
def find_string(heap: Ptr[Heap], t: Ptr[Table], key: i64) -> Ptr[Node]:
    """The node of a string in dictionary mode, or null."""
    string = cast(Ptr[String], object_of(key))
    if string.length <= LONGEST_INTERNED:
        return find_identical(t, key, i64(string.header.extra))  # interned strings have their hashes
    return find_long_string(heap, t, string)


@slow
def find_long_string(heap: Ptr[Heap], t: Ptr[Table], string: Ptr[String]) -> Ptr[Node]:
    """The node in use of a string that is not interned, or null."""
    node = t.nodes
    if node == null(Ptr[Node]):
        return node
    hash = hash_of(heap, string)
    node = node + (hash & t.node_mask)
    while True:
        if tag_of(node.key) == STRING and node.value != NIL:
            other = cast(Ptr[String], object_of(node.key))
            if i64(other.header.extra) == hash and same_string(other, string):
                return node
        if node.next == 0:
            return null(Ptr[Node])
        node = node + node.next
