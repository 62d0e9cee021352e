"""What an implementer of a language imports: instructions, operands, ways to leave, the language, its driver.

Definitions use the names of the first group. Drivers, which run at every start, use those of the second;
they are imported when one is first used.
"""

from __future__ import annotations

from cupola.tiers.definition.instruction import Instruction
from cupola.tiers.definition.language import Language
from cupola.tiers.definition.leaves import exit_, jump, resume, slow
from cupola.tiers.definition.operands import Address, Cell, Imm32, Imm64, StackAddress, Target
from cupola.tiers.layout import Context

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.language.code import Assembler, Code, CodeError, Label
    from cupola.language.driver import Driver
    from cupola.language.engines import load_engine
    from cupola.language.limits import Frame, GuestError, Interrupted, LimitReached, Limits, Place, Thresholds
    from cupola.language.stack_vm import StackVM
    from cupola.language.standard import FIRST_REASON, standard_paths

__all__ = [
    "Address",
    "FIRST_REASON", "Assembler", "Cell", "Code", "CodeError", "Context", "Driver", "Frame", "GuestError",
    "Imm32", "Imm64", "Instruction", "Interrupted", "Label", "Language", "LimitReached", "Limits", "Place",
    "StackAddress", "StackVM", "Target", "Thresholds", "exit_", "jump", "load_engine", "resume", "slow",
    "standard_paths",
]  # fmt: skip

_LATE = {
    "code": ("Assembler", "Code", "CodeError", "Label"),
    "driver": ("Driver",),
    "engines": ("load_engine",),
    "limits": ("Frame", "GuestError", "Interrupted", "LimitReached", "Limits", "Place", "Thresholds"),
    "stack_vm": ("StackVM",),
    "standard": ("FIRST_REASON", "standard_paths"),
}


def __getattr__(name: str) -> object:
    """The names of the second group (PEP 562)."""
    import importlib

    for module, names in _LATE.items():
        if name in names:
            return getattr(importlib.import_module(f"cupola.language.{module}"), name)
    raise AttributeError(f"module 'cupola.language' has no attribute {name!r}")
