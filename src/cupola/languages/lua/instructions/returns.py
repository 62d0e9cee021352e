"""Returns: results go where the function stood, and the caller goes on. And `...`."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, pointer, u8, unlikely
from cupola.language import Register, exit_, jump, slow
from cupola.language.frames import closure_at, down, link_at
from cupola.language.reading import small
from cupola.languages.lua.constants import CALLER, FUNCTION, STACK_FULL, VARARG_CELLS, VARARGS
from cupola.languages.lua.definition import lua
from cupola.languages.lua.instructions.calls import outer_frame
from cupola.languages.lua.machine import Machine
from cupola.runtime.values import NIL


@inline
def give_back(m: Machine, base: Ptr[i64], values: Ptr[i64], count: i64) -> Ptr[u8]:
    """Return `count` values from the frame at `base`; where the caller goes on."""
    caller = pointer(Ptr[u8], base[CALLER])
    link = link_at(base)
    results = base + FUNCTION
    if count == 0:
        results[0] = NIL
    at = 0
    while at < count:
        results[at] = values[at]
        at += 1
    m.base = down(base, link)
    m.n = count
    return caller


@lua.instruction(ends=True)
def return_0(m: Machine) -> None:
    """Return no value."""
    caller = pointer(Ptr[u8], m.base[CALLER])
    m.base[FUNCTION] = NIL
    m.base = down(m.base, link_at(m.base))
    m.n = 0
    jump(caller)


@lua.instruction(ends=True)
def return_1(m: Machine, a: Register) -> None:
    """Return R[a]."""
    caller = pointer(Ptr[u8], m.base[CALLER])
    m.base[FUNCTION] = m.base[a]
    m.base = down(m.base, link_at(m.base))
    m.n = 1
    jump(caller)


@lua.instruction(name="return", ends=True)
def return_some(m: Machine, a: Register, b: Register) -> None:
    """Return R[a] to R[a+b-1]."""
    jump(give_back(m, m.base, m.base + a, b))


@lua.instruction(ends=True)
def return_open(m: Machine, a: Register, b: Register) -> None:
    """Return b values from R[a] on, and then n open ones."""
    jump(give_back(m, m.base, m.base + a, b + m.n))


@lua.instruction(ends=True)
def vararg_return(m: Machine, a: Register, b: Register) -> None:
    """`return` in a function with `...`."""
    jump(give_back(m, outer_frame(m.base), m.base + a, b))


@lua.instruction(ends=True)
def vararg_return_open(m: Machine, a: Register, b: Register) -> None:
    """`return_open` in a function with `...`."""
    jump(give_back(m, outer_frame(m.base), m.base + a, b + m.n))


# --- ... ------------------------------------------------------------------------------------------------------------


@inline
def extra_count(base: Ptr[i64]) -> i64:
    """How many values `...` is."""
    return max(base[VARARGS] - i64(closure_at(base).prototype.parameters), 0)


@inline
def extra(base: Ptr[i64]) -> Ptr[i64]:
    """The values of `...`."""
    return base - (base[VARARGS] + VARARG_CELLS) + i64(closure_at(base).prototype.parameters)


@lua.slow_path
def vararg_slow(m: Machine) -> None:
    """The stack is too small for all values of `...`."""
    m.vm.wanted = small(m.pc, 0) + extra_count(m.base)
    exit_(STACK_FULL)


@lua.instruction
def vararg(m: Machine, a: Register) -> None:
    """R[a], R[a+1], ... = ..., n of them."""
    count = extra_count(m.base)
    if unlikely(m.base + (a + count) > m.vm.stack_end):
        slow(vararg_slow)
    values = extra(m.base)
    at = 0
    while at < count:
        m.base[a + at] = values[at]
        at += 1
    m.n = count


@lua.instruction
def vararg_fixed(m: Machine, a: Register, b: Register) -> None:
    """R[a] to R[a+b-1] = ..., nil where there are no more."""
    count = extra_count(m.base)
    values = extra(m.base)
    at = 0
    while at < b:
        m.base[a + at] = values[at] if at < count else NIL
        at += 1
