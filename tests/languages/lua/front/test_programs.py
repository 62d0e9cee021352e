"""Programs give what they should: the code is run by the reference interpreter, and by lua5.4 where that is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from cupola.languages.lua.front import compile_source
from tests.languages.lua.front.isa_library import run
from tests.languages.lua.front.isa_verifier import verify
from tests.languages.lua.front.random_source import random_source

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.lua"))
REFERENCE = "lua5.4"
WRAPPER = """
local f, e = load(io.read("a"), "=input")
if not f then print("error: " .. e) return end
local ok, e = pcall(f)
if not ok then print("error: " .. tostring(e)) end
"""
needs_reference = pytest.mark.skipif(shutil.which(REFERENCE) is None, reason=f"{REFERENCE} is not installed")


def reference(source: bytes) -> bytes:
    """Return what lua5.4 prints."""
    done = subprocess.run(
        [REFERENCE, "-e", WRAPPER], input=source, capture_output=True, timeout=60, check=True
    )
    return done.stdout


def same_nan(text: bytes) -> bytes:
    """Return text in which no number that is none has a sign: which it has is left open."""
    return text.replace(b"-nan", b"nan")


def test_there_are_programs() -> None:
    assert len(PROGRAMS) > 8


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_programs(path: Path) -> None:
    source = path.read_bytes()
    verify(compile_source(source, b"=input"))
    assert run(source) == path.with_suffix(".txt").read_bytes()


@pytest.mark.peer
@needs_reference
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_the_reference_gives_the_same(path: Path) -> None:
    assert reference(path.read_bytes()) == path.with_suffix(".txt").read_bytes()


@pytest.mark.parametrize("seed", range(12))
def test_code_of_random_programs_keeps_the_rules(seed: int) -> None:
    verify(compile_source(random_source(seed).encode(), b"=input"))


@pytest.mark.peer
@needs_reference
@pytest.mark.parametrize("seed", range(100, 110))
def test_random_programs(seed: int) -> None:
    source = random_source(seed).encode()
    assert same_nan(run(source)) == same_nan(reference(source))
