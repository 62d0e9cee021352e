"""The rules of the Forth compiler: each is proved, asks for the cells that it asked for, and fires in a program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import cupola
from cupola.languages.forth.constants import RULE_COUNTERS
from cupola.languages.forth.optimizer.rule_values import CONDITIONS, VALUES
from cupola.languages.forth.optimizer.rules import NUMBER, RULES, Rule, needs, read
from cupola.policy.options import ARITHMETIC_REORDERING, STACK_FUSION
from tests.languages.forth import rule_proofs

ALL = RULES.all
TEXTS = [rule.text for rule in ALL]
NUMBERS = [3, 5, 0, 1, -1, 2, 4, 64, 12, -7, 1 << 40, -(1 << 62)]
BOTH = {"stack-fusion": True, "arithmetic-reordering": True}
NEITHER = {"stack-fusion": False, "arithmetic-reordering": False}
CELLS = [0, 1, -1, 2, 7, -8, 1 << 62, -(1 << 63), (1 << 63) - 1]


@pytest.mark.parametrize("rule", ALL, ids=TEXTS)
def test_proved(rule: Rule) -> None:
    rule_proofs.check_needs(rule)
    rule_proofs.prove(rule)


def test_no_rule_stands_twice() -> None:
    assert len(set(TEXTS)) == len(TEXTS) <= RULE_COUNTERS


def test_every_condition_and_number_is_used() -> None:
    assert {rule.condition for rule in ALL} == set(CONDITIONS)
    assert {rule.value for rule in ALL} == set(VALUES)


@pytest.mark.parametrize("line", ["+ +", "dup drop => if a=9", "# + => #{a+99} +", "1+ 1+ 1+ 1+ 1+ =>"])
def test_lines_that_are_no_rules(line: str) -> None:
    with pytest.raises(ValueError, match="no rule"):
        read(line, STACK_FUSION)


def test_a_wrong_rule_is_refuted() -> None:
    with pytest.raises(rule_proofs.Refuted, match="is wrong"):  # below the least number comes the largest
        rule_proofs.prove(read("1+ # < => #{a-1} <", ARITHMETIC_REORDERING))
    with pytest.raises(rule_proofs.Refuted, match="is wrong"):
        rule_proofs.prove(read("# / => if a=0", ARITHMETIC_REORDERING))


def test_a_rule_that_asks_for_fewer_cells_is_found() -> None:
    with pytest.raises(AssertionError, match="needs 1 cells, was 2"):
        rule_proofs.check_needs(read("swap nip => drop", STACK_FUSION))


# --- programs ---


def spelled(rule: Rule, numbers: tuple[int, ...]) -> str:
    """The pattern of a rule in words of Forth."""
    rest = list(numbers)
    words = []
    for name in rule.pattern:
        if name == NUMBER:
            words.append(str(rest.pop(0)))
        elif name.endswith(" by"):
            words.append(f"{rest.pop(0)} {name.removesuffix(' by')}")
        else:
            words.append(name)
    return " ".join(words)


def choices(rule: Rule) -> Iterator[tuple[int, ...]]:
    """Numbers that may satisfy the rule's condition."""
    count = rule_proofs.numbers_in(rule.pattern)
    if count < 2:
        yield from ([(each,) for each in NUMBERS] if count else [()])
        return
    yield from [(a, b) for a in NUMBERS for b in NUMBERS]


def fired(vm: cupola.VM, rule: Rule) -> int:
    system = vm.system
    offset = system.engine.structs["VM"]["fired"][0] + 4 * TEXTS.index(rule.text)
    return int.from_bytes(system.memory.read(offset, 4), "little")


@pytest.fixture(scope="module")
def systems() -> Iterator[tuple[cupola.VM, cupola.VM]]:
    """Systems with all rules and without."""
    with cupola.VM(options=BOTH) as rewritten, cupola.VM(options=NEITHER) as plain:
        for vm in (rewritten, plain):
            vm.run(": noop ;")
        yield rewritten, plain


@pytest.mark.parametrize("rule", ALL, ids=TEXTS)
def test_each_rule_fires_and_changes_nothing(rule: Rule, systems: tuple[cupola.VM, cupola.VM]) -> None:
    rewritten, plain = systems
    before, plain_before = fired(rewritten, rule), fired(plain, rule)  # the system itself is made with rules
    for numbers in choices(rule):
        for vm in systems:
            vm.run(f": try  noop {spelled(rule, numbers)} ;")
        if fired(rewritten, rule) > before:
            break
    assert fired(rewritten, rule) == before + 1, f"{rule.text} never applies"
    assert fired(plain, rule) == plain_before
    depth = needs(rule.pattern)[-1]
    for start in range(len(CELLS)):
        cells = [CELLS[(start * 2 + each) % len(CELLS)] for each in range(depth)]
        assert rewritten.call("try", *cells) == plain.call("try", *cells)
    for less in range(depth):  # too few cells are found in both
        for vm in systems:
            with pytest.raises(cupola.GuestError) as caught:
                vm.call("try", *CELLS[:less])
            assert caught.value.code == -4
            assert [frame.name for frame in caught.value.backtrace] == ["try"]


def test_labels_end_a_pattern() -> None:
    with cupola.VM(options=BOTH) as vm:
        vm.run(": f  if 5 + then 3 + ;  : g  begin 1+ 1+ dup 9 > until ;")
        assert vm.call("f", 1, -1) == (9,)
        assert vm.call("f", 1, 0) == (4,)
        assert vm.call("g", 4) == (10,)


def test_words_that_were_taken_in_still_show_in_backtraces() -> None:
    source = ": three 3 + ;  : five 5 + three ;  : lonely five ;"
    shown = []
    for options in (BOTH, NEITHER):
        with cupola.VM(options=options) as vm:
            vm.run(source)
            assert vm.call("lonely", 1) == (9,)
            with pytest.raises(cupola.GuestError) as caught:
                vm.call("lonely")
            shown.append([frame.name for frame in caught.value.backtrace])
    assert shown[0] == shown[1] == ["five", "lonely"]
