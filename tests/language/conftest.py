"""The engine of Tiny, built once for all tests here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cupola.language import load_engine
from tests.language import tiny


@pytest.fixture(scope="session")
def tiny_engine() -> Any:
    """The engine of Tiny, from the cache that the tests use."""
    return load_engine("tiny", tiny.define, [str(Path(tiny.__file__).parent)])
