"""`cupola bench options`: what each optimization that can be switched is worth.

Each option is measured on the program that was written for it, where it should pay most, and on the benchmark programs,
by switching it off: processes with it on and with it off, in interleaved blocks. In each process the last line of a
program runs several times; the shortest counts. `profile` stands for what a profile changes: superinstructions, and hot
words in the place of their calls. Where an option needs a profile, both sides have one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cupola.lab.bench.programs import Program, UsageError, directory_of, programs_in
from cupola.lab.bench.report import Report, Setting, Table, ratio, samples
from cupola.lab.bench.results import Results, experiment_of, measure, shortest
from cupola.lab.experiment.spec import Arm
from cupola.lab.running.records import ProcessRecord
from cupola.policy.options import OPTIONS
from cupola.policy.profile import load

TIMEOUT = 300.0  # seconds: the first run may build an image
REPEATS = 3
PROFILE = "profile"  # no option: what `cupola run --profile` does
NEED_PROFILE = ("branch-layout", "word-placement", PROFILE)
TIERS = ("threaded", "auto")
NATIVE_ONLY = ("word-placement",)
OTHER_PROGRAM = {PROFILE: "stack-fusion"}  # whose program stands for it
OFF, ON = "off", "on"
DIGEST = "a digest of "  # how expected.toml begins about output that is too long to stand there


def run(programs: Sequence[Program], about: Setting) -> Report:
    """Measure, and make a report of it. Raises UsageError if a program fails."""
    own = {each.name: each for each in own_programs()}
    tables, found = [], {}
    for option in measured(own):
        mine = own[OTHER_PROGRAM.get(option, option)]
        for tier in TIERS[option in NATIVE_ONLY :]:
            on_own, on_all = (measure_option(option, tier, each, about) for each in ([mine], programs))
            tables.append(table(option, tier, on_own, on_all))
            found[f"{option} {tier}"] = [samples(each) for each in (on_own, on_all)]
    lines = [
        f"Time without the option divided by time with it: above 1 the option pays. {about.runs} processes of each, of "
        f"which the shortest of {REPEATS} runs counts, paired by their blocks."
    ]
    return Report("what the options are worth", about, tables, lines, {"options": found})


def measured(own: dict[str, Program]) -> list[str]:
    """The options that have a program."""
    names = [*(each.name for each in OPTIONS), PROFILE]
    return [name for name in names if OTHER_PROGRAM.get(name, name) in own]


def own_programs() -> list[Program]:
    """The programs on which options should pay, by the names of the options. What they print is compared between the
    two sides where expected.toml has a digest only."""
    found = programs_in(directory_of("options", None), ".fs", ())
    return [
        replace(each, expected=None) if (each.expected or "").startswith(DIGEST) else each for each in found
    ]


def measure_option(option: str, tier: str, programs: Sequence[Program], about: Setting) -> Results:
    """Both sides on each program. Raises UsageError if one fails."""
    print(f"{option}, {tier}", file=sys.stderr)
    records: list[ProcessRecord] = []
    with tempfile.TemporaryDirectory() as folder:
        for program in programs:
            profile = None
            if option in NEED_PROFILE:
                profile = make_profile(program, Path(folder), with_superinstructions=option == PROFILE)
            experiment = experiment_of(
                arms(option, tier, profile), [program], runs=about.runs, seed=about.seed, timeout=TIMEOUT,
                iterations=REPEATS, test="paired",
            )  # fmt: skip
            records += measure(experiment).records
    whole = experiment_of(
        arms(option, tier, None), programs, runs=about.runs, seed=about.seed, timeout=TIMEOUT,
        iterations=REPEATS, test="paired",
    )  # fmt: skip
    results = shortest(Results(whole, records))
    for arm, name, why in results.problems():
        raise UsageError(f"{option} {arm} on {name}: {why}")
    return results


def arms(option: str, tier: str, profile: str | None) -> list[Arm]:
    """The two sides of a comparison; off is the reference."""
    usual = ("--tier", tier)
    given = () if profile is None else ("--profile", profile)
    if option == PROFILE:
        return [Arm(OFF, usual), Arm(ON, (*usual, *given))]
    return [
        Arm(OFF, (*usual, *given, "--without", option), state=((option, OFF),)),
        Arm(ON, (*usual, *given, "--with", option), state=((option, ON),)),
    ]


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


def table(option: str, tier: str, on_own: Results, on_all: Results) -> Table:
    """The table of one option on one tier; the last row is the geometric mean of the benchmark programs."""
    known = next((each for each in OPTIONS if each.name == option), None)
    rows = [[f"{name} (its own)", ratio(on_own, ON, name, net=False)] for name in on_own.programs]
    rows += [[name, ratio(on_all, ON, name, net=False)] for name in on_all.programs]
    rows.append(["geometric mean without its own", ratio(on_all, ON, None, net=False)])
    default = "" if known is None else f", default {'on' if known.default else 'off'}"
    predicted = "" if known is None else f", predicted {known.predicted}"
    return Table(f"{option}, {tier}{default}{predicted}", ["program", "off / on (95 % interval)"], rows)
