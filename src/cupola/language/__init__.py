"""What an implementer of a language imports: instructions, operands, ways to leave, the language, its driver.

The names are imported when one is first used: running a program passes here, too, and needs few of them.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.language.code import Assembler, Code, CodeError, Label
    from cupola.language.driver import Driver
    from cupola.language.dynamic import dynamic_entries
    from cupola.language.engines import load_engine
    from cupola.language.function_code import FunctionCode, Global
    from cupola.language.heap_vm import HeapVM
    from cupola.language.limits import Frame, GuestError, Interrupted, LimitReached, Limits, Place, Thresholds
    from cupola.language.reasons import FIRST_OWN, FIRST_REASON
    from cupola.language.stack_vm import StackVM
    from cupola.language.standard import standard_paths
    from cupola.tiers.definition.instruction import Instruction
    from cupola.tiers.definition.language import Language
    from cupola.tiers.definition.leaves import exit_, jump, resume, slow
    from cupola.tiers.definition.operands import (
        Address,
        Cache1,
        Cache2,
        Cache5,
        Cache8,
        Cache22,
        Cache25,
        Cell,
        Count,
        Float,
        FloatAddress,
        Imm32,
        Imm64,
        OperandKind,
        Real,
        Register,
        Small,
        StackAddress,
        StackDistance,
        Target,
        Word,
    )
    from cupola.tiers.layout import Context

__all__ = [
    "FIRST_OWN",
    "FIRST_REASON",
    "Address",
    "Assembler",
    "Cache1",
    "Cache2",
    "Cache5",
    "Cache8",
    "Cache22",
    "Cache25",
    "Cell",
    "Code",
    "CodeError",
    "Context",
    "Count",
    "Driver",
    "Float",
    "FloatAddress",
    "Frame",
    "FunctionCode",
    "Global",
    "GuestError",
    "HeapVM",
    "Imm32",
    "Imm64",
    "Instruction",
    "Interrupted",
    "Label",
    "Language",
    "LimitReached",
    "Limits",
    "OperandKind",
    "Place",
    "Real",
    "Register",
    "Small",
    "StackAddress",
    "StackDistance",
    "StackVM",
    "Target",
    "Thresholds",
    "Word",
    "dynamic_entries",
    "exit_",
    "jump",
    "load_engine",
    "resume",
    "slow",
    "standard_paths",
]  # fmt: skip

# Where each name is defined.
_LATE = {
    "cupola.tiers.definition.instruction": ("Instruction",),
    "cupola.tiers.definition.language": ("Language",),
    "cupola.tiers.definition.leaves": (
        "exit_",
        "jump",
        "resume",
        "slow",
    ),
    "cupola.tiers.definition.operands": (
        "Address",
        "Cache1",
        "Cache2",
        "Cache5",
        "Cache8",
        "Cache22",
        "Cache25",
        "Cell",
        "Count",
        "Float",
        "FloatAddress",
        "Imm32",
        "Imm64",
        "OperandKind",
        "Real",
        "Register",
        "Small",
        "StackAddress",
        "StackDistance",
        "Target",
        "Word",
    ),
    "cupola.tiers.layout": ("Context",),
    "cupola.language.code": ("Assembler", "Code", "CodeError", "Label"),
    "cupola.language.driver": ("Driver",),
    "cupola.language.engines": ("load_engine",),
    "cupola.language.limits": (
        "Frame",
        "GuestError",
        "Interrupted",
        "LimitReached",
        "Limits",
        "Place",
        "Thresholds",
    ),
    "cupola.language.stack_vm": ("StackVM",),
    "cupola.language.reasons": ("FIRST_OWN", "FIRST_REASON"),
    "cupola.language.standard": ("standard_paths",),
    "cupola.language.function_code": ("FunctionCode", "Global"),
    "cupola.language.heap_vm": ("HeapVM",),
    "cupola.language.dynamic": ("dynamic_entries",),
}


def __getattr__(name: str) -> object:
    """The names above, from where they are defined (PEP 562)."""
    import importlib

    for module, names in _LATE.items():
        if name in names:
            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module 'cupola.language' has no attribute {name!r}")
