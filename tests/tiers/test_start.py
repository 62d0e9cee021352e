"""Engines in linked form: what is kept is used, what cannot be used is made again, and nobody notices."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cupola.language.engines import python_files
from cupola.machine.cache import Cache
from cupola.machine.errors import AddressTaken
from cupola.machine.memory import LOW_LIMIT, map_low
from cupola.tiers import image as images
from cupola.tiers import start
from cupola.tiers.engine import Engine
from tests.language import tiny

ROOT = Path(__file__).parent.parent.parent
SOURCES = [tiny.__file__, *python_files(str(ROOT / "src" / "cupola" / "tiers"))]
PROGRAM: list[tiny.Item] = [("push", 20), ("push", 22), ("add",)]


class Opened:
    """A cache for engines of Tiny: how often one was built, how often linked."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory = directory
        self.built = self.linked = 0
        self.sources = list(SOURCES)
        self.reports: list[str] = []
        monkeypatch.setattr(start, "SETTLED", -1e9)
        real = start._link

        def link(name: str, image: images.Image) -> Engine:
            self.linked += 1
            return real(name, image)

        monkeypatch.setattr(start, "_link", link)

    def define(self) -> object:
        self.built += 1
        return tiny.tiny

    def open(self) -> Engine:
        cache = Cache(self.directory, report=self.reports.append)
        return start.open_engine("tiny", self.sources, self.define, cache)  # type: ignore[arg-type]  # counts

    @property
    def file(self) -> Path:
        (found,) = self.directory.glob("start-*.bin")
        return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the image and the linked form of Tiny."""
    with pytest.MonkeyPatch.context() as patch:
        opened = Opened(tmp_path_factory.mktemp("start") / "cache", patch)
        release(opened.open())
    return opened.directory


@pytest.fixture
def opened(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    return Opened(filled, monkeypatch)


def release(engine: Engine) -> None:
    """Let the next engine lie where this one lay."""
    engine.arena.close()
    engine.memory.close()


def check(engine: Engine) -> None:
    """The engine runs, in all its tiers, and tells what an engine tells."""
    for tier in ("threaded", "baseline", "switch", "table"):
        assert tiny.TinyVM(engine, tier=tier).run(PROGRAM) == (42,)
    assert engine.symbols["enter"] in range(
        engine.arena.executable, engine.arena.executable + engine.arena.size
    )
    assert len(engine.facts) == len(tiny.tiny.instructions)
    assert engine.sizes["enter"] > 0
    assert len(engine.variants) == engine.loop_variants["switch"]


def test_the_second_start_links_nothing(opened: Opened) -> None:
    engine = opened.open()
    check(engine)
    assert (opened.built, opened.linked) == (0, 0)
    release(engine)


def test_where_something_else_lies_the_engine_lies_elsewhere(opened: Opened) -> None:
    first = opened.open()
    second = opened.open()
    assert first.arena.executable != second.arena.executable
    assert (opened.built, opened.linked) == (0, 1)
    check(first)
    check(second)
    release(first)
    release(second)


def test_the_linked_forms_of_an_engine_run_alike(opened: Opened) -> None:
    engine = opened.open()
    form = engine.linked_form()
    assert form is not None
    release(engine)
    again = Engine.from_linked(form)
    check(again)
    release(again)


def test_what_is_damaged_is_linked_again(opened: Opened) -> None:
    whole = opened.file.read_bytes()
    for damage in (b"", whole[:1000], whole[:-1], whole[:5000] + b"!" + whole[5001:], os.urandom(3000)):
        opened.file.write_bytes(damage)
        opened.linked = 0
        engine = opened.open()
        check(engine)
        release(engine)
        assert opened.linked == 1
        assert Cache(opened.directory).load(opened.file.stem) is not None
    assert opened.built == 0
    assert opened.reports == []


def test_a_changed_source_is_another_state(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("1")
    first, _ = start.state_of([str(file)])
    assert start.state_of([str(file)])[0] == first
    time.sleep(0.02)  # the clock of the file system is coarse
    file.write_text("2")
    assert start.state_of([str(file)])[0] != first


def test_a_source_that_was_just_changed_keeps_nothing(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "SETTLED", 2.0)
    fresh = tmp_path / "fresh.py"
    fresh.write_text("")
    opened.sources.append(str(fresh))
    before = set(opened.directory.glob("start-*.bin"))
    engine = opened.open()
    assert engine.start_key == ""
    assert set(opened.directory.glob("start-*.bin")) == before
    release(engine)


def test_memory_at_an_address() -> None:
    memory = map_low(4096, at=0x1F00_0000)
    assert memory.address == 0x1F00_0000
    with pytest.raises(AddressTaken, match="not free"):
        map_low(4096, at=0x1F00_0000)
    for wrong in (0, 100, LOW_LIMIT, LOW_LIMIT - 4095):
        with pytest.raises(ValueError, match="page border"):
            map_low(4096, at=wrong)
    memory.close()
