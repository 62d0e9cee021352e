"""`cupola lab SUBCOMMAND`: finds the subcommand that is meant, as `cupola.cli.main` finds commands, and runs it.

The subcommands are modules of `cupola.lab.commands`. What they need beyond Cupola's own packages is the extra `lab`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# In the order in which an experiment needs them. Name -> (module, what it does).
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "compare": ("cupola.lab.commands.compare", "is B faster than A? two commands, a ratio with its interval"),
    "new": ("cupola.lab.commands.new", "write the commented file of a new experiment"),
    "register": ("cupola.lab.commands.register", "freeze an experiment in the journal, before it runs"),
    "amend": ("cupola.lab.commands.amend", "change a registered experiment, which makes it exploratory"),
    "run": ("cupola.lab.commands.run", "run what was registered, or what is missing of it; the verdict"),
    "report": ("cupola.lab.commands.report", "write the page of an experiment, as HTML and as Markdown"),
    "journal": ("cupola.lab.commands.journal", "list the journal, check it, or write it as a site"),
    "predict": (
        "cupola.lab.commands.predict",
        "a formula for a prediction's confidence; lists of predictions",
    ),
    "simulate": ("cupola.lab.commands.simulate", "what a plan would find: power and false positives"),
}

DESCRIPTION = (
    "Measurements that can fail: experiments that say first what they expect, and then what was found."
)
EPILOG = """\
exit status of compare, run and report:
   0  accepted       the claim holds, by the rule that was stated before
  10  conditional    not decided; the number of processes that would decide is told
  11  rejected       the claim does not hold
  12  invalid        two arms do not mean the same, so no number is printed
  13  no steady state where the claim is about one
   1  something else failed, 2  wrong usage, 130  Ctrl-C: what has run is kept, `run` again resumes

for a start:
  cupola lab compare 'cupola run --tier threaded a.fs' 'cupola run a.fs'
  cupola lab new cache             writes cache.toml, full of comments
  cupola lab register cache.toml
  cupola lab run cache"""


def run_line(arguments: Sequence[str]) -> int:
    """Run what follows `cupola lab`; the exit status."""
    from cupola.lab.errors import guarded

    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if arguments else 2
    name = arguments[0]
    if name not in SUBCOMMANDS:
        from cupola.cli.parsing import unknown

        print(unknown("cupola lab", name, list(SUBCOMMANDS)), file=sys.stderr)
        return 2
    return guarded(f"cupola lab {name}", lambda: _run(name, arguments[1:]))


def _run(name: str, arguments: Sequence[str]) -> int:
    from cupola.cli.parsing import parse

    module_name, summary = SUBCOMMANDS[name]
    module: Any = __import__(module_name, fromlist=["main"])
    status: int = module.main(parse(module, f"lab {name}", summary, arguments))
    return status


def overview() -> str:
    """What `cupola lab --help` prints."""
    lines = ["usage: cupola lab COMMAND [...]", "", DESCRIPTION, ""]
    lines += [f"  {name:8}  {summary}" for name, (_, summary) in SUBCOMMANDS.items()]
    lines += ["", "cupola lab COMMAND --help explains a command; docs/lab.md is the manual.", "", EPILOG]
    return "\n".join(lines)
