"""Where the guest stops for the collector: between instructions, so that all that lives is on stacks and in roots."""

from __future__ import annotations

from cupola.kernel import Ptr, address_of, atomic_load, i64, inline, kernel
from cupola.language import exit_
from cupola.language.frames import collect_now
from cupola.languages.lua.constants import COLLECT, COLLECTOR
from cupola.languages.lua.machine import VM, Machine
from cupola.runtime.heap.finalizers import has_to_finalize


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
