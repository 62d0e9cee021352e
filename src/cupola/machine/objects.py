"""Compiled modules, each kept on disk by itself: whoever changes one function compiles one module anew, not all.

The key of an object is the text that it was made of, with LLVM's options, our passes over its assembly,
and the versions of LLVM and of the CPU, so what is found is what compiling would give.
"""

from __future__ import annotations

import os

from cupola.machine.cache import Cache, digest
from cupola.machine.cpu import cpu_key, llvm_key
from cupola.machine.llvm import OPTIONS, compile_modules

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PREFIX = "object-"
KEPT = 300  # objects: those of a few versions of a language, 20 to 30 MB


def passes() -> list[bytes]:
    """The source of what changes the assembly that LLVM makes."""
    found = []
    for name in ("assembly_lines.py", "tail_branches.py", "cold_code.py"):
        with open(os.path.join(os.path.dirname(__file__), name), "rb") as file:
            found.append(file.read())
    return found


def compile_kept(
    texts: Iterable[str], *, total: int, cache: Cache, progress: Callable[[int, int], None] | None = None
) -> list[bytes]:
    """`llvm.compile_modules` for `total` modules, but what is in the cache is taken from there, and the rest put
    there."""
    made_with: tuple[str | bytes, ...] = (cpu_key(), llvm_key(), *OPTIONS, *passes())
    keys: list[str] = []
    found: dict[int, bytes] = {}

    def missing() -> Iterator[str]:
        for place, text in enumerate(texts):
            keys.append(PREFIX + digest(text, *made_with)[:40])
            known = cache.load(keys[-1])
            if known is None:
                yield text
            else:
                found[place] = known

    def advanced(done: int, _: int) -> None:
        if progress is not None:
            progress(len(found) + done, total)

    compiled = iter(compile_modules(missing(), total=total, progress=advanced))
    objects = []
    for place, key in enumerate(keys):
        if place not in found:
            found[place] = next(compiled)
            cache.store(key, found[place])
        objects.append(found[place])
    cache.keep_newest(PREFIX, KEPT)
    return objects
