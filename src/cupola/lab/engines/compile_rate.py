"""`cupola bench compile`: how fast the baseline compiler is, beside LLVM without optimization on the same words.

All words of the benchmark programs and of the prelude are loaded into one VM made for this. In each run, in random
order, the native compiler compiles all of them (nothing being compiled before), into memory used before and into
fresh memory; and LLVM compiles them as whole functions (see `whole_words`), one module for each word as a compiler at
run time would, and all in one module. What Python does to make LLVM's input is not counted. Times are CPU time.
"""

from __future__ import annotations

import ctypes
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cupola.kernel import Function, Ptr, i64, kernel, pointer, u8
from cupola.lab.bench.programs import Program
from cupola.lab.bench.report import Report, Setting, Table
from cupola.lab.engines.whole_words import GuestCode, word_module, words_of
from cupola.language.limits import NEVER, Thresholds
from cupola.languages.forth.image import define
from cupola.languages.forth.vm import ForthVM
from cupola.machine.memory import CodeArena
from cupola.tiers.baseline.patching import Evaluate
from cupola.tiers.layout import Tables
from cupola.tiers.modules import Modules

Compile = Function[[Ptr[Tables], Evaluate, Ptr[u8], Ptr[u8], Ptr[u8], i64], i64]
NATIVE_SAMPLES = 50  # of all words, in each run: one takes about a tenth of a millisecond
MAIN = "\nmain"  # the last line of a program runs it; here only its definitions are wanted


@kernel
def compile_many(
    compile: Compile,
    tables: Ptr[Tables],
    evaluate: Evaluate,
    starts: Ptr[i64],
    ends: Ptr[i64],
    count: i64,
    out: Ptr[u8],
    native: i64,
) -> i64:
    """Compile `count` pieces of guest code one after the other to `out`, which runs at `native`; the bytes used."""
    used: i64 = 0
    at: i64 = 0
    while at < count:
        start = pointer(Ptr[u8], starts[at])
        end = pointer(Ptr[u8], ends[at])
        used += compile(tables, evaluate, start, end, out + used, native + used)
        used = (used + 15) & -16
        at += 1
    return used


@dataclass(frozen=True)
class Size:
    """How much was compiled: words, guest instructions, stencils copied, bytes of guest code and of native code."""

    words: int
    instructions: int
    stencils: int
    guest_bytes: int
    native_bytes: int


@dataclass(frozen=True)
class Way:
    """A way to compile everything: its name, the CPU seconds of each sample, the bytes of code that came out."""

    name: str
    seconds: list[float]
    bytes: int

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


class Subject:
    """The VM with the words, and the native compiler as something that can be called once for all of them. With `own`
    they are the words of the programs alone, without those of the system."""

    def __init__(self, programs: Sequence[Program], *, own: bool = False) -> None:
        self.vm = ForthVM(tier="auto", thresholds=Thresholds(NEVER, NEVER))
        system = self.vm.vm.word_count
        for each in programs:
            text = each.path.read_text(encoding="utf-8")
            self.vm.run(text[: text.rfind(MAIN) + 1], str(each.path))
        self.names = [each[0] for each in self.vm.engine.variants]
        self.words = words_of(self.vm, system if own else 1)
        self._scratch = CodeArena(4 << 20)
        self._native = self._native_compiler()
        self.compile(self._scratch, 0)

    def _native_compiler(self) -> Callable[[int, int], int]:
        from cupola.kernel.native import compile_native

        (many,) = compile_native([compile_many]).values()
        engine = self.vm.engine
        compiler = engine.symbols["cupola.tiers.baseline.compiler.compile_code"]
        count = len(self.words)
        starts = (ctypes.c_int64 * count)(*(each.start for each in self.words))
        ends = (ctypes.c_int64 * count)(*(each.start + len(each.data) for each in self.words))

        def run(out: int, native: int) -> int:
            evaluate = engine.symbols["operand_expression"]
            used: int = many(compiler, engine.tables, evaluate, starts, ends, count, out, native)
            return used

        return run

    def compile(self, arena: CodeArena, offset: int) -> tuple[float, int]:
        """Compile all words into the arena at `offset`: CPU seconds, and bytes used. Guest code is as before after
        it."""
        began = time.process_time()
        used = self._native(arena.writable + offset, arena.executable + offset)
        seconds = time.process_time() - began
        for each in self.words:
            self.vm.memory.write(each.start - self.vm.address, each.data)
        return seconds, used

    def warm(self) -> tuple[float, int]:
        """Compile into memory that was used before."""
        return self.compile(self._scratch, 0)

    def size(self) -> Size:
        engine = self.vm.engine
        counts = [
            engine.count_instructions(engine.tables, each.start, each.start + len(each.data))
            for each in self.words
        ]
        return Size(
            len(self.words),
            sum(counts),
            self._stencils(),
            sum(len(each.data) for each in self.words),
            self.warm()[1],
        )

    def _stencils(self) -> int:
        variants, count = self.vm.engine.variants, 0
        for word in self.words:
            at = 0
            while at < len(word.data):
                at += variants[int.from_bytes(word.data[at + 6 : at + 8], "little")][2]
                count += 1
        return count


def llvm_inputs(names: Sequence[str], words: Sequence[GuestCode]) -> tuple[list[str], str]:
    """The LLVM text of each word as a module of its own, and of all in one; see `word_module`."""
    from cupola.ir.llvm import module_text
    from cupola.ir.verifier import verify_module

    modules = Modules(define())
    single = [word_module(modules, names, [each]) for each in words]
    whole = word_module(modules, names, words)
    verify_module(whole)
    return [module_text(each) for each in single], module_text(whole)


def llvm_seconds(texts: Sequence[str]) -> tuple[float, float, int]:
    """Compile modules without optimization: CPU seconds of parsing and of making code, and bytes of the objects."""
    from llvmlite import binding

    from cupola.machine.llvm import target_machine

    target = target_machine(0)
    parsing = making = 0.0
    size = 0
    for text in texts:
        with binding.create_context() as context:
            began = time.process_time()
            module = binding.parse_assembly(text, context=context)
            parsed = time.process_time()
            with module:
                size += len(target.emit_object(module))
                making += time.process_time() - parsed
            parsing += parsed - began
    return parsing, making, size


def measure(programs: Sequence[Program], runs: int, seed: int) -> tuple[Size, list[Way]]:
    """All ways, `runs` times in random order."""
    subject = Subject(programs)
    size = subject.size()
    texts, whole = llvm_inputs(subject.names, subject.words)
    llvm_seconds(texts[:1])
    ways = {name: Way(name, [], 0) for name in NAMES}
    sizes: dict[str, int] = {}

    def note(name: str, seconds: float, made: int) -> None:
        ways[name].seconds.append(seconds)
        sizes[name] = made

    def native() -> None:
        fresh = CodeArena((NATIVE_SAMPLES + 1) * (size.native_bytes + 4096))
        for sample in range(NATIVE_SAMPLES):
            note(WARM, *subject.warm())
            note(FRESH, *subject.compile(fresh, sample * (-(-size.native_bytes // 4096) * 4096)))
        fresh.close()

    def llvm(names: tuple[str, str], inputs: Sequence[str]) -> None:
        parsing, making, made = llvm_seconds(inputs)
        note(names[0], parsing + making, made)
        note(names[1], making, made)

    chance = random.Random(seed)
    jobs: list[Callable[[], None]] = [
        native,
        lambda: llvm((EACH, EACH_CODE), texts),
        lambda: llvm((ALL, ALL_CODE), [whole]),
    ]
    for _ in range(runs):
        for job in chance.sample(jobs, len(jobs)):
            job()
    return size, [Way(name, ways[name].seconds, sizes[name]) for name in NAMES]


WARM, FRESH = "copy and patch", "copy and patch, fresh memory"
EACH, EACH_CODE = "LLVM -O0, a module a word", "the same without parsing"
ALL, ALL_CODE = "LLVM -O0, one module", "the same, without parsing"
NAMES = (WARM, FRESH, EACH, EACH_CODE, ALL, ALL_CODE)


def run(programs: Sequence[Program], about: Setting) -> Report:
    """Measure, and make a report of it."""
    size, ways = measure(programs, about.runs, about.seed)
    table = Table(
        "Compile rate",
        ["compiler", "instructions/s", "ns/instruction", "bytes of code/s", "ms for all", "smallest to largest",
         f"{WARM} is faster by"],
        [row(size, way, ways[0].median) for way in ways],
    )  # fmt: skip
    lines = [
        f"{size.words} words: {size.instructions:,} guest instructions ({size.stencils:,} stencils, as several "
        f"instructions share one), {size.guest_bytes:,} bytes of guest code, {size.native_bytes:,} bytes of native "
        f"code.",
        f"CPU time, medians; {about.runs} runs of LLVM, {about.runs * NATIVE_SAMPLES} of copy and patch. LLVM's bytes "
        f"are those of the object files.",
    ]
    return Report("compile rate", about, [table], lines, document(size, ways))


def row(size: Size, way: Way, reference: float) -> list[str]:
    """One row of the table."""
    return [
        way.name,
        f"{size.instructions / way.median:,.0f}",
        f"{way.median / size.instructions * 1e9:,.1f}",
        f"{way.bytes / way.median:,.0f}",
        f"{way.median * 1e3:,.3f}",
        f"{min(way.seconds) * 1e3:,.3f} to {max(way.seconds) * 1e3:,.3f}",
        f"{way.median / reference:,.1f}",
    ]


def document(size: Size, ways: Sequence[Way]) -> dict[str, Any]:
    """Everything for JSON."""
    from dataclasses import asdict

    return {"size": asdict(size), "ways": [{**asdict(way), "median": way.median} for way in ways]}
