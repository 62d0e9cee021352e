"""The return stack as a place for cells. The compiler knows at each point how many cells a word has there, and accepts
only words whose use of it is balanced: guest code cannot touch a return address."""

from __future__ import annotations

from cupola.language import Cell
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import Machine


def compile_only(name: str, change: int, needs: int = 0) -> dict[str, object]:
    """The facts of a word that is only for definitions, adds `change` cells to the return stack, and looks at
    `needs` cells there."""
    return {"word": name, "compile_only": True, "return_change": change, "return_needs": needs}


@forth.instruction(name=">r", facts=compile_only(">r", 1))
def to_r(m: Machine, x: Cell) -> None:
    """( x -- ) ( R: -- x )"""
    m.rp[0] = x
    m.rp = m.rp + 1


@forth.instruction(name="r>", facts=compile_only("r>", -1))
def r_from(m: Machine) -> Cell:
    """( -- x ) ( R: x -- )"""
    m.rp = m.rp - 1
    return m.rp[0]


@forth.instruction(name="r@", facts=compile_only("r@", 0, 1))
def r_fetch(m: Machine) -> Cell:
    """( -- x ) ( R: x -- x )"""
    return m.rp[-1]


@forth.instruction(name="rdrop", facts=compile_only("rdrop", -1))
def r_drop(m: Machine) -> None:
    """( R: x -- )"""
    m.rp = m.rp - 1


@forth.instruction(name="2>r", facts=compile_only("2>r", 2))
def two_to_r(m: Machine, a: Cell, b: Cell) -> None:
    """( x1 x2 -- ) ( R: -- x1 x2 )"""
    m.rp[0] = a
    m.rp[1] = b
    m.rp = m.rp + 2


@forth.instruction(name="2r>", facts=compile_only("2r>", -2))
def two_r_from(m: Machine) -> tuple[Cell, Cell]:
    """( -- x1 x2 ) ( R: x1 x2 -- )"""
    m.rp = m.rp - 2
    return m.rp[0], m.rp[1]


@forth.instruction(name="2r@", facts=compile_only("2r@", 0, 2))
def two_r_fetch(m: Machine) -> tuple[Cell, Cell]:
    """( -- x1 x2 ) ( R: x1 x2 -- x1 x2 )"""
    return m.rp[-2], m.rp[-1]
