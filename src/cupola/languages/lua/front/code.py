"""The result of the front end: the code of one function, and what is known of it."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import NamedTuple, TypeAlias

    Constant: TypeAlias = bool | int | float | bytes | "FunctionCode" | None

    class Upvalue(NamedTuple):
        """Where a closure gets an upvalue when it is made: a register of the function around it, or its upvalue."""

        name: bytes
        in_register: bool
        number: int

    class Local(NamedTuple):
        """A local variable: it is in `register` while the next instruction is one of `first` to `last` - 1."""

        name: bytes
        register: int
        first: int
        last: int

    class Instruction(NamedTuple):
        """One instruction: registers or small numbers, a constant, the index of another instruction."""

        name: str
        a: int
        b: int
        c: int
        k: Constant
        target: int | None

else:
    Upvalue = namedtuple("Upvalue", "name in_register number")
    Local = namedtuple("Local", "name register first last")
    Instruction = namedtuple("Instruction", "name a b c k target")


ANONYMOUS = b"anonymous"  # the name of functions that the source gives none


class FunctionCode:
    """The code of one function.

    `name` is how the source names it, for people ("main chunk" for a whole source). `locals` stand in the order of
    their declarations. `lines` has the line of each instruction; line_defined is 0 for a whole source. `fixed` are the
    numbers of upvalues that are variables of the whole source's which exist once for each of its runs, and that the
    source never changes.
    """

    __slots__ = (
        "fixed",
        "frame_size",
        "instructions",
        "is_vararg",
        "last_line",
        "line_defined",
        "lines",
        "locals",
        "name",
        "parameters",
        "source",
        "upvalues",
    )

    def __init__(self, name: bytes, source: bytes, line_defined: int) -> None:
        self.name = name
        self.source = source
        self.line_defined = line_defined
        self.last_line = 0
        self.parameters = 0
        self.is_vararg = False
        self.frame_size = 0
        self.upvalues: list[Upvalue] = []
        self.fixed: frozenset[int] = frozenset()
        self.instructions: list[Instruction] = []
        self.lines: list[int] = []
        self.locals: list[Local] = []

    @property
    def is_anonymous(self) -> bool:
        """Whether the source gives it no name."""
        return self.name == ANONYMOUS

    def __repr__(self) -> str:
        return f"<FunctionCode {self.name.decode('latin-1')} line {self.line_defined}>"
