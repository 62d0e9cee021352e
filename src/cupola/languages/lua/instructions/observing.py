"""Where programs are watched: `poll` and `tally`, which are put into code that is sampled or counted, and the trap of
hooks."""

from __future__ import annotations

from cupola.kernel import address_of, atomic_load, unlikely
from cupola.language import Cache1, exit_, slow
from cupola.languages.lua.constants import SAMPLE, TRAP, TRAP_HANDLER
from cupola.languages.lua.definition import lua
from cupola.languages.lua.machine import Machine


@lua.slow_path
def poll_slow(m: Machine) -> None:
    """A sample is wanted: the driver takes it, and the instruction runs again."""
    exit_(SAMPLE)


@lua.instruction(passes=True)
def poll(m: Machine) -> None:
    """Let the driver take a sample if another thread has asked for one."""
    if unlikely(atomic_load(address_of(m.vm.poll)) != 0):
        slow(poll_slow)


@lua.instruction(passes=True)
def tally(m: Machine, cache: Cache1) -> None:
    """Count how often the next instruction runs."""
    cache[0] = cache[0] + 1


@lua.slow_path
def trap(m: Machine) -> None:
    """The handler of instructions that a hook wants to know of, before they run."""
    exit_(TRAP)


trap.name = TRAP_HANDLER
