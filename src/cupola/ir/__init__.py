"""The SSA intermediate representation: one form for kernel functions, instructions and (later) traces.

`types` and `core` are the data structures; `operations/` is the table that declares every operation once, and
from which the verifier, the printer and parser, the evaluator, the LLVM text and the Z3 semantics derive;
`passes/` and `rules/` transform. Nothing here knows a guest language or a machine.
"""
