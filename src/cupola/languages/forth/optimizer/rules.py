"""The rules by which short runs of instructions become shorter ones that do the same: data, no code.

A line of `STACK` or `ARITHMETIC` is `pattern => replacement`, with a condition behind `if`. `#` is an instruction that
pushes a number; the numbers (and shift counts) of a pattern are `a` and `b`, in this order; the one of the replacement
stands in braces. Conditions and computed numbers are functions of `rule_values`. Of several rules that fit, the first
is taken; rules apply again to what they leave.

Every rule is proved for all cells and all numbers by Z3, from the kernel functions of the instructions themselves
(tests/languages/forth/test_rules.py). Arithmetic wraps around, so school algebra holds, but not about order.
A rule may not change which cells must be on the stack, either: where the replacement needs fewer, a mark (`keep`)
stays in the draft, so that a stack that is too low is found at the same word.

What may be touched: lines, freely; the tests tell what is wrong with them.
"""

from __future__ import annotations

from typing import NamedTuple

from cupola.languages.forth.definition import forth
from cupola.languages.forth.optimizer.rule_values import CONDITIONS, VALUES
from cupola.policy.options import ARITHMETIC_REORDERING, STACK_FUSION
from cupola.tiers.headers import OPCODE_MASK

STACK = """
dup drop =>
over drop =>
swap swap =>
2dup 2drop =>
dup nip =>
rot -rot =>
-rot rot =>
2swap 2swap =>
dup swap => dup
swap drop => nip
swap over => tuck
swap tuck => over
swap 2drop => 2drop
over over => 2dup
drop drop => 2drop
nip drop => 2drop
tuck drop => swap
dup 2drop => drop
tuck 2drop => nip
2dup drop => over
rot rot => -rot
-rot -rot => rot
# drop =>
swap + => +
swap * => *
swap and => and
swap or => or
swap xor => xor
swap min => min
swap max => max
swap = => =
swap <> => <>
swap < => >
swap > => <
swap <= => >=
swap >= => <=
swap u< => u>
swap u> => u<
swap um* => um*
swap m* => m*
"""

ARITHMETIC = """
# + => if a=0
# - => if a=0
# or => if a=0
# xor => if a=0
# * => if a=1
# / => if a=1
# and => if a=-1
lshift~by => if a=0
rshift~by => if a=0
1+ 1- =>
1- 1+ =>
negate negate =>
invert invert =>
dup and =>
dup or =>
dup - => drop #{0}
dup xor => drop #{0}
dup + => 2*
# + => 1+ if a=1
# - => 1- if a=1
# + => 1- if a=-1
# - => 1+ if a=-1
# + => #{-a} - if a<0, fits
# - => #{-a} + if a<0, fits
# * => negate if a=-1
# * => 2* if a=2
# * => lshift~by{log2} if a=2^n
# / => 2/ if a=2
# / => 2/ 2/ if a=4
# / => negate if a=-1
# mod => #{a-1} and if a=2^n
# and => drop #{0} if a=0
# * => drop #{0} if a=0
1+ 1+ => #{2} +
1- 1- => #{2} -
cell+ cell+ => #{16} +
# + 1+ => #{a+1} + if fits
# + 1- => #{a-1} + if fits
# - 1+ => #{a-1} - if fits
# - 1- => #{a+1} - if fits
# + cell+ => #{a+8} + if fits
1+ # + => #{a+1} + if fits
1- # + => #{a-1} + if fits
1+ # - => #{a-1} - if fits
1- # - => #{a+1} - if fits
cell+ # + => #{a+8} + if fits
# + # + => #{a+b} + if fits
# + # - => #{a-b} + if fits
# + # - => #{b-a} - if fits
# - # - => #{a+b} - if fits
# - # + => #{b-a} + if fits
# - # + => #{a-b} - if fits
# * # * => #{a*b} * if fits
# and # and => #{a&b} and
# or # or => #{a|b} or
# xor # xor => #{a^b} xor
2* 2* => lshift~by{2}
2* cells => lshift~by{4}
cells 2* => lshift~by{4}
2* lshift~by => lshift~by{a+1} if below 64
lshift~by 2* => lshift~by{a+1} if below 64
cells lshift~by => lshift~by{a+3} if below 64
lshift~by cells => lshift~by{a+3} if below 64
lshift~by lshift~by => lshift~by{a+b} if below 64
rshift~by rshift~by => rshift~by{a+b} if below 64
# # + => #{a+b}
# # - => #{a-b}
# # * => #{a*b}
# # and => #{a&b}
# # or => #{a|b}
# # xor => #{a^b}
# 1+ => #{a+1}
# 1- => #{a-1}
# 2* => #{2*a}
# cells => #{8*a}
# negate => #{-a}
# invert => #{~a}
negate + => -
negate - => +
- negate => swap -
invert 1+ => negate
negate 1- => invert
# = => 0= if a=0
# <> => 0<> if a=0
# < => 0< if a=0
# > => 0> if a=0
# u> => 0<> if a=0
= 0= => <>
<> 0= => =
< 0= => >=
> 0= => <=
<= 0= => >
>= 0= => <
0= 0= => 0<>
0<> 0= => 0=
0= 0<> => 0=
0<> 0<> => 0<>
- 0= => =
- 0<> => <>
xor 0= => =
xor 0<> => <>
# + # = => #{b-a} =
# + # <> => #{b-a} <>
# - # = => #{a+b} =
# - # <> => #{a+b} <>
1+ # = => #{a-1} =
1- # = => #{a+1} =
1+ # <> => #{a-1} <>
1- # <> => #{a+1} <>
# xor # = => #{a^b} =
# xor # <> => #{a^b} <>
negate # = => #{-a} =
negate # <> => #{-a} <>
"""

NUMBER = "lit"  # what `#` stands for in tables: any instruction that pushes a number
MOST_PATTERN, MOST_OUT, MOST_KEPT = 4, 2, 4
WIDTH = 14  # numbers in a row of the table
(
    OPTION, LENGTH, PATTERN, CONDITION, OUT_LENGTH, OUT, VALUE, KEEP, ONE_ORIGIN, ORIGIN,
) = 0, 1, 2, 6, 7, 8, 10, 11, 12, 13  # fmt: skip
NO_RULE = 0xFFFF


class Rule(NamedTuple):
    """One rule: the option that it belongs to, the names of instructions, the names of its condition and number."""

    text: str
    option: int
    pattern: tuple[str, ...]
    replacement: tuple[str, ...]
    condition: str
    value: str

    @property
    def keeps(self) -> int:
        """How many cells the pattern needs that a replacement by nothing does not."""
        return 0 if self.replacement else needs(self.pattern)[-1]


def read(line: str, option: int) -> Rule:
    """A rule from its line; ValueError if the line is none."""
    pattern, arrow, rest = line.partition("=>")
    replacement, _, condition = rest.partition(" if ")
    names: list[str] = []
    value = ""
    for token in replacement.split():
        name, brace, number = token.partition("{")
        names.append(instruction(name))
        value = number.removesuffix("}") if brace else value
    rule = Rule(
        line, option, tuple(map(instruction, pattern.split())), tuple(names), condition.strip(), value
    )
    known = rule.condition in CONDITIONS and rule.value in VALUES
    if not arrow or not known or len(rule.pattern) > MOST_PATTERN or len(names) > MOST_OUT:
        raise ValueError(f"no rule: {line}")
    return rule


def instruction(token: str) -> str:
    """The instruction that a token of a rule means."""
    return NUMBER if token == "#" else token.replace("~", " ")


def needs(names: tuple[str, ...]) -> list[int]:
    """How many cells must lie on the stack at the start for all instructions up to each one."""
    height, deepest, found = 0, 0, []
    for name in names:
        one = forth[name]
        deepest = max(deepest, one.pops - height)
        height += one.pushes - one.pops
        found.append(deepest)
    return found


def change(names: tuple[str, ...]) -> int:
    """How many cells a run leaves more on the stack."""
    return sum(forth[name].pushes - forth[name].pops for name in names)


class Rules:
    """All rules, and the tables that native code reads; made when they are asked for, as all instructions are known."""

    @property
    def all(self) -> list[Rule]:
        """The rules, those with the same last instruction side by side, in the order of their lines."""
        found = [read(line, STACK_FUSION) for line in STACK.strip().splitlines()]
        found += [read(line, ARITHMETIC_REORDERING) for line in ARITHMETIC.strip().splitlines()]
        return sorted(found, key=lambda rule: forth[rule.pattern[-1]].opcode)

    @property
    def rows(self) -> tuple[int, ...]:
        """One row of WIDTH numbers for each rule, and one that ends them all."""
        numbers = [number for rule in self.all for number in _row(rule)]
        return (*numbers, *[NO_RULE] * WIDTH)

    @property
    def first(self) -> tuple[int, ...]:
        """For each opcode, the number of the first rule whose pattern ends with it, or NO_RULE."""
        found = [NO_RULE] * (OPCODE_MASK + 1)
        for number, rule in reversed(list(enumerate(self.all))):
            found[forth[rule.pattern[-1]].opcode] = number
        return tuple(found)


def _row(rule: Rule) -> tuple[int, ...]:
    """A rule in numbers. The pattern stands there from its last instruction to its first."""
    reached = needs(rule.pattern)
    checks = len(set(reached) - {0})
    origin = next((place for place, cells in enumerate(reached) if cells), 0)
    pattern = [forth[name].opcode for name in reversed(rule.pattern)]
    out = [forth[name].opcode for name in rule.replacement]
    return (
        rule.option, len(pattern), *pattern, *[NO_RULE] * (MOST_PATTERN - len(pattern)),
        list(CONDITIONS).index(rule.condition), len(out), *out, *[NO_RULE] * (MOST_OUT - len(out)),
        list(VALUES).index(rule.value), rule.keeps, int(checks > 1), origin,
    )  # fmt: skip


RULES = Rules()
