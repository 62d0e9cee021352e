"""The engines without checks lack exactly these checks; what the checks cost is computed from user times."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from cupola.lab import checks
from cupola.lab.measure import PLACE, Arm, Program, Run, Sample
from cupola.lab.results import Results

LEAVES = """
import sys

from cupola.lab.workloads.variant import VARIANTS
from cupola.languages.forth import image
from cupola.tiers.modules import Modules
forth = (VARIANTS[sys.argv[1]] or image.define)()
Modules(forth)  # puts what is inline inside
print(",".join(sorted(each.name for each in forth.instructions if "slow" in each.leaves())))
"""


def gives_up(arm: str) -> set[str]:
    """Return the instructions that may give up in an arm."""
    done = subprocess.run([sys.executable, "-c", LEAVES, arm], capture_output=True, text=True, check=True)
    return set(done.stdout.strip().split(","))


def test_each_arm_goes_without_what_it_says() -> None:
    found = [gives_up(arm) for arm in checks.ARMS]
    budget, stack, address = (before - after for before, after in pairwise(found))
    assert budget == {"enter", "branch_back", "?branch_back", "loop", "+loop"}
    assert stack == {"need", "room"}
    assert {"@", "!", "c@", "c!"} <= address
    assert {"/", "execute"} <= found[-1], "what the language itself must check stays"


def results(times: dict[tuple[str, str], list[float]]) -> Results:
    """Return results with these CPU times, by arm and program."""
    arms = [Arm(name, ("true",)) for name in dict.fromkeys(arm for arm, _ in times)]
    names = dict.fromkeys(program for _, program in times)
    taken = [
        Sample(block, program, arm, Run(9.0, user, 0))
        for (arm, program), users in times.items()
        for block, user in enumerate(users, 1)
    ]
    return Results(arms, [Program(name, Path(name), "") for name in names], taken, arms[0].name)


def test_costs_are_of_cpu_time() -> None:
    found = results({
        ("with", "a"): [1.2, 9.0, 1.1], ("with", "b"): [2.4, 2.4, 2.4],
        ("without", "a"): [1.0, 1.1, 1.2], ("without", "b"): [1.2, 1.2, 1.2],
    })  # fmt: skip
    assert checks.cost(found, "without", "a", "medians") == pytest.approx(1.2 / 1.1)
    assert checks.cost(found, "without", "a", "shortest") == pytest.approx(1.1)
    assert checks.cost(found, "without", "b", "medians") == pytest.approx(2.0)
    assert checks.mean(found, "without", "shortest") == pytest.approx(2.2**0.5)
    assert checks.costs(found, "shortest").rows[-1] == ["geometric mean", "+48.3 %"]
    assert checks.data(found)["costs"]["shortest"]["without"]["a"] == pytest.approx(0.1)


def test_a_process_tells_its_seconds(tmp_path: Path) -> None:
    program = tmp_path / "one.fs"
    program.write_text(": main 1 2 + . ;\n\nmain\n")
    command = [part.replace(PLACE, str(program)) for part in checks.command("as-it-is")]
    found = checks.execute(command, "3", 300)
    assert found.problem is None
    assert 0 < found.user < 1
    assert "wrong output" in (checks.execute(command, "4", 300).problem or "")
