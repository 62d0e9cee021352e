"""Values that are no function of operands: addresses of symbols, operands of guest instructions, undefined
values.

`evaluate` of these takes the evaluator's frame (an object with `symbol` and `operand`) as its second
argument.
"""

from __future__ import annotations

from cupola.ir.operation import begin_family, define
from cupola.ir.types import WORDS

# What the evaluator puts in place of a value that nobody may read: easy to recognise when somebody does.
UNDEFINED = 0xDEAD_DEAD_DEAD_DEAD

begin_family("Symbols and operands")
define("symbol", "-> ptr", has_symbol=True, symbol_is_global=True,
       doc="the address of a function, of the module's data, or the number that a hole stands for",
       llvm="= @{symbol}")  # fmt: skip
define("operand", "-> T", types=WORDS, has_symbol=True,
       doc="an operand of the running guest instruction: loaded, or a hole in a stencil")  # fmt: skip
define("undefined", "-> T", doc="any value: for an argument that nobody reads",
       llvm="= poison")  # fmt: skip
