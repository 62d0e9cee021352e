"""What all tests share: where the package is, and the rule for tests that need a peer system."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

PEER = "gforth-fast"

# Processes that tests start find the package in a bare checkout too, as the tests themselves do (`pythonpath`).
ROOT = Path(__file__).resolve().parent.parent
PATHS = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, PATHS))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked `peer` where the peer is not installed."""
    if shutil.which(PEER):
        return
    skip = pytest.mark.skip(reason=f"needs {PEER} (Debian's package gforth), which is not on the path")
    for item in items:
        if item.get_closest_marker("peer"):
            item.add_marker(skip)
