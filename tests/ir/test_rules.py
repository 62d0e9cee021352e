"""Rewrite rules: each proved, each reachable, each fired by a text test; and the nets for wrong ones."""

from __future__ import annotations

import pytest

from cupola.ir.passes import Context, Statistics
from cupola.ir.passes.rewrite import RewriteLoop, rewrite
from cupola.ir.rules import FAMILIES, RULES, Matcher, Rule, RuleError
from cupola.ir.rules.prove import NeverApplies, Refuted, check_order, claimed, prove
from cupola.ir.types import I1, I8, I16, I32, I64
from tests.ir.pass_cases import all_cases, module_of, run

CASES = all_cases()


# --- what every rule must pass ---


@pytest.mark.parametrize("rule", RULES, ids=[each.name for each in RULES])
def test_proved(rule: Rule) -> None:
    assert prove(rule) > 0


def test_no_rule_hides_behind_earlier_ones() -> None:
    check_order(RULES)


def test_every_rule_fires_in_a_text_test() -> None:
    statistics = Statistics()
    for case in CASES:
        run(case, statistics)
    fired = set(statistics.of("rewrite"))
    missing = sorted({each.name for each in RULES} - fired)
    assert not missing, f"no case in tests/ir/passes fires {', '.join(missing)}"


@pytest.mark.parametrize("family", FAMILIES)
def test_each_rule_fires_in_the_case_of_its_name(family: str) -> None:
    cases = {case.title: case for case in CASES if case.file == f"rules_{family}"}
    assert list(cases) == [rule.name for rule in FAMILIES[family]]
    for name, case in cases.items():
        statistics = Statistics()
        run(case, statistics)
        assert name in statistics.of("rewrite"), f"{name} does not fire in its own case"


def test_names_are_unique_and_reasons_are_given() -> None:
    assert len({each.name for each in RULES}) == len(RULES)
    assert all(each.why and "\n" not in each.why for each in RULES)


def test_where_only_narrow_types_are_proved_the_others_are_claimed_too() -> None:
    (rule,) = [each for each in RULES if each.name == "mul_power_of_two"]
    first = rule.pattern.arguments[0].type
    assert {types[first] for types in rule.assignments()} == {I8, I16, I32, I64}
    assert {types[first] for types in claimed(rule)} == {I8, I16}


# --- wrong rules ---


def test_a_wrong_rule_is_refuted_with_a_counter_example() -> None:
    wrong = Rule("wrong", "sub(x, 1) => x", "it is not", types=[I8])
    with pytest.raises(Refuted) as caught:
        prove(wrong)
    message = str(caught.value)
    assert "rule wrong (sub(x, 1) => x) is wrong for x: i8 = " in message
    value = int(message.partition("x: i8 = ")[2].partition(":")[0])
    assert f"the pattern gives {(value - 1) % 256}, the replacement {value}" in message


def test_a_rule_that_is_wrong_only_where_a_type_is_wide_is_refuted() -> None:
    wrong = Rule("wrong", "lshr(x, 8) => x", "true for i8 only")
    with pytest.raises(Refuted, match=r"x: i16 = "):
        prove(wrong)


def test_a_rule_that_forgets_its_condition_is_refuted() -> None:
    wrong = Rule("wrong", "mul(x, C) => shl(x, count_trailing_zeros(C))", "of powers only", proved=[I8])
    with pytest.raises(Refuted, match=r"C: i8 = \d+, x: i8 = \d+"):
        prove(wrong)


def test_a_replacement_without_a_meaning_is_refuted() -> None:
    wrong = Rule("wrong", "and(x, x) => udiv(x, x)", "one, but not for zero", types=[I8])
    with pytest.raises(Refuted):
        prove(wrong)


def test_the_second_result_counts() -> None:
    wrong = Rule("wrong", "add_overflow_u(x, x) => shl(x, 1), 0", "the carry is lost")
    with pytest.raises(Refuted):
        prove(wrong)


# --- rules that never apply ---


def test_a_condition_that_cannot_hold_is_an_error() -> None:
    with pytest.raises(NeverApplies, match="no constants satisfy its condition"):
        prove(Rule("never", "add(x, C) => x", "of nothing", when="ult(C, 0)"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Rule("a", "add(x, C) => add(x, C)", ""), Rule("b", "add(x, 0) => x", "")),
        (Rule("a", "and(x, y) => and(y, x)", ""), Rule("b", "and(x, or(x, y)) => x", "")),
        (Rule("a", "sub(x, x) => 0", ""), Rule("b", "sub(shl(x, y), shl(x, y)) => 0", "")),
        (
            Rule("a", "lshr(x, C) => lshr(x, C)", "", when="ult(C, 5)"),
            Rule("b", "lshr(x, C) => x", "", when="eq(C, 0)"),
        ),
    ],
)
def test_a_rule_behind_a_more_general_one_is_an_error(first: Rule, second: Rule) -> None:
    with pytest.raises(NeverApplies, match=r"rule b .* can never apply after a"):
        check_order([first, second])
    check_order([second, first])


def test_rules_that_cover_it_only_together_hide_a_rule() -> None:
    rules = [
        Rule("narrow", "eq(x, 0) => eq(x, 0)", "", types=[I1]),
        Rule("wide", "eq(x, 0) => eq(x, 0)", "", types=[I8, I16]),
        Rule("both", "eq(x, 0) => eq(x, 0)", "", types=[I1, I16]),
    ]
    with pytest.raises(NeverApplies, match="can never apply after narrow, wide"):
        check_order(rules)


def test_a_condition_that_is_only_partly_covered_is_reachable() -> None:
    check_order(
        [
            Rule("a", "lshr(x, C) => x", "", when="eq(C, 0)"),
            Rule("b", "lshr(x, C) => x", "", when="ult(C, 5)"),
        ]
    )


# --- rules that do not make sense ---


@pytest.mark.parametrize(
    ("text", "when", "message"),
    [
        ("addd(x, 0) => x", "", "addd is not a pure operation of the table"),
        ("load.i64(p) => 0", "", "load is not a pure operation of the table"),
        ("add(x) => x", "", "add takes 2 operands, found 1"),
        ("add(x, 0) => y", "", "y does not occur in the pattern"),
        ("add(x, 0) = x", "", "cannot read '= x'"),
        ("add(x, 0)", "", "expected =>, found the end"),
        ("add(x, 0 => x", "", r"expected \), found =>"),
        ("x => x", "", "the pattern must be an operation, found x"),
        ("eq(x, y) => x.i64", "", "no type fits: i1 on one side"),
        ("add(1, 2) => 3", "", "has only constants"),
        ("add(x, sub(C, D)) => x", "", "has only constants"),
        ("add(x, y) => sub(x, sub(0, y))", "", "makes 2 instructions where there was one"),
        ("add(x, C) => x", "eq(x, 0)", "the condition can only look at constants"),
        ("add(x.i64, C) => x", "add(C, 1)", "no type fits"),
        ("add(x, 0) => truncate(zero_extend(x))", "", "not determined by the pattern"),
        ("add_overflow_s(x, 0) => x", "", "has 2 results, found 1"),
        ("add(add_overflow_s(x, y), 0) => x", "", "can only stand at the root"),
        ("fadd(x, 0) => x", "", "no type fits"),
    ],
)
def test_rules_that_make_no_sense(text: str, when: str, message: str) -> None:
    with pytest.raises(RuleError, match=message) as caught:
        Rule("odd", text, "", when=when)
    assert str(caught.value).startswith("rule odd (")


def test_rules_that_undo_each_other_are_an_error() -> None:
    matcher = Matcher(
        [
            Rule("there", "add(x, C) => sub(x, sub(0, C))", ""),
            Rule("back", "sub(x, C) => add(x, sub(0, C))", ""),
        ]
    )
    text = "function @f(%x: i64) -> i64 {\nentry(%x: i64):\n  %y = add %x, 5:i64\n  return %y\n}\n"
    function = module_of(text).functions["f"]
    with pytest.raises(RewriteLoop, match=r"rules undo each other: .*there > back > there"):
        rewrite(function, Context(), matcher)
