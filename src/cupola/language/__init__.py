"""What an implementer of a language imports: instructions, operands, ways to leave, the language, its driver."""

from __future__ import annotations

from cupola.tiers.definition.instruction import Instruction
from cupola.tiers.definition.language import Language
from cupola.tiers.definition.leaves import exit_, jump, resume, slow
from cupola.tiers.definition.operands import Cell, Imm32, Imm64, StackAddress, Target
from cupola.tiers.layout import Context

__all__ = ["Cell", "Context", "Imm32", "Imm64", "Instruction", "Language", "StackAddress", "Target", "exit_", "jump", "resume", "slow"]
