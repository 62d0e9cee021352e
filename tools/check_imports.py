"""Check that imports go down the house, never up, and that nobody imports another folder's private names.

    python tools/check_imports.py [the package's directory]

The house is the table `TOWER` below, with two houses at its side, `SIDES`. A module may import its own folder
and every folder below it, a module of it directly if it likes, but no name that starts with an underscore.
Every import counts: inside a function, under TYPE_CHECKING, and `import_module("...")` with a literal name.

Prints one line a finding, `file:line: what was found: what is allowed`; the exit status is 1 if there is one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "cupola"

TOWER = (
    "cli",
    "launch",
    "api",
    "languages",
    "language",
    "tiers",
    "policy",
    "runtime",
    "kernel",
    "ir",
    "machine",
)
"""Folders (and modules) of the package, from the roof to the ground: each may import those after it."""

SIDES = {
    "lab": ("launch", ("cli",)),
    "observe": ("language", ("api", "lab", "cli")),
}
"""Houses at the side: the highest floor of the tower that they may import, and who may import them."""

KNOWN = {*TOWER, *SIDES}

ALIASES = {"__init__": "api", "__main__": "cli"}
"""The floor on which the package's own modules stand that are not named like one."""

FREE = {"__version__"}
"""Names of the package itself that every folder may import."""


@dataclass(frozen=True)
class Import:
    """One imported name, absolute, with the line where it stands."""

    line: int
    target: tuple[str, ...]


def allowed(folder: str) -> tuple[str, ...]:
    """Return what `folder` may import, itself first."""
    if folder in SIDES:
        highest, _ = SIDES[folder]
        below = TOWER[TOWER.index(highest) :]
    else:
        below = TOWER[TOWER.index(folder) + 1 :]
    beside = tuple(side for side, (_, users) in SIDES.items() if folder in users)
    return (folder, *below, *beside)


def imports(tree: ast.AST, module: tuple[str, ...]) -> Iterator[Import]:
    """Yield every import of the package's own modules in `tree`.

    `module` is the dotted name of the package that relative imports start from.
    """
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = module[: len(module) - node.level + 1] if node.level else ()
            stem = ".".join((*start, *([node.module] if node.module else [])))
            names = [f"{stem}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            argument = node.args[0]
            if (
                name == "import_module"
                and isinstance(argument, ast.Constant)
                and isinstance(argument.value, str)
            ):
                names = [argument.value]
        for name in names:
            target = tuple(name.split("."))
            if target[0] == PACKAGE:
                yield Import(getattr(node, "lineno", 0), target)


def floor(name: str) -> str:
    """Return the floor of the module or name `name` that stands directly in the package."""
    return ALIASES.get(name, name)


def judge(folder: str, found: Import) -> str | None:
    """Return what is wrong with an import by `folder`, or None."""
    if len(found.target) == 1 or found.target[1] in FREE:
        return None
    target = floor(found.target[1])
    if target not in KNOWN:
        target = "api"  # a name that the package itself makes public
    dotted = ".".join(found.target)
    if target not in allowed(folder):
        return f"{folder} imports {dotted}: {folder} may import only {', '.join(allowed(folder))}"
    private = [part for part in found.target if part.startswith("_") and not part.endswith("__")]
    if private and target != folder:
        return (
            f"{folder} imports {dotted}: {private[0]} is private to {target}; use what {target} makes public"
        )
    return None


def check(root: Path) -> list[str]:
    """Return the findings for the package in the directory `root`."""
    findings = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        folder = floor(parts[0])
        if folder not in KNOWN:
            findings.append(
                f"{path}:1: {parts[0]} stands on no floor: expected one of {', '.join(sorted(KNOWN))}; "
                "add it to the table in tools/check_imports.py"
            )
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        for found in imports(tree, (PACKAGE, *parts[:-1])):
            problem = judge(folder, found)
            if problem:
                findings.append(f"{path}:{found.line}: {problem}")
    return findings


def main(arguments: list[str]) -> int:
    """Check the package, print the findings; return the exit status."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent / "src" / PACKAGE
    if not root.is_dir():
        print(f"{root}: expected the package's directory, found none", file=sys.stderr)
        return 2
    findings = check(root)
    for finding in findings:
        print(finding)
    if not findings:
        print("imports: all go down the house")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
