"""Profiles: their sums, their files, and the superinstructions that are made from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.policy.profile import Function, Profile, ProfileError, cut, derive, dispatches, load, read


def small() -> Profile:
    made = Profile("forth")
    made.add_run(("dup", "+", "exit"), 10)
    made.add_run(("dup", "+", "exit"), 5)
    made.add_run(("lit", "drop"), 0)
    made.add_function(Function("f", 3, 200, {"g": 7}, [(190, 10), (5, 5)]))
    return made


def test_runs_add_up_and_those_that_never_ran_do_not_count() -> None:
    assert small().runs == {("dup", "+", "exit"): 15}


def test_a_file_gives_the_same_profile_back() -> None:
    made = small()
    made.superinstructions = [("dup", "+")]
    again = read(made.text(), "it")
    assert again.text() == made.text()
    assert again.runs == made.runs
    assert again.superinstructions == [("dup", "+")]
    assert again.functions["f", 3].usual_ways == [True, None]
    assert again.functions["f", 3].is_hot


def test_merging_adds_what_is_the_same_function() -> None:
    made, other = small(), small()
    other.add_function(Function("g", 9, 1, {}, []))
    made.merge(other)
    assert made.runs == {("dup", "+", "exit"): 30}
    assert made.functions["f", 3].branches == [(380, 20), (10, 10)]
    assert made.functions["f", 3].callees == {"g": 14}
    assert ("g", 9) in made.functions


def test_a_function_that_has_changed_is_replaced_by_the_busier_one() -> None:
    made = small()
    made.add_function(Function("f", 3, 100, {}, [(1, 1)]))
    assert made.functions["f", 3].calls == 200
    made.add_function(Function("f", 3, 300, {}, [(1, 1)]))
    assert made.functions["f", 3].branches == [(1, 1)]


def test_profiles_of_two_languages_do_not_add_up() -> None:
    with pytest.raises(ProfileError, match="of lua to one of forth"):
        small().merge(Profile("lua"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no profile"),
        ("[1, 2]", "is no profile"),
        ('{"cupola profile": 7}', "of version 7, expected 1"),
        ('{"cupola profile": 1, "language": "forth"}', "is damaged"),
        ('{"cupola profile": 1, "language": 5, "runs": [], "functions": [], "superinstructions": []}', "is damaged"),
        ('{"cupola profile": 1, "language": "forth", "runs": [[-1, "dup"]], "functions": [], "superinstructions": []}',
         "is damaged"),
    ],
)  # fmt: skip
def test_files_that_are_no_profiles(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.profile"
    path.write_text(text)
    with pytest.raises(ProfileError, match=message):
        load(str(path), "forth")


def test_a_profile_that_is_not_there_or_of_another_language(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot read the profile"):
        load(str(tmp_path / "none"), "forth")
    path = tmp_path / "a.profile"
    path.write_text(Profile("lua").text())
    with pytest.raises(ProfileError, match="a profile of lua, the program is in forth"):
        load(str(path), "forth")


def test_runs_are_cut_from_the_left_by_the_longest() -> None:
    chosen = {("a", "b"), ("a", "b", "c"), ("c", "d")}
    assert cut(tuple("abcd"), chosen) == [("a", "b", "c"), ("d",)]
    assert cut(tuple("acd"), chosen) == [("a",), ("c", "d")]


def test_what_saves_most_comes_first_and_what_cannot_be_is_left_out() -> None:
    runs = {tuple("abc"): 10, tuple("bcd"): 100, tuple("xy"): 60}
    found = derive(runs, [], lambda names: names != ("x", "y"))
    assert found[0] == (("c", "d"), 100) or found[0] == (("b", "c"), 110)
    assert ("x", "y") not in dict(found)
    saved = dispatches(runs, set()) - dispatches(runs, {names for names, _ in found})
    assert saved >= sum(count for _, count in found) * 0.9


def test_what_is_known_already_is_not_found_again() -> None:
    runs = {tuple("ab"): 10}
    assert derive(runs, [("a", "b")], lambda names: True) == []
    assert derive(runs, [], lambda names: True) == [(("a", "b"), 10)]
    assert derive(runs, [], lambda names: True, most=0) == []
