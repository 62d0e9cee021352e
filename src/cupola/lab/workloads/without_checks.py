"""Forth without some of its checks, to measure what they cost. Such an engine cannot be stopped, and a wrong program
may do anything to the process: only `variant` builds one.

Guest code is the same in all of them; only the native code of the instructions that check is replaced.
"""

from __future__ import annotations

from typing import Any

from cupola.kernel import KernelFunction, Ptr, add_overflow, i64, inline, kernel
from cupola.language import Cell, Imm32, StackAddress, StackDistance, Target, jump
from cupola.languages.forth import image, primitives
from cupola.languages.forth.definition import forth
from cupola.languages.forth.instructions import memory
from cupola.languages.forth.machine import VM, Machine
from cupola.tiers.definition.language import Language

assert primitives  # imported first: opcodes are given out as instructions are defined


@kernel
def enter(m: Machine, cost: Imm32) -> None:
    """Start of a word, uncounted."""


@kernel
def branch_back(m: Machine, cost: Imm32, target: Target) -> None:
    """Go back, uncounted."""
    jump(target)


@kernel
def branch_back_if_zero(m: Machine, flag: Cell, cost: Imm32, target: Target) -> None:
    """Go back if the flag is false, uncounted."""
    if flag == 0:
        jump(target)


@kernel
def loop(m: Machine, cost: Imm32, target: Target) -> None:
    """LOOP, uncounted."""
    m.index, over = add_overflow(m.index, 1)
    if not over:
        jump(target)


@kernel
def plus_loop(m: Machine, step: Cell, cost: Imm32, target: Target) -> None:
    """+LOOP, uncounted."""
    m.index, over = add_overflow(m.index, step)
    if not over:
        jump(target)


@kernel
def need(m: Machine, deepest: StackAddress) -> None:
    """Believe that the cells are there."""


@kernel
def room(m: Machine, slack: StackDistance) -> None:
    """Believe that there is room."""


@inline
def believe(vm: Ptr[VM], address: i64) -> None:
    """Believe that the address is good."""


INSTRUCTIONS: dict[str, dict[str, KernelFunction[Any, Any]]] = {
    "budget": {
        "enter": enter,
        "branch_back": branch_back,
        "?branch_back": branch_back_if_zero,
        "loop": loop,
        "+loop": plus_loop,
    },
    "stack": {"need": need, "room": room},
    "address": {},
}


def define(without: tuple[str, ...]) -> Language:
    """Forth without these checks; the language of this process is changed."""
    language = image.define()
    for group in without:
        for name, function in INSTRUCTIONS[group].items():
            forth[name].function = function
    if "address" in without:
        for name in ("check_cell", "check_pair", "check_byte"):
            setattr(memory, name, believe)
    return language
