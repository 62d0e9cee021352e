"""Frames of machines with registers in kernel code: the function of a frame, its size, collections.

See `frame_cells` for what lies where.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i64, inline, kernel, pointer, u8, u32
from cupola.language.frame_cells import CALLER, CELL, FUNCTION, LINK
from cupola.runtime.heap.collector import step
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import Closure, Function
from cupola.runtime.values import object_of


@inline
def closure_at(base: Ptr[i64]) -> Ptr[Closure]:
    """The function of the frame at `base`, which is one of the guest."""
    return cast(Ptr[Closure], object_of(base[FUNCTION]))


@inline
def frame_size(base: Ptr[i64]) -> i64:
    """How many registers the function of the frame at `base` has."""
    return i64(closure_at(base).prototype.frame_size)


@inline
def code_of(function: i64) -> Ptr[u8]:
    """The guest code of a function."""
    return cast(Ptr[Function], object_of(function)).code


@inline
def frame_above(base: Ptr[i64], cells: i64, caller: Ptr[u8]) -> Ptr[i64]:
    """Begin a frame so many cells above the one at `base`, where a function and its arguments lie already; it returns
    to `caller`."""
    above = base + cells
    above[CALLER] = address(caller)
    above[LINK] = cells * CELL
    return above


@inline
def link_at(base: Ptr[i64]) -> i64:
    """How many bytes the frame at `base` is above its caller's."""
    return i64(cast(Ptr[u32], base + LINK)[0])


@inline
def mark_replaced(base: Ptr[i64]) -> None:
    """Note that the function of a frame replaced the one that was called there."""
    cast(Ptr[u32], base + LINK)[1] = u32(1)


@inline
def down(base: Ptr[i64], bytes: i64) -> Ptr[i64]:
    """The base `bytes` below another: that of a caller, by LINK."""
    return pointer(Ptr[i64], address(base) - bytes)


@kernel
def collect_now(heap: Ptr[Heap], base: Ptr[i64], top: Ptr[i64]) -> None:
    """Let the collector do what is due; the cells of the running stack below `top` live."""
    current = heap.current
    current.base = base
    current.top = top
    step(heap, 0)
