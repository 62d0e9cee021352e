"""Lua's front end: source text becomes the code of functions. Plain Python; nothing here runs Lua.

`lexer` makes tokens, `parser` reads them once from left to right and tells a `function` (a draft of the function's
code) what to emit; `finish` turns a draft into `code.FunctionCode`, the only thing that leaves this folder.
`naming` says what messages call a value, `listing` prints code for people.
"""

from cupola.languages.lua.front.code import FunctionCode, Instruction, Local, Upvalue
from cupola.languages.lua.front.compiling import compile_source
from cupola.languages.lua.front.problems import SyntaxProblem, short_source

__all__ = [
    "FunctionCode",
    "Instruction",
    "Local",
    "SyntaxProblem",
    "Upvalue",
    "compile_source",
    "short_source",
]
