"""How instructions call metamethods: the call is set up, a stub takes the result (`instructions.stubs`)."""

from __future__ import annotations

from cupola.kernel import i64, inline
from cupola.language import exit_
from cupola.languages.lua.constants import FAILURE
from cupola.languages.lua.failures import CALL
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.frames import enter_frame, meta_place, resolve


@inline
def fail_here(m: Machine, failure: i64, first: i64, second: i64) -> None:
    """End the instruction with a failure."""
    m.vm.failure = failure
    m.vm.details[0] = first
    m.vm.details[1] = second
    exit_(FAILURE)


@inline
def call_metamethod(m: Machine, function: i64, x: i64, y: i64, z: i64, count: i64, stub: i64) -> None:
    """Call a metamethod with `count` of three arguments; `stub` takes its result."""
    place = meta_place(m)
    place[0] = function
    place[3] = x
    place[4] = y
    place[5] = z
    found = resolve(m.vm, place, count)
    if found < 0:
        fail_here(m, CALL, place[0], 0)
    enter_frame(m, place, found, m.vm.stubs[stub])
