"""The protocol between the runner and what it runs: what was told is what is read, and garbage is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.lab.running import counters, told

REST = ', "events": [], "state": {}, "instructions": 1, "output": ""}'


def test_what_was_told_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "told")
    for name, value in told.environment(path, 7).items():
        monkeypatch.setenv(name, value)
    assert told.wanted_iterations() == 7
    said = told.Told(
        [0.5, 1e-9], [(-0.25, "load", "1 ms"), (0.5, "compile", 'a "word"')], {"tier": "auto"}, 3, "ab"
    )
    told.tell(said)
    found = told.read(path)
    assert found is not None
    assert [getattr(found, name) for name in told.Told.__slots__] == [
        getattr(said, name) for name in told.Told.__slots__
    ]


def test_nobody_asks_nobody_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(told.FILE, raising=False)
    monkeypatch.delenv(told.ITERATIONS, raising=False)
    told.tell(told.Told([1.0]))
    assert told.wanted_iterations() == 1
    assert told.read(str(tmp_path / "nothing")) is None
    (tmp_path / "empty").write_text("")
    assert told.read(str(tmp_path / "empty")) is None


@pytest.mark.parametrize("text", ["0", "-3", "many", ""])
def test_a_number_of_iterations_is_one(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(told.ITERATIONS, text)
    with pytest.raises(ValueError, match="expected a number of iterations"):
        told.wanted_iterations()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "cannot be read"),
        ("[1, 2]", "cannot be read"),
        ('{"iterations": []}', "KeyError"),
        ('{"format": 99}', "told in format 99, expected 1"),
        (
            '{"format": 1, "iterations": [null], "events": [], "state": {}, "instructions": 1, "output": ""}',
            "TypeError",
        ),
        (
            '{"format": 1, "iterations": [], "events": [[1]], "state": {}, "instructions": 1, "output": ""}',
            "ValueError",
        ),
    ],
)
def test_garbage_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "told"
    path.write_text(text)
    with pytest.raises(told.NothingUseful, match=said):
        told.read(str(path))


def test_events_of_the_system_are_counted() -> None:
    """Page faults, which every Linux counts, where it lets us; the processor's instructions go the same way."""
    counter = counters.count(counters.SOFTWARE, counters.PAGE_FAULTS)
    if counter is None:
        pytest.skip("this system does not let a process count its own page faults")
    before = counter.read()
    touched = bytearray(64 << 20)
    touched[::4096] = b"x" * len(touched[::4096])
    assert counter.read() > before
    counter.close()
