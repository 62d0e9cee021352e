"""Random Lua programs on our engines and on the reference: what differs is made smaller and shown.

python -m tests.languages.lua.fuzz.run [--seed N] [--count M] [--engines switch,threaded] [--keep FOLDER] [--plain]
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.languages.lua.engines import ENGINES, STRESSED, Outcome, Worker
from tests.languages.lua.fuzz.program import prelude, program
from tests.languages.lua.fuzz.shrink import shrink
from tests.languages.lua.suite_files import by_reference, reference_missing

CORPUS = Path(__file__).with_name("corpus")
REFERENCE_TIMEOUT = 10.0
SHRINKING = 40.0  # seconds for one program
NAMED = re.compile(rb" ?\((?:local|upvalue|global|field|method|constant|for iterator|metamethod) '[^']*'\)")


@dataclass(frozen=True)
class Difference:
    """The first line in which an engine differs from the reference."""

    engine: str
    expected: bytes
    found: bytes
    error: str | None

    def __str__(self) -> str:
        text = f"{self.engine}: expected {self.expected!r}\n  found {self.found!r}"
        return f"{text}\n  error {self.error}" if self.error else text


class Comparison:
    """A reference and some engines; `plain` compares messages without the names of values in them."""

    def __init__(self, engines: Sequence[str], folder: Path, plain: bool = False) -> None:
        self.workers = [Worker(each) for each in ENGINES + STRESSED if str(each) in engines]
        self.path = folder / "program.lua"
        self.plain = plain

    def difference(self, text: str) -> Difference | None:
        """The first difference of any engine; None also for what is no program to the reference."""
        self.path.write_text(text, encoding="latin-1")
        try:
            expected = by_reference(self.path, REFERENCE_TIMEOUT)
        except (RuntimeError, subprocess.TimeoutExpired):
            return None
        for worker in self.workers:
            if found := self._compare(str(worker.engine), expected, worker.run(self.path)):
                return found
        return None

    def _compare(self, engine: str, expected: bytes, outcome: Outcome) -> Difference | None:
        ours, theirs = self._clean(outcome.output), self._clean(expected)
        if ours == theirs and outcome.error is None:
            return None
        for found, wanted in zip([*ours, b"(end)"], [*theirs, b"(end)"], strict=False):
            if found != wanted:
                return Difference(engine, wanted, found, outcome.error)
        return Difference(engine, b"(end)", b"(end)", outcome.error)

    def _clean(self, output: bytes) -> list[bytes]:
        return without_lines(NAMED.sub(b"", output) if self.plain else output).split(b"\n")

    def smaller(self, text: str, found: Difference) -> str:
        """A smaller program with a difference of the same kind."""
        kind = kind_of(found)

        end = time.monotonic() + SHRINKING

        def fails(candidate: str) -> bool:
            if time.monotonic() > end:
                return False
            now = self.difference(candidate)
            return now is not None and kind_of(now) == kind

        return shrink(text, fails, len(prelude()))

    def close(self) -> None:
        """End the processes."""
        for worker in self.workers:
            worker.close()


def without_lines(line: bytes) -> bytes:
    """A line of output without positions that the reference gets wrong: it does not note where integers are divided."""
    return re.sub(rb":\d+: (attempt to (?:perform 'n%0'|divide by zero))", rb":#: \1", line)


def kind_of(difference: Difference) -> str:
    """What makes two differences alike: the engine and the texts without numbers and names."""
    parts = [difference.expected, difference.found, (difference.error or "").encode()]
    cut = [
        re.sub(rb"'[^']*'|\d+", b"#", each)[:60] if b"attempt" in each or b"bad arg" in each else b""
        for each in parts
    ]
    dead = "died" in (difference.error or "")
    return f"{difference.engine} {dead} {bool(difference.error)} {cut}"


def run(seeds: range, comparison: Comparison, keep: Path | None) -> int:
    """Run the programs of some seeds; how many differed."""
    different = 0
    for seed in seeds:
        text = program(seed)
        found = comparison.difference(text)
        if found is None:
            continue
        different += 1
        small = comparison.smaller(text, found)
        body = "\n".join(small.splitlines()[len(prelude()) :])
        print(f"--- seed {seed}\n{comparison.difference(small) or found}\n{body}\n", flush=True)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"seed-{seed}.lua").write_text(f"{body}\n", encoding="latin-1")
    return different


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--engines", default=",".join(map(str, ENGINES)))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--plain", action="store_true", help="compare messages without the names of values")
    options = parser.parse_args(arguments)
    if reason := reference_missing():
        parser.error(reason)
    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(options.engines.split(","), Path(folder), options.plain)
        try:
            different = run(range(options.seed, options.seed + options.count), comparison, options.keep)
        finally:
            comparison.close()
    print(f"{options.count} programs, {different} differ")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
