"""What all tests share: the rule for tests that need a peer system."""

from __future__ import annotations

import shutil

import pytest

PEER = "gforth-fast"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked `peer` where the peer is not installed."""
    if shutil.which(PEER):
        return
    skip = pytest.mark.skip(reason=f"needs {PEER} (Debian's package gforth), which is not on the path")
    for item in items:
        if item.get_closest_marker("peer"):
            item.add_marker(skip)
