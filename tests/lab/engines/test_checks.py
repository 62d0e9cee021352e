"""The engines without checks lack exactly these checks; their processes are benchmarked as all others are."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from cupola.lab.bench.programs import Program
from cupola.lab.bench.results import Results, experiment_of, measure, shortest
from cupola.lab.engines import checks
from cupola.lab.running.records import ProcessRecord
from cupola.lab.workloads.variant import VARIANTS

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
    assert set(checks.ARMS) <= set(VARIANTS)
    found = [gives_up(arm) for arm in checks.ARMS]
    budget, stack, address = (before - after for before, after in pairwise(found))
    assert budget == {"enter", "branch_back", "?branch_back", "loop", "+loop"}
    assert stack == {"need", "room"}
    assert {"@", "!", "c@", "c!"} <= address
    assert {"/", "execute"} <= found[-1], "what the language itself must check stays"


def test_a_process_tells_of_its_engine_and_its_shortest_iteration_counts(tmp_path: Path) -> None:
    program = tmp_path / "one.fs"
    program.write_text(": main 1 2 + . ;\n\nmain\n")
    experiment = experiment_of(
        [checks.arm("as-it-is")], [Program("one", program, "3")], runs=1, seed=1, timeout=300, iterations=5
    )
    results = measure(experiment)
    assert results.problems() == []
    (record,) = results.records
    assert dict(record.state)["variant"] == "as-it-is"
    assert len(record.iterations) == 5
    assert shortest(results).times("as-it-is", "one") == [min(record.iterations)]


def test_costs_are_against_the_engine_as_it_is() -> None:
    arms = [checks.arm(name) for name in checks.ARMS]
    experiment = experiment_of(arms, [Program("a", Path("a"), "")], runs=2, seed=1, timeout=1.0)
    seconds = dict(zip(checks.ARMS, (1.2, 1.0, 0.8, 0.6), strict=True))
    records = [
        ProcessRecord(block, name, "a", "here", "", seconds[name] * block, 0, 0, 0, 0)
        for block in (1, 2)
        for name in checks.ARMS
    ]
    times, costs = checks.tables(Results(experiment, records))
    assert [row[0] for row in costs.rows] == ["a", "geometric mean"]
    assert [cell.split()[0] for cell in costs.rows[0][1:]] == ["1", "1.20", "1.50", "2.00"]
    assert times.rows[0][1] == "1.800 (1.200 to 2.400)"
