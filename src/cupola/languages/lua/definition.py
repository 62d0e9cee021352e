"""The language itself, to which the modules of `instructions` add theirs, and the kinds of slow paths that all need."""

from __future__ import annotations

from cupola.language import Language, standard_paths
from cupola.languages.lua.machine import Machine
from cupola.languages.lua.semantics.compiling import compile_here
from cupola.runtime.objects import Closure, Coroutine, Host, Native, Prototype, String, Table
from cupola.runtime.tags import INTEGER, SHIFT
from cupola.tiers.definition.instruction import Instruction

STRUCTS = (Closure, Coroutine, Host, Native, Prototype, String, Table)  # objects that the driver looks into
PINNED = {"integers": INTEGER << SHIFT}
NEGATED = 1  # flag of an instruction: it jumps if the condition does not hold


def flags(instruction: Instruction) -> int:
    """What native code wants to know about an instruction."""
    return int(instruction.facts.get("negated", False)) * NEGATED


lua = Language(
    "lua", version="1", machine=Machine, flags=flags, structs=STRUCTS, pinned=PINNED, passing=("n",)
)
paths = standard_paths(lua, compile_here)
