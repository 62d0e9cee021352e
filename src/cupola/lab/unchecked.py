"""Forth without some of its checks, to measure what they cost. Nothing but `checks` uses it: such an engine cannot be
stopped, and a wrong program may do anything to the process.

    python -m cupola.lab.unchecked ARM PROGRAM

runs a program on the baseline compiler of one of `ARMS`. Guest code is the same in all of them; only the native code
of the instructions that check is replaced, before an image is built that has a name of its own in the cache.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from cupola.kernel import KernelFunction, Ptr, add_overflow, i64, inline, kernel
from cupola.language import Cell, Imm32, StackAddress, StackDistance, Target, jump
from cupola.languages.forth import image, primitives
from cupola.languages.forth.definition import forth
from cupola.languages.forth.instructions import memory
from cupola.languages.forth.machine import VM, Machine
from cupola.languages.forth.vm import ForthVM
from cupola.machine.cache import Cache
from cupola.tiers.definition.language import Language
from cupola.tiers.engine import Engine
from cupola.tiers.image import load_or_build

assert primitives  # imported first: opcodes are given out as instructions are defined

REPEATS = 5

ARMS = {
    "as it is": (),
    "no budget": ("budget",),
    "nor stack checks": ("budget", "stack"),
    "nor address checks": ("budget", "stack", "address"),
}
"""What each arm goes without; the first is the product."""


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


def run(arm: str, path: str) -> None:
    """Run a program `REPEATS` times, each in a new system, on the engine of an arm: print what its last line printed,
    and on standard error the least CPU seconds that this line took.
    """
    _load(ARMS[arm])
    with open(path, encoding="utf-8") as file:
        definitions, _, last = file.read().strip().rpartition("\n")
    found = [_timed(definitions, last, path) for _ in range(REPEATS)]
    if len({output for _, output in found}) != 1:
        sys.exit(f"{path}: printed different things")
    print(found[0][1], end="")
    print(min(seconds for seconds, _ in found), file=sys.stderr)


def _timed(definitions: str, last: str, path: str) -> tuple[float, str]:
    vm = ForthVM(tier="baseline")
    vm.run(definitions, path)
    began = time.process_time()
    vm.run(last)
    seconds = time.process_time() - began
    output = vm.take_output()
    vm.close()
    return seconds, output


def _load(without: tuple[str, ...]) -> None:
    """Make the engine of this process one that goes without these checks."""
    if without:
        name = "_".join(
            ["unchecked", *without]
        )  # no name with "-" after it begins another: the cache prunes by that
        sources = [*image.sources(), __file__]
        image._engines[()] = Engine(load_or_build(name, sources, lambda: define(without), Cache()))


if __name__ == "__main__":
    run(*sys.argv[1:])
