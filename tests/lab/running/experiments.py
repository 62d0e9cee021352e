"""Small experiments for tests: Python programs run by commands, which need no engine."""

from __future__ import annotations

from pathlib import Path

from cupola.lab.experiment.spec import Arm, Experiment, Workload

PLAIN = ("{python}", "-S", "{program}")


def arm(
    name: str, state: tuple[tuple[str, str], ...] = (), environment: tuple[tuple[str, str], ...] = ()
) -> Arm:
    """An arm that runs the program by Python; its name is in the environment."""
    return Arm(name, command=PLAIN, environment=(("ARM", name), *environment), state=state)


def experiment(base: Path, code: str, *, arms: tuple[Arm, ...] = (), **fields: object) -> Experiment:
    """An experiment whose one workload is this code; ARM in its environment says which arm it is."""
    (base / "work.py").write_text("import os, sys, time\nARM = os.environ['ARM']\n" + code, encoding="utf-8")
    plain = {
        "name": "test", "question": "?", "h0": "no", "h1": "yes", "metric": "total", "reference": "a",
        "arms": arms or (arm("a"), arm("b")), "workloads": (Workload("work", "work.py"),), "processes": 3,
        "timeout": 30.0, "seed": 7,
    }  # fmt: skip
    return Experiment(**{**plain, **fields})  # type: ignore[arg-type]  # by name
