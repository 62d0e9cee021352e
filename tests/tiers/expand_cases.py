"""Text tests of `expand`: a sequence of instructions and a number of cells in registers; the IR that they become.

A file holds cases: a line `--- KIND STATE: INSTRUCTIONS`, where KIND is `threaded` or `stencil`, and the IR.
`python -m tests.tiers.expand_cases` writes the IR anew, to be read as a difference before it is committed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from cupola.ir.passes import optimize
from cupola.ir.printer import format_function
from cupola.tiers.expand import natural_state
from cupola.tiers.interpreter import threaded
from cupola.tiers.modules import Modules
from cupola.tiers.variants import VariantPlan
from tests.tiers.small import language

FOLDER = Path(__file__).parent / "expand"
_HEAD = re.compile(r"^--- (?P<kind>threaded|stencil) (?P<state>\d): (?P<names>.*)$", re.MULTILINE)


class Case(NamedTuple):
    """One case of a file, and the IR that it expects."""

    kind: str
    state: int
    names: list[str]
    expected: str

    def __str__(self) -> str:
        return f"{self.kind} {self.state}: {' '.join(self.names)}"


def read(path: Path) -> list[Case]:
    """The cases of a file."""
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    ends = [*(each.start() for each in heads[1:]), len(text)]
    return [
        Case(
            head["kind"],
            int(head["state"]),
            head["names"].split(),
            text[head.end() + 1 : end].rstrip() + "\n",
        )
        for head, end in zip(heads, ends, strict=True)
    ]


def run(case: Case) -> str:
    """The IR of a case."""
    small = language()
    sequence = tuple(small[name] for name in case.names)
    variant = VariantPlan(0, sequence, case.state, natural_state(small, sequence, case.state))
    if case.kind == "threaded":
        function = threaded.handler(small, variant)
    else:
        function = Modules(small)._stencil(variant)
    optimize(function)
    return re.sub(r"give_up\.\d+", "give_up", format_function(function))  # each language has one of its own


def main() -> None:
    for path in sorted(FOLDER.glob("*.txt")):
        cases = read(path)
        path.write_text("\n".join(f"--- {case}\n{run(case)}" for case in cases), encoding="utf-8")


if __name__ == "__main__":
    main()
