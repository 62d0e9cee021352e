"""The canonical form: one text for an experiment, which reads back to the same."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from cupola.lab.errors import LabError
from cupola.lab.experiment.canonical import canonical, digest, from_canonical
from cupola.lab.experiment.spec import (
    CORRECTIONS,
    METRICS,
    SCOPES,
    TESTS,
    Arm,
    Experiment,
    Prediction,
    Workload,
)

TEXT = some.text(max_size=12)
TEXTS = some.lists(TEXT, max_size=3).map(tuple)
PAIRS = some.dictionaries(TEXT, TEXT, max_size=3).map(lambda found: tuple(sorted(found.items())))
ARM = some.builds(Arm, TEXT, TEXTS, TEXTS, PAIRS, PAIRS)
WORKLOAD = some.builds(Workload, TEXT, TEXT, TEXTS, some.none() | TEXT)
SHARE = some.floats(0.0, 1.0).map(
    lambda share: share + 0.0
)  # no -0.0, which equals 0.0 and prints as something else
RATIO = some.floats(1e-300, 1e300)
INNER = some.floats(1e-12, 1.0, exclude_max=True)
EXPERIMENT = some.builds(
    Experiment,
    name=TEXT, question=TEXT, h0=TEXT, h1=TEXT, metric=some.sampled_from(sorted(METRICS)), reference=TEXT,
    arms=some.lists(ARM, max_size=3).map(tuple), workloads=some.lists(WORKLOAD, max_size=3).map(tuple),
    predictions=some.lists(some.builds(Prediction, TEXT, RATIO, RATIO, SHARE, TEXT), max_size=2).map(tuple),
    claim=TEXT, scope=some.sampled_from(SCOPES), processes=some.integers(2, 10**6),
    iterations=some.integers(1, 10**6), rope=INNER, alpha=INNER, correction=some.sampled_from(CORRECTIONS),
    test=some.sampled_from(TESTS), outlier=RATIO, timeout=RATIO, generated=some.integers(0, 10**9),
    seed=some.integers(0, 2**63),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(EXPERIMENT)
def test_an_experiment_reads_back_as_it_was(experiment: Experiment) -> None:
    text = canonical(experiment)
    assert from_canonical(text) == experiment
    assert canonical(from_canonical(text)) == text
    assert "\n" not in text


def plain() -> Experiment:
    return Experiment("x", "?", "no", "yes", "total", "a", (Arm("a"), Arm("b")), (Workload("w", "w.fs"),))


def test_numbers_that_are_equal_print_alike() -> None:
    experiment = plain()
    assert canonical(replace(experiment, rope=0)) == canonical(replace(experiment, rope=-0.0))
    assert '"timeout":60.0' in canonical(replace(experiment, timeout=60))


def test_the_order_of_a_table_of_texts_does_not_matter_and_that_of_arms_does() -> None:
    experiment = plain()
    pairs = (("A", "1"), ("B", "2"))
    one, other = (replace(experiment, arms=(Arm("a", environment=each),)) for each in (pairs, pairs[::-1]))
    assert canonical(one) == canonical(other)
    assert canonical(experiment) != canonical(replace(experiment, arms=experiment.arms[::-1]))


def test_every_field_is_in_the_digest() -> None:
    experiment = plain()
    changes = {
        "name": "y", "processes": 21, "rope": 0.02, "generated": 1, "seed": 5, "claim": "2x", "iterations": 2,
    }  # fmt: skip
    digests = {digest(canonical(replace(experiment, **{key: value}))) for key, value in changes.items()}  # type: ignore[arg-type]  # the types of the fields differ
    assert len(digests | {digest(canonical(experiment))}) == len(changes) + 1


def test_a_form_from_before_a_field_existed_has_its_default() -> None:
    data = json.loads(canonical(plain()))
    del data["outlier"]
    assert from_canonical(json.dumps(data)) == plain()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected an experiment in canonical JSON, found '{'"),
        ("[]", "expected a table, found \\[\\]"),
        ('{"colour": 1}', "unknown key 'colour'.*a newer Cupola may have written it"),
    ],
)
def test_other_texts_are_refused(text: str, message: str) -> None:
    with pytest.raises(LabError, match=message):
        from_canonical(text)
