"""Reads the text tests of passes: IR before, the passes, IR after.

`python -m tests.ir.pass_cases` rewrites the parts after `--- becomes` to what the passes make now, to be
read as a difference before it is committed.

A file holds a comment and cases: a line `--- PASSES: TITLE` with the names of passes separated by commas, a
function or a whole module, a line `--- becomes`, and the same after the passes ran over each function in
turn.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from cupola.ir.core import Module
from cupola.ir.parser import parse_module
from cupola.ir.passes import Statistics, run_passes
from cupola.ir.printer import format_function, format_module

FOLDER = Path(__file__).parent / "passes"
_HEAD = re.compile(r"^--- (?P<passes>[a-z_, ]+): (?P<title>.*)$", re.MULTILINE)
_AFTER = "--- becomes\n"


class Case(NamedTuple):
    """One case of a file."""

    file: str
    passes: list[str]
    title: str
    before: str
    after: str

    @property
    def name(self) -> str:
        return f"{self.file}: {self.title}"

    @property
    def whole(self) -> bool:
        """Whether the case is a module, and not only a function."""
        return self.before.startswith("module")


def module_of(text: str) -> Module:
    return parse_module(text if text.startswith("module") else f'module "text"\n{text}')


def format_case(case: Case, module: Module) -> str:
    """The module as the case writes it, without empty lines."""
    if not case.whole:
        return "".join(format_function(each) for each in module.functions.values())
    return re.sub(r"\n+", "\n", format_module(module))


def run(case: Case, statistics: Statistics) -> Module:
    """The module after the passes of the case, verified after each."""
    module = module_of(case.before)
    for function in module.functions.values():
        run_passes(function, case.passes, module=module, statistics=statistics, verify=True)
    return module


def read(path: Path) -> tuple[str, list[Case]]:
    """The comment at the head of a file, and its cases."""
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    assert heads, f"{path.name} has no case"
    cases = []
    ends = [*(each.start() for each in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=True):
        before, mark, after = text[head.end() : end].strip().partition(_AFTER)
        assert mark, f"{path.name}: {head['title']}: no line `{_AFTER.strip()}`"
        passes = [each.strip() for each in head["passes"].split(",")]
        cases.append(Case(path.stem, passes, head["title"], before.strip() + "\n", after.strip() + "\n"))
    return text[: heads[0].start()], cases


def all_cases() -> list[Case]:
    return [case for path in sorted(FOLDER.glob("*.txt")) for case in read(path)[1]]


def main() -> None:
    for path in sorted(FOLDER.glob("*.txt")):
        comment, cases = read(path)
        parts = []
        for case in cases:
            after = format_case(case, run(case, Statistics()))
            parts.append(f"--- {', '.join(case.passes)}: {case.title}\n{case.before}{_AFTER}{after}")
        path.write_text(comment + "\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
