"""The draft of a function's code: instructions, registers, jumps.

A jump out of `and` or `or` carries a value: right before it stands a place kept for the instruction that brings the
value to where the whole expression goes (`PLACE`). Whether that is needed is known only later; `finish` drops places
that were not used.
"""

from __future__ import annotations

from cupola.languages.lua.front.code import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn, Protocol

    from cupola.languages.lua.front.expression import Draft, Jumps

    class Reader(Protocol):
        """What a draft needs of the parser: where it is, and how it tells problems."""

        at: int

        def refuse(self, message: str, near: bool = False) -> NoReturn: ...


MOST_REGISTERS = 254
CALL_GAP = 2  # registers between a function and its arguments that hold no value

NAME, A, B, C, K, TARGET, LINE = range(7)  # fields of a draft instruction

PLACE = "place"
NEGATED = {
    "if_true": "if_false",
    "if_less": "if_not_less",
    "if_less_equal": "if_not_less_equal",
    "if_equal": "if_not_equal",
    "if_equal_k": "if_not_equal_k",
    "if_less_i": "if_not_less_i",
    "if_less_equal_i": "if_not_less_equal_i",
    "if_greater_i": "if_not_greater_i",
    "if_greater_equal_i": "if_not_greater_equal_i",
}
NEGATED.update({negative: positive for positive, negative in NEGATED.items()})

# After these, the next instruction is reached only by a jump to it.
ENDS = frozenset({"jump", "loop", "return_0", "return_1", "return", "return_open"})


class Emitter:
    """Emits instructions and counts registers.

    `active_registers` are those of local variables; `free` is the first register that holds nothing. `last_label` is
    the index of the last place that a jump leads to. `gaps` are registers that only the convention of calls takes:
    they do not count against the limit, so that calls can be nested as deep as people are used to.
    """

    def __init__(self, reader: Reader, token_lines: list[int]) -> None:
        self.reader = reader
        self.token_lines = token_lines
        self.code: list[Draft] = []
        self.active_registers = 0
        self.free = 0
        self.gaps = 0
        self.frame_size = 2
        self.last_label = -1
        self.has_dropped = False

    def emit(self, name: str, a: int = 0, b: int = 0, c: int = 0, k: Any = None) -> Draft:
        """Add an instruction; its line is that of the last token that was read."""
        draft = [name, a, b, c, k, None, self.token_lines[self.reader.at - 1]]
        self.code.append(draft)
        return draft

    def reserve(self, count: int) -> None:
        """Take the next registers."""
        free = self.free = self.free + count
        if free > self.frame_size:
            self.need(free)

    def need(self, size: int) -> None:
        """Make the frame at least `size` registers large."""
        if size > self.frame_size:
            if size - self.gaps > MOST_REGISTERS:
                self.reader.refuse("function or expression needs too many registers", near=True)
            self.frame_size = size

    def release(self, register: int) -> None:
        """Give a register back, if it is a temporary one."""
        if register >= self.active_registers:
            self.free -= 1
            assert register == self.free

    def load_nil(self, first: int, count: int) -> None:
        """Set registers to nil; joins with an instruction before that does the same to registers beside them."""
        code = self.code
        if code and self.last_label != len(code):
            last = code[-1]
            if last[NAME] == "load_nil" and last[A] + last[B] == first:
                last[B] += count
                return
        self.emit("load_nil", first, count)

    def unreachable(self) -> bool:
        """Tell whether what comes next can never run."""
        return bool(self.code) and self.code[-1][NAME] in ENDS and self.last_label != len(self.code)

    def jump(self) -> Jumps:
        """Emit a jump whose target is not known yet, unless nothing comes here."""
        if self.unreachable():
            return None
        self.emit("jump")
        return [len(self.code) - 1]

    def loop(self, target: int) -> None:
        """Go back to `target`, unless nothing comes here."""
        if not self.unreachable():
            self.emit("loop")[TARGET] = target

    def label(self) -> int:
        """Return the index of the next instruction, which a jump may lead to."""
        self.last_label = len(self.code)
        return self.last_label

    def patch(self, jumps: Iterable[int] | None, target: int) -> None:
        """Let jumps lead to `target`."""
        if jumps:
            for each in jumps:
                self.code[each][TARGET] = target

    def patch_here(self, jumps: Jumps) -> None:
        """Let jumps lead to the next instruction."""
        if jumps:
            target = self.last_label = len(self.code)
            for each in jumps:
                self.code[each][TARGET] = target

    def negate(self, at: int) -> None:
        """Turn the conditional jump at `at` around."""
        draft = self.code[at]
        draft[NAME] = NEGATED[draft[NAME]]

    def drop(self, draft: Draft) -> None:
        """Leave an instruction out of the finished code."""
        draft[NAME] = None
        self.has_dropped = True

    def forget_values(self, jumps: Jumps) -> None:
        """Let jumps carry no values any more, only that the expression is true or false."""
        if jumps:
            for each in jumps:
                place = self.code[each - 1]
                if place[NAME] is PLACE:
                    self.drop(place)


def joined(first: Jumps, second: Jumps) -> Jumps:
    """Return both lists as one."""
    if not first or not second:
        return first or second
    if len(first) < len(second):  # a chain of operators stays linear
        first, second = second, first
    first.extend(second)
    return first
