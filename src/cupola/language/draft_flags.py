"""Flags of a draft instruction, see `assembler.Draft`; a module of its own, as every start of a program passes by."""

from __future__ import annotations

LABEL, ENTRY, ABSOLUTE = 1, 2, 4
