"""Running programs under several arms for `cupola bench`, interleaved, one process a run.

An arm is a command line. Runs come in blocks; in each block every program is run once by every arm, side
by side, programs and arms in random order: drift of the machine (heat, neighbours) then meets all arms alike.
Whoever changes the order of runs changes what the published figures mean.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cupola.lab.running.output import difference
from cupola.lab.running.process import failure, run_process

PLACE = "{program}"
"""Stands in an arm's command for the path of the program."""

START_UP = "(start-up)"
"""The name of the empty program, whose time is the arm's start-up."""


@dataclass(frozen=True)
class Arm:
    """A way to run a program: a command with `{program}` in it, and what is known about its version."""

    name: str
    command: tuple[str, ...]
    version: str = ""

    @property
    def shown(self) -> str:
        """The command as a reader would type it, without the directory where it lies on this machine."""
        return " ".join([Path(self.command[0]).name, *self.command[1:]])

    def on(self, program: Path) -> list[str]:
        """Return the command that runs `program`."""
        return [part.replace(PLACE, str(program)) for part in self.command]


@dataclass(frozen=True)
class Program:
    """A program and what it must print, blanks at the ends of lines aside."""

    name: str
    path: Path
    expected: str


@dataclass(frozen=True)
class Run:
    """One process: wall and user time in seconds, peak memory in bytes, and what was wrong, if anything."""

    wall: float
    user: float
    memory: int
    problem: str | None = None


@dataclass(frozen=True)
class Sample:
    """A run and its place in the experiment."""

    block: int
    program: str
    arm: str
    run: Run


Execute = Callable[[list[str], str, float], Run]


def execute(command: list[str], expected: str, timeout: float) -> Run:
    """Run a command in a process of its own and judge its output; `timeout` in seconds."""
    done = run_process(command, timeout=timeout)
    problem = done.problem or judge(done.status, done.stdout, expected, done.stderr)
    return Run(done.wall, done.user, done.memory, problem)


def judge(status: int, output: bytes | str, expected: str, errors: bytes | str) -> str | None:
    """Return what is wrong with how a process ended, or None."""
    failed = failure(status, errors)
    if failed is not None:
        return failed
    differs = difference(output, expected)
    return None if differs is None else f"wrong output: {differs}"


def schedule(
    arms: Sequence[Arm], programs: Sequence[Program], runs: int, seed: int
) -> list[tuple[int, Program, Arm]]:
    """Return the order of runs: in each block (from 1) all programs shuffled, for each all arms shuffled."""
    chance = random.Random(seed)
    return [
        (block, program, arm)
        for block in range(1, runs + 1)
        for program in chance.sample(programs, len(programs))
        for arm in chance.sample(arms, len(arms))
    ]


def measure(
    arms: Sequence[Arm],
    programs: Sequence[Program],
    *,
    runs: int,
    seed: int,
    timeout: float,
    execute: Execute = execute,
    progress: Callable[[int, int, Sample], None] = lambda done, total, sample: None,
) -> list[Sample]:
    """Run everything in the order of `schedule`, and return the samples in that order.

    After a run that went wrong the pair of arm and program is not run again: it is invalid as a whole.
    `progress` is called after each run with how many are done and how many there are.
    """
    plan = schedule(arms, programs, runs, seed)
    samples: list[Sample] = []
    broken: set[tuple[str, str]] = set()
    for done, (block, program, arm) in enumerate(plan, 1):
        pair = (program.name, arm.name)
        if pair in broken:
            continue
        sample = Sample(block, *pair, execute(arm.on(program.path), program.expected, timeout))
        samples.append(sample)
        if sample.run.problem:
            broken.add(pair)
        progress(done, len(plan), sample)
    return samples
