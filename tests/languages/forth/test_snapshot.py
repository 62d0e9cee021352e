"""The start of a process is a copy of a fresh system: it must be one in every respect, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cupola.language.limits import Thresholds
from cupola.languages.forth import constants
from cupola.languages.forth.constants import ORIGIN_BYTES, SITE_BYTES
from cupola.languages.forth.machine import Origin, Site
from cupola.languages.forth.making import snapshot
from cupola.languages.forth.vm import ForthVM
from cupola.machine.cache import Cache
from cupola.tiers import start

TIERS = ("switch", "table", "threaded", "baseline", "auto")
PROGRAM = """
: squares ( n -- )  0 ?do i dup * . loop ;  10 squares
: gcd  begin dup while tuck mod repeat drop ;  48 18 gcd .
: f  1 2 d+ ;  ' f catch .  hex ff . decimal
2variable d  -5. d 2!  d 2@ d.  s" abc" s" abd" compare .
"""
PRINTED = "0 1 4 9 16 25 36 49 64 81 6 -4 FF -5 -1 "


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty cache for snapshots, and sources that were changed long ago, however young this checkout is."""
    monkeypatch.setattr(start, "SETTLED", -1e9)
    monkeypatch.setenv("CUPOLA_CACHE", str(tmp_path / "cache"))
    yield tmp_path / "cache"


def built(**options: object) -> ForthVM:
    """A VM whose system was made, not copied."""
    vm = ForthVM(**options)  # type: ignore[arg-type]  # what ForthVM takes
    build(vm)
    return vm


def build(vm: ForthVM) -> None:
    """Make the system of a VM from nothing."""
    vm.memory.decommit()
    vm.files = [""]
    vm.set_limits()
    vm._build()
    vm.reset_counts()


def copied(vm: ForthVM, **options: object) -> ForthVM:
    """A VM at another address with a copy of that system."""
    made = ForthVM(tier=vm.tier, thresholds=vm.thresholds, **options)  # type: ignore[arg-type]
    made.memory.decommit()
    snapshot.put(made, snapshot.take(vm))
    return made


def contents(vm: ForthVM) -> dict[str, bytes]:
    """What a system is; systems that are compared lie at the same address."""
    found = snapshot.take(vm)
    found["vm"] = found["vm"][vm.engine.size_of("Context") :]  # what stands before are machine registers
    return found


@pytest.mark.parametrize("tier", TIERS)
def test_a_copy_is_what_a_fresh_system_would_be_at_its_address(tier: str) -> None:
    vm = copied(built(tier=tier))
    again = contents(vm)
    build(vm)
    fresh = contents(vm)
    assert again.keys() == fresh.keys()
    for name in fresh:
        assert again[name] == fresh[name], name


@pytest.mark.parametrize("tier", TIERS)
def test_a_copy_runs(tier: str) -> None:
    vm = copied(built(tier=tier, thresholds=Thresholds(1, 1) if tier == "auto" else None))
    vm.run(PROGRAM)
    assert vm.take_output() == PRINTED


def test_a_copy_of_a_copy_is_the_same_system() -> None:
    vm = built()
    once = copied(vm)
    twice = copied(once)
    assert twice.words() == vm.words()
    twice.run(PROGRAM)
    assert twice.take_output() == PRINTED


def test_countdowns_are_those_of_the_process_that_loads() -> None:
    vm = copied(built(), counting=False)
    eager = ForthVM(thresholds=Thresholds(1, 1))
    eager.memory.decommit()
    snapshot.put(eager, snapshot.take(vm))
    eager.run(PROGRAM)
    assert eager.take_output() == PRINTED
    assert eager.counts["tier-ups"] > vm.counts["tier-ups"]


def test_the_first_start_keeps_a_snapshot_and_the_next_uses_it(
    settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ForthVM, "_build", lambda *_: pytest.fail("built again"), raising=True)
    with pytest.raises(pytest.fail.Exception):
        ForthVM()
    monkeypatch.undo()
    monkeypatch.setattr(start, "SETTLED", -1e9)
    monkeypatch.setenv("CUPOLA_CACHE", str(settled))
    if not ForthVM().engine.start_key:
        pytest.skip("this process opened its engine before its sources had settled")
    assert len(list(settled.glob("system-forth-*.bin"))) == 1
    monkeypatch.setattr(ForthVM, "_build", lambda *_: pytest.fail("built again"), raising=True)
    vm = ForthVM()
    vm.run(PROGRAM)
    assert vm.take_output() == PRINTED


def test_a_damaged_snapshot_is_made_again_without_a_word(
    settled: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if not ForthVM().engine.start_key:
        pytest.skip("this process opened its engine before its sources had settled")
    (file,) = settled.glob("system-forth-*.bin")
    data = bytearray(file.read_bytes())
    for place in range(0, len(data), 997):
        file.write_bytes(data[:place] + bytes([data[place] ^ 64]) + data[place + 1 :])
        vm = ForthVM()
        vm.run("1 2 + .")
        assert vm.take_output() == "3 "
        assert Cache().load(file.stem) is not None
        vm.close()
    assert capfd.readouterr().err == ""


def test_kinds_of_systems_are_kept_apart(settled: Path) -> None:
    kinds = [("threaded", False), ("auto", False), ("switch", False), ("table", False), ("auto", True)]
    keys = {snapshot.key_of(ForthVM(tier=tier, counting=counting), []) for tier, counting in kinds}
    assert len(keys) in (1, 4)
    for tier, counting in kinds * 2:
        vm = ForthVM(tier=tier, counting=counting)
        vm.run(PROGRAM)
        assert vm.take_output() == PRINTED
        assert ("calls" in vm.statistics()) == counting


def test_bytes_of_sections_come_back() -> None:
    sections = {"a": b"", "b c": b"x\n\0y", "d": bytes(300)}
    assert snapshot.unpack(snapshot.pack(sections)) == sections


def test_the_memory_map_knows_the_sizes_of_structs() -> None:
    assert Site.size == SITE_BYTES  # type: ignore[attr-defined]  # a struct: what its decorator makes of it
    assert Origin.size == ORIGIN_BYTES  # type: ignore[attr-defined]  # likewise
    assert constants.SITES_LIMIT * SITE_BYTES <= constants.SITES_BYTES
    assert constants.ORIGINS_LIMIT * ORIGIN_BYTES <= constants.ORIGINS_BYTES
