"""What Forth says about an instruction besides its stack effect: one form for all definitions.

`initial_words` reads these facts back: the dictionary's first content, and nothing else lists words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cupola.language import Instruction, Language
from cupola.languages.forth.constants import COMPILE_ONLY, IMMEDIATE


def known_as(
    name: str,
    *,
    immediate: bool = False,
    compile_only: bool = False,
    unknown_effect: bool = False,
    return_change: int = 0,
) -> dict[str, Any]:
    """The facts of an instruction that is the word `name`; an empty name makes no word.

    `unknown_effect`: it may change the data stack in ways that its signature does not say. `return_change`:
    how many cells it adds to the return stack.
    """
    facts: dict[str, Any] = {}
    if name:
        facts["word"] = name
    if immediate:
        facts["immediate"] = True
    if compile_only:
        facts["compile_only"] = True
    if unknown_effect:
        facts["unknown_effect"] = True
    if return_change:
        facts["return_change"] = return_change
    return facts


# How `effect_flags` packs what the compiler needs to know; `analysis` unpacks it.
RETURN_CHANGE_BIAS, RETURN_CHANGE_MASK, UNKNOWN_EFFECT, STEADY, RETURN_NEEDS_SHIFT = 32, 63, 64, 128, 8


def effect_flags(instruction: Instruction) -> int:
    """An instruction's effect on the return stack, and whether that on the data stack is unknown, as one
    number.
    """
    facts = instruction.facts
    change = facts.get("return_change", 0) + RETURN_CHANGE_BIAS
    unknown = UNKNOWN_EFFECT * bool(facts.get("unknown_effect"))
    steady = not instruction.heat and not instruction.jumps and instruction.leaves() <= {"slow"}
    return change | unknown | STEADY * steady | facts.get("return_needs", 0) << RETURN_NEEDS_SHIFT


class InitialWord(NamedTuple):
    """A word that the dictionary starts with: its instruction's number, and its flags."""

    name: str
    opcode: int
    flags: int


def flags_of(facts: dict[str, Any]) -> int:
    """The flags of a word record that facts ask for."""
    return IMMEDIATE * bool(facts.get("immediate")) | COMPILE_ONLY * bool(facts.get("compile_only"))


def initial_words(language: Language) -> Iterator[InitialWord]:
    """The primitive words of the language, in the order of their instructions."""
    for each in language.instructions:
        if "word" in each.facts:
            yield InitialWord(each.facts["word"], each.opcode, flags_of(each.facts))


def extra(language: Language) -> dict[str, Any]:
    """What the image keeps for the making of a dictionary."""
    return {
        "words": [tuple(each) for each in initial_words(language)],
        "meanings": {each.name: " ".join(each.doc.split()) for each in language.instructions if each.doc},
    }
