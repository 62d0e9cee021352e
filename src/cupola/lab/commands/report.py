"""`cupola lab report NAME`: write the page of an experiment, as HTML and as Markdown."""

from __future__ import annotations

import sys
from pathlib import Path

from cupola.lab.commands import naming

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from cupola.lab.reporting.material import Material

DESCRIPTION = """\
Write the report of an experiment: one HTML file that holds everything and needs no network, and the same as Markdown
with its drawings beside it. An experiment that is still running is reported as far as it is. The exit status is that
of the verdict."""
EPILOG = """\
examples:
  cupola lab report cache
  cupola lab report cache --form markdown --to docs/journal
  cupola lab report cache --ticks ticks.csv --heats heats.csv   what cupola heat --csv, --heats wrote"""

FORMS = ("both", "html", "markdown")
UNDECIDED = 1


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `cupola lab report`."""
    add = parser.add_argument
    add("name", metavar="NAME", help="an experiment of the journal, or its file")
    add("--to", type=Path, metavar="DIR", help="where to write (default: NAME-report)")
    add("--form", choices=FORMS, default="both", help="what to write (default: %(default)s)")
    add("--data", action="store_true", help="write the records as a file, too, however large")
    add(
        "--ticks",
        type=Path,
        metavar="FILE",
        help="draw what the heartbeat of the physics saw (cupola heat --csv)",
    )
    add("--heats", type=Path, metavar="FILE", help="draw the heat of all words (cupola heat --heats)")
    naming.add_journal(parser)


def main(args: Namespace) -> int:
    """Write the report; the exit status of the verdict, 1 where there is none yet."""
    from cupola.lab.journal.store import Journal
    from cupola.lab.reporting.gather import gather, physics_of

    name, path = named(args.name, args.journal)
    physics = physics_of(name, args.ticks, args.heats)
    with Journal(path, create=False) as journal:
        material = gather(journal, name, physics)
    for each in write(material, args.form, args.to or Path(f"{name}-report"), data=args.data):
        print(each)
    if material.analysis is None:
        print(f"cupola lab report: {name} has no verdict yet: cupola lab run {name}", file=sys.stderr)
        return UNDECIDED
    return material.analysis.verdict.status


def named(name: str, journal: Path | None) -> tuple[str, Path]:
    """The experiment that is meant, and its journal."""
    if not name.endswith(".toml"):
        return name, naming.journal_here(journal)
    from cupola.lab.experiment.reading import read_experiment

    path = naming.experiment_file(name)
    return read_experiment(path).name, naming.journal_of(path, journal)


def write(material: Material, form: str, directory: Path, *, data: bool) -> list[Path]:
    """Write the files that are wanted; their paths."""
    from cupola.lab.errors import LabError
    from cupola.lab.reporting import contents, files, markdown, page

    made = contents.document(material)
    written: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if form != "markdown":
            path = directory / f"{made.title}.html"
            path.write_text(page.write(made), encoding="utf-8")
            written.append(path)
        if form != "html":
            written += markdown.save(made, directory)
        if data:
            path = directory / f"{made.title}-records.json.gz"
            path.write_bytes(files.packed(material.records))
            written += [path] if path not in written else []
    except OSError as error:
        raise LabError(f"{error.filename or directory}: it cannot be written ({error.strerror})") from error
    return written
