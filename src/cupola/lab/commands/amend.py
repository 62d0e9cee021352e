"""`cupola lab amend`: put a new form of a registered experiment into the journal, with the reason."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cupola.lab.commands import naming

DESCRIPTION = """\
Put the experiment's file as it is now into the journal, in place of what was registered, with the reason. Nothing is
taken out: both forms and what ran before stay, and every later result is marked exploratory. Records go on counting
unless how processes are run has changed: arms, workloads, programs, metric, iterations, time-out, seed."""
EPILOG = """\
example:
  cupola lab amend cache --why "conditional with 20 processes: 64 would decide" """


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola lab amend`."""
    naming.add_experiment(parser)
    parser.add_argument("--why", required=True, metavar="TEXT", help="the reason, for readers of the journal")
    naming.add_journal(parser)


def main(args: Namespace) -> int:
    """Amend; 0. Raises LabError."""
    from cupola.lab.experiment.reading import read_experiment
    from cupola.lab.journal.origin import author_of, commit_of
    from cupola.lab.journal.store import Journal

    path = naming.experiment_file(args.experiment)
    experiment, base = read_experiment(path), path.parent
    with Journal(naming.journal_of(path, args.journal), create=False) as journal:
        entry = journal.amend(experiment, args.why, commit_of(base), author_of(base), base)
        kept = len(journal.records(experiment.name))
    print(entry.data["difference"])
    print(f"\n{experiment.name} is amended, as entry {entry.number} of {journal.path}; different: ", end="")
    print(", ".join(entry.data["changed"]))
    print("Every later result is exploratory: it can say what to ask next, and decides nothing.")
    print(
        f"{kept} records of processes go on counting."
        if kept
        else "No record of a process counts for it yet."
    )
    return 0
