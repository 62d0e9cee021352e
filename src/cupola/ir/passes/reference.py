"""Writes the page about passes and rewrite rules: `python -m cupola.ir.passes.reference > docs/passes.md`."""

from __future__ import annotations

import sys

from cupola.ir.passes import MOST_ROUNDS, PASSES, STANDARD
from cupola.ir.rules import FAMILIES, RULES, Rule

_HEAD = """\
<!-- Made by `python -m cupola.ir.passes.reference > docs/passes.md`; do not edit. -->

# Passes and rewrite rules

A pass transforms one function of the [intermediate representation](ir.md). It has a name, which its
statistics, its refusals and every dump use. What it gets is well-formed, and so is what it leaves.

{passes}

`cupola.ir.passes.run_passes(function, names)` runs passes by name; `optimize(function)` runs `inline`
once and then {standard} until nothing changes, {rounds} rounds at most. Both take the `module` in which
callees are found, `statistics` to count in, and `verify=True` to check the function after each pass.
From a shell:

```sh
python -m cupola.ir.passes FILE --passes fold,cse     # the IR after the passes; statistics on standard error
python -m cupola.ir.passes --list
```

What a pass could have done and did not is a *refusal* with a fixed reason, in `Statistics.refusals`:
`inline` refuses `recursion`, `marked slow`, `a handler cannot be called` and `caller too large`.

## How passes are tested

A test is text: a file in `tests/ir/passes` with the names of passes, the IR before, and the IR after.
`python -m tests.ir.pass_cases` writes what the passes make now, to be read as a difference. The same
cases, and random modules (`python -m tests.ir.pass_fuzz`), must give the same results in the evaluator
before and after; a failing random module is shrunk, stored and replayed ever after.

## How a rule is written

A rule is an entry in a file of `cupola.ir.rules`, one file a family:

```python
Rule("mul_power_of_two", "mul(x, C) => shl(x, count_trailing_zeros(C))",
     "a shift is cheaper than a product", when="eq(count_ones(C), 1)")
```

- Small letters stand for any value, capitals for a constant; a name means the same thing each time.
- Whatever is made of constants only is computed when the rule is applied, by the same table of
  operations. The condition is such a term, too.
- Types are inferred from the table. `x.i1` or `sign_extend.i64(x)` names one; `truncate.s(x)` names an
  unknown one, for use in another place (`-1.s`). `width(x)` is the number of bits of the type of x.
- Operands of commutative operations are tried in both orders; constants stand on the right, because
  rules put them there.
- The replacement makes one instruction at most, so that rewriting never makes a function longer.

## How a rule is checked

- Z3 proves it against the table, for every choice of types that it claims; the few rules about
  multiplication, division and pairs of shifts are proved for the narrow types that `proved` names,
  where the solver is quick. A wrong rule is an error with the values for which the two sides differ.
- A condition that no constant satisfies is an error, and so is a rule behind earlier ones that
  always apply first.
- A rule that no text test fires fails the suite; each has a case with its name.
- Rules that undo each other are found when that happens: an instruction is rewritten a limited number
  of times.

`python -m cupola.ir.rules` proves them all and says for how many choices of types each holds.

"""


def reference() -> str:
    """The page, in Markdown."""
    rows = [(f"`{each.name}`", each.meaning) for each in PASSES.values()]
    standard = ", ".join(f"`{name}`" for name in STANDARD)
    text = _HEAD.format(passes=_table(("pass", "meaning"), rows), standard=standard, rounds=MOST_ROUNDS)
    parts = [text + f"## The {len(RULES)} rules\n"]
    for family, rules in FAMILIES.items():
        head = ("rule", "rewrites", "why")
        parts.append(f"### {family.capitalize()}\n\n{_table(head, [_row(rule) for rule in rules])}\n")
    return "\n".join(parts)


def _row(rule: Rule) -> tuple[str, str, str]:
    condition = f" when `{rule.condition_text}`" if rule.condition_text else ""
    return f"`{rule.name}`", f"`{rule.text}`{condition}", rule.why


def _table(head: tuple[str, ...], rows: list[tuple[str, str]] | list[tuple[str, str, str]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(reference())
