"""Compiling the function that runs, where it asks for it."""

from __future__ import annotations

from cupola.kernel import Ptr, address, i32, i64, inline, null, pointer
from cupola.language.frames import closure_at
from cupola.languages.lua.constants import FUNCTION
from cupola.languages.lua.machine import Machine
from cupola.runtime import values
from cupola.runtime.objects import CLOSURE
from cupola.runtime.values import object_of, tag_of
from cupola.tiers.baseline.compiler import Request, compile_at_once


@inline
def compile_here(m: Machine) -> bool:
    """Compile the function of the frame; False if the driver is to be asked."""
    if m.vm.request == 0:
        return False
    function = m.base[FUNCTION]
    if tag_of(function) != values.FUNCTION or i64(object_of(function).kind) != CLOSURE:
        return False
    of = closure_at(m.base).prototype
    if of.lines == null(Ptr[i32]):
        return False
    size = i64(of.lines[i64(of.instructions)])
    at = address(m.pc) - address(of.code)
    if at < 0 or at >= size:
        return False
    return compile_at_once(pointer(Ptr[Request], m.vm.request), m.pc, of.code, of.code + size)
