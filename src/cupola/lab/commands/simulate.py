"""`cupola lab simulate`: what a plan would find, before anything runs: its power, and how often it would be wrong."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cupola.lab.statistics.simulation import Plan

DESCRIPTION = """\
Run an experiment thousands of times on simulated processes, and count what the verdicts are. The world is simple:
processes that vary by --noise, independent of each other."""
EPILOG = """\
for example:
  cupola lab simulate --noise 2 --processes 10 --ratio 1.05
  cupola lab simulate cache.toml --noise 1.5"""

PAYS = 20_000_000  # simulated processes, which take some seconds of one CPU
RATIOS = (1.0, 1.02, 1.05, 1.1, 0.95)  # truths of which a plan is asked, where none is given


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "file", nargs="?", type=Path, help="take claim, processes, test and alpha from this experiment"
    )
    parser.add_argument(
        "--noise", type=_percent, default=0.02, metavar="PERCENT", help="deviation between processes; 2"
    )
    parser.add_argument(
        "--drift", type=_percent, default=0.0, metavar="PERCENT", help="slowing of the machine; 0"
    )
    parser.add_argument("--processes", type=_count, metavar="N", help="of each arm; 20")
    parser.add_argument(
        "--ratio", type=_ratio, action="append", metavar="R",
        help="a truth: how much faster the arm is; may be repeated",
    )  # fmt: skip
    parser.add_argument("--repetitions", type=_count, default=10_000, metavar="N", help="experiments; 10,000")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers; 1")


def main(options: Namespace) -> int:
    """Print what the plan would find; the exit status."""
    from cupola.lab.statistics.many import each_of
    from cupola.lab.statistics.simulation import rates

    plan = plan_of(options)
    print(
        f"claim {plan.claim}, region of equivalence {plan.rope:.3g}, {plan.processes} processes of each arm, "
        f"{plan.test}, alpha {plan.alpha:g} for {plan.tests} tests"
    )
    print(
        f"processes vary by {plan.noise:.3g}, drift {plan.drift:.3g}; {options.repetitions} experiments each\n"
    )
    print("true ratio   accepted  conditional  rejected   interval holds it   a difference is seen")
    truths = options.ratio or RATIOS
    pieces = [(plan, ratio, options.repetitions, options.seed) for ratio in truths]
    pays = len(truths) > 1 and options.repetitions * plan.processes * len(truths) >= PAYS
    for found in each_of(rates, pieces, pays=pays):
        print(
            f"{found.ratio:10.4g} {found.accepted:9.1%} {found.conditional:11.1%} {found.rejected:10.1%} "
            f"{found.covered:18.1%} {found.different:20.1%}"
        )
    return 0


def plan_of(options: Namespace) -> Plan:
    """The plan that the command line asks about."""
    from cupola.lab.statistics.simulation import Plan

    if options.file is None:
        return Plan(processes=options.processes or 20, noise=options.noise, drift=options.drift)
    from cupola.lab.experiment.reading import read_experiment

    experiment = read_experiment(options.file)
    deciding = len(experiment.claimants) * (1 if experiment.scope == "mean" else len(experiment.workloads))
    return Plan(
        processes=options.processes or experiment.processes,
        noise=options.noise,
        drift=options.drift,
        test=experiment.test,
        claim=experiment.claim,
        rope=experiment.rope,
        alpha=experiment.alpha,
        tests=1 if experiment.correction == "none" else deciding,
    )


def _percent(text: str) -> float:
    value = _number(text.removesuffix("%"))
    if not 0 <= value < 100:
        raise ArgumentTypeError(f"expected a percentage from 0 to below 100, found {text!r}")
    return value / 100


def _ratio(text: str) -> float:
    value = _number(text.removesuffix("x"))
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"expected a ratio above 0 such as 1.05, found {text!r}")
    return value


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 2:
        raise ArgumentTypeError(f"expected a whole number from 2 on, found {text!r}")
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"expected a number, found {text!r}") from None
