"""Looking inside: SEE, which makes Forth of guest code, LOCATE and WHERE.

`inspecting` is native and prints from records; `decompile` reads guest code back, with the control
`structures` of its branches, and `showing` writes it for people.
What may be touched: anything; nothing else depends on it, and SEE must never show what would do something else.
"""
