"""How two forms of an experiment are told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.lab.experiment.spec import Arm, Experiment, Prediction, Workload
from cupola.lab.journal.difference import difference, lines
from tests.lab.journal.support import experiment

ON = Arm("on", ("--tier", "threaded"))
OFF = Arm("off", ("--tier", "switch"))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"question": "Why?"}, ("question",)),
        ({"rope": 0.02, "claim": "1.5x"}, ("claim", "rope")),
        ({"arms": (ON, OFF)}, ("arms (their order)",)),
        ({"arms": (OFF, ON, Arm("more"))}, ("arms.more (added)",)),
        ({"arms": (OFF,)}, ("arms.on (taken away)",)),
        ({"arms": (OFF, replace(ON, environment=(("A", "1"),)))}, ("arms.on.environment",)),
        (
            {"workloads": (Workload("loop", "a.fs", ("3",), "x"),)},
            ("workloads.loop.arguments", "workloads.loop.expected"),
        ),
        ({"predictions": (Prediction("on", 1, 2, 0.5),)}, ("predictions",)),
    ],
)
def test_the_fields_that_differ_are_named(changes: dict[str, object], fields: tuple[str, ...]) -> None:
    one: Experiment = experiment()
    other = replace(one, **changes)  # type: ignore[arg-type]  # fields of any type
    found = difference(one, other)
    assert found.fields == fields
    assert found.text.startswith("--- registered\n+++ now\n")
    assert not difference(other, other)


def test_files_are_part_of_it() -> None:
    found = difference(experiment(), experiment(), {"a.fs": "00", "b": "11"}, {"a.fs": "01", "c": "22"})
    assert found.fields == ("the file a.fs", "the file b", "the file c")
    assert "-# a.fs: SHA-256 00\n" in found.text
    assert "+# a.fs: SHA-256 01\n" in found.text


def test_the_text_leaves_out_what_is_as_usual() -> None:
    assert lines(experiment()) == [
        'name = "cache"',
        'question = "Does the cache pay?"',
        'h0 = "no difference"',
        'h1 = "with the cache it is faster"',
        'metric = "total"',
        'reference = "off"',
        "",
        "[[arms]]",
        'name = "off"',
        'switches = ["--tier", "switch"]',
        "",
        "[[arms]]",
        'name = "on"',
        'switches = ["--tier", "threaded"]',
        "",
        "[[workloads]]",
        'name = "loop"',
        'program = "a.fs"',
    ]
