"""The page of what is proved, from the claims themselves."""

from __future__ import annotations

from cupola.lab.proofs.claim import CLAIMS, Claim

HEAD = """# What is proved

Machine-checked proofs about functions of Cupola, by [Z3](https://github.com/Z3Prover/z3). They are about the
code that runs: each function is lowered to [IR](ir.md), and the IR is executed on unknown operands
(`ir/proofs`), with the meaning of each operation that stands in the operation table. So a change of a function
is a change of what is proved; a claim that does not hold is an error with a counter-example, and so is one that
Z3 cannot decide. Of every function it is also shown that no operation in it is undefined for some operand
(division by zero), that no assertion fails, that every address lies in the struct, and within the array, that
is meant, and that its loops end. The tests hand each proof broken copies of the functions, which must be
refuted.

This page is written by `python -m cupola.lab.proofs`, which proves everything anew (about a quarter of an
hour). The tests prove all claims too, those marked *by cases* for a sample of their cases only: the command
runs all of them.

What the proofs rest on: Z3; the operation table, which tests compare with LLVM; the symbolic executor, which
tests compare with the evaluator; the laws of arithmetic in `ir/proofs/products`, which Z3 proves of 5-bit
numbers and which are true of all. What is not proved: ln, exp and erf are tested over their whole ranges
instead ([fixed point](fixed-point.md)), and that the cache's victim is the entry used longest ago is tested.
"""

TITLES = {
    "fixed_point": ("Q48.16 arithmetic", "For all operands, `cupola.runtime.q48`."),
    "hot_words": (
        "The cache of hot words",
        "From every state that the invariant allows, `cupola.policy.physics.hotwords`: the invariant holds of an empty "
        "cache, and each operation keeps it, so it always holds. It says: 0 to 32 entries, no hash twice, and each "
        "entry's word is what a search for its hash would find now.",
    ),
}


def claims() -> list[Claim]:
    """All claims, in the order of their files."""
    from cupola.lab.proofs import fixed_point, hot_words

    assert fixed_point and hot_words  # imported for what they claim
    return CLAIMS


def page() -> str:
    """The page in Markdown."""
    parts = [HEAD]
    for module, (title, text) in TITLES.items():
        parts.append(f"\n## {title}\n\n{text}\n\n| function | what is proved |\n|---|---|\n")
        for each in claims():
            if each.prove.__module__.endswith(module):
                names = ", ".join(f"`{function.__name__}`" for function in each.about)
                mark = " *(by cases)*" if each.slow else ""
                text_of = each.statement.replace("|", "\\|")
                parts.append(f"| {names} | {text_of}{mark} |\n")
    return "".join(parts)
