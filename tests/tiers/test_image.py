"""Images end to end: whatever happens to the cache, the language runs; what is damaged is built again, never used."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cupola.language.engines import python_files
from cupola.machine.cache import Cache
from cupola.tiers import image as images
from cupola.tiers.engine import Engine
from tests.language import tiny

ROOT = Path(__file__).parent.parent.parent
SOURCES = [tiny.__file__, *python_files(str(ROOT / "src" / "cupola" / "tiers"))]
PROGRAM: list[tiny.Item] = [("push", 20), ("push", 22), ("add",)]

# Builds or loads Tiny in the directory given; prints "defined" when it builds, then what a program leaves. With
# "stall" it kills itself in the middle of building.
CHILD = """
import os, signal, sys
from cupola.machine.cache import Cache
from cupola.tiers.engine import Engine
from cupola.tiers.image import load_or_build
from tests.language import tiny
from tests.tiers.test_image import PROGRAM, SOURCES

def define():
    print("defined", flush=True)
    return tiny.tiny

def progress(done, total):
    if sys.argv[2] == "stall":
        os.kill(os.getpid(), signal.SIGKILL)

image = load_or_build("tiny", SOURCES, define, Cache(sys.argv[1]), progress)
print(tiny.TinyVM(Engine(image), tier="baseline").run(PROGRAM))
"""


def start(directory: Path, mode: str = "build") -> subprocess.Popen[str]:
    """A process that loads Tiny with this cache."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(directory), mode],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


def run(image: Any) -> tuple[int, ...]:
    """What the program leaves on an engine made of an image."""
    return tiny.TinyVM(Engine(image), tier="baseline").run(PROGRAM)


class Store:
    """A cache with an image in it, what it reported, and how often Tiny was built."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.reports: list[str] = []
        self.built = 0

    def load(self) -> Any:
        return images.load_or_build(
            "tiny", SOURCES, self.define, Cache(self.directory, report=self.reports.append)
        )

    def define(self) -> Any:
        self.built += 1
        return tiny.tiny

    @property
    def file(self) -> Path:
        (found,) = self.directory.glob("*.bin")
        return found


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_image: Any) -> Store:
    """A store in which building is quick: it gives the image that was built once for all tests."""
    monkeypatch.setattr(images, "build", lambda language, cache, progress: tiny_image)
    made = Store(tmp_path / "cache")
    assert run(made.load()) == (42,)
    return made


@pytest.fixture(scope="module")
def tiny_image(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return images.build(tiny.tiny, Cache(tmp_path_factory.mktemp("objects")))


def test_the_second_load_builds_nothing(store: Store) -> None:
    assert run(store.load()) == (42,)
    assert (store.built, store.reports) == (1, [])


@pytest.mark.parametrize("part", [0.0, 0.001, 0.5, 0.999999])
def test_an_image_that_is_cut_off_is_built_again(store: Store, part: float) -> None:
    data = store.file.read_bytes()
    store.file.write_bytes(data[: int(len(data) * part)])
    assert run(store.load()) == (42,)
    assert store.built == 2 and len(store.reports) == 1
    assert run(store.load()) == (42,)
    assert store.built == 2


@pytest.mark.parametrize("part", [0.0, 0.0005, 0.3, 0.7, 0.999999])
def test_an_image_with_a_wrong_bit_is_built_again(store: Store, part: float) -> None:
    data = bytearray(store.file.read_bytes())
    data[int(len(data) * part)] ^= 0x10
    store.file.write_bytes(data)
    assert run(store.load()) == (42,)
    assert store.built == 2 and len(store.reports) == 1


def test_another_source_makes_another_image(store: Store, tmp_path: Path) -> None:
    changed = tmp_path / "changed.py"
    changed.write_text("# nothing\n")
    first = images.image_key("tiny", [*SOURCES, str(changed)])
    changed.write_text("# something\n")
    assert images.image_key("tiny", [*SOURCES, str(changed)]) != first
    assert images.image_key("tiny", SOURCES) == images.image_key("tiny", SOURCES)


def test_without_a_directory_it_runs_uncached_with_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_image: Any
) -> None:
    monkeypatch.setattr(images, "build", lambda language, cache, progress: tiny_image)
    (tmp_path / "file").write_text("no directory")
    store = Store(tmp_path / "file" / "cache")
    assert run(store.load()) == (42,)
    assert store.built == 1 and len(store.reports) == 1, store.reports


@pytest.mark.skipif(os.geteuid() == 0, reason="the root user may write to every directory")
def test_a_directory_that_cannot_be_written_means_uncached_with_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_image: Any
) -> None:
    monkeypatch.setattr(images, "build", lambda language, cache, progress: tiny_image)
    directory = tmp_path / "cache"
    directory.mkdir(mode=0o500)
    store = Store(directory)
    assert run(store.load()) == (42,)
    assert store.built == 1 and len(store.reports) == 1, store.reports


def test_a_build_that_is_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    killed = start(tmp_path / "cache", "stall")
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert not list((tmp_path / "cache").glob("*.bin"))
    again = start(tmp_path / "cache")
    assert again.communicate(timeout=120) == ("defined\n(42,)\n", "")


def test_two_processes_at_once_build_once(tmp_path: Path) -> None:
    both = [start(tmp_path / "cache") for _ in range(2)]
    found = [each.communicate(timeout=120) for each in both]
    assert sorted(found) == [("(42,)\n", ""), ("defined\n(42,)\n", "")]
