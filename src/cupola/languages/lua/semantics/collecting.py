"""Where the guest stops for the collector: between instructions, so that all that lives is on stacks and in roots."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel
from cupola.language import exit_
from cupola.languages.lua.constants import COLLECT
from cupola.languages.lua.machine import VM, Machine
from cupola.languages.lua.semantics.frames import frame_size
from cupola.runtime.heap.collector import step
from cupola.runtime.heap.finalizers import has_to_finalize


@kernel
def collect_now(vm: Ptr[VM], base: Ptr[i64], top: Ptr[i64]) -> None:
    """Let the collector do what is due; the cells of the running coroutine below `top` live."""
    current = vm.heap.current
    current.base = base
    current.top = top
    step(vm.heap, 0)


@inline
def collect_at(m: Machine, top: Ptr[i64]) -> None:
    """The same from an instruction."""
    collect_now(m.vm, m.base, top)


@inline
def collect_in_frame(m: Machine) -> None:
    """The same from an instruction that has done nothing yet, and that needs no cells above its frame: finalizers run,
    and then the instruction once more."""
    collect_at(m, m.base + frame_size(m.base))
    if has_to_finalize(m.vm.heap):
        exit_(COLLECT)
