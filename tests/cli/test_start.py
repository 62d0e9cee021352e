"""What a start of the command costs, counted in modules: times vary, these do not."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from cupola.cli.main import COMMANDS, main
from tests.cli.support import ROOT, cupola, environment

# The modules of the package that a run needs, and of Python's own beyond those that it always imports.
MOST_MODULES = 75
HEAVY = {
    "llvmlite",
    "rich",
    "capstone",
    "prompt_toolkit",
    "platformdirs",
    "argparse",
    "typing",
    "dataclasses",
    "inspect",
}


def imported(*arguments: str) -> set[str]:
    """The modules that a command imports, beyond those of Python's own start."""
    code = f"from cupola.cli.main import main; main({list(arguments)!r})"
    names = []
    for each in ("", code):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", each], capture_output=True, text=True, check=True, cwd=ROOT,
            env=environment(),
        )  # fmt: skip
        names.append(set(re.findall(r"\|\s+([\w.]+)$", done.stderr, re.MULTILINE)))
    return names[1] - names[0]


def test_a_warm_run_imports_little() -> None:
    assert cupola("run", "examples/hello.fs").returncode == 0  # the first use may compile
    found = imported("run", "examples/hello.fs")
    assert not {each.partition(".")[0] for each in found} & HEAVY
    assert not {each for each in found if each.startswith(("cupola.kernel", "cupola.ir", "cupola.lab"))}
    assert 10 < len(found) <= MOST_MODULES, sorted(found)


@pytest.mark.parametrize("arguments", [["run", "examples/hello.fs"], ["--version"]])
def test_pythons_collector_is_on_after_a_start(arguments: list[str]) -> None:
    code = "import gc, sys; from cupola.cli.main import main; main(); print(gc.isenabled(), gc.get_freeze_count() > 0)"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, cwd=ROOT,
        env=environment(),
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == f"True {arguments[0] == 'run'}"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for group, commands in COMMANDS.items():
        assert f"{group}:" in text
        for name, (_, summary) in commands.items():
            assert f"  {name:8} {summary}" in text


@pytest.mark.parametrize("name", [name for group in COMMANDS.values() for name in group])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: cupola {name}")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    import cupola

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"cupola {cupola.__version__}\n"


def test_nothing_to_do_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage: cupola COMMAND" in capsys.readouterr().out
