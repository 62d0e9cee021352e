"""The public forth2012-test-suite, unchanged, on every engine: no error in any word set, floating point included.

The suite is no part of this repository. Where the variable FORTH2012_SUITE names a checkout of it, these tests run it
in a scratch copy (it writes files and blocks); elsewhere they are skipped. tests/languages/forth/suite has our own.
"""

from __future__ import annotations

import io
import os
import re
import shutil
from pathlib import Path

import pytest

import cupola
from tests.languages.forth.engines import ENGINES, Engine, make_vm

VARIABLE = "FORTH2012_SUITE"
CHECKOUT = os.environ.get(VARIABLE)
WORD_SETS = (
    "Core", "Core extension", "Block", "Double number", "Exception", "Facility", "File-access", "Locals",
    "Memory-allocation", "Programming-tools", "Search-order", "String", "Total",
)  # fmt: skip
FAILURES = ("INCORRECT RESULT", "WRONG NUMBER OF RESULTS")
KEYBOARD = b"a line for ACCEPT\n"

pytestmark = pytest.mark.skipif(
    not CHECKOUT, reason=f"needs a checkout of the forth2012-test-suite, named by the variable {VARIABLE}"
)


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The suite's sources in a folder that may be written to, which is the current one."""
    assert CHECKOUT is not None
    shutil.copytree(Path(CHECKOUT) / "src", tmp_path / "src")
    monkeypatch.chdir(tmp_path / "src")
    return tmp_path / "src"


def output_of(vm: cupola.VM, program: str) -> str:
    """What the program prints; if it fails, the error and the end of what it printed fail the test."""
    try:
        vm.run(f's" {program}" included', name="<suite>")
    except cupola.GuestError as error:
        pytest.fail(f"{error.show()}\n...{vm.take_output()[-2000:]}")
    return vm.take_output()


def reported_failures(output: str) -> list[str]:
    """The lines in which a tester tells of a failed assertion."""
    return [line for line in output.splitlines() if any(each in line.upper() for each in FAILURES)]


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_word_sets(engine: Engine, suite: Path) -> None:
    blocks = suite / "blocks.fb"
    blocks.write_bytes(b" " * 1024 * 100)
    output = output_of(make_vm(engine, io.BytesIO(KEYBOARD)), "runtests.fth")
    report = output[output.index("Error Report") :]
    counts = {name: re.search(rf"^{name}\s+(\S+)\s*$", report, re.MULTILINE) for name in WORD_SETS}
    assert {name: count and count[1] for name, count in counts.items()} == dict.fromkeys(WORD_SETS, "0")
    assert reported_failures(output) == []


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_floating_point(engine: Engine, suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(suite / "fp")
    output = output_of(make_vm(engine), "runfptests.fth")
    assert reported_failures(output) == []
    assert "FP tests finished" in output
