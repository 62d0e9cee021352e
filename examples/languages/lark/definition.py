# mypy: disable-error-code="untyped-decorator"
# An instruction is an object of the toolkit; nobody calls it from Python.
"""Lark: its instructions. All but one are the toolkit's."""

from __future__ import annotations

from cupola.language import FIRST_OWN, Language, Register, exit_
from cupola.language.basics import basic_instructions
from cupola.language.data import data_instructions
from cupola.language.dynamic import Machine
from cupola.language.reading import after

PRINT = FIRST_OWN  # why native code comes back: there is something to print

lark = Language("lark", version="1", machine=Machine)
basic_instructions(lark)
data_instructions(lark)


@lark.instruction(name="print", cold=True)
def print_text(m: Machine, a: Register) -> None:
    """Let the driver print the string R[a]."""
    m.vm.value = m.base[a]
    m.pc = after(m.vm.context, m.pc)
    exit_(PRINT)
