"""The Forth language object that all instructions register with."""

from __future__ import annotations

from cupola.language import Language
from cupola.languages.forth.facts import effect_flags, extra
from cupola.languages.forth.machine import Machine

# Up to three cells of the stack are in registers; one of them wherever control comes from or goes to another word.
forth = Language("forth", version="1", machine=Machine, cache=3, canonical=1, flags=effect_flags, extra=extra)
