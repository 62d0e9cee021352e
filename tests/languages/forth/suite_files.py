"""The files of the conformance suite, and what each of them has to print."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

FOLDER = Path(__file__).parent / "suite"
TESTER = "tester.fs"


@dataclass(frozen=True)
class SuiteFile:
    """A file of the suite; NAME.input is its standard input, NAME.expected its output, where they exist."""

    path: Path

    def __str__(self) -> str:
        return self.path.name

    def open_input(self) -> BinaryIO:
        """Return the standard input of the file, which may be empty."""
        given = self.path.with_suffix(".input")
        return given.open("rb") if given.exists() else io.BytesIO()

    def check(self, output: str) -> None:
        """Check the output: all of it where it is known, otherwise that it says that every test passed."""
        expected = self.path.with_suffix(".expected")
        if expected.exists():
            lines = [line.rstrip() for line in output.rstrip().split("\n")]
            assert lines == [
                line.rstrip() for line in expected.read_text(encoding="utf-8").rstrip().split("\n")
            ]
        else:
            self.check_passed(output)

    def check_passed(self, output: str) -> None:
        """Check only that all tests passed, and that there were some."""
        assert re.fullmatch(rf"\s*ok: {re.escape(self.path.name)} \d+ tests\s*", output), output


SUITE = [SuiteFile(path) for path in sorted(FOLDER.glob("*.fs")) if path.name != TESTER]
