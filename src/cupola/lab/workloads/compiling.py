"""Compiling the words of the benchmark programs: copy-and-patch, and LLVM on the same words.

    python -m cupola.lab.workloads.compiling WAY expected.toml

`expected.toml` is that of the folder with the programs. An iteration compiles everything once (copy-and-patch: the mean
of many times, as one takes some microseconds). What Python does to write LLVM's text is counted for nobody.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cupola.lab.bench.programs import EXTENSIONS, programs_in
from cupola.lab.engines.compile_rate import NATIVE_SAMPLES, Subject, llvm_inputs, llvm_seconds
from cupola.lab.running import told

Iterate = Callable[[], float]


def copy_and_patch(subject: Subject) -> Iterate:
    """The product's compiler, into memory that was used before."""
    return lambda: sum(subject.warm()[0] for _ in range(NATIVE_SAMPLES)) / NATIVE_SAMPLES


def llvm(level: int, each: bool) -> Callable[[Subject], Iterate]:
    """LLVM with this level of optimization; `each`: a module for each word, as a compiler at run time would have."""

    def prepare(subject: Subject) -> Iterate:
        from cupola.machine.llvm import compile_module

        texts, whole = llvm_inputs(subject.names, subject.words)
        inputs = texts if each else [whole]

        def iterate() -> float:
            began = time.perf_counter()
            if level:
                for text in inputs:
                    compile_module(text, optimize=level)
            else:
                llvm_seconds(inputs)
            return time.perf_counter() - began

        return iterate

    return prepare


WAYS: dict[str, Callable[[Subject], Iterate]] = {
    "copy-and-patch": copy_and_patch,
    "llvm-O0-each": llvm(0, True),
    "llvm-O0-one-module": llvm(0, False),
    "llvm-O2-one-module": llvm(2, False),
}


def main(arguments: Sequence[str]) -> int:
    """Run the iterations that are wanted, and tell."""
    if len(arguments) != 2 or arguments[0] not in WAYS:
        print(f"expected a way ({', '.join(WAYS)}) and a file, found {arguments}", file=sys.stderr)
        return 2
    subject = Subject(programs_in(Path(arguments[1]).parent, EXTENSIONS["forth"], ()), own=True)
    iterate = WAYS[arguments[0]](subject)
    seconds = [iterate() for _ in range(told.wanted_iterations())]
    size = subject.size()
    print(f"{size.words} words, {size.instructions} instructions")
    state = {"way": arguments[0], "words": str(size.words), "instructions": str(size.instructions)}
    told.tell(told.Told(seconds, state=state))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
