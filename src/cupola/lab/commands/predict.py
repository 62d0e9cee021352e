"""`cupola lab predict`: what the formula says of a confidence, and what became of a list of predictions."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from cupola.lab.commands import naming
from cupola.lab.errors import LabError
from cupola.lab.experiment.confidence import LEARNED, RATES, YEARS, confidence, read_registry

if TYPE_CHECKING:
    from cupola.lab.experiment.confidence import Proposal
    from cupola.lab.journal.store import Journal
    from cupola.lab.statistics.results import Estimate

DESCRIPTION = f"""\
One way to get the confidence of a prediction: the share of past improvements that had the same pattern, times how
long nobody improved the thing (of {YEARS:g} years), times the share of its cost that could go, times {LEARNED} where
tools that learn can search. Nothing shows that the result is a probability: `cupola lab journal --calibration` says
how good stated confidences were. With FILE: a list of predictions, with the formula beside each, and what was
measured."""
EPILOG = f"""\
patterns and their shares: {", ".join(f"{name} {rate:g}" for name, rate in RATES.items())}

examples:
  cupola lab predict --pattern precomputation --pattern hashing --years 10 --gap 0.4
  cupola lab predict experiments/predictions/trinity.toml"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola lab predict`."""
    add = parser.add_argument
    add("file", nargs="?", type=Path, metavar="FILE", help="a list of predictions, as TOML")
    add(
        "--pattern",
        action="append",
        default=[],
        choices=RATES,
        metavar="NAME",
        help="may be repeated: the mean",
    )
    add("--years", type=float, default=0.0, help="how long nobody improved it (default: %(default)g)")
    add("--gap", type=float, default=0.0, help="the share of its cost that could go, from 0 to 1")
    add("--learned", action="store_true", help="tools that learn can search for it")
    naming.add_journal(parser)


def main(args: Namespace) -> int:
    """Print; 0. Raises LabError."""
    if (args.file is None) == (not args.pattern):
        raise LabError("expected a FILE of predictions, or at least one --pattern, and not both")
    if args.file is not None:
        print(registry_text(args.file, args.journal))
        return 0
    try:
        found = confidence(
            args.pattern, years=args.years, gap=args.gap, boost=LEARNED if args.learned else 1.0
        )
    except ValueError as error:
        raise LabError(str(error)) from None
    print(found)
    return 0


def registry_text(file: Path, named: Path | None) -> str:
    """The predictions of a file, with what was measured of those that a journal knows."""
    from cupola.lab.journal.store import Journal

    proposals = read_registry(file).proposals
    path = naming.journal_here(named)
    if named is None and not path.exists():
        return "\n\n".join(_paragraph(each, None) for each in proposals)
    with Journal(path, create=False) as journal:
        return "\n\n".join(_paragraph(each, measured(each, journal)) for each in proposals)


def measured(proposal: Proposal, journal: Journal) -> tuple[Estimate, bool] | None:
    """What the last result says of a proposal, and whether it is exploratory; None without a result."""
    from cupola.lab.journal.calibration import estimate_of

    found = None
    if not proposal.experiment:
        return None
    for entry, analysis in journal.analyses(proposal.experiment):
        estimate = estimate_of(analysis.estimates, proposal.arm)
        if estimate is not None:
            found = estimate, bool(entry.data["exploratory"])
    return found


def _paragraph(proposal: Proposal, result: tuple[Estimate, bool] | None) -> str:
    from cupola.lab.journal.listing import ratio_text

    formula = proposal.formula
    lines = [
        f"{proposal.name}: {proposal.target}",
        f"  today       {proposal.current}",
        f"  predicted   {proposal.low:g}x to {proposal.high:g}x, confidence {proposal.confidence:.0%}"
        + (f", {proposal.timeline}" if proposal.timeline else ""),
        f"  basis       {proposal.basis}",
    ]
    lines += [f"  formula     {formula}"] if formula is not None else []
    if result is None:
        where = f"not yet, by {proposal.experiment}" if proposal.experiment else "no experiment is named"
        return "\n".join([*lines, f"  measured    {where}"])
    estimate, exploratory = result
    outcome = "came true" if proposal.low <= estimate.ratio <= proposal.high else "failed"
    notes = f"{outcome}{' (exploratory)' if exploratory else ''}"
    return "\n".join([*lines, f"  measured    {ratio_text(estimate.ratio, estimate.interval)}: {notes}"])
