"""`cupola run` and `cupola repl` with Lua programs: texts before them, arguments, exit statuses, messages, limits."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cupola.cli.main import main
from tests.cli.support import ROOT, cupola, environment


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.lua"
    path.write_text("#!/usr/bin/env lua\nprint(...)\nprint(#arg, arg[1], arg[0] ~= nil, before)\n")
    return path


def test_a_file_with_arguments(program: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(program), "one", "-e"]) == 0
    assert capfd.readouterr().out == "one\t-e\n2\tone\ttrue\tnil\n"


def test_texts_before_a_file(program: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-l", "lua", "-e", "before = 6", "-e", "before = before + 1", str(program), "x"]) == 0
    assert capfd.readouterr().out == "x\n1\tx\ttrue\t7\n"


def test_texts_alone(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--language", "lua", "-e", "print(1)", "-e", "print(2, arg[0])"]) == 0
    assert capfd.readouterr().out == "1\n2\trun\n"


def test_a_program_on_standard_input() -> None:
    done = cupola("run", "-l", "lua", "-", "a", input="print('in', ...)\nerror('no')")
    assert (done.returncode, done.stdout) == (1, "in\ta\n")
    assert done.stderr.startswith("lua: stdin:2: no\nstack traceback:\n")


def test_what_is_no_language_is_a_module_of_lua(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "hello.fs"
    path.write_text("1 .")
    assert main(["run", "-l", "nonsense", str(path)]) == 2
    assert "nonsense: forth has no modules; the languages are forth, forth-79, lua" in capfd.readouterr().err


def test_an_error_that_nothing_catches(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.lua"
    path.write_text("local function f(t)\n  print(t.x.y)\nend\nf({})\n")
    assert main(["run", str(path)]) == 1
    said = capfd.readouterr().err
    assert "bad.lua:2: attempt to index a nil value (field 'x')\nstack traceback:\n" in said
    assert "bad.lua:4: in main chunk\n\t[C]: in ?\n" in said


def test_a_text_that_is_not_lua(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-l", "lua", "-e", "x = = 1"]) == 1
    assert capfd.readouterr().err == "lua: (command line):1: unexpected symbol near '='\n"


@pytest.mark.parametrize("tier", ["auto", "switch", "table", "threaded", "baseline"])
def test_every_tier(tier: str, capfd: pytest.CaptureFixture[str]) -> None:
    text = "local s = 0 for i = 1, 100 do s = s + i end print(s)"
    assert main(["run", "-l", "lua", "--tier", tier, "-e", text]) == 0
    assert capfd.readouterr().out == "5050\n"


@pytest.mark.parametrize("limit", [("--time-limit", "50ms"), ("--step-limit", "10k")])
def test_limits_cannot_be_caught(limit: tuple[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["run", "-l", "lua", *limit, "-e", "while true do pcall(function() while true do end end) end"])
        == 3
    )
    assert "used up" in capfd.readouterr().err


def test_statistics_for_machines(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-l", "lua", "--stats=json", "-e", "local x = 1"]) == 0
    assert json.loads(capfd.readouterr().err)["language"] == "lua"


def test_what_lua_has_not(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-l", "lua", "--physics", "starforth-paper", "-e", ""]) == 2
    assert "lua systems have no physics" in capfd.readouterr().err


def test_a_conversation() -> None:
    lines = (
        "1 + 1, 'x'\n=2\nx = 5\nfor i = 1, 2 do\nprint(i)\nend\nx\nlocal t = nil; t.x = 1\nx = x +\n1\nx\n"
    )
    done = cupola("repl", "lua", input=lines)
    assert done.returncode == 0
    said = "2\tx\n2\n1\n2\n5\nlua: stdin:1: attempt to index a nil value (local 't')\nstack traceback:\n"
    assert done.stdout.startswith(said)
    assert done.stdout.endswith("\n6\n")


def test_what_a_conversation_completes(capfd: pytest.CaptureFixture[str]) -> None:
    from cupola.languages.lua.driver.vm import LuaVM

    vm = LuaVM()
    session = vm.session()
    assert ("floor", 2) in session.completions("x = math.fl")
    assert {("print", 3), ("pri_vate", 3)} >= set(session.completions("pri"))
    assert session.completions("nothing.x") == []
    vm.close()


def test_a_warm_run_imports_little(program: Path) -> None:
    assert cupola("run", str(program)).returncode == 0  # the first use may compile
    code = f"from cupola.cli.main import main; main(['run', {str(program)!r}])"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
        env=environment(),
    )  # fmt: skip
    found = set(re.findall(r"\|\s+([\w.]+)$", done.stderr, re.MULTILINE))
    heavy = {"llvmlite", "numpy", "rich", "capstone", "prompt_toolkit", "platformdirs", "argparse", "inspect"}
    assert not {each.partition(".")[0] for each in found} & heavy
    assert not {each for each in found if each.startswith(("cupola.kernel", "cupola.ir", "cupola.lab"))}
