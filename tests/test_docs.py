"""The pages for users: their Python runs, and what they quote from the sources stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support_docs import code_blocks, quotes

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "README.md",
    "docs/forth.md",
    "docs/define-a-language.md",
    "docs/second-language.md",
    "docs/lua-embedding.md",
)


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_the_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = code_blocks(ROOT / page, "python")
    assert blocks, f"{page}: expected blocks of Python that are not quoted from a file"
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, page, "exec"), names)


def test_quotes_stand_in_the_files_that_they_name() -> None:
    found = [each for page in PAGES for each in quotes(ROOT / page)]
    assert len(found) >= 5
    for file, text in found:
        source = (ROOT / file).read_text(encoding="utf-8")
        for part in re.split(r"^ *\.\.\.\n", text, flags=re.M):
            assert part.strip("\n") in source, f"{file} does not have what the page quotes"


def test_the_instruction_of_the_page_works_on_every_tier(tmp_path: Path) -> None:
    """As the page says: add it to the sources, run the program. No superinstructions: less to compile."""
    page = (ROOT / "docs" / "define-a-language.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- forth instruction -->\n```python\n(.*?)```", page, re.S)
    program = re.search(r"<!-- forth program -->\n```text\n(.*?)```\n\nprints `(.*?)`", page, re.S)
    assert found and program
    sources = tmp_path / "src"
    shutil.copytree(ROOT / "src", sources, ignore=shutil.ignore_patterns("__pycache__"))
    forth = sources / "cupola" / "languages" / "forth"
    text = f"\n\nfrom cupola.kernel import count_ones\n\n{found[1]}"
    add(forth / "instructions" / "arithmetic.py", text)
    (forth / "superinstructions.py").write_text("from cupola.languages.forth import system", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(sources), "CUPOLA_CACHE": str(tmp_path / "cache")}
    arguments = [sys.executable, "-c", ON_EVERY_TIER, program[1]]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{program[2]} "] * 5


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


ON_EVERY_TIER = """
import sys
import cupola
for tier in ("switch", "table", "threaded", "baseline", "auto"):
    with cupola.VM(tier=tier, thresholds=cupola.Thresholds(1, 1) if tier == "auto" else None) as vm:
        vm.run(sys.argv[1])
        print(vm.take_output())
"""
