"""Transformations of IR functions: each a pass with a name, which statistics, dumps and refusals use.

`PASSES` is the registry; `run_passes` runs some of them by name, and `optimize` runs all until nothing
changes. A pass may assume a function that the verifier accepts and must leave one. A new pass is a new file
here and a line in `PASSES`; `python -m cupola.ir.passes FILE --passes fold,cse` shows what passes do.
"""

from __future__ import annotations

from collections.abc import Iterable

from cupola.ir.core import Function, Module
from cupola.ir.passes.base import Context, Pass, Refusal, Statistics
from cupola.ir.passes.cse import CSE
from cupola.ir.passes.dce import DCE
from cupola.ir.passes.fold import FOLD
from cupola.ir.passes.inline import INLINE
from cupola.ir.passes.rewrite import REWRITE
from cupola.ir.passes.simplify_cfg import SIMPLIFY_CFG

__all__ = ["PASSES", "STANDARD", "Context", "Pass", "Refusal", "Statistics", "optimize", "run_passes"]

PASSES: dict[str, Pass] = {each.name: each for each in (INLINE, FOLD, REWRITE, CSE, SIMPLIFY_CFG, DCE)}

# One round of `optimize`, after inlining.
STANDARD = ("rewrite", "cse", "simplify_cfg", "dce")
MOST_ROUNDS = 10


def run_passes(
    function: Function,
    names: Iterable[str],
    *,
    module: Module | None = None,
    statistics: Statistics | None = None,
    verify: bool = False,
) -> bool:
    """Run passes by name, in order; whether anything changed. `verify` checks the function after each.

    Raises ValueError for an unknown name; for a broken function the verifier's error, naming the pass.
    """
    context = Context(module, statistics)
    changed = False
    for name in names:
        if name not in PASSES:
            raise ValueError(f"there is no pass {name!r}; there are {', '.join(PASSES)}")
        changed |= PASSES[name].run(function, context)
        if verify:
            _verify(function, module, name)
    return changed


def optimize(
    function: Function,
    *,
    module: Module | None = None,
    statistics: Statistics | None = None,
    verify: bool = False,
) -> int:
    """Inline, then repeat the standard passes until nothing changes; returns the number of rounds."""
    run_passes(function, ["inline"], module=module, statistics=statistics, verify=verify)
    for turn in range(1, MOST_ROUNDS + 1):
        if not run_passes(function, STANDARD, module=module, statistics=statistics, verify=verify):
            return turn
    return MOST_ROUNDS


def _verify(function: Function, module: Module | None, name: str) -> None:
    from cupola.ir.verifier import verify

    try:
        verify(function, module)
    except Exception as error:
        error.add_note(f"after the pass {name!r} on the function {function.name!r}")
        raise
