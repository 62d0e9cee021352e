"""The engines are made before the commands run: what they tell while a first use compiles is no part of these tests."""

from __future__ import annotations

import pytest

import cupola


@pytest.fixture(scope="session", autouse=True)
def engines() -> None:
    for language in ("forth", "lua"):
        cupola.VM(language).close()
