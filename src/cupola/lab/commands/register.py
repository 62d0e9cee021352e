"""`cupola lab register`: freeze an experiment in the journal, before it runs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cupola.lab.commands import naming

DESCRIPTION = """\
Freeze an experiment in the journal, before it runs: all of its file, the digests of the programs it names, the commit
and the versions it is registered at. From then on `cupola lab run` refuses it if it differs from that."""
EPILOG = """\
examples:
  cupola lab register cache
  cupola lab register experiments/cache.toml --journal journal.db"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola lab register`."""
    naming.add_experiment(parser)
    naming.add_journal(parser)


def main(args: Namespace) -> int:
    """Register; 0. Raises LabError, for one that was registered in another form, too."""
    from cupola.lab.experiment.reading import read_experiment
    from cupola.lab.journal.origin import author_of, commit_of
    from cupola.lab.journal.store import Journal

    path = naming.experiment_file(args.experiment)
    experiment, base = read_experiment(path), path.parent
    with Journal(naming.journal_of(path, args.journal)) as journal:
        before = journal.number
        entry = journal.register(experiment, commit_of(base), author_of(base), base)
        form = journal.form(experiment.name)
        known = "is registered already, as" if entry.number <= before else "is registered, as"
        print(f"{experiment.name} {known} entry {entry.number} of {journal.path}")
    commit = entry.data["commit"]
    if commit is None:
        print("commit     none: it lies in no git repository")
    else:
        print(
            f"commit     {commit['digest']}{'' if commit['clean'] else ', with changes that are not committed'}"
        )
    print(f"seed       {form.experiment.seed}\ndigest     {form.digest}")
    for name, digest in sorted(form.files.items()):
        print(f"file       {name}  {digest}")
    if not experiment.predictions:
        print(
            "It predicts nothing: with [[predictions]] in its file, the journal would tell how good predictions are."
        )
    print(f"to run it: cupola lab run {args.experiment}")
    return 0
