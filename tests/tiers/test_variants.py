# mypy: disable-error-code="untyped-decorator"
# An instruction is an object of the toolkit; nobody calls it from Python.
"""The plan of a language's variants: states, superinstructions step by step, and what is refused."""

from __future__ import annotations

import pytest

from cupola.language import Cell, Language, Target, jump
from cupola.tiers.expand import natural_state
from cupola.tiers.variants import Plan
from tests.tiers.small import Machine, language


def test_states_follow_pops_and_pushes_up_to_the_limit() -> None:
    made = language()
    states = {
        name: [natural_state(made, [made[name]], state) for state in range(3)] for name in ("one", "add")
    }
    assert states == {"one": [1, 2, 2], "add": [1, 1, 1]}
    assert natural_state(made, [made["deep"]], 0) == 1
    assert [natural_state(made, [made["to_2"]], state) for state in range(3)] == [2, 2, 2]


def test_a_branch_leaves_the_topmost_cell_in_a_register() -> None:
    made = language()
    assert [natural_state(made, [made["skip"]], state) for state in range(3)] == [1, 1, 1]
    assert [natural_state(language(2, 0), [made["skip"]], state) for state in range(3)] == [0, 0, 1]


def test_a_superinstruction_ends_where_its_parts_would_end() -> None:
    made = language()
    made.superinstruction("one", "one", "add")
    plan = Plan(made)
    for variant in plan.variants:
        state = variant.state_in
        for each in variant.sequence:
            state = natural_state(made, [each], state)
        assert variant.state_out == state, variant


def test_longer_superinstructions_are_found_step_by_step() -> None:
    made = language()
    made.superinstruction("one", "one", "add")
    plan = Plan(made)
    start = plan.plain[made["one"].opcode][1]
    assert start is not None
    step = plan.fusions[start.number, made["one"].opcode]
    longest = plan.fusions[step.number, made["add"].opcode]
    assert step.step and not longest.step
    assert longest.name == "one+one+add 1>1" and longest.fused and not start.fused


def test_a_step_that_is_a_superinstruction_itself_has_code() -> None:
    made = language()
    made.superinstruction("one", "one", "add")
    made.superinstruction("one", "one")
    assert not any(each.step for each in Plan(made).variants)


def test_instructions_that_want_the_stack_in_memory_exist_in_one_state() -> None:
    made = language()
    rows = Plan(made).plain[made["deep"].opcode]
    assert [each is not None for each in rows] == [True, False, False]


def test_instructions_that_want_the_stack_in_memory_are_no_parts() -> None:
    made = language()
    made.superinstruction("one", "deep")
    with pytest.raises(TypeError, match=r"superinstruction one\+deep: .* cannot be part of one"):
        Plan(made)


def test_unknown_parts_are_refused_at_once() -> None:
    with pytest.raises(KeyError, match="small has no instruction 'two'"):
        language().superinstruction("one", "two")


def test_a_branch_that_cannot_arrive_as_labels_want_is_refused() -> None:
    made = Language("test", version="1", machine=Machine, cache=2, canonical=2)

    @made.instruction
    def skip(x: Cell, target: Target) -> None:
        if x == 0:
            jump(target)

    with pytest.raises(TypeError, match=r"skip jumps to its target with 1 cells in registers.*which is 2"):
        Plan(made)
