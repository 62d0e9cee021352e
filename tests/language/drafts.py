"""Random drafts for the native assembler: any instructions of a language, labels and branches anywhere."""

from __future__ import annotations

import random
import struct
from typing import Any, NamedTuple

from cupola.language.assembler import assemble
from cupola.language.draft_flags import ABSOLUTE, ENTRY, LABEL
from cupola.machine.enter import function
from cupola.machine.memory import map_low

LINE = struct.Struct("<qiiHHHHIBBBB")  # `assembler.Draft`
ROOM = 1 << 16


class Line(NamedTuple):
    """An instruction of a draft: what `assembler.Draft` says, with the instruction's name."""

    name: str
    number: int
    target: int
    heat: int
    flags: int
    site: int


def random_draft(engine: Any, seed: int) -> list[Line]:
    """A draft with common runs of instructions and with any single ones; its last instruction ends."""
    choice = random.Random(seed)
    facts = {fact["name"]: fact for fact in engine.facts if not fact["name"].startswith("to_")}
    runs = [each[0].rpartition(" ")[0].split("+") for each in engine.variants if each[3] > 1]
    runs = [run for run in runs if all(name in facts for name in run)]
    names: list[str] = []
    size = choice.randint(1, 40)
    while len(names) < size:
        names += choice.choice(runs) if runs and choice.random() < 0.4 else [choice.choice(list(facts))]
    names.append(choice.choice([name for name, fact in facts.items() if fact["ends"]]))
    lines = []
    for place, name in enumerate(names):
        number = choice.choice([0, 1, -1, 1 << 30, -(1 << 31), choice.randrange(-(1 << 31), 1 << 31)])
        target, flags = -1, 0
        if facts[name].get("target_offset"):
            if choice.random() < 0.2 and not facts[name].get("number_offset"):
                number, flags = 0x40000000 + 8 * choice.randrange(1 << 20), ABSOLUTE
            else:
                target = choice.choice([choice.randrange(len(names)), place, 0])
        if choice.random() < 0.05 or place == 0:
            flags |= ENTRY
        if choice.random() < 0.05:
            flags |= LABEL
        lines.append(Line(name, number, target, choice.randrange(1 << 31), flags, choice.randrange(64)))
    labels = {line.target for line in lines}
    return [
        line._replace(flags=line.flags | (LABEL if place in labels else 0))
        for place, line in enumerate(lines)
    ]


class Assembled(NamedTuple):
    """What the assembler made: its answer, the code, where it lies, and the place of each line in it."""

    size: int
    data: bytes
    start: int
    places: list[int]


def run_assembler(engine: Any, draft: list[Line], room: int = ROOM, loop: int = -1) -> Assembled:
    """Assemble a draft by the engine's native code."""
    opcodes = {fact["name"]: number for number, fact in enumerate(engine.facts)}
    native = function(engine.symbols[assemble.name], "i64", "ptr", "ptr", "i64", "ptr", "i64", "i64")
    packed = b"".join(
        LINE.pack(
            line.number, line.target, line.heat, opcodes[line.name], line.flags, 0, 0, 0, line.site, 0, 0, 0
        )
        for line in draft
    )
    memory = map_low(ROOM + len(packed))
    try:
        memory.write(ROOM, packed)
        memory.write(0, b"\xa5" * ROOM)
        size = native(engine.tables, memory.address + ROOM, len(draft), memory.address, room, loop)
        places = [each[7] for each in LINE.iter_unpack(memory.read(ROOM, len(packed)))]
        untouched = memory.read(max(size, 0), ROOM - max(size, 0))
        assert untouched == b"\xa5" * len(untouched), "the assembler wrote past its end"
        return Assembled(size, memory.read(0, max(size, 0)), memory.address, places)
    finally:
        memory.close()
