"""The public test suite of Lua 5.4.4 in its portable mode, on every engine.

The suite is no part of this repository. Where the variable LUA_SUITE names its folder (`testes` of Lua's sources),
these tests run it in a scratch copy (it writes files); elsewhere they are skipped. `public_suite` has what of it does
not apply.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cupola import Limits, Thresholds
from cupola.languages.lua.driver.vm import LuaVM
from tests.languages.lua.engines import Engine
from tests.languages.lua.public_suite import FILES, adapted

VARIABLE = "LUA_SUITE"
FOLDER = os.environ.get(VARIABLE)
ENGINES = [Engine("threaded"), Engine("baseline"), Engine("auto"), Engine("auto", (1, 1)), Engine("switch")]
PORTABLE = "_port = true _soft = true _nomsg = true function Message() end"
TIME_LIMIT = 300.0

pytestmark = pytest.mark.skipif(
    not FOLDER, reason=f"needs the folder of Lua 5.4.4's public test suite, named by the variable {VARIABLE}"
)


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The suite in a folder that may be written to, which is the current one."""
    assert FOLDER is not None
    shutil.copytree(FOLDER, tmp_path / "testes")
    monkeypatch.chdir(tmp_path / "testes")
    return tmp_path / "testes"


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("file", FILES)
def test_files_pass(file: str, engine: Engine, suite: Path) -> None:
    path = suite / f"{file}.lua"
    path.write_text(adapted(file, path.read_text(encoding="latin-1")), encoding="latin-1")
    thresholds = None if engine.thresholds is None else Thresholds(*engine.thresholds)
    vm = LuaVM(tier=engine.tier, thresholds=thresholds, limits=Limits(time=TIME_LIMIT))
    try:
        vm.run(PORTABLE)
        vm.run_file(path.name)
    finally:
        vm.close()


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_a_large_file_that_yields(engine: Engine, suite: Path) -> None:
    vm = LuaVM(tier=engine.tier, limits=Limits(time=TIME_LIMIT))
    try:
        vm.run("local f = coroutine.wrap(assert(loadfile('big.lua'))) assert(f() == 'b') assert(f() == 'a')")
    finally:
        vm.close()
