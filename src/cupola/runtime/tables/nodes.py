"""The hash part: chained scatter tables with Brent's variation, as Lua 5 has them.

A colliding node that is not in its main place makes way for a key whose main place that is; otherwise the new key goes
to a free node, linked in behind its main place (R. Ierusalimschy, L. H. de Figueiredo, W. Celes, The Implementation of
Lua 5.0, 2005, section 4). Nodes of deleted keys keep key and link, so that traversals find their way, until all nodes
are made anew; only a new key with that main place may take one over.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, kernel, null, u8, u32
from cupola.runtime.heap.heap import Heap, allocate
from cupola.runtime.objects import NODES, NODES_START, Node, Nodes
from cupola.runtime.tables.keys import hash_key
from cupola.runtime.values import NIL

NODE_SIZE = 24
MOST_NODES = 1 << 30


@kernel
def new_nodes(heap: Ptr[Heap], count: i64) -> Ptr[Node]:
    """So many unused nodes, a power of two, or null."""
    made = cast(Ptr[Nodes], allocate(heap, NODES, NODES_START + count * NODE_SIZE))
    if made == null(Ptr[Nodes]):
        return null(Ptr[Node])
    made.header.extra = u32(count)
    made.last_free = count
    nodes = cast(Ptr[Node], cast(Ptr[u8], made) + NODES_START)
    for place in range(count):
        nodes[place].key = NIL
        nodes[place].value = NIL
    return nodes


@kernel
def free_node(nodes: Ptr[Node]) -> Ptr[Node]:
    """A node that was never used, or null."""
    header = cast(Ptr[Nodes], cast(Ptr[u8], nodes) - NODES_START)
    while header.last_free > 0:
        header.last_free -= 1
        node = nodes + header.last_free
        if node.key == NIL:
            return node
    return null(Ptr[Node])


@kernel
def insert_node(heap: Ptr[Heap], nodes: Ptr[Node], mask: i64, hash: i64, key: i64, value: i64) -> bool:
    """Add a key, with its hash, that no node in use has; False if no node is left."""
    main = nodes + (hash & mask)
    if main.value == NIL:  # never used, or deleted
        main.key = key
        main.value = value
        return True
    free = free_node(nodes)
    if free == null(Ptr[Node]):
        return False
    other = nodes + (hash_key(heap, main.key) & mask)
    if other == main:
        free.key = key
        free.value = value
        free.next = (main + main.next) - free if main.next != 0 else 0
        main.next = free - main
        return True
    while other + other.next != main:
        other = other + other.next
    other.next = free - other
    free.key = main.key
    free.value = main.value
    free.next = (main + main.next) - free if main.next != 0 else 0
    main.key = key
    main.value = value
    main.next = 0
    return True
