"""`cupola lab journal`: what is in a journal, whether it is whole, and the same as text."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from cupola.lab.commands import naming

DESCRIPTION = """\
List the experiments of a journal with their last results. The chain of its entries is verified whenever it is opened:
an entry that is not what was written is named, and nothing is read. What cannot be seen in a journal alone is whether
entries were taken off its end: keep its last digest, or commit an export, and compare."""
EPILOG = """\
examples:
  cupola lab journal
  cupola lab journal --export journal.jsonl      one entry a line, to be committed and reviewed
  cupola lab journal --verify journal.jsonl      that nothing of the export was lost since
  cupola lab journal --import journal.jsonl      what the export has beyond this journal, or a new journal of it
  cupola lab journal --calibration               how good the predictions were
  cupola lab journal --site pages                all of it as pages of HTML, which need no network"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola lab journal`."""
    one = parser.add_mutually_exclusive_group()
    add = one.add_argument
    add(
        "--verify", nargs="?", type=Path, const=Path(), metavar="EXPORT",
        help="say whether the chain is whole, and its last digest; with an export: whether all of it is there",
    )  # fmt: skip
    add("--export", type=Path, metavar="FILE", help="write all entries as text, one a line")
    add("--import", dest="load", type=Path, metavar="FILE", help="add what an export has beyond the journal")
    add("--calibration", action="store_true", help="score all predictions against what was measured")
    add("--show", metavar="NAME", help="print the form of an experiment that counts, and how it came to be")
    add(
        "--site",
        type=Path,
        metavar="DIR",
        help="write a list, a page for each experiment, and the calibration",
    )
    naming.add_journal(parser)


def main(args: Namespace) -> int:
    """Do what was asked for; 0, or 1 where a journal lacks entries of an export. Raises LabError."""
    path = naming.journal_here(args.journal)
    if args.verify is not None:
        return verify(path, args.verify)
    if args.load is not None:
        return load(path, args.load)
    from cupola.lab.journal import listing
    from cupola.lab.journal.store import Journal

    with Journal(path, create=False) as journal:
        if args.export is not None:
            from cupola.lab.journal import export

            print(f"{args.export}: {export.write(journal, args.export):,} entries, the last {journal.digest}")
        elif args.site is not None:
            from cupola.lab.reporting.site import write_site

            print(*write_site(journal, args.site), sep="\n")
        elif args.calibration:
            from cupola.lab.journal.calibration import calibrate

            print(listing.calibration_text(calibrate(journal.entries())))
        elif args.show is not None:
            print(listing.form_text(journal, args.show))
        else:
            print(listing.journal_text(journal))
    return 0


def verify(path: Path, text: Path) -> int:
    """Say whether a journal is whole; and whether an export, if one is named, is all in it."""
    from cupola.lab.journal import export
    from cupola.lab.journal.store import Journal

    exported = text != Path()
    if exported and not path.exists():
        print(
            f"{text}: {sum(1 for _ in export.read(text)):,} entries, the chain is whole; there is no {path}"
        )
        return 0
    with Journal(path, create=False) as journal:
        print(f"{path}: {journal.number:,} entries, the chain is whole, the last {journal.digest}")
        if not exported:
            return 0
        common, lost = export.compare(journal, text)
    if lost:
        print(f"{text}: {lost:,} entries of it are missing at the end of the journal; --import adds them")
        return 1
    print(f"{text}: its {common:,} entries are all there")
    return 0


def load(path: Path, text: Path) -> int:
    """Add to a journal, or make one of, what an export has beyond it."""
    from cupola.lab.journal import export
    from cupola.lab.journal.store import Journal

    with Journal(path) as journal:
        there, added = export.load(journal, text)
        print(f"{path}: {added:,} entries added to {there:,} that were there, the last {journal.digest}")
    return 0
