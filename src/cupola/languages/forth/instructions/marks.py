"""Marks in a draft: they ask that so many cells are there, and do nothing with them.

`rewriting` leaves them where it takes instructions away that needed these cells. The analysis counts them like other
instructions; guest code does not contain them, unless something branches to one.
"""

from __future__ import annotations

from cupola.language import Cell
from cupola.languages.forth.definition import forth


@forth.instruction(name="keep 1", cold=True)
def keep_1(a: Cell) -> Cell:
    """( x -- x )"""
    return a


@forth.instruction(name="keep 2", cold=True)
def keep_2(a: Cell, b: Cell) -> tuple[Cell, Cell]:
    """( x1 x2 -- x1 x2 )"""
    return a, b


@forth.instruction(name="keep 3", cold=True)
def keep_3(a: Cell, b: Cell, c: Cell) -> tuple[Cell, Cell, Cell]:
    """( x1 x2 x3 -- x1 x2 x3 )"""
    return a, b, c


@forth.instruction(name="keep 4", cold=True)
def keep_4(a: Cell, b: Cell, c: Cell, d: Cell) -> tuple[Cell, Cell, Cell, Cell]:
    """( x1 x2 x3 x4 -- x1 x2 x3 x4 )"""
    return a, b, c, d
