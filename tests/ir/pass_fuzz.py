"""Compares random modules before and after passes, by the evaluator.

`python -m tests.ir.pass_fuzz --from 0 --count 1000` also prints how often each pass and rule did something.
A failure is shrunk and stored as text in `pass_corpus/`, which `test_pass_fuzz.py` replays.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from cupola.ir.core import Function, Module
from cupola.ir.evaluator import EvaluationError, Evaluator, same
from cupola.ir.memory import OutOfBounds, SandboxMemory
from cupola.ir.parser import parse_module
from cupola.ir.passes import PASSES, Statistics, optimize, run_passes
from cupola.ir.printer import format_module
from cupola.ir.random import MAIN, REGION, random_arguments, random_module
from tests.ir.fuzz import STEPS
from tests.ir.shrink import shrink

CORPUS = Path(__file__).parent / "pass_corpus"
ALL = "optimize"
WAYS = (*PASSES, ALL)

Outcome = tuple[tuple[int | float, ...], bytes]


def outcome(module: Module, seed: int) -> Outcome:
    """The results of `main`, and the memory that it leaves."""
    main = module.functions[MAIN]
    memory = SandboxMemory()
    region = memory.allocate(REGION)
    memory.write(region, random.Random(seed).randbytes(REGION))
    results = Evaluator(module, memory, steps=STEPS).run(MAIN, region, *random_arguments(seed, main))
    return results, memory.read(region, REGION)


def transformed(text: str, way: str, statistics: Statistics | None = None) -> Module:
    """The module after one pass, or all, over each function; functions other than `main` are inlined."""
    module = parse_module(text)
    for function in module.functions.values():
        if function.name != MAIN:
            function.marks = frozenset({"inline"})  # their other marks are random, and promise too much
    for function in module.functions.values():
        _run(function, module, way, statistics)
    return module


def _run(function: Function, module: Module, way: str, statistics: Statistics | None) -> None:
    if way == ALL:
        optimize(function, module=module, statistics=statistics, verify=True)
    else:
        run_passes(function, [way], module=module, statistics=statistics, verify=True)


def compare(text: str, seed: int, way: str, statistics: Statistics | None = None) -> str:
    """How the module differs after the passes, or ""."""
    expected, memory = outcome(parse_module(text), seed)
    module = transformed(text, way, statistics)
    try:
        found, found_memory = outcome(module, seed)
    except (EvaluationError, OutOfBounds) as error:
        return f"after {way}: {error}"
    if not all(map(same, expected, found)):
        return f"after {way}: {found} instead of {expected}"
    return "" if memory == found_memory else f"after {way}: the memory differs"


def check(seed: int, size: int = 30, statistics: Statistics | None = None) -> str:
    """Compare on the module of a seed, for every pass and all together; a difference is shrunk and stored."""
    text = format_module(random_module(seed, size))
    for way in WAYS:
        difference = compare(text, seed, way, statistics)
        if difference:
            smaller = shrink(parse_module(text), lambda module, way=way: _differs(module, seed, way))  # type: ignore[misc]  # the default binds the loop's variable
            CORPUS.mkdir(exist_ok=True)
            path = CORPUS / f"{way}-{seed}.ir"
            path.write_text(f"; seed {seed}\n{format_module(smaller)}", encoding="utf-8")
            return f"{difference}; shrunk and stored as {path}"
    return ""


def _differs(module: Module, seed: int, way: str) -> bool:
    """`compare`, for modules that an edit may have made undefined: those are of no interest."""
    text = format_module(module)
    try:
        outcome(module, seed)
    except (EvaluationError, OutOfBounds):
        return False
    return bool(compare(text, seed, way))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--size", type=int, default=30)
    options = parser.parse_args()
    failures = 0
    statistics = Statistics()
    for seed in range(options.first, options.first + options.count):
        difference = check(seed, options.size, statistics)
        if difference:
            failures += 1
            print(f"seed {seed}: {difference}", flush=True)
    for (name, what), times in statistics.counts.most_common():
        print(f"{times:8} {name}: {what}")
    print(f"{options.count} modules, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
