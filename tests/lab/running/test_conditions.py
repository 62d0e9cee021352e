"""What the machine is like while something is measured."""

from __future__ import annotations

import os

import pytest

from cupola.lab.running.conditions import Busy, Placement, busy, load, machine, others, placement


def test_the_driver_keeps_away_from_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {2, 5, 7})
    assert placement() == Placement(frozenset({5, 7}), 2)
    assert str(placement()) == "cpu 5,7; driver on 2"
    assert placement(pin=False) == Placement()
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {3})
    assert str(placement()) == "not pinned"


def test_work_of_others_is_what_all_cpus_did_without_ours() -> None:
    before, after = Busy(10.0, 500.0), Busy(12.0, 503.0)
    assert others(before, after, 2.0) == 0.5
    assert others(before, after, 3.0) == 0.0
    assert others(before, after, 2.99) == 0.0  # a hundredth of a second is the count's resolution


def test_the_counts_of_this_machine() -> None:
    before, after = busy(), busy()
    assert 0 < before.seconds <= after.seconds
    assert before.at <= after.at
    assert load() >= 0
    assert machine() == machine()
    assert machine().startswith("machine-")
