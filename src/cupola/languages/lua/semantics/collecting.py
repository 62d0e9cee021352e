"""Where the guest stops for the collector: between instructions, so that all that lives is on stacks and in roots."""

from __future__ import annotations

from cupola.kernel import Ptr, address_of, atomic_load, i64, inline, kernel, unlikely
from cupola.language import exit_
from cupola.language.frames import collect_now, frame_size
from cupola.languages.lua.constants import COLLECT, COLLECTOR
from cupola.languages.lua.machine import VM, Machine
from cupola.runtime.heap.finalizers import has_to_finalize
from cupola.runtime.heap.heap import wants_collection


@kernel
def collect_watched(vm: Ptr[VM], base: Ptr[i64], top: Ptr[i64]) -> None:
    """Let the collector do what is due, and note that if a sample became wanted meanwhile."""
    wanted_before = vm.poll
    collect_now(vm.heap, base, top)
    if wanted_before == 0 and atomic_load(address_of(vm.poll)) != 0:
        vm.sampled = COLLECTOR


@inline
def collect_at(m: Machine, top: Ptr[i64]) -> None:
    """Let the collector do what is due; the cells of the running coroutine below `top` live."""
    collect_watched(m.vm, m.base, top)


@inline
def collect_in_frame(m: Machine, registers: i64) -> None:
    """The same from an instruction of the guest that has done nothing yet, when only the first `registers` hold values
    that are still wanted: finalizers run, and then the instruction once more."""
    collect_at(m, m.base + registers)
    if has_to_finalize(m.vm.heap):
        exit_(COLLECT)


@inline
def collect_if_wanted(m: Machine) -> None:
    """The same, if it is time, from an instruction that does not know which registers are wanted: all are kept."""
    if unlikely(wants_collection(m.vm.heap)):
        collect_in_frame(m, frame_size(m.base))
