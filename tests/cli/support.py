"""Runs the command line as users do: in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 120.0  # seconds: the first use of a language compiles it


def environment(**extra: str) -> dict[str, str]:
    """The environment with the checkout on Python's path."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), **extra}


def command(*arguments: str) -> list[str]:
    """A command line of cupola."""
    return [sys.executable, "-m", "cupola", *arguments]


def cupola(*arguments: str, input: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
    """What a command did; `extra` goes into its environment."""
    return subprocess.run(
        command(*arguments), input=input, capture_output=True, text=True, timeout=TIMEOUT, cwd=ROOT,
        env=environment(**extra),
    )  # fmt: skip
