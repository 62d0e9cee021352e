"""Functions as front ends make them for machines with registers: instructions, labels, registers, variables."""

from __future__ import annotations

from bisect import bisect_right

from cupola.language.code import CodeError, Label

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Instruction = tuple[str, int, int, int, Any, int | None]

MOST_REGISTERS = 250  # of a function


class Global:
    """A constant that is the global variable of a name: the number of an instruction that reads or sets it."""

    def __init__(self, name: str) -> None:
        self.name = name


class FunctionCode:
    """A function that is being made, inside another one or not.

    `lines` are its instructions: (name, a, b, c, k, target), where k is the constant of an instruction that has one
    (None, a bool, a number, a str, a Global or another FunctionCode), and target the place in the list that it leads
    to, or None. `where` says for each of them what is to be known about it later: what `at` was when it was added.
    `defined` is that for the function itself. `source` is whatever the language wants to know about the source that
    it is made from; only the root has one.

    `variables` are registers by name; those that are `boxed`, as inner functions use them, hold a box. `captures` are
    the variables of functions outside that it uses: the number n of a register of the next one, or -1 - n for its
    capture n. Registers from `free` on hold nothing.
    """

    def __init__(
        self, name: str, where: Any = None, outer: FunctionCode | None = None, boxed: Iterable[str] = ()
    ) -> None:
        self.name = name
        self.at = self.defined = where
        self.outer = outer
        self.boxed = frozenset(boxed)
        self.source: Any = None
        self.lines: list[Instruction] = []
        self.where: list[Any] = []
        self.variables: dict[str, int] = {}
        self.captures: list[int] = []
        self.parameters = 0
        self.free = 0
        self.frame_size = 0
        self._captured: dict[str, int] = {}
        self._jumps: list[tuple[int, Label]] = []

    @property
    def root(self) -> FunctionCode:
        """The function that all others of its source are in."""
        return self if self.outer is None else self.outer.root

    # --- instructions -----------------------------------------------------------------------------------------------

    def add(
        self, name: str, a: int = 0, b: int = 0, c: int = 0, *, k: Any = None, to: Label | None = None
    ) -> None:
        """Add an instruction; `to` is its target."""
        if to is not None:
            self._jumps.append((len(self.lines), to))
        self.lines.append((name, a, b, c, k, None))
        self.where.append(self.at)

    def place(self, label: Label) -> Label:
        """Let a label be where the next instruction is."""
        label.line = len(self.lines)
        return label

    def finish(self) -> FunctionCode:
        """All is added: labels become places, and the first instruction, `enter`, gets the number of registers."""
        for at, label in self._jumps:
            if label.line is None:
                raise CodeError(f"a label of {self.name!r} is not placed")
            self.lines[at] = (*self.lines[at][:5], label.line)
        self.lines[0] = ("enter", self.parameters, self.frame_size, 0, None, None)
        return self

    # --- variables: by the instructions of `basics` ------------------------------------------------------------------

    def take(self, count: int = 1) -> int:
        """The first of so many free registers, which hold something now. Raises CodeError if there are no more."""
        first = self.free
        self.free += count
        self.frame_size = max(self.frame_size, self.free)
        if self.free > MOST_REGISTERS:
            raise CodeError(f"the function {self.name!r} needs more than {MOST_REGISTERS} registers")
        return first

    def declare(self, name: str, register: int) -> None:
        """A register with a value becomes a variable."""
        self.variables[name] = register
        if name in self.boxed:
            self.add("make_box", register)

    def in_register(self, name: str) -> int | None:
        """The register whose value a variable is; None if it lies elsewhere."""
        return None if name in self.boxed else self.variables.get(name)

    def load(self, name: str, to: int) -> None:
        """The value of a variable into a register; one that is not known is global."""
        if name in self.variables:
            self.add("get_box" if name in self.boxed else "move", to, self.variables[name])
        elif (number := self.capture(name)) is not None:
            self.add("get_captured", to, number)
        else:
            self.add("get_global", to, k=Global(name))

    def store(self, name: str, register: int) -> None:
        """Set a variable to what is in a register."""
        if name in self.variables and name in self.boxed:
            self.add("set_box", register, self.variables[name])
        elif name in self.variables:
            self.add("move", self.variables[name], register)
        elif (number := self.capture(name)) is not None:
            self.add("set_captured", register, number)
        else:
            self.add("set_global", register, k=Global(name))

    def capture(self, name: str) -> int | None:
        """The number of a variable of a function outside among the captures; None if no function has it."""
        if name in self._captured or self.outer is None:
            return self._captured.get(name)
        place: int | None = self.outer.variables.get(name)
        if place is None:
            number = self.outer.capture(name)
            if number is None:
                return None
            place = -1 - number
        self._captured[name] = len(self.captures)
        self.captures.append(place)
        return self._captured[name]


class Loaded:
    """A function in memory: its code, and where its instructions lie."""

    def __init__(self, code: FunctionCode, start: int, places: list[int]) -> None:
        self.code = code
        self.start = start
        self.places = places
        self.end = start + places[-1]

    def where(self, pc: int) -> Any:
        """What is known about the instruction at a guest address."""
        return self.code.where[bisect_right(self.places, pc - self.start) - 1]
