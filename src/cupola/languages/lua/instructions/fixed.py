"""Variables that never change: local variables of a whole source that closures share, and nobody assigns to.

The front end finds them (`FunctionCode.fixed`): there is one for each run of the source, as it stands in no loop, and
it has its value before any closure exists that reads it. So an instruction that reads it keeps the value, and does not
go through the closure again. The value lives as long as any closure that can come by here. `driver.varying` sees to
what the front end cannot: a source that runs a second time, and `debug.setupvalue` and its kin.
"""

from __future__ import annotations

from cupola.kernel import unlikely
from cupola.language import Cache1, Cache2, Imm32, Register, Small, exit_, slow
from cupola.language.frames import closure_at
from cupola.languages.lua.cache_cells import NOT_KNOWN, RAN_ONCE, RELIABLE, VALUE
from cupola.languages.lua.constants import RUNS_AGAIN, VARARG_CELLS
from cupola.languages.lua.definition import lua, paths
from cupola.languages.lua.instructions.flow import enter_vararg_slow, move_frame
from cupola.languages.lua.instructions.moves import upvalue_at
from cupola.languages.lua.machine import Machine


@lua.instruction
def get_fixed(m: Machine, a: Register, b: Register, cache: Cache2) -> None:
    """R[a] = U[b], which never changes"""
    value = cache[VALUE]
    if unlikely(value == NOT_KNOWN):
        value = upvalue_at(closure_at(m.base), b).place[0]
        if cache[RELIABLE] == NOT_KNOWN and m.vm.heap.no_lessons == 0:
            cache[VALUE] = value
    m.base[a] = value


@lua.slow_path
def run_again(m: Machine) -> None:
    """The driver looks after what relies on a single run; the instruction runs again."""
    exit_(RUNS_AGAIN)


@lua.instruction(heat=True)
def enter_source(m: Machine, cost: Imm32, a: Small, b: Small, cache: Cache1) -> None:
    """`enter_vararg` of a whole source with variables that are taken to exist once; `cache` counts its runs, less 1."""
    if unlikely(m.base + (m.n + VARARG_CELLS + b) > m.vm.stack_end):
        slow(enter_vararg_slow)
    if unlikely(cache[0] == RAN_ONCE):
        slow(run_again)
    paths.charge(m, cost)
    cache[0] = cache[0] + 1
    move_frame(m, a)
