"""The programs of the conformance suite and what they must print.

python -m tests.languages.lua.suite_files [FOLDER/NAME ...] writes the expected output anew, by the reference lua5.4.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

REFERENCE = "lua5.4"
VERSION = "Lua 5.4.4"
"""The version that wrote the expected output: others differ in some messages."""

FOLDER = Path(__file__).resolve().parent / "suite"
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", "")}
TIMEOUT = 60.0


@dataclass(frozen=True)
class SuiteFile:
    """A program; it is run in its folder, under its bare name, as positions in messages show it."""

    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(FOLDER).with_suffix(""))

    @property
    def expected(self) -> bytes:
        """What it must print."""
        return self.path.with_suffix(".out").read_bytes()


SUITE = [SuiteFile(path) for path in sorted(FOLDER.glob("*/*.lua"))]


def by_reference(path: Path, timeout: float = TIMEOUT) -> bytes:
    """What the reference prints on its standard output; its error output goes to ours if it fails."""
    result = subprocess.run(
        [REFERENCE, path.name],
        cwd=path.parent,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
    )
    if result.returncode:
        raise RuntimeError(f"{path}: {result.stderr.decode(errors='replace')}")
    return result.stdout


def reference_missing() -> str | None:
    """Why nothing can be compared with the reference, or None if it is there."""
    if not shutil.which(REFERENCE):
        return f"needs {REFERENCE} (Debian's package of that name), which is not on the path"
    shown = subprocess.run([REFERENCE, "-v"], capture_output=True, text=True).stdout
    if not shown.startswith(VERSION):
        return f"needs {VERSION}, which wrote the expected output; {REFERENCE} is {shown[:9]}"
    return None


def rewrite(files: Iterable[SuiteFile]) -> None:
    """Write the expected output of some programs, and say which ones changed."""
    for file in files:
        output = by_reference(file.path)
        out = file.path.with_suffix(".out")
        if not out.exists() or out.read_bytes() != output:
            out.write_bytes(output)
            print(f"{file}: written")


def main(arguments: Sequence[str]) -> None:
    """Rewrite the files named, or all."""
    rewrite(file for file in SUITE if not arguments or str(file) in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
