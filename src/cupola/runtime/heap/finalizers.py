"""Objects whose death somebody wants to know of: those with finalizers, and objects of the host."""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, memory_move, null, pointer, u8
from cupola.runtime.heap.marking import is_marked, mark
from cupola.runtime.heap.state import REGISTERED, Heap, push
from cupola.runtime.objects import Host, Object


@kernel
def register_finalizer(heap: Ptr[Heap], object: Ptr[Object]) -> None:
    """Have an object put into `to_finalize` when it dies. Asking twice does not matter."""
    if i64(object.mark) & REGISTERED == 0:
        object.mark = u8(i64(object.mark) | REGISTERED)
        push(heap.finalizers, address(object))


@kernel
def register_host(heap: Ptr[Heap], host: Ptr[Host]) -> None:
    """Have the number of an object put into `dead_hosts` when it dies. To be called once, when it was made."""
    push(heap.hosts, address(host))


@inline
def has_to_finalize(heap: Ptr[Heap]) -> bool:
    """Whether an object waits for its finalizer, and none is called now."""
    return heap.to_finalize_first != heap.to_finalize.count and heap.is_finalizing == 0


@kernel
def next_to_finalize(heap: Ptr[Heap]) -> Ptr[Object]:
    """Take the next object to finalize, or null; whoever takes it must keep it alive."""
    if heap.to_finalize_first == heap.to_finalize.count:
        return null(Ptr[Object])
    object = pointer(Ptr[Object], heap.to_finalize.items[heap.to_finalize_first])
    heap.to_finalize_first += 1
    if heap.to_finalize_first == heap.to_finalize.count:
        heap.to_finalize_first = 0
        heap.to_finalize.count = 0
    return object


@kernel
def finalize_all(heap: Ptr[Heap]) -> None:
    """Put all registered objects into `to_finalize`, alive or not: the system ends."""
    make_room(heap)
    while heap.finalizers.count > 0:
        heap.finalizers.count -= 1
        finalize(heap, pointer(Ptr[Object], heap.finalizers.items[heap.finalizers.count]))
    heap.finalizers_old = 0


@kernel
def finalize(heap: Ptr[Heap], object: Ptr[Object]) -> None:
    """Put an object into `to_finalize`; it may be registered again then."""
    object.mark = u8(i64(object.mark) & ~REGISTERED)
    push(heap.to_finalize, address(object))


@kernel
def make_room(heap: Ptr[Heap]) -> None:
    """Move what is still to be finalized to the beginning of its list."""
    first = heap.to_finalize_first
    items = heap.to_finalize.items
    heap.to_finalize.count -= first
    memory_move(items, items + first, heap.to_finalize.count * 8)
    heap.to_finalize_first = 0


@kernel
def separate_dead(heap: Ptr[Heap]) -> None:
    """Put the registered objects that are not marked into `to_finalize`, the youngest first, and mark them."""
    make_room(heap)
    oldest = 0 if heap.is_full != 0 else heap.finalizers_old
    list = heap.finalizers
    place = list.count
    first = heap.to_finalize.count
    while place > oldest:
        place -= 1
        object = pointer(Ptr[Object], list.items[place])
        if not is_marked(heap, object):
            finalize(heap, object)
            list.items[place] = 0
    if heap.to_finalize.count > first:
        kept = oldest
        for place in range(oldest, list.count):
            if list.items[place] != 0:
                list.items[kept] = list.items[place]
                kept += 1
        list.count = kept
    heap.finalizers_old = list.count
    for place in range(first, heap.to_finalize.count):
        mark(heap, pointer(Ptr[Object], heap.to_finalize.items[place]))


@kernel
def mark_waiting(heap: Ptr[Heap]) -> None:
    """Keep what is still to be finalized."""
    for place in range(heap.to_finalize_first, heap.to_finalize.count):
        mark(heap, pointer(Ptr[Object], heap.to_finalize.items[place]))


@kernel
def list_dead_hosts(heap: Ptr[Heap]) -> None:
    """Note the numbers of the objects of the host that are not marked."""
    oldest = 0 if heap.is_full != 0 else heap.hosts_old
    list = heap.hosts
    kept = oldest
    for place in range(oldest, list.count):
        host = pointer(Ptr[Host], list.items[place])
        if is_marked(heap, cast(Ptr[Object], host)):
            list.items[kept] = address(host)
            kept += 1
        else:
            push(heap.dead_hosts, host.number)
    list.count = kept
    heap.hosts_old = kept
