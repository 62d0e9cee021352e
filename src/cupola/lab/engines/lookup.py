"""`cupola bench lookup`: how long the dictionary takes to find a word, for the 23 words of StarForth's experiment.

The words are looked up one after the other, round and round, by native code that does nothing else: in the dictionary
of a new system and in one with 32,000 words more, with one word list in the search order and with eight of which the
last has the words. Three ways of searching are compared on the same data: one probe for all lists (what the system
does), one list after the other in the order, and the same with the lists that have most hits first (the option
`search-order`). The peer, where there is one, does the same with FIND-NAME in a loop of its own, whose cost is taken
off.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cupola
from cupola.kernel import Function, Ptr, i64, kernel, u8
from cupola.lab.bench.programs import Program, UsageError
from cupola.lab.bench.report import Report, Setting, Table
from cupola.languages.forth.machine import VM
from cupola.languages.forth.vm import ForthVM

TEXT_OF_WORDS = "IF THEN ELSE DO LOOP +LOOP DUP DROP SWAP OVER ROT + - * / MOD @ ! C@ C! EMIT KEY ."
WORDS = TEXT_OF_WORDS.split()
STRIDE = 32  # bytes from one name to the next
ROUNDS = 20_000  # through the words, in one sample
MORE_WORDS = 32_000
LISTS = 8
WORDS_OF_A_LIST = 50
PEER = "gforth-fast"
DICTIONARY = "cupola.languages.forth.dictionary.records"
FAR = 1 << 60  # searches until the lists are put in another order: never

Find = Function[[Ptr[VM], Ptr[u8], i64], i64]


@kernel
def look_up(find: Find, vm: Ptr[VM], names: Ptr[u8], lengths: Ptr[i64], count: i64, rounds: i64) -> i64:
    """Find all words, `rounds` times; the sum of what was found."""
    total: i64 = 0
    for _ in range(rounds):
        for each in range(count):
            total += find(vm, names + each * STRIDE, lengths[each])
    return total


def more_words(count: int) -> str:
    """Definitions of `count` words, as text."""
    return "".join(f": spare-word-{number}-of-many ;\n" for number in range(count))


def more_lists() -> str:
    """Seven word lists with some words each, all searched before FORTH-WORDLIST, as text."""
    lines = ["forth-wordlist"]
    for number in range(1, LISTS):
        lines.append(f"wordlist dup constant list-{number}  get-current over set-current")
        lines += [f": word-{each}-of-list-{number} ;" for each in range(WORDS_OF_A_LIST)]
        lines.append("set-current")
    lines.append(f"{LISTS} set-order")
    return "\n".join(lines) + "\n"


SETTINGS = {
    "new system, 1 list": "",
    f"new system, {LISTS} lists": more_lists(),
    f"{MORE_WORDS:,} words more, 1 list": more_words(MORE_WORDS),
    f"{MORE_WORDS:,} words more, {LISTS} lists": more_words(MORE_WORDS) + more_lists(),
}
"""Name of a setting -> the text that makes it of a new system."""


class Subject:
    """A system in one of the settings, and the ways to search it; `sample` runs one of them."""

    def __init__(self, text: str) -> None:
        from ctypes import c_int64, create_string_buffer

        from cupola.kernel.native import compile_native

        self.vm = ForthVM(tier="threaded")
        self.vm.run(text)
        self._run = compile_native([look_up])[look_up.name]
        self._names = create_string_buffer(b"".join(each.encode().ljust(STRIDE, b"\0") for each in WORDS))
        self._lengths = (c_int64 * len(WORDS))(*map(len, WORDS))
        self.expected = ROUNDS * sum(self.vm.find(each) for each in WORDS)

    def sample(self, way: str) -> float:
        """Nanoseconds a lookup. Raises AssertionError if something else is found than the system finds."""
        name, by_hits = WAYS[way]
        vm = self.vm.vm
        self.vm.run("get-order set-order")  # no list has been moved
        if by_hits:
            vm.until_turns = 0
            self._call("search_in_turn", 20)
            vm.until_turns = 0
            self._call("search_in_turn", 1)
        vm.until_turns = FAR
        began = time.perf_counter()
        found = self._call(name, ROUNDS)
        took = time.perf_counter() - began
        assert found == self.expected, f"{way}: found other words than the system does"
        return took / (ROUNDS * len(WORDS)) * 1e9

    def _call(self, name: str, rounds: int) -> int:
        find = self.vm.engine.symbols[f"{DICTIONARY}.{name}"]
        found: int = self._run(find, self.vm.address, self._names, self._lengths, len(WORDS), rounds)
        return found


# Name of a way -> the function that searches, and whether the lists with most hits come first.
WAYS = {
    "one table": ("find_word", False),
    "list after list": ("search_in_turn", False),
    "list after list, by hits": ("search_in_turn", True),
}

PEER_LOOP = """
create names  {names}
: table-name ( n -- c-addr u )  2* cells names + 2@ ;
: look-up ( n -- )  0 do 23 0 do i table-name find-name drop loop loop ;
: check-all ( -- )  23 0 do i table-name find-name 0= abort" a word is missing" loop ;
: no-look-up ( n -- )  0 do 23 0 do i table-name drop drop loop loop ;
: ticks ( -- u )  utime drop ;
check-all  1000 look-up  1000 no-look-up
ticks {rounds} look-up ticks swap -  ticks {rounds} no-look-up ticks swap - -  . cr
"""


def peer_sample(path: Path) -> float:
    """Nanoseconds that the peer takes for a lookup."""
    done = subprocess.run([PEER, str(path), "-e", "bye"], capture_output=True, text=True, timeout=300)
    words = done.stdout.split()
    if done.returncode != 0 or not words:
        raise UsageError(f"{PEER} cannot run the program of this measurement: {done.stderr.strip()[-200:]}")
    return int(words[-1]) * 1e3 / (ROUNDS * len(WORDS))


def peer_program(text: str) -> str:
    """The same for the peer: `text` makes the setting, the last line prints microseconds."""
    names = "  ".join(f's" {each}" , ,' for each in WORDS)
    return "\n".join([text, "also", "previous", PEER_LOOP.format(names=names, rounds=ROUNDS)])


def measure(runs: int, seed: int) -> dict[str, dict[str, list[float]]]:
    """All settings and ways, in random order, `runs` times: nanoseconds a lookup, by setting and way."""
    chance = random.Random(seed)
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        jobs: list[tuple[str, str, Callable[[], float]]] = []
        for number, (setting, text) in enumerate(SETTINGS.items()):
            subject = Subject(text)
            for way in WAYS:
                jobs.append((setting, way, lambda subject=subject, way=way: subject.sample(way)))  # type: ignore[misc]  # defaults bind the loop's variables
            if shutil.which(PEER):
                path = Path(scratch) / f"peer{number}.fs"
                path.write_text(peer_program(text))
                jobs.append((setting, PEER, lambda path=path: peer_sample(path)))  # type: ignore[misc]  # as above
        for _ in range(runs):
            for setting, way, job in chance.sample(jobs, len(jobs)):
                found.setdefault(setting, {}).setdefault(way, []).append(job())
    return {setting: found[setting] for setting in SETTINGS}


def run(programs: Sequence[Program], about: Setting) -> Report:
    """Measure, and make a report of it; `programs` are not used."""
    found = measure(about.runs, about.seed)
    ways = [*WAYS, *([PEER] if shutil.which(PEER) else [])]
    table = Table(
        "Nanoseconds a lookup: median (smallest)",
        ["dictionary", *ways],
        [[setting, *(shown(each[way]) for way in ways)] for setting, each in found.items()],
    )
    lines = [
        f"{len(WORDS)} words, {ROUNDS * len(WORDS):,} lookups a sample, {about.runs} samples, in random order; version "
        f"{cupola.__version__}.",
    ]
    data: dict[str, Any] = {"words": WORDS, "nanoseconds": found}
    return Report("lookup", about, [table], lines, data)


def shown(samples: Sequence[float]) -> str:
    return f"{statistics.median(samples):.1f} ({min(samples):.1f})"
