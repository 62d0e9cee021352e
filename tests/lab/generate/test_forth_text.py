"""The generated Forth source: the same for a seed, as long as asked for, with one meaning everywhere; the lookups."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from cupola.lab.engines import lookup
from cupola.lab.generate.forth_text import forth_text
from tests.languages.forth.engines import ENGINES, Engine, make_vm, reference, run

LINES = 1500


def test_a_seed_makes_one_text_and_another_seed_another() -> None:
    assert forth_text(LINES, 7) == forth_text(LINES, 7) != forth_text(LINES, 8)


@pytest.mark.parametrize("lines", [1000, LINES, 20_000])
def test_a_text_has_about_the_lines_that_are_wanted(lines: int) -> None:
    text = forth_text(lines)
    assert lines <= len(text.splitlines()) <= lines + 30
    names = re.findall(r"^: (\S+)", text, re.M)
    assert len(names) == len(set(names)) > lines / 12, "each definition has a name of its own"
    assert all(5 <= len(name) <= 20 for name in names)


@pytest.mark.parametrize("engine", ENGINES[1:], ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_text_means_the_same_on_every_engine(seed: int, engine: Engine) -> None:
    text = forth_text(LINES, seed)
    expected = reference(text)
    assert expected.code is None and re.fullmatch(r"\d+ \n", expected.output)
    assert run(make_vm(engine), text) == expected


@pytest.mark.peer
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_text_means_the_same_to_the_peer(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "text.fs"
    path.write_text(forth_text(LINES, seed))
    command = ["gforth-fast", str(path), "-e", "bye"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == reference(path.read_text()).output.split()


@pytest.mark.parametrize("text", ["", lookup.more_lists()], ids=["one list", "eight lists"])
def test_every_way_of_looking_up_finds_what_the_system_finds(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "ROUNDS", 20)
    subject = lookup.Subject(text)
    for way in lookup.WAYS:
        assert subject.sample(way) > 0  # or it raises
    subject.expected += 1
    with pytest.raises(AssertionError, match="found other words"):
        subject.sample("one table")


def test_lists_with_hits_are_moved_for_the_last_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "ROUNDS", 20)
    subject = lookup.Subject(lookup.more_lists())
    vm = subject.vm
    turns = vm.engine.structs["VM"]["turns"][0]

    def first() -> int:
        return int.from_bytes(vm.memory.read(turns, 2), "little")

    subject.sample("list after list")
    assert (
        first() == vm.call(f"list-{lookup.LISTS - 1}")[0]
    )  # the last list that was made, which is searched first
    subject.sample("list after list, by hits")
    assert first() == 1  # FORTH-WORDLIST, which has the words
