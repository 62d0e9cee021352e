"""The arms of a benchmark: tiers of cupola as `cupola run` has them, peers, and whatever command somebody names."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cupola.lab.bench.programs import Program, UsageError
from cupola.lab.experiment.spec import Arm, Experiment
from cupola.lab.running.gates import BUILD
from cupola.lab.running.guest import PROGRAM, command_of
from cupola.lab.running.process import run_process
from cupola.launch.switches import TIERS

USUAL_TIERS = ("switch", "threaded", "baseline", "auto")
PEERS = {
    "gforth": ("gforth", PROGRAM, "-e", "bye"),
    "gforth-fast": ("gforth-fast", PROGRAM, "-e", "bye"),
}
"""Other systems' commands, by name. Each prints its version when asked with --version."""


def arms_of(reference: str | None, tiers: str, extra: Sequence[str]) -> list[Arm]:
    """The arms, the reference first."""
    arms = [tier_arm(name) for name in tiers.split(",") if name]
    for each in extra:
        name, _, command = each.partition("=")
        if not name or PROGRAM not in command:
            raise UsageError(f"--arm {each}: expected NAME=COMMAND with {PROGRAM} in the command")
        arms.append(Arm(name, command=tuple(shlex.split(command))))
    if reference in PEERS:
        version_of(reference)  # or it is not installed
        arms.insert(0, Arm(reference, command=PEERS[reference]))
    names = [arm.name for arm in arms]
    if len(set(names)) != len(names):
        raise UsageError(f"two arms have the same name: {', '.join(names)}")
    if not arms:
        raise UsageError("nothing to run: name tiers, a peer or an arm")
    if reference is None:
        return arms
    if reference not in names:
        raise UsageError(f"--vs {reference}: expected one of {', '.join([*PEERS, *names])}")
    arms.insert(0, arms.pop(names.index(reference)))
    return arms


def tier_arm(tier: str) -> Arm:
    """The arm that runs one of cupola's tiers, as a user does: what it tells of itself is not asked for."""
    if tier not in TIERS:
        raise UsageError(f"--tiers {tier}: expected some of {', '.join(TIERS)}")
    return Arm(tier, command=(sys.executable, "-m", "cupola", "run", "--tier", tier, PROGRAM))


def version_of(peer: str) -> str:
    """What a peer says about its version."""
    try:
        answer = subprocess.run([peer, "--version"], capture_output=True, text=True, timeout=10)
    except FileNotFoundError:
        raise UsageError(
            f"--vs {peer}: it is not on the path; install it, or choose another reference"
        ) from None
    return (answer.stdout + answer.stderr).strip().partition("\n")[0]


def shown(arm: Arm) -> str:
    """An arm's command as a reader would type it, without the directory where it lies on this machine, and the version
    of a peer."""
    version = f" [{version_of(arm.name)}]" if arm.command == PEERS.get(arm.name) else ""
    return " ".join([Path(arm.command[0]).name, *arm.command[1:]]) + version


def warm_up(experiment: Experiment, program: Program) -> None:
    """Run each arm once without measuring it, so that no first compilation of an engine is in the figures."""
    for arm in experiment.arms:
        print(f"warming up {arm.name}", file=sys.stderr)
        run_process(command_of(arm, program.workload, experiment, Path()), timeout=BUILD)
