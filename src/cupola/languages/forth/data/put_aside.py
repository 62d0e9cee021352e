"""N>R and NR>: any number of cells are put aside, not on the return stack, where the compiler must know how many there
are, but in a region of their own; on the return stack lies a number that says where.

The region is a stack: what was put aside and never taken back, because of a THROW, goes when CATCH has caught that.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, kernel, memory_copy, u8
from cupola.languages.forth.compiler.compiling import need_cells
from cupola.languages.forth.constants import ASIDE_CELLS, ASIDE_OFFSET, SLACK_CELLS
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import VM, Machine
from cupola.languages.forth.throwing.failure import BAD_ADDRESS, RETURN_OVERFLOW, STACK_OVERFLOW, check, fail


@inline
def aside(vm: Ptr[VM]) -> Ptr[i64]:
    return cast(Ptr[i64], cast(Ptr[u8], vm) + ASIDE_OFFSET)


@kernel
def cells_at(vm: Ptr[VM], place: i64) -> i64:
    """How many cells were put aside at that place; -1 if a program made the number up."""
    if place < 0 or place >= vm.aside_count:
        return -1
    count = aside(vm)[place]
    return count if count >= 0 and count < vm.aside_count - place else -1


@forth.instruction(
    name="n>r", cold=True, facts=known_as("n>r", compile_only=True, unknown_effect=True, return_change=1)
)
def n_to_r(m: Machine) -> None:
    """( x*n n -- ) ( R: -- x ) Put n cells aside; x says where."""
    need_cells(m, 1)
    check(m)
    count = m.sp[0]
    if count < 0 or count >= ASIDE_CELLS - m.vm.aside_count:
        fail(m.vm, RETURN_OVERFLOW)
    else:
        need_cells(m, count + 1)
    check(m)
    place = m.vm.aside_count
    memory_copy(cast(Ptr[u8], aside(m.vm) + place), cast(Ptr[u8], m.sp), (count + 1) * 8)
    m.vm.aside_count = place + count + 1
    m.sp = m.sp + (count + 1)
    m.rp[0] = place
    m.rp = m.rp + 1


@forth.instruction(
    name="nr>", cold=True, facts=known_as("nr>", compile_only=True, unknown_effect=True, return_change=-1)
)
def nr_from(m: Machine) -> None:
    """( -- x*n n ) ( R: x -- ) Take cells back that N>R put aside."""
    place = m.rp[-1]
    count = cells_at(m.vm, place)
    if count < 0:
        fail(m.vm, BAD_ADDRESS)
    elif m.sp - m.rp < count + SLACK_CELLS:
        fail(m.vm, STACK_OVERFLOW)
    check(m)
    m.rp = m.rp - 1
    m.sp = m.sp - (count + 1)
    memory_copy(cast(Ptr[u8], m.sp), cast(Ptr[u8], aside(m.vm) + place), (count + 1) * 8)
    m.vm.aside_count = place
