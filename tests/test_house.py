"""The rules of the house that no linter knows: folders, sizes of files, links and pages of the docs."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 800
GROUNDS = ("src", "tools", "tests")


def sources() -> list[Path]:
    """Return every Python file of the project."""
    return [path for ground in GROUNDS for path in sorted((ROOT / ground).rglob("*.py"))]


def swallowed(tree: ast.AST) -> Iterator[int]:
    """Yield the line of each handler that only drops the exception."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            catches_all = node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"}
            if catches_all and all(isinstance(each, ast.Pass | ast.Continue) for each in node.body):
                yield node.lineno


def links(page: Path) -> list[Path]:
    """Return the files and folders that a Markdown page links to, by relative links outside code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [each.strip("<>") for each in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [each.partition("#")[0] for each in targets if not re.match(r"[a-z]+:|#", each)]
    return [Path(os.path.normpath(page.parent / each)) for each in local]


def test_every_folder_says_what_it_is_for() -> None:
    folders = {path.parent for path in (ROOT / "src" / "cupola").rglob("*.py")}
    for folder in sorted(folders):
        front = folder / "__init__.py"
        assert front.exists(), f"{folder}: expected an __init__.py with a docstring"
        assert ast.get_docstring(ast.parse(front.read_text(encoding="utf-8"))), f"{front}: has no docstring"


def test_no_file_is_too_long() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert sizes
    long = {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > MOST_LINES}
    assert not long, f"more than {MOST_LINES} lines: split by idea"


def test_no_exception_is_swallowed() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for line in swallowed(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("try:\n    f()\nexcept:\n    pass", 1),
        ("try:\n    f()\nexcept Exception:\n    pass", 1),
        ("try:\n    f()\nexcept KeyError:\n    pass", 0),
        ("try:\n    f()\nexcept Exception:\n    g()\n    raise", 0),
    ],
)
def test_the_search_for_swallowed_exceptions(text: str, count: int) -> None:
    assert len(list(swallowed(ast.parse(text)))) == count


def test_relative_links_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [f"{page.name}: {target}" for page in pages for target in links(page) if not target.exists()]
    assert not broken


def test_every_page_of_the_docs_can_be_reached() -> None:
    reached: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page.suffix == ".md" and page.exists() and page not in reached:
            reached.add(page)
            ahead += links(page)
    lost = {str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md")} - {
        str(page.relative_to(ROOT)) for page in reached
    }
    assert not lost, "no link leads to these pages: list them in docs/README.md"


def test_the_readme_marks_one_test_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^<!-- test command -->\n```sh\n(.+?)\n```$", text, flags=re.M | re.S)) == 1
