"""Calls and terminators.

Terminators end a block. `leave` is how an instruction of a guest language ends; each tier replaces it by its
own way to the next instruction. The operands of calls and terminators are checked by the verifier against the
callee, the function's results, or the successors' parameters.
"""

from __future__ import annotations

from cupola.ir.operation import begin_family, define
from cupola.ir.types import INTEGERS

begin_family("Calls and terminators")
define("call", "->", variadic=True, has_symbol=True, symbol_is_global=True, names_results=True,
       called_like=True, effect="call",
       doc="call the named function; its results follow the name in the text form")  # fmt: skip
define("call_indirect", "->", variadic=True, names_results=True, called_like=True,
       effect="call", doc="call the C function whose address is the first operand")  # fmt: skip
define("jump", "->", terminator=True, variadic=True, effect="leaves", doc="go on in the only successor")
define("branch", "i1 ->", terminator=True, effect="leaves",
       doc="go on in the first successor if the operand is one, else in the second")  # fmt: skip
define("switch", "T ->", types=INTEGERS, terminator=True, effect="leaves",
       doc="go on in the successor of the case that equals the operand, else in the last")  # fmt: skip
define("return", "->", terminator=True, variadic=True, effect="leaves",
       doc="return the operands to the caller")  # fmt: skip
define("tail_call", "->", terminator=True, variadic=True, has_symbol=True, symbol_is_global=True,
       called_like=True,
       effect="leaves", doc="jump to the named handler with these arguments, leaving no frame")  # fmt: skip
define("tail_call_indirect", "->", terminator=True, variadic=True, called_like=True, effect="leaves",
       doc="jump to the handler whose address is the first operand, with the rest as arguments")  # fmt: skip
define("trap", "->", terminator=True, has_symbol=True, effect="leaves",
       doc="stop: the symbol says which promise of the program was broken (a failed assert)")  # fmt: skip
define("unreachable", "->", terminator=True, effect="leaves", doc="a place that control cannot reach")
define("leave", "->", terminator=True, variadic=True, has_symbol=True, called_like=True, effect="leaves",
       doc="end a guest instruction in the way that the symbol names, with these values")  # fmt: skip
