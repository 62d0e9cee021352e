"""Profiles of Forth programs: read out of a VM that has counted its runs, and put into one that is to use them.

A VM that makes a profile has a `count run` at the start of each straight run of the words that it compiles; here the
counts are read back, and the instructions between them.
"""

from __future__ import annotations

from cupola.languages.forth import constants
from cupola.policy.profile import Function, Profile
from cupola.tiers.headers import OPCODE_MASK

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cupola.language.driver import Compiled
    from cupola.languages.forth.vm import ForthVM

COUNTER = "count run"
BEFORE_COUNTER = (
    "need",
    "float need",
    "room",
    "float room",
    "enter",
)  # what stands before the counter of a run that it belongs to
LEAVES_RUN = ("call", "execute", "tail")  # the last of a run, though control comes back behind them
HINT_BYTES = 16
NEVER_TAKEN, TAKEN, UNKNOWN = 2, 1, 0


class Line:
    """One instruction of guest code: its name, its number operand, where its target operand leads to."""

    __slots__ = ("name", "number", "target")

    def __init__(self, name: str, number: int, target: int | None) -> None:
        self.name = name
        self.number = number
        self.target = target


def lines(vm: ForthVM, start: int, end: int) -> Iterator[Line]:
    """The instructions of a stretch of guest code, without those that move cells between registers."""
    pc = start
    while pc < end:
        header = vm.memory.read(pc - vm.address, 8)
        fact = vm.engine.facts[int.from_bytes(header[4:6], "little") & OPCODE_MASK]
        target = None
        number = 0
        if fact.get("target_offset"):
            place = pc - vm.address + fact["target_offset"]
            target = pc + int.from_bytes(vm.memory.read(place, 4), "little", signed=True)
        if fact.get("number_offset"):
            place = pc - vm.address + fact["number_offset"]
            number = int.from_bytes(vm.memory.read(place, fact["number_bytes"]), "little", signed=True)
        if not fact["name"].startswith("to_"):
            yield Line(fact["name"], number, target)
        pc += fact["length"]


def runs(vm: ForthVM, token: int) -> list[tuple[int, list[Line]]]:
    """The straight runs of a word in their order, with how often each was executed."""
    counters = memoryview(vm.memory.read(constants.COUNTS_OFFSET, 8 * vm.vm.count_next)).cast("q")
    word = vm.word(token)
    found: list[tuple[int, list[Line]]] = []
    waiting: list[Line] = []
    for one in lines(vm, word.start, word.code_end):
        if one.name == COUNTER:
            found.append((counters[one.number], waiting))
            waiting = []
        elif one.name in BEFORE_COUNTER:
            waiting.append(one)
        elif found:
            found[-1][1].extend([*waiting, one])
            waiting = []
    return found


def take(vm: ForthVM) -> Profile:
    """The profile of what the programs of a VM did that has counted."""
    profile = Profile("forth")
    for token in range(vm.first_shown, vm.vm.word_count):
        found = runs(vm, token)
        if not found:
            continue
        branches: list[tuple[int, int]] = []
        callees: dict[str, int] = {}
        for place, (count, code) in enumerate(found):
            add_runs(profile, code, count)
            for one in code:
                if one.name == "call" and one.target is not None:
                    callee = _called(vm, one.target)
                    callees[callee] = callees.get(callee, 0) + count
                elif one.name == "?branch":
                    passed = min(found[place + 1][0], count) if place + 1 < len(found) else 0
                    branches.append((count - passed, passed))
        word = vm.word(token)
        name = vm.word_name(token) if word.name_length else ""
        profile.add_function(
            Function(name, word.line, found[0][0], {k: v for k, v in callees.items() if v}, branches)
        )
    return profile


def add_runs(profile: Profile, code: list[Line], count: int) -> None:
    """Add a run to a profile, cut where a superinstruction must end."""
    part: list[str] = []
    for one in code:
        part.append(one.name)
        if one.name in LEAVES_RUN:
            profile.add_run(part, count)
            part = []
    profile.add_run(part, count)


def _called(vm: ForthVM, target: int) -> str:
    try:
        return vm.unit_at(target)[2]
    except LookupError:
        return ""


# --- using one ------------------------------------------------------------------------------------------------------


def give(vm: ForthVM, profile: Profile) -> None:
    """Let a VM compile with what a profile says: the table that `hints` finds rows in."""
    rows = []
    hash_of = vm.engine.entry("name_hash", "i64", "ptr", "ptr", "i64")
    for one in profile.functions.values():
        name = one.name.encode("utf-8", "surrogateescape")
        ways = bytes(UNKNOWN if way is None else TAKEN if way else NEVER_TAKEN for way in one.usual_ways)
        if (one.is_hot or any(ways)) and name:
            rows.append((hash_of(vm.address, name + bytes(8), len(name)), one.line, int(one.is_hot), ways))
    rows.sort()
    while HINT_BYTES * len(rows) + sum(len(ways) for *_, ways in rows) > constants.HINTS_BYTES:
        rows.pop()
    table, tail = bytearray(), bytearray()
    for hash, line, hot, ways in rows:
        first = HINT_BYTES * len(rows) + len(tail)
        tail += ways
        numbers = ((hash, 4), (line, 4), (first, 4), (len(ways), 2), (hot, 2))
        table += b"".join(number.to_bytes(size, "little") for number, size in numbers)
    vm.memory.write(constants.HINTS_OFFSET, bytes(table + tail))
    vm.vm.hint_count = len(rows)
    vm.known_calls = {
        (one.name, callee): count
        for one in profile.functions.values()
        for callee, count in one.callees.items()
    }


# --- superinstructions ----------------------------------------------------------------------------------------------


def derived(profile: Profile) -> list[tuple[tuple[str, ...], int]]:
    """The superinstructions that a profile asks for, and the dispatches that each saves. Imports the definition of the
    language, which takes a second."""
    from cupola.languages.forth.image import define
    from cupola.policy.profile import derive
    from cupola.tiers.variants import can_fuse

    forth = define()

    def may_fuse(names: tuple[str, ...]) -> bool:
        return all(name in forth for name in names) and can_fuse([forth[name] for name in names])

    return derive(profile.runs, forth.superinstructions, may_fuse)


# --- who calls whom -------------------------------------------------------------------------------------------------

LOOP_WEIGHT = 10  # a call in a loop counts as so many outside of it


def calls_between(vm: ForthVM, units: list[Compiled]) -> dict[tuple[int, int], int]:
    """How often words call each other, by their places in `units`: as a profile says, or else guessed from how deep in
    loops the calls stand."""
    place_of = {each.start: place for place, each in enumerate(units)}
    next_call = vm.engine.entry("next_call", "i64", "ptr", "ptr", "ptr")
    loops_around = vm.engine.entry("loops_around", "i64", "ptr", "ptr", "ptr", "ptr")
    fact = next(each for each in vm.engine.facts if each["name"] == "call")
    found: dict[tuple[int, int], int] = {}
    for place, unit in enumerate(units):
        pc = next_call(vm.address, unit.start, unit.end)
        while pc < unit.end:
            at = pc - vm.address + fact["target_offset"]
            target = pc + int.from_bytes(vm.memory.read(at, 4), "little", signed=True)
            if target in place_of:
                other = place_of[target]
                times = vm.known_calls.get((unit.name, units[other].name))
                if times is None:
                    times = LOOP_WEIGHT ** loops_around(vm.address, unit.start, unit.end, pc)
                found[place, other] = found.get((place, other), 0) + times
            pc = next_call(vm.address, pc + fact["length"], unit.end)
    return found
