"""Moving cells about on the data stack, and literals."""

from __future__ import annotations

from cupola.kernel import i64
from cupola.language import Address, Cell, Imm32, Imm64, slow
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import Machine
from cupola.languages.forth.throwing.throws import underflow


def word(name: str) -> dict[str, object]:
    """The facts of an instruction that Forth knows under `name`."""
    return {"word": name}


@forth.instruction(name="lit")
def lit(value: Address) -> Cell:
    """( -- n ) a number from 0 to 2**30 - 1, as most are: machine code for these is the shortest"""
    return value


@forth.instruction(name="lit32")
def lit32(value: Imm32) -> Cell:
    """( -- n ) any other number that fits in 32 bits"""
    return value


@forth.instruction(name="lit64")
def lit64(value: Imm64) -> Cell:
    """( -- n ) any number"""
    return value


@forth.instruction(name="dup", facts=word("dup"))
def dup(x: Cell) -> tuple[Cell, Cell]:
    """( x -- x x )"""
    return x, x


@forth.instruction(name="drop", facts=word("drop"))
def drop(x: Cell) -> None:
    """( x -- )"""


@forth.instruction(name="swap", facts=word("swap"))
def swap(a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """( a b -- b a )"""
    return b, a


@forth.instruction(name="over", facts=word("over"))
def over(a: Cell, b: Cell) -> tuple[Cell, Cell, Cell]:
    """( a b -- a b a )"""
    return a, b, a


@forth.instruction(name="nip", facts=word("nip"))
def nip(a: Cell, b: Cell) -> Cell:
    """( a b -- b )"""
    return b


@forth.instruction(name="tuck", facts=word("tuck"))
def tuck(a: Cell, b: Cell) -> tuple[Cell, Cell, Cell]:
    """( a b -- b a b )"""
    return b, a, b


@forth.instruction(name="rot", facts=word("rot"))
def rot(a: Cell, b: Cell, c: Cell) -> tuple[Cell, Cell, Cell]:
    """( a b c -- b c a )"""
    return b, c, a


@forth.instruction(name="-rot", facts=word("-rot"))
def minus_rot(a: Cell, b: Cell, c: Cell) -> tuple[Cell, Cell, Cell]:
    """( a b c -- c a b )"""
    return c, a, b


@forth.instruction(name="2dup", facts=word("2dup"))
def two_dup(a: Cell, b: Cell) -> tuple[Cell, Cell, Cell, Cell]:
    """( a b -- a b a b )"""
    return a, b, a, b


@forth.instruction(name="2drop", facts=word("2drop"))
def two_drop(a: Cell, b: Cell) -> None:
    """( a b -- )"""


@forth.instruction(name="2swap", facts=word("2swap"))
def two_swap(a: Cell, b: Cell, c: Cell, d: Cell) -> tuple[Cell, Cell, Cell, Cell]:
    """( a b c d -- c d a b )"""
    return c, d, a, b


@forth.instruction(name="2over", facts=word("2over"))
def two_over(a: Cell, b: Cell, c: Cell, d: Cell) -> tuple[Cell, Cell, Cell, Cell, Cell, Cell]:
    """( a b c d -- a b c d a b )"""
    return a, b, c, d, a, b


@forth.instruction(name="depth", memory_stack=True, facts=word("depth"))
def depth(m: Machine) -> Cell:
    """( -- n ) how many cells were on the stack"""
    return m.vm.stack_bottom - m.sp


@forth.instruction(name="pick", memory_stack=True, facts=word("pick"))
def pick(m: Machine, n: Cell) -> Cell:
    """( xn ... x0 n -- xn ... x0 xn )"""
    if n < 0 or n >= m.vm.stack_bottom - m.sp:
        slow(underflow)
    return m.sp[n]


@forth.instruction(name="roll", memory_stack=True, facts=word("roll"))
def roll(m: Machine, n: Cell) -> None:
    """( xn xn-1 ... x0 n -- xn-1 ... x0 xn )"""
    if n < 0 or n >= m.vm.stack_bottom - m.sp:
        slow(underflow)
    moved = m.sp[n]
    place: i64 = n
    while place > 0:
        m.sp[place] = m.sp[place - 1]
        place -= 1
    m.sp[0] = moved


# `?dup` leaves different depths on its two ways: the compiler knows it as the one primitive without a fixed effect.
@forth.instruction(name="?dup", memory_stack=True, facts={"word": "?dup", "unknown_effect": True})
def question_dup(m: Machine) -> None:
    """( x -- 0 | x x )"""
    if m.vm.stack_bottom - m.sp < 1:
        slow(underflow)
    if m.sp[0] != 0:
        m.sp = m.sp - 1
        m.sp[0] = m.sp[1]
