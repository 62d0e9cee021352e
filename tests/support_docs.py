"""Finds the code in Markdown pages. A block after `<!-- from FILE -->` is quoted from that file; one after
`<!-- forth ... -->` is an addition to Forth; others stand alone."""

from __future__ import annotations

import re
from pathlib import Path

_BLOCK = re.compile(r"(?:^<!-- (from|forth) (\S*) -->\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)


def code_blocks(page: Path, language: str) -> list[str]:
    """The blocks of a language that are not quoted from a file."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [text for mark, _, kind, text in found if kind == language and not mark]


def quotes(page: Path) -> list[tuple[str, str]]:
    """File and text of each block that is quoted."""
    return [
        (file, text)
        for mark, file, _, text in _BLOCK.findall(page.read_text(encoding="utf-8"))
        if mark == "from"
    ]
