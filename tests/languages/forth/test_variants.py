"""Every instruction and superinstruction, in every state of the stack cache: threaded and native code do with random
stacks what the switch interpreter does, also where they give up.

Each variant runs as guest code of its own: a `to_N` forces the state, what follows it tells by a number which way
control went, and `done` leaves with the whole stack in memory.
"""

from __future__ import annotations

import math
import random
import struct
from typing import Any, NamedTuple

import pytest

import cupola
from cupola.language.assembler import MOST_AT_LABEL, assemble
from cupola.language.draft_flags import ENTRY, LABEL
from cupola.language.limits import NEVER, LimitReached
from cupola.languages.forth import constants
from cupola.languages.forth.image import define
from cupola.machine.enter import function
from tests.language.drafts import LINE, Line

FELL, JUMPED, RETURNED = 111, 222, 333
DATA = constants.FIRST_FREE + 4096  # guest address of the memory that the instructions work on
DATA_BYTES = 256
SCRATCH = constants.CODE_BYTES // 2  # where the code lies, in the region for guest code
TRIALS = 4
FLOATS = [
    0.0,
    -0.0,
    1.0,
    -1.5,
    2.5,
    0.1,
    1e300,
    -1e-300,
    5e-324,
    2.0**63,
    -(2.0**63),
    2.0**62,
    math.inf,
    math.nan,
]
CELLS = [0, 1, -1, 2, 3, 63, 64, DATA, DATA + 8, DATA + 100, 1 << 62, -(1 << 63), (1 << 63) - 1, 65, 10**12]


class Trial(NamedTuple):
    """What one variant is run with."""

    names: list[str]
    state: int
    numbers: list[int]
    cells: list[int]
    floats: list[float]
    loop: tuple[int, int]
    steps: int | None


class Result(NamedTuple):
    """Why a run ended, the cells, the floats as bytes, the cells on the return stack, the data, index and limit, the
    steps."""

    reason: int | str
    cells: tuple[int, ...]
    floats: bytes
    returns: tuple[int, ...]
    data: bytes
    loop: tuple[int, int]
    steps: int


def sequences(image: Any) -> dict[int, list[int]]:
    """The opcodes of each variant, by its number."""
    states = image["states"]
    found = {number: [at // states] for at, number in enumerate(image["plain"]) if number != 0xFFFF}
    for shorter, opcode, longer in sorted(image["fusions"], key=lambda each: each[2]):
        found[longer] = [*found[shorter], opcode]
    return found


class Bench:
    """A Forth system in which single variants are run, by code for one engine or another at the same place."""

    def __init__(self) -> None:
        self.vm = cupola.VM("forth", tier="baseline")
        self.system = self.vm.system
        self.engine = self.system.engine
        self.opcodes = {fact["name"]: number for number, fact in enumerate(self.engine.facts)}
        self.code = self.system.address + constants.CODE_OFFSET + SCRATCH
        address = self.engine.symbols[assemble.name]
        self.assemble = function(address, "i64", "ptr", "ptr", "i64", "ptr", "i64", "i64")
        self.landing = self.code

    def line(self, name: str, number: int = 0, target: int = -1, flags: int = 0) -> Line:
        return Line(name, number, target, NEVER, flags, 0)

    def lay_out(self, draft: list[Line], place: int, tier: str) -> tuple[int, list[int]]:
        """Assemble a draft at an address, for an engine: its end, and the place of each line."""
        loop = self.engine.loop_variants.get(tier, -1)
        draft_place = constants.DRAFT_OFFSET
        packed = b"".join(
            LINE.pack(each.number, each.target, each.heat, self.opcodes[each.name], each.flags, *[0] * 7)
            for each in draft
        )
        memory = self.system.memory
        memory.write(draft_place, packed)
        at = self.system.address + draft_place
        size = self.assemble(self.engine.tables, at, len(draft), place, 1 << 16, loop)
        assert size > 0
        places = [place + each[7] for each in LINE.iter_unpack(memory.read(draft_place, len(packed)))]
        return place + size, places

    def draft(self, names: list[str], state: int, numbers: list[int]) -> list[Line]:
        """The code around a variant."""
        end = len(names) + 3
        lines = [self.line(f"to_{state}", flags=ENTRY)]
        for name, number in zip(names, numbers, strict=True):
            jumps = "target_offset" in self.engine.facts[self.opcodes[name]]
            lines.append(self.line(name, number, end if jumps else -1))
        has_label = any(each.target >= 0 for each in lines)
        lines += [self.line("lit32", FELL), self.line("done")]
        lines += [self.line("lit32", JUMPED, flags=LABEL if has_label else 0), self.line("done")]
        return lines

    def run(self, trial: Trial, tier: str) -> Result:
        """Run a variant, with a return stack of addresses that one may return to."""
        system = self.system
        self.lay_out([self.line("lit32", RETURNED, flags=ENTRY), self.line("done")], self.landing, tier)
        draft = self.draft(trial.names, trial.state, trial.numbers)
        end, places = self.lay_out(draft, self.landing + 256, tier)
        if tier == "baseline":
            assert system.compile(places[0], end, "variant")
        system.limits = cupola.Limits(steps=trial.steps)
        system.start_clock()
        system.stack = trial.cells
        system.float_stack = trial.floats
        system.memory.write(constants.DATA_OFFSET + DATA - constants.LOW, bytes(range(DATA_BYTES)))
        bottom = system.vm.return_bottom
        packed = self.landing.to_bytes(8, "little") * 8
        system.memory.write(bottom - system.address, packed)
        registers = {"rp": bottom + 48, "index": trial.loop[0], "limit": trial.loop[1], "pc": places[0]}
        for name, value in registers.items():
            system.set_register(name, value)
        before = system.steps
        reason: int | str
        try:
            reason = system.go()
        except LimitReached as error:
            return Result(error.limit, (), b"", (), b"", (0, 0), system.steps - before)
        if reason == constants.EXIT_THROW:
            reason = f"throw {system.vm.error}"
        rp = system.register("rp")
        packed = system.memory.read(bottom - system.address, rp - bottom)
        returns = [
            int.from_bytes(packed[at : at + 8], "little", signed=True) for at in range(0, len(packed), 8)
        ]
        data = system.memory.read(constants.DATA_OFFSET + DATA - constants.LOW, DATA_BYTES)
        state = system.register("index"), system.register("limit")
        near = tuple("code" if self.code <= cell < self.code + 65536 else cell for cell in returns)
        floats = b"".join(as_bytes(each) for each in system.float_stack)
        steps = system.steps - before
        return Result(reason, system.stack, floats, near, data, state, steps)  # type: ignore[arg-type]  # marks


def as_bytes(value: float) -> bytes:
    """The bytes of a float; all that are no number are the same: which one it is depends on the order of operands."""
    return struct.pack("<d", math.nan if math.isnan(value) else value)


def trials(bench: Bench, names: list[str], state: int, seed: int) -> list[Trial]:
    """Random stacks and operands for a variant; the last time the budget is used up."""
    choice = random.Random(seed)
    bottom: int = bench.system.vm.stack_bottom
    float_bottom: int = bench.system.vm.float_bottom

    def number(name: str) -> int:
        kinds = {what: kind for what, kind, _ in bench.engine.facts[bench.opcodes[name]]["operands"]}
        if "cost" in kinds:
            return 5
        match next((kind for kind in kinds.values() if kind not in ("target", "countdown")), ""):
            case "stack address":
                return bottom - 8 * choice.randrange(9)
            case "stack distance":
                return 8 * choice.randrange(1024)
            case "count" if "local" in name:  # the cells that `run` puts on the return stack
                return choice.randrange(1, 4)
            case "count":
                return choice.randrange(64)
            case "real":
                return int.from_bytes(struct.pack("<d", choice.choice(FLOATS)), "little", signed=True)
            case "imm64":
                return choice.choice(CELLS)
            case "imm32" if name.startswith("float "):
                return float_bottom - 8 * choice.randrange(8)
            case "imm32" if name in ("tally", "loop opens", "loop closes"):  # of a counter
                start: int = bench.system.address
                return start + constants.DATA_BIAS + DATA + 8 * choice.randrange(16)
            case "imm32":
                return choice.randrange(-(1 << 31), 1 << 31)
            case _:
                return DATA + 8 * choice.randrange(16)

    tokens = [0, -1, 1 << 40, bench.system.find("dup"), bench.system.find("swap")]
    out = []
    for at in range(TRIALS + 1):
        cells = [choice.choice(CELLS) if choice.random() < 0.8 else choice.getrandbits(63) for _ in range(8)]
        floats = [choice.choice(FLOATS) if choice.random() < 0.7 else choice.gauss(0, 100) for _ in range(6)]
        if at == 0:
            cells[-2:] = [DATA + 16, DATA + 24]
        if "execute" in names:
            cells[-1] = choice.choice(tokens)
        loop = (choice.choice([0, -1, (1 << 63) - 1, -(1 << 63), 5]), choice.choice([0, 7, -(1 << 63)]))
        steps = 3 if at == TRIALS else 10_000
        out.append(Trial(names, state, [number(name) for name in names], cells, floats, loop, steps))
    return out


def all_variants(bench: Bench) -> list[tuple[int, list[str], int]]:
    """Number, instructions and state of every variant that is not about more than the stacks and the data."""
    cold = {each.name for each in define().instructions if each.cold}
    cold |= {"allocate", "free", "resize"}  # what they do depends on what was allocated before
    cold.add("count run")  # its operand is the number of a counter, which the system has checked
    names = {number: name for name, number in bench.opcodes.items()}
    out = []
    for number, opcodes in sorted(sequences(bench.engine.image).items()):
        sequence = [names[each] for each in opcodes]
        if not bench.engine.variants[number][6] and not cold.intersection(sequence):
            out.append((number, sequence, bench.engine.variants[number][4]))
    return out


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def test_there_are_variants_of_every_sort(bench: Bench) -> None:
    found = all_variants(bench)
    assert {state for *_, state in found} == {0, 1, 2, 3}
    assert {len(names) for _, names, _ in found} >= {1, 2, 3}
    assert len(found) > 1000


@pytest.mark.parametrize("state", [0, 1, 2, 3])
def test_all_variants_do_what_the_switch_interpreter_does(bench: Bench, state: int) -> None:
    gave_up = jumped = 0
    for number, names, start in all_variants(bench):
        if start != state:
            continue
        for trial in trials(bench, names, state, number):
            expected = bench.run(trial, "switch")
            gave_up += expected.reason != constants.EXIT_DONE
            jumped += JUMPED in expected.cells[-1:]
            for tier in ("table", "threaded", "baseline"):
                assert bench.run(trial, tier) == expected, f"{tier}: {trial}"
            if not has_run(bench, number):
                out = bench.engine.variants[number][5]
                assert out > MOST_AT_LABEL and is_branch(bench, names[-1]), names
    assert gave_up > 20 and jumped > 20


def has_run(bench: Bench, number: int) -> bool:
    """Whether the variant that was meant stands where the state was forced. The assembler lets no branch arrive
    with more than MOST_AT_LABEL cells in registers: there are variants of them that nothing uses."""
    at = bench.landing + 256 - bench.system.address
    headers = (bench.system.memory.read(at + offset, 2) for offset in (6, 14))
    return number in (int.from_bytes(each, "little") for each in headers)


def is_branch(bench: Bench, name: str) -> bool:
    return "target_offset" in bench.engine.facts[bench.opcodes[name]]
