"""The BLOCK words on every engine, with and without reading ahead."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

import cupola
from cupola.languages.forth.constants import MOST_BLOCKS
from cupola.languages.forth.storage.block_file import BLOCK
from tests.languages.forth.engines import ENGINES, REFERENCE, TIME_LIMIT, Engine, Outcome, run
from tests.languages.forth.outputs import Program, read_programs

PROGRAMS = read_programs(Path(__file__).with_name("blocks.txt"))
WORDS = """
: put ( n -- )  dup buffer 1024 blank  block 0 parse rot swap move update flush ;
: skip ( c-addr u char -- c-addr u )  >r begin dup while over c@ r@ = while 1 /string repeat then rdrop ;
: others ( -- )  20 0 do i 100 + block drop loop ;
"""
AHEAD = {"block-prefetch": True}


@pytest.fixture
def blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The name of a block file that is not there yet, in the current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "some.fb"


def make(
    engine: Engine, blocks: Path, options: dict[str, bool] | None = None, files: str = "all"
) -> cupola.VM:
    """A system with that block file."""
    thresholds = cupola.Thresholds(*engine.thresholds) if engine.thresholds else None
    limits = cupola.Limits(time=TIME_LIMIT, files=files)
    return cupola.VM(
        "forth", tier=engine.tier, thresholds=thresholds, limits=limits, blocks=str(blocks), options=options
    )


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_program(program: Program, engine: Engine, blocks: Path) -> None:
    with make(engine, blocks) as vm:
        assert run(vm, WORDS + program.source.replace("{blocks}", str(blocks))) == Outcome(
            None, program.expected
        )


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_program_with_reading_ahead(program: Program, blocks: Path) -> None:
    with make(REFERENCE, blocks, AHEAD) as vm:
        assert run(vm, WORDS + program.source.replace("{blocks}", str(blocks))) == Outcome(
            None, program.expected
        )


# --- reading ahead ----------------------------------------------------------------------------------------------------


def walk(chance: random.Random, count: int) -> str:
    """Reads and changes of blocks, mostly in an order that repeats."""
    order = chance.sample(range(60), 40)
    lines = []
    for number in range(count):
        block = order[number % len(order)] if chance.random() < 0.95 else chance.randrange(60)
        change = "dup @ 1+ over ! update" if chance.random() < 0.2 else ""
        other = chance.choice(["flush", "save-buffers", "empty-buffers"]) if chance.random() < 0.01 else ""
        lines.append(f"{block} block {change} @ $ffffff and . {other}")
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(len(ENGINES)))
def test_results_with_and_without_reading_ahead_are_the_same(seed: int, tmp_path: Path) -> None:
    """The same output, the same file, and it did read ahead."""
    source = walk(random.Random(seed), 1500)
    found = []
    for name, options in (("off", {}), ("on", AHEAD)):
        with make(ENGINES[seed], tmp_path / name, options) as vm:
            outcome = run(vm, source)
            acted = vm.statistics()["options"].get("block-prefetch")
        found.append((outcome, (tmp_path / name).read_bytes()))
        assert acted is None if name == "off" else acted > 100
    assert found[0] == found[1]
    assert found[0][0].code is None


def test_a_block_that_was_read_ahead_and_then_written_is_new(blocks: Path) -> None:
    learn = ": t  5 0 do 40 0 do i block drop loop loop ; t "
    with make(REFERENCE, blocks, AHEAD) as vm:
        outcome = run(
            vm,
            learn
            + "20 block drop 21 buffer 1024 'x' fill update 21 block c@ emit flush 20 block drop 21 block c@ emit",
        )
    assert outcome == Outcome(None, "xx")


# --- the end of a session ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_what_is_changed_is_written_when_the_system_is_closed(engine: Engine, blocks: Path) -> None:
    vm = make(engine, blocks)
    assert run(vm, "1 block 'a' swap c! update").code is None
    assert not blocks.exists()
    assert run(vm, "2 block 'b' swap c! update -9 throw").code == -9
    vm.close()
    vm.close()
    data = blocks.read_bytes()
    assert (len(data), data[BLOCK : BLOCK + 1], data[2 * BLOCK : 2 * BLOCK + 1]) == (3 * BLOCK, b"a", b"b")
    assert sorted(os.listdir(blocks.parent)) == ["some.fb", "some.fb.sums"]


def test_what_is_changed_is_written_when_the_system_is_dropped(blocks: Path) -> None:
    vm = make(REFERENCE, blocks)
    run(vm, "1 block 'a' swap c! update")
    del vm
    assert blocks.read_bytes()[BLOCK : BLOCK + 1] == b"a"


def test_what_cannot_be_written_at_the_end_is_an_error(blocks: Path) -> None:
    vm = make(REFERENCE, blocks, files="read")
    assert run(vm, "1 block 'a' swap c! update") == Outcome(None, "")
    with pytest.raises(
        cupola.GuestError, match=r"block write exception: .*was opened for reading only"
    ) as caught:
        vm.close()
    assert caught.value.code == -34
    vm.close()
    assert not blocks.exists()


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_errors_say_what_is_wrong(engine: Engine, blocks: Path) -> None:
    with make(engine, blocks) as vm:
        run(vm, "3 block 'a' swap c! update flush")
        blocks.write_bytes(blocks.read_bytes()[: 3 * BLOCK] + b"b" * BLOCK)
        outcome = run(vm, "2 block drop 3 block")
        assert outcome.code == -33
        assert (
            "block 3 of" in outcome.message and "is damaged" in outcome.message and ".sums" in outcome.message
        )
        outcome = run(vm, f"{MOST_BLOCKS} block")
        assert (outcome.code, outcome.message) == (
            -35, f"invalid block number: {MOST_BLOCKS:,}: blocks have numbers from 0 to {MOST_BLOCKS - 1:,}",
        )  # fmt: skip
        assert run(vm, "3 buffer 1024 'c' fill update flush 3 block c@ emit") == Outcome(None, "c")
        outcome = run(vm, "use no/such/file")
        assert outcome.code is None, "a file that is not there is made when it is written"
        assert run(vm, "1 block drop update flush").code == -34
        assert run(vm, "1 2 + .").output == "3 "
        assert run(vm, "empty-buffers").code is None
        assert run(vm, f"use {blocks.parent}").code == -33


def test_files_may_be_forbidden(blocks: Path) -> None:
    with make(REFERENCE, blocks, files="none") as vm:
        outcome = run(vm, "1 block")
        assert outcome.code == -33
        assert "files may not be used in this run" in outcome.message


def test_one_file_in_two_systems(blocks: Path) -> None:
    with make(REFERENCE, blocks) as first, make(REFERENCE, blocks) as second:
        run(first, "1 block drop update flush")
        outcome = run(second, "1 block")
        assert outcome.code == -33
        assert "is in use by another program" in outcome.message


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_an_error_in_a_block_tells_its_place(engine: Engine, blocks: Path) -> None:
    with make(engine, blocks) as vm:
        run(
            vm,
            WORDS
            + '4 put 5 load\n5 buffer 1024 blank 5 block 128 + s" 1 drop  bogus" rot swap move update flush',
        )
        with pytest.raises(cupola.GuestError) as caught:
            vm.run("\n4 load", "main.fs")
        where = caught.value.where
        assert where is not None
        assert (where.file, where.line, where.column, where.length) == (f"block 5 of {blocks}", 3, 9, 5)
        assert where.text.rstrip() == "1 drop  bogus"
        assert where.readers == [f"block 4 of {blocks}:1", "main.fs:2"]


def test_the_last_block(blocks: Path) -> None:
    with make(REFERENCE, blocks) as vm:
        assert run(vm, f"{MOST_BLOCKS - 1} block 'z' swap c! update flush").code is None
    assert blocks.stat().st_size == MOST_BLOCKS * BLOCK
    with make(REFERENCE, blocks) as vm:
        assert run(vm, f"{MOST_BLOCKS - 1} block c@ emit {MOST_BLOCKS - 2} block c@ .") == Outcome(
            None, "z32 "
        )
