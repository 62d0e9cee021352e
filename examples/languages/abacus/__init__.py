"""Abacus, a small language made with Cupola: whole numbers, functions, loops.

`definition` has its machine and instructions, `compiler` its front end, `vm` what runs it;
docs/define-a-language.md walks through them.
"""
