"""The native assembler: on every way states fit, and the code says what the draft said."""

from __future__ import annotations

from typing import Any

import pytest

from cupola.language.draft_flags import ABSOLUTE, ENTRY, LABEL
from cupola.languages.forth.image import engine as forth_engine
from cupola.tiers.headers import OPCODE_BITS
from tests.language.drafts import Assembled, Line, random_draft, run_assembler
from tests.tiers.guest_code import check, decode

SEEDS = range(300)


@pytest.fixture(scope="module")
def engine() -> Any:
    return forth_engine()


def is_shuffle(name: str) -> bool:
    return name.startswith("to_")


def check_says_the_same(engine: Any, draft: list[Line], made: Assembled) -> None:
    """Without shuffles, guest code is the draft: names, operands, targets, sites and countdowns."""
    facts = {fact["name"]: fact for fact in engine.facts}
    code = [each for each in decode(engine, made.data, made.start) if not is_shuffle(each.name)]
    assert [each.name for each in code] == [line.name for line in draft]
    for line, placed in zip(draft, code, strict=True):
        for name, kind, offset in facts[line.name]["operands"]:
            found = placed.operands[name]
            if kind == "countdown":
                assert found == line.heat
            elif kind == "target":
                wanted = made.start + made.places[line.target] if line.target >= 0 else line.number
                assert found == wanted
            elif kind in ("stack address", "stack distance"):
                assert found == narrow(line.number + 8 * placed.row.state_in)
            else:
                assert found == (line.number if offset % 8 == 0 and kind == "imm64" else narrow(line.number))
        header = made.data[placed.pc - made.start + 4 : placed.pc - made.start + 6]
        assert int.from_bytes(header, "little") >> OPCODE_BITS == line.site


def narrow(number: int) -> int:
    """A number cut to 32 bits."""
    return (number + (1 << 31)) % (1 << 32) - (1 << 31)


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_random_drafts(engine: Any, first: int) -> None:
    for seed in range(first, first + 50):
        draft = random_draft(engine, seed)
        made = run_assembler(engine, draft)
        assert made.size > 0
        entries = {made.start + made.places[at] for at, line in enumerate(draft) if line.flags & ENTRY}
        check(engine, decode(engine, made.data, made.start), entries)
        check_says_the_same(engine, draft, made)


@pytest.mark.parametrize("loop", ["switch", "table"])
def test_code_for_the_loops_has_one_variant_and_nothing_else(engine: Any, loop: str) -> None:
    number = engine.loop_variants[loop]
    for seed in range(50):
        draft = random_draft(engine, seed)
        made = run_assembler(engine, draft, loop=number)
        assert made.size == sum(
            fact["length"] for line in draft for fact in engine.facts if fact["name"] == line.name
        )
        for place in made.places:
            assert int.from_bytes(made.data[place + 6 : place + 8], "little") == number
            assert int.from_bytes(made.data[place : place + 4], "little") == engine.symbols[f"{loop}_loop"]


def test_a_draft_that_does_not_fit_is_refused_and_nothing_is_written(engine: Any) -> None:
    draft = random_draft(engine, 1)
    size = run_assembler(engine, draft).size
    assert run_assembler(engine, draft, room=size).size == size
    assert run_assembler(engine, draft, room=size - 1).size == -1


def line(name: str, number: int = 0, target: int = -1, flags: int = 0) -> Line:
    return Line(name, number, target, 5, flags, 0)


def shape(engine: Any, *draft: Line) -> list[str]:
    """The variants of the code of a draft, with shuffles."""
    made = run_assembler(engine, list(draft))
    code = decode(engine, made.data, made.start)
    check(engine, code, {made.start})
    return [each.row.name for each in code if each.head == each.pc]


def test_states_follow_the_stack(engine: Any) -> None:
    code = ["r@", "r@", "r@", "um*", "2over", "depth", "exit"]
    draft = [line(name, flags=0 if place else ENTRY) for place, name in enumerate(code)]
    assert shape(engine, *draft) == [
        "r@ 1>2", "r@ 2>3", "r@ 3>3", "um* 3>3", "2over 3>3", "to_0 3>0", "depth 0>1", "exit 1>1",
    ]  # fmt: skip


def test_superinstructions_never_cross_a_label(engine: Any) -> None:
    assert shape(engine, line("lit", 1, flags=ENTRY), line("+"), line("exit"))[0] == "lit++ 1>1"
    found = shape(engine, line("lit", 1, flags=ENTRY), line("+", flags=LABEL), line("branch", target=1))
    assert found[0] == "lit 1>2" and "lit++ 1>1" not in found


def test_a_branch_arrives_in_the_state_of_its_label(engine: Any) -> None:
    back = shape(
        engine,
        line("lit", 1, flags=ENTRY),
        line("dup", flags=LABEL),
        line("lit", 7),
        line("branch", target=1),
    )
    assert back[-2:] != back[:2] and back[-1].startswith("branch")


def test_absolute_targets_stay(engine: Any) -> None:
    made = run_assembler(engine, [line("enter", flags=ENTRY), Line("tail", 0x41000000, -1, 0, ABSOLUTE, 0)])
    (found,) = [each for each in decode(engine, made.data, made.start) if each.name == "tail"]
    assert 0x41000000 in found.operands.values()
