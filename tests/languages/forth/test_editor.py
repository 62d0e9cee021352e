"""The line editor for blocks on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

import cupola
from tests.languages.forth.engines import ENGINES, TIME_LIMIT, Engine, Outcome, run
from tests.languages.forth.outputs import Program, read_programs

PROGRAMS = read_programs(Path(__file__).with_name("editor.txt"))
START = """
: clear  9 5 do i buffer 1024 blank update loop flush ;  clear  5 scr !
: lines  16 0 do scr @ block i 64 * + 64 -trailing ?dup if i 0 .r ." :" type ." |" else drop then loop ;
also editor
"""


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_program(program: Program, engine: Engine, tmp_path: Path) -> None:
    thresholds = cupola.Thresholds(*engine.thresholds) if engine.thresholds else None
    blocks = str(tmp_path / "blocks.fb")
    limits = cupola.Limits(time=TIME_LIMIT)
    with cupola.VM("forth", tier=engine.tier, thresholds=thresholds, limits=limits, blocks=blocks) as vm:
        assert run(vm, START + program.source) == Outcome(None, program.expected)


def test_the_editor_of_forth_79(tmp_path: Path) -> None:
    with cupola.VM("forth-79", blocks=str(tmp_path / "blocks.fb")) as vm:
        vm.run("5 scr ! editor 0 t p -7 2 / .^ forth 5 load")
        assert vm.take_output() == "\n^ 0 -3 "
