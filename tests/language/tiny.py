# mypy: disable-error-code="untyped-decorator"
# An instruction is an object of the toolkit; nobody calls it from Python.
"""Tiny: a stack language of few instructions, made to test the toolkit with what Forth does not do.

At most one cell is in a register, and none where control comes from elsewhere; a slow path returns; an
instruction asks the driver for a number. A program is a list of items: `("push", 5)`, `("again", "top")`,
`("top:",)` for a label.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cupola.kernel import Ptr, i64, registers, struct, u8, unlikely
from cupola.language import (
    FIRST_REASON,
    Cell,
    Context,
    GuestError,
    Imm32,
    Label,
    Language,
    StackVM,
    Target,
    exit_,
    jump,
    slow,
    standard_paths,
)

DONE, ZERO, ASK = range(FIRST_REASON, FIRST_REASON + 3)
ASKED = 42  # what the driver answers
MOST_ITEMS = 4_000  # that the model runs
Item = tuple[Any, ...]


@struct
class TinyStruct:
    """What a VM of Tiny has besides its stack."""

    context: Context


@registers
class Machine:
    """What is in machine registers while a program runs."""

    vm: Ptr[TinyStruct]
    budget: i64
    sp: Ptr[i64]
    pc: Ptr[u8]


tiny = Language("tiny", version="1", machine=Machine, cache=1, canonical=0)
paths = standard_paths(tiny)


@tiny.slow_path
def zero(m: Machine) -> None:
    """Division by zero: the run ends."""
    exit_(ZERO)


@tiny.slow_path
def odd(m: Machine) -> None:
    """What `collatz` does to an odd number; the program goes on after it."""
    m.sp[0] = m.sp[0] * 3 + 1


@tiny.instruction(heat=True)
def enter(m: Machine, cost: Imm32) -> None:
    """The start of a program."""
    paths.charge(m, cost)


@tiny.instruction
def push(value: Imm32) -> Cell:
    """Push a number."""
    return value


@tiny.instruction
def drop(x: Cell) -> None:
    """Forget a number."""


@tiny.instruction
def dup(x: Cell) -> tuple[Cell, Cell]:
    """Double the topmost number."""
    return x, x


@tiny.instruction
def swap(a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """Exchange the two topmost numbers."""
    return b, a


@tiny.instruction
def add(a: Cell, b: Cell) -> Cell:
    """a + b, in 64 bits"""
    return a + b


@tiny.instruction
def quotient(a: Cell, b: Cell) -> Cell:
    """a // b"""
    if unlikely(b == 0):
        slow(zero)
    if unlikely(b == -1):
        return -a
    return a // b


@tiny.instruction
def collatz(m: Machine, x: Cell) -> Cell:
    """x / 2, or 3 * x + 1 if x is odd"""
    if x & 1 != 0:
        slow(odd)
    return x >> 1


@tiny.instruction(memory_stack=True)
def nth(m: Machine, n: Imm32) -> Cell:
    """Push a copy of the number that has `n` others above it."""
    return m.sp[n]


@tiny.instruction
def skip(x: Cell, target: Target) -> None:
    """Go on at `target`, further down, if x is 0."""
    if x == 0:
        jump(target)


@tiny.instruction(heat=True)
def again(m: Machine, x: Cell, cost: Imm32, target: Target) -> None:
    """Go back to `target` unless x is 0."""
    paths.charge(m, cost)
    if x != 0:
        jump(target)


@tiny.instruction(cold=True)
def ask(m: Machine) -> None:
    """Push the number that the driver gives."""
    m.pc = m.pc + 8
    exit_(ASK)


@tiny.instruction(cold=True, ends=True)
def done(m: Machine) -> None:
    """The end of the program."""
    exit_(DONE)


tiny.superinstruction("push", "add")
tiny.superinstruction("dup", "collatz")
tiny.superinstruction("dup", "again")
tiny.superinstruction("push", "quotient")


def define() -> Language:
    """The definition, for building its image."""
    return tiny


class TinyVM(StackVM):
    """One system of Tiny."""

    def __init__(self, engine: Any, **options: Any) -> None:
        super().__init__(engine, TinyStruct, code_bytes=1 << 16, stack_bytes=1 << 16, **options)

    def prepare(self, program: Sequence[Item]) -> int:
        """Lay out a program; the guest address where it starts."""
        assembler = self.assembler()
        start = assembler.begin("main")
        assembler.add("enter")
        labels = {item[0][:-1]: Label(item[0]) for item in program if item[0].endswith(":")}
        for name, *operands in program:
            if name.endswith(":"):
                assembler.place(labels[name[:-1]])
            elif name in ("skip", "again"):
                assembler.add(name, to=labels[operands[0]])
            else:
                assembler.add(name, *operands)
        assembler.add("done")
        return self.load(assembler).address(start)

    def run(self, program: Sequence[Item], *cells: int) -> tuple[int, ...]:
        """Run a program on these cells; the cells that it leaves."""
        self.run_at(self.prepare(program), *cells)
        return self.cells

    def serve(self, reason: int) -> bool:
        if reason == ZERO:
            raise self.stopped(GuestError(ZERO, "division by zero"))
        if reason == ASK:
            self.set_cells((*self.cells, ASKED))
        return reason != DONE


def model(program: Sequence[Item], *cells: int) -> tuple[int, ...]:
    """The cells that a program leaves, by plain Python; ZeroDivisionError for a division by zero, and
    TimeoutError when it has not ended after MOST_ITEMS."""
    stack = list(cells)
    labels = {item[0][:-1]: place for place, item in enumerate(program) if item[0].endswith(":")}
    at = count = 0
    while at < len(program):
        count += 1
        if count > MOST_ITEMS:
            raise TimeoutError
        name, *operands = program[at]
        at += 1
        if name == "push":
            stack.append(operands[0])
        elif name == "nth":
            stack.append(stack[-1 - operands[0]])
        elif name == "ask":
            stack.append(ASKED)
        elif name in ("skip", "again"):
            at = labels[operands[0]] if (stack.pop() == 0) == (name == "skip") else at
        elif not name.endswith(":"):
            _calculate(name, stack)
    return tuple(stack)


def _calculate(name: str, stack: list[int]) -> None:
    x = stack.pop()
    if name == "dup":
        stack += [x, x]
    elif name == "swap":
        stack[-1:] = [x, stack[-1]]
    elif name == "add":
        stack[-1] = _wrap(stack[-1] + x)
    elif name == "quotient":
        stack[-1] = _wrap(stack[-1] // x)
    elif name == "collatz":
        stack.append(_wrap(3 * x + 1) if x & 1 else x >> 1)
    elif name != "drop":
        raise ValueError(f"no instruction {name!r}")


def _wrap(x: int) -> int:
    """A number as 64 signed bits."""
    return (x + (1 << 63)) % (1 << 64) - (1 << 63)


COMMON = ["dup", "swap", "add", "add", "quotient", "collatz", "collatz", "drop", "nth", "ask"]


def random_program(choice: Any, depth: int, size: int = 25, name: str = "a") -> list[Item]:
    """A program that finds `depth` cells and leaves as many; now and then it has a loop that does not end."""
    out: list[Item] = []
    start = depth
    for number in range(choice.randint(1, size)):
        kind = choice.random()
        if depth < 2 or kind < 0.25:
            out.append(("push", choice.choice([0, 1, 2, -1, 7, choice.randrange(-(1 << 31), 1 << 31)])))
            depth += 1
        elif kind < 0.35 and size > 2:
            label, body = f"{name}_{number}", random_program(choice, depth + 1, size // 2, f"{name}_{number}")
            out += [("push", choice.randint(1, 4)), (f"{label}:",), *body, ("push", -1), ("add",), ("dup",)]
            out += [("again", label), ("drop",)]
        elif kind < 0.45 and size > 2:
            label = f"{name}_{number}"
            body = random_program(choice, depth - 1, size // 2, label)
            out += [("skip", label), *body, (f"{label}:",)]
            depth -= 1
        else:
            each = choice.choice(COMMON)
            out.append((each, choice.randrange(depth)) if each == "nth" else (each,))
            depth += {"dup": 1, "add": -1, "quotient": -1, "drop": -1, "nth": 1, "ask": 1}.get(each, 0)
    out += [("drop",)] * (depth - start) + [("push", 3)] * (start - depth)
    return out
