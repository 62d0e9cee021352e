"""The table of optimizations, and how options are asked for."""

from __future__ import annotations

import pytest

import cupola
from cupola.policy.options import COUNTERS, NAMES, OPTIONS, Options, listing, make_options, options_of


def test_numbers_count_up_and_fit_the_counters() -> None:
    assert [each.number for each in OPTIONS] == list(range(len(OPTIONS)))
    assert len(OPTIONS) <= COUNTERS
    assert len(set(NAMES)) == len(NAMES)


def test_bits_follow_the_defaults_and_the_changes() -> None:
    for each in OPTIONS:
        for value in (False, True):
            options = Options({each.name: value})
            assert options[each.name] is value
            assert (options.bits >> each.number & 1) == value
            assert options.bits & ~(1 << each.number) == Options().bits & ~(1 << each.number)
            assert (each.name in options.names) == value


def test_options_compare_by_what_is_on() -> None:
    first = OPTIONS[0]
    assert Options() == Options({first.name: first.default}) == make_options(None)
    assert Options() != Options({first.name: not first.default})
    assert hash(Options()) == hash(make_options({}))
    assert (
        repr(Options({first.name: not first.default})) == f"Options({{'{first.name}': {not first.default}}})"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Colon_Inlining", "unknown option 'Colon_Inlining': did you mean 'colon-inlining'?"),
        ("zzz", "unknown option 'zzz': expected one of " + ", ".join(NAMES)),
    ],
)
def test_wrong_names_get_the_nearest_one(name: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        cupola.VM(options={name: True})
    assert str(caught.value) == message


def test_values_are_true_or_false() -> None:
    with pytest.raises(TypeError, match="'warm-pools': expected True or False, found 'yes'"):
        Options({"warm-pools": "yes"})  # type: ignore[dict-item]  # what this test is about


def test_a_command_line_cannot_want_both() -> None:
    assert options_of(["warm-pools"], ["colon-inlining"]) == Options(
        {"warm-pools": True, "colon-inlining": False}
    )
    with pytest.raises(ValueError, match="'warm-pools' cannot be both on and off"):
        options_of(["warm-pools"], ["colon-inlining", "warm-pools"])


def test_the_listing_has_a_line_for_each() -> None:
    lines = listing().splitlines()
    assert len(lines) == len(OPTIONS)
    for line, each in zip(lines, OPTIONS, strict=True):
        name, state, meaning = line.split(maxsplit=2)
        assert (name, state, meaning) == (each.name, "on" if each.default else "off", each.meaning)


def test_statistics_tell_what_acted() -> None:
    source = ": twice dup + ; : eight twice twice twice ; 1 eight ."
    with cupola.VM(options={"colon-inlining": True}) as vm:
        vm.run(source)
        assert vm.statistics()["options"]["colon-inlining"] == 3
        steps = vm.statistics()["steps"]
        assert vm.take_output() == "8 "
    with cupola.VM(options={"colon-inlining": False}) as vm:
        vm.run(source)
        assert "colon-inlining" not in vm.statistics()["options"]
        assert vm.statistics()["steps"] > steps
        assert vm.take_output() == "8 "
