"""Reads guest code as the tiers do, and checks that the states of the stack cache fit on every way."""

from __future__ import annotations

from typing import Any, NamedTuple

from cupola.tiers.headers import OPCODE_MASK
from cupola.tiers.layout import NO_VARIANT


class Row(NamedTuple):
    """A variant of the image: see `Engine.variants`."""

    name: str
    opcode: int
    length: int
    covers: int
    state_in: int
    state_out: int
    step: bool


class Placed(NamedTuple):
    """An instruction in guest code: where it starts, its name, variant, and operands by name. `head` is the
    place of the header that its variant hangs on; it is another one in the middle of a superinstruction."""

    pc: int
    name: str
    row: Row
    operands: dict[str, int]
    head: int


def row(engine: Any, number: int) -> Row:
    return Row(*engine.variants[number][:7])


def plain(engine: Any, opcode: int, state: int) -> Row | None:
    """The variant of a single instruction in a state, None if it has none there."""
    number = engine.image["plain"][opcode * engine.image["states"] + state]
    return None if number == NO_VARIANT else row(engine, number)


def decode(engine: Any, data: bytes, start: int) -> list[Placed]:
    """All instructions of the guest code `data`, which lies at the address `start`."""
    out: list[Placed] = []
    at, head, left = 0, 0, 0
    while at < len(data):
        opcode = int.from_bytes(data[at + 4 : at + 6], "little") & OPCODE_MASK
        found = row(engine, int.from_bytes(data[at + 6 : at + 8], "little"))
        if left == 0:
            head, left = at, found.covers
        left -= 1
        facts = engine.facts[opcode]
        operands = {}
        for name, kind, offset in facts["operands"]:
            size = 8 if kind == "imm64" else 4
            value = int.from_bytes(data[at + offset : at + offset + size], "little", signed=True)
            operands[name] = start + at + value if kind == "target" else value
        out.append(Placed(start + at, facts["name"], found, operands, start + head))
        at += facts["length"]
    assert at == len(data) and left == 0, "the code ends in the middle of an instruction"
    return out


def targets(engine: Any, placed: Placed) -> list[int]:
    """The guest addresses in the operands of an instruction."""
    opcode = next(number for number, fact in enumerate(engine.facts) if fact["name"] == placed.name)
    return [placed.operands[name] for name, kind, _ in engine.facts[opcode]["operands"] if kind == "target"]


def check(engine: Any, code: list[Placed], entries: set[int]) -> None:
    """Each header has a variant of its instruction; going on, jumping and entering meet the right state."""
    by_pc = {each.pc: each for each in code}
    opcodes = {fact["name"]: number for number, fact in enumerate(engine.facts)}
    state: int | None = None  # None: control does not fall in here
    for each in code:
        where = f"{each.name} at {each.pc:#x} ({each.row.name})"
        opcode = opcodes[each.name]
        assert each.row.opcode == opcode and not each.row.step, where
        if state is not None:
            assert each.row.state_in == state, f"{where}: {state} cells arrive"
        alone = plain(engine, opcode, each.row.state_in)
        assert alone is not None, where
        state = None if engine.facts[opcode]["ends"] else alone.state_out
        for target in targets(engine, each):
            if target not in by_pc:
                continue
            there = by_pc[target]
            assert there.head == there.pc, f"{where} jumps into a superinstruction"
            assert there.row.state_in == alone.state_out, (
                f"{where} jumps with {alone.state_out} to {there.row.name}"
            )
    for entry in entries:
        assert by_pc[entry].row.state_in == engine.image["canonical"], f"entry {by_pc[entry].name}"
        assert by_pc[entry].head == entry
    check_superinstructions(engine, code)


def check_superinstructions(engine: Any, code: list[Placed]) -> None:
    """Under each superinstruction stand the instructions that its name says, in its states one by one."""
    names = [each.name for each in code]
    for place, each in enumerate(code):
        if each.head == each.pc and each.row.covers > 1:
            run = code[place : place + each.row.covers]
            assert {one.head for one in run} == {each.pc}
            assert "+".join(names[place : place + each.row.covers]) == each.row.name.rpartition(" ")[0]
            last = plain(engine, run[-1].row.opcode, run[-1].row.state_in)
            assert last is not None and last.state_out == each.row.state_out
