"""Locals: cells of the word's own on the return stack. The compiler knows at each point how far below the top they lie,
so that reading one is one load (`locals` has the words that declare them, `analysis` what keeps them apart from >R)."""

from __future__ import annotations

from cupola.language import Cell, Count
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import Machine


@forth.instruction(name=">local", facts={"return_change": 1})
def to_local(m: Machine, x: Cell) -> None:
    """( x -- ) ( R: -- x ) Make a local."""
    m.rp[0] = x
    m.rp = m.rp + 1


@forth.instruction(name="local@")
def local_fetch(m: Machine, depth: Count) -> Cell:
    """( -- x ) the local that lies `depth` cells below the top of the return stack"""
    return (m.rp - depth)[0]


@forth.instruction(name="local!")
def local_store(m: Machine, x: Cell, depth: Count) -> None:
    """( x -- ) Set it."""
    (m.rp - depth)[0] = x


# How many cells it takes stands in the operand: `analysis.return_change` knows it.
@forth.instruction(name="drop locals")
def drop(m: Machine, count: Count) -> None:
    """( R: x*count -- ) Forget locals."""
    m.rp = m.rp - count
