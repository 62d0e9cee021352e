"""A program on an engine that differs from the product's in one thing, for arms that `cupola run` has no switch for.

    python -m cupola.lab.workloads.variant NAME SWITCHES PROGRAM [ARGS]

NAME is one of `VARIANTS`; the rest is as for `cupola.lab.running.guest`, which runs the program. The engine is built on
its first use, as that of the product is, and has a name of its own in the cache.
"""

from __future__ import annotations

import os
import sys

from cupola.lab.running import guest

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cupola.tiers.definition.language import Language


def without_checks(*groups: str) -> Callable[[], Language]:
    """Forth without these groups of checks."""

    def define() -> Language:
        from cupola.lab.workloads import without_checks as made

        return made.define(groups)

    return define


def without_superinstructions() -> Language:
    """Forth in which each instruction stands alone; rewriting by rules stays."""
    from cupola.languages.forth import image

    forth = image.define()
    forth.superinstructions.clear()
    return forth


def without_stack_cache() -> Language:
    """Forth whose stack lies in memory, the topmost cell too: made anew before any instruction is defined."""
    from cupola.languages.forth import image
    from cupola.languages.forth.definition import forth
    from cupola.tiers.definition.language import Language

    if len(forth.instructions) != forth.cache + 1:
        raise RuntimeError("the instructions of Forth are defined already: this takes a process of its own")
    Language.__init__(
        forth, forth.name, version=forth.version, machine=forth.machine, cache=0, canonical=0, flags=forth.flags,
        extra=forth.extra,
    )  # fmt: skip
    defined = image.define()
    for each in defined.instructions:  # calls and returns say how many cells they leave in registers
        if each.out_state is not None:
            each.out_state = 0
    return defined


VARIANTS: dict[str, Callable[[], Language] | None] = {
    "as-it-is": None,
    "no-budget": without_checks("budget"),
    "nor-stack-checks": without_checks("budget", "stack"),
    "nor-address-checks": without_checks("budget", "stack", "address"),
    "no-superinstructions": without_superinstructions,
    "no-stack-cache": without_stack_cache,
}
"""Name -> what defines the language; None is the product."""


def use(name: str) -> None:
    """Let the VMs of this process run on the engine of a variant. Raises KeyError for a name that is none."""
    define = VARIANTS[name]
    if define is None:
        return
    from cupola.languages.forth import image
    from cupola.machine.cache import Cache
    from cupola.tiers.start import open_engine

    # Names have no "-": the cache drops old entries by what stands before one.
    sources = [*image.sources(), __file__, os.path.join(os.path.dirname(__file__), "without_checks.py")]
    image._engines[()] = open_engine(f"variant_{name.replace('-', '_')}", sources, define, Cache())


def main(arguments: Sequence[str]) -> int:
    """Run the program on the engine; the exit status is that of `cupola run`."""
    if not arguments or arguments[0] not in VARIANTS:
        print(f"expected an engine ({', '.join(VARIANTS)}), found {arguments[:1]}", file=sys.stderr)
        return 2
    name = arguments[0]
    use(name)
    return guest.main(arguments[1:], lambda vm: {"variant": name})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
