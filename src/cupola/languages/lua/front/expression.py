"""What the parser knows of an expression before it decides where its value goes."""

from __future__ import annotations

from cupola.languages.lua.front.code import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Draft: TypeAlias = list[Any]
    """An instruction that may still change: name, a, b, c, k, target, line. Without a name it will be dropped."""

    Jumps: TypeAlias = list[int] | None
    """Indexes of jumps that wait for their target."""
else:
    Draft = Jumps = list

VOID = 0  # no expression at all
CONSTANT = 1  # `k`; if it is called by a name, that of the variable `a`
REGISTER = 2  # the value is in register `a`
LOCAL = 3  # the local variable `k`, in register `a`
UPVALUE = 4  # upvalue `a`, called `k`
GLOBAL = 5  # the field `k` of upvalue `a`
FIELD = 6  # the field `k` of the table in register `a`
INDEX = 7  # the table in register `a`, indexed by register `b`
INTEGER = 8  # the table in register `a`, indexed by the small number `b`
RELOCATABLE = 9  # the instruction `a`, which can leave its result in any register
CALL = 10  # the instruction `a`, a call: any number of results
VARARG = 11  # the instruction `a`: all values of `...`
JUMP = 12  # a comparison: the instruction with index `a` jumps if it holds


class Expression:
    """An expression; `true` and `false` are jumps out of it, taken when its value is already known to be so."""

    __slots__ = ("a", "b", "false", "k", "kind", "true")

    def __init__(self, kind: int, a: Any = 0, k: Any = None) -> None:
        self.kind = kind
        self.a = a
        self.b = 0
        self.k = k
        self.true: Jumps = None
        self.false: Jumps = None

    def become(self, other: Expression) -> None:
        """Be what `other` is, jumps included."""
        self.kind, self.a, self.b, self.k = other.kind, other.a, other.b, other.k
        self.true, self.false = other.true, other.false
