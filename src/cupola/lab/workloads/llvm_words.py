"""A program whose words are compiled by LLVM, as whole functions, to compare copy-and-patch with.

    python -m cupola.lab.workloads.llvm_words O0|O2 SWITCHES PROGRAM [ARGS]

The definitions are loaded on an interpreter (SWITCHES should say `--tier threaded`); then all words of the system are
compiled from the same definition that handlers and stencils are made of (`whole_words`), without passes or with those
of -O2, and the headers of guest code where a word begins, and where its callees return to, lead into them. From there
on `cupola.lab.running.guest` iterates. What gives up (a budget that is used up, an address that is none) goes on in the
interpreter until the next call or return.

The functions hold addresses of this process's memory. The process therefore starts itself anew without address space
randomisation, where the system allows that, and keeps what LLVM made in the cache: the first process of a program
takes some ten seconds, later ones start at once.
"""

from __future__ import annotations

import os
import sys

from cupola.lab.running import guest

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cupola.api import VM
    from cupola.lab.engines.whole_words import GuestCode

LEVELS = {"O0": 0, "O2": 2}
ADDR_NO_RANDOMIZE = 0x0040000  # of personality(2)
ASK = 0xFFFFFFFF
KEPT = 64  # programs of which the cache keeps the code
PREFIX = "llvm_words-"


def fix_addresses(arguments: Sequence[str]) -> None:
    """Start this process anew with the same addresses each time; return if that is so, or cannot be."""
    import ctypes

    system: Any = ctypes.CDLL(None, use_errno=True)
    now = system.personality(ASK)
    if now == -1 or now & ADDR_NO_RANDOMIZE:
        return
    if system.personality(now | ADDR_NO_RANDOMIZE) == -1 or not system.personality(ASK) & ADDR_NO_RANDOMIZE:
        return
    os.execv(sys.executable, [sys.executable, "-m", "cupola.lab.workloads.llvm_words", *arguments])


class Compiled:
    """Words of a system as native code of LLVM: linked, and led to by guest code."""

    def __init__(self, system: Any, words: Sequence[GuestCode], level: int) -> None:
        from cupola.machine import libc
        from cupola.machine.linker import link
        from cupola.machine.memory import CodeArena

        self.system = system
        self.words = words
        made = self._made(level)
        engine = system.engine
        externals = {name: libc.address(name) for name in engine.image["externals"]}
        self.arena = CodeArena(-(-(2 * len(made["object"]) + 65536) // 4096) * 4096)
        linked = link([made["object"]], self.arena, {**externals, **engine.symbols})
        self.bytes = linked.size
        self.places = 0
        for name, addresses in made["entries"].items():
            for address in addresses:
                self._lead(address, linked.symbols[name])

    def _lead(self, guest_address: int, native: int) -> None:
        """Let the header at a guest address lead to native code."""
        from cupola.tiers.headers import HANDLER_OFFSET

        place = guest_address - self.system.address + HANDLER_OFFSET
        self.system.memory.write(place, native.to_bytes(4, "little"))
        self.places += 1

    def _made(self, level: int) -> dict[str, Any]:
        """The object and the entries of the functions, from the cache if they are there."""
        import marshal

        from cupola.machine.cache import Cache, digest
        from cupola.machine.cpu import cpu_key, llvm_key

        contents = [part for each in self.words for part in (each.name, str(each.start), each.data)]
        key = (
            PREFIX + digest(self.system.engine.definition, str(level), cpu_key(), llvm_key(), *contents)[:40]
        )
        cache = Cache()
        found = cache.load(key)
        if found is None:
            found = marshal.dumps(_compile(self.system, self.words, level))
            cache.store(key, found)
            cache.keep_newest(PREFIX, KEPT)
        made: dict[str, Any] = marshal.loads(found)
        return made


def _compile(system: Any, words: Sequence[GuestCode], level: int) -> dict[str, Any]:
    from cupola.ir.llvm import module_text
    from cupola.ir.verifier import verify_module
    from cupola.lab.engines.whole_words import entries_of, word_module
    from cupola.languages.forth.image import define
    from cupola.machine.llvm import compile_module
    from cupola.tiers.modules import Modules

    modules = Modules(define())
    names = [each[0] for each in system.engine.variants]
    module = word_module(modules, names, words)
    verify_module(module)
    return {
        "object": compile_module(module_text(module), optimize=level),
        "entries": entries_of(modules, names, words),
    }


_kept: list[Compiled] = []  # native code lives as long as the process


def main(arguments: Sequence[str]) -> int:
    """Compile and run; the exit status is that of `cupola run`."""
    if not arguments or arguments[0] not in LEVELS:
        print(f"expected a level ({', '.join(LEVELS)}), found {arguments[:1]}", file=sys.stderr)
        return 2
    fix_addresses(arguments)
    level = arguments[0]

    def loaded(vm: VM) -> dict[str, str]:
        from cupola.lab.engines.whole_words import words_of

        made = Compiled(vm.system, words_of(vm.system), LEVELS[level])
        _kept.append(made)
        return {
            "compiler": f"LLVM -{level}",
            "words of LLVM": str(len(made.words)),
            "ways into them": str(made.places),
            "bytes of LLVM": str(made.bytes),
        }

    return guest.main(arguments[1:], loaded)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
