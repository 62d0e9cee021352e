"""`cupola bench options`: what each optimization that can be switched is worth, by switching it off.

For every option with a program of its name in bench/options (one on which it should pay) that program and the eight
benchmark programs run with the option on and with it off, as processes, interleaved (see `option_run`). `profile`
stands for what a profile changes: superinstructions, and hot words in the place of their calls. Where an option needs a
profile, both sides have one.
"""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cupola.lab.bench import UsageError, directory_of, programs_in, progress
from cupola.lab.measure import PLACE, Arm, Program, Run, Sample, judge, measure
from cupola.lab.option_run import shown
from cupola.lab.report import Report, Setting, Table
from cupola.policy.options import OPTIONS
from cupola.policy.profile import load

TIMEOUT = 300.0  # seconds: the first run may build an image
PROFILE = "profile"  # no option: what `cupola run --profile` does
NEED_PROFILE = ("branch-layout", "word-placement", PROFILE)
TIERS = ("threaded", "auto")
NATIVE_ONLY = ("word-placement",)
OTHER_PROGRAM = {PROFILE: "stack-fusion"}  # whose program stands for it
STATES = ("on", "off")


class Effect(NamedTuple):
    """How many times as fast a program is with an option on: the median over pairs of neighbours, and an interval."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.3f} ({self.low:.3f} to {self.high:.3f})"


def run(programs: Sequence[Program], about: Setting) -> Report:
    """Measure, and make a report of it. Raises UsageError if a program fails."""
    own = {each.name: each for each in own_programs()}
    tables, lines, found = [], [], {}
    for option in measured(own):
        mine = own[OTHER_PROGRAM.get(option, option)]
        for tier in TIERS[option in NATIVE_ONLY :]:
            effects = measure_option(option, tier, [mine, *programs], about)
            tables.append(table(option, tier, effects, mine.name))
            found[f"{option} {tier}"] = {name: effect._asdict() for name, effect in effects.items()}
    lines.append(
        f"Time without the option divided by time with it: above 1 the option pays. Median of {about.runs} pairs of "
        "processes, side by side, with an interval of the median by order statistics (at least 90 %, or all there are)."
    )
    return Report("what the options are worth", about, tables, lines, {"options": found})


def measured(own: dict[str, Program]) -> list[str]:
    """The options that have a program."""
    names = [*(each.name for each in OPTIONS), PROFILE]
    return [name for name in names if OTHER_PROGRAM.get(name, name) in own]


def own_programs() -> list[Program]:
    """The programs on which options should pay, by the names of the options."""
    return programs_in(directory_of("options", None), ".fs", ())


def measure_option(option: str, tier: str, programs: Sequence[Program], about: Setting) -> dict[str, Effect]:
    """The effect of an option on each program."""
    print(f"{option}, {tier}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        taken: list[Sample] = []
        for program in programs:
            profile = "-"
            if option in NEED_PROFILE:
                profile = make_profile(program, Path(folder), with_superinstructions=option == PROFILE)
            taken += measure(
                arms(option, tier, profile),
                [digested(program)],
                runs=about.runs,
                seed=about.seed,
                timeout=TIMEOUT,
                execute=execute,
                progress=progress(),
            )
    for each in taken:
        if each.run.problem:
            raise UsageError(f"{option} {each.arm} on {each.program}: {each.run.problem}")
    return {each.name: effect(each.name, taken) for each in programs}


def arms(option: str, tier: str, profile: str) -> list[Arm]:
    """The two sides of a comparison."""
    command = (sys.executable, "-m", "cupola.lab.option_run", option)
    made = []
    for state in STATES:
        given = "-" if option == PROFILE and state == "off" else profile
        made.append(Arm(state, (*command, state, tier, given, PLACE)))
    return made


def make_profile(program: Program, folder: Path, *, with_superinstructions: bool) -> str:
    """The path of a profile of the program; without superinstructions no image has to be compiled for it."""
    path = folder / f"{program.name}.profile"
    if not path.exists():
        command = [sys.executable, "-m", "cupola", "profile", "-o", str(path), str(program.path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        if done.returncode:
            raise UsageError(f"no profile of {program.name}: {done.stderr.strip()}")
    if not with_superinstructions:
        made = load(str(path), "forth")
        made.superinstructions = []
        path.write_text(made.text(), encoding="utf-8")
    return str(path)


def digested(program: Program) -> Program:
    """The program with its output as `option_run` prints it."""
    return Program(program.name, program.path, shown(program.expected))


def execute(command: list[str], expected: str, timeout: float) -> Run:
    """Run one process of `option_run`; the seconds that it tells are the run's user time."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    problem = judge(done.returncode, done.stdout, expected, done.stderr)
    told = float(done.stderr.split()[-1]) if problem is None else 0.0
    return Run(told, told, 0, problem)


def effect(program: str, taken: Sequence[Sample]) -> Effect:
    """The effect on one program, from the pairs of runs in the same block."""
    seconds = {(each.block, each.arm): each.run.user for each in taken if each.program == program}
    blocks = sorted({block for block, _ in seconds})
    ratios = sorted(seconds[block, "off"] / seconds[block, "on"] for block in blocks)
    outside = beyond(len(ratios))
    return Effect(statistics.median(ratios), ratios[outside], ratios[-1 - outside])


def beyond(count: int) -> int:
    """How many values on each side an interval may leave out that holds the median with 90 % confidence."""
    tail = 1 / 2**count  # the chance that the median lies beyond the outermost value on one side
    out = 0
    while tail + math.comb(count, out + 1) / 2**count <= 0.05:
        out += 1
        tail += math.comb(count, out) / 2**count
    return out


def table(option: str, tier: str, effects: dict[str, Effect], own: str) -> Table:
    """The table of one option on one tier; the last row is the geometric mean of the benchmark programs."""
    known = next((each for each in OPTIONS if each.name == option), None)
    rows = [
        [f"{name} (its own)" if name == own else name, str(each)]
        for name, each in sorted(effects.items(), key=lambda each: each[0] != own)
    ]
    logs = [math.log(each.middle) for name, each in effects.items() if name != own]
    if logs:
        rows.append(["geometric mean without its own", f"{math.exp(statistics.fmean(logs)):.3f}"])
    default = "" if known is None else f", default {'on' if known.default else 'off'}"
    predicted = "" if known is None else f", predicted {known.predicted}"
    return Table(f"{option}, {tier}{default}{predicted}", ["program", "off / on"], rows)
