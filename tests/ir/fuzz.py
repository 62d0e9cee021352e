"""Compares the evaluator with LLVM on random modules: `python -m tests.ir.fuzz --from 0 --count 1000`.

A failure is shrunk and stored as text in `corpus/`, which `test_random.py` replays.
"""

from __future__ import annotations

import argparse
import ctypes
import random
import sys
from pathlib import Path

from cupola.ir.core import Module
from cupola.ir.evaluator import EvaluationError, Evaluator, same
from cupola.ir.memory import NativeMemory, OutOfBounds
from cupola.ir.parser import parse_module
from cupola.ir.printer import format_module
from cupola.ir.random import MAIN, REGION, random_arguments, random_module
from cupola.ir.types import Type
from cupola.ir.verifier import verify_module
from tests.ir.native import Native, boxed_caller, decode
from tests.ir.shrink import shrink

CORPUS = Path(__file__).parent / "corpus"
STEPS = 200_000


class Guarded(NativeMemory):
    """Real memory, but only the region and what was allocated, and nothing that was not written before.

    The edits of the shrinker can make a module undefined; this sees it before the module runs natively.
    """

    def __init__(self, region: int) -> None:
        super().__init__()
        self.known = set(range(region, region + REGION))
        self.allowed = set(self.known)

    def allocate(self, size: int) -> int:
        address = super().allocate(size)
        self.allowed.update(range(address, address + size))
        return address

    def read(self, address: int, size: int) -> bytes:
        if not self.known.issuperset(range(address, address + size)):
            raise OutOfBounds(f"{size} bytes at {address:#x} were never written")
        return super().read(address, size)

    def write(self, address: int, content: bytes) -> None:
        places = range(address, address + len(content))
        if not self.allowed.issuperset(places):
            raise OutOfBounds(f"{len(content)} bytes at {address:#x} are outside")
        self.known.update(places)
        super().write(address, content)

    def store(self, type: Type, address: int, value: int | float) -> None:
        if value != value:
            raise OutOfBounds("a NaN is stored, whose bits are not the same everywhere")
        super().store(type, address, value)


def compare(module: Module, seed: int, runs: int = 3, optimize: int = 2) -> str:
    """Run `main` by the evaluator and natively on the same arguments and memory: how they differ, or ""."""
    verify_module(module)
    main = module.functions[MAIN]
    boxed = parse_module(format_module(module))
    boxed_caller(boxed, "boxed", boxed.functions[MAIN])
    native = Native(boxed, optimize)
    for run in range(runs):
        arguments = random_arguments(seed + run, main)
        content = random.Random(seed + run).randbytes(REGION)
        region = ctypes.create_string_buffer(content, REGION + 8)
        where = (ctypes.addressof(region) + 7) & ~7
        ctypes.memmove(where, content, REGION)
        expected = Evaluator(module, Guarded(where), steps=STEPS).run(MAIN, where, *arguments)
        memory = ctypes.string_at(where, REGION)
        ctypes.memmove(where, content, REGION)
        cells = native.call_boxed("boxed", [where, *arguments], [each.type for each in main.parameters])
        found = [decode(type, cell) for type, cell in zip(main.results, cells, strict=False)]
        if not all(map(same, expected, found)):
            return f"main{tuple(arguments)}: evaluator {expected}, LLVM {tuple(found)}"
        if ctypes.string_at(where, REGION) != memory:
            return f"main{tuple(arguments)}: the memory differs"
    return ""


def seed_of(text: str) -> int:
    """The seed that a stored module's first line names: `; seed 5`."""
    return int(text.split("\n", 1)[0].removeprefix("; seed "))


def store(module: Module, seed: int) -> Path:
    CORPUS.mkdir(exist_ok=True)
    path = CORPUS / f"seed-{seed}.ir"
    path.write_text(f"; seed {seed}\n{format_module(module)}", encoding="utf-8")
    return path


def check(seed: int, size: int = 30) -> str:
    """Compare on the module of a seed; a difference is shrunk and stored, and told."""
    module = random_module(seed, size)
    difference = compare(module, seed)
    if difference:
        path = store(shrink(module, lambda smaller: bool(_differs(smaller, seed))), seed)
        return f"{difference}; shrunk and stored as {path}"
    return ""


def _differs(module: Module, seed: int) -> str:
    """`compare`, for modules that an edit may have made undefined: those are of no interest."""
    try:
        return compare(module, seed)
    except EvaluationError:
        return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--size", type=int, default=30)
    options = parser.parse_args()
    failures = 0
    for seed in range(options.first, options.first + options.count):
        difference = check(seed, options.size)
        if difference:
            failures += 1
            print(f"seed {seed}: {difference}", flush=True)
    print(f"{options.count} modules, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
