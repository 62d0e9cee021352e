"""Compiled modules that are kept one by one: what is compiled again, and what comes back in which order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from cupola.machine import objects
from cupola.machine.cache import Cache
from cupola.machine.llvm import compile_modules
from tests.machine.test_llvm import GOOD, names


class Store:
    """A cache, the texts that were compiled for want of an object, and what was told of the progress."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reports: list[str] = []
        self.cache = Cache(directory, report=self.reports.append)
        self.compiled: list[str] = []
        self.progress: list[tuple[int, int]] = []
        monkeypatch.setattr(objects, "compile_modules", self._compile)

    def _compile(self, texts: Iterable[str], **options: Any) -> list[bytes]:
        self.compiled = list(texts)
        return compile_modules(self.compiled, processes=0, progress=options["progress"])

    def build(self, *numbers: int) -> list[list[str]]:
        """Compile the modules of these numbers; the functions in each object."""
        self.progress.clear()
        texts = [GOOD.format(n=n) for n in numbers]
        made = objects.compile_kept(
            texts, total=len(texts), cache=self.cache, progress=lambda *at: self.progress.append(at)
        )
        return [names(each) for each in made]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    return Store(tmp_path / "cache", monkeypatch)


def test_what_was_compiled_is_not_compiled_again(store: Store) -> None:
    assert store.build(1, 2, 3) == [["f1"], ["f2"], ["f3"]]
    assert store.progress == [(1, 3), (2, 3), (3, 3)]
    assert store.build(1, 2, 3) == [["f1"], ["f2"], ["f3"]]
    assert store.compiled == []


def test_only_what_is_new_is_compiled_and_all_come_in_order(store: Store) -> None:
    store.build(2, 4)
    assert store.build(1, 2, 3, 4, 5) == [[f"f{n}"] for n in range(1, 6)]
    assert store.compiled == [GOOD.format(n=n) for n in (1, 3, 5)]
    assert store.progress == [(3, 5), (4, 5), (5, 5)]


def test_a_damaged_object_is_compiled_again(store: Store) -> None:
    store.build(1, 2)
    entry = store.cache.entries()[0]
    path = Path(store.cache.directory) / f"{entry.key}.bin"
    path.write_bytes(path.read_bytes()[:-1])
    assert store.build(1, 2) == [["f1"], ["f2"]]
    assert len(store.compiled) == 1 and len(store.reports) == 1


def test_so_many_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "KEPT", 3)
    store.build(*range(5))
    assert len(store.cache.entries()) == 3
