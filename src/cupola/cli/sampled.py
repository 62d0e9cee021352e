"""The part of `cupola profile` that takes samples: the run, the files for other tools, the table."""

from __future__ import annotations

import json
import os
import sys

from cupola.cli.run import run
from cupola.launch import start, status

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from cupola.launch.program import Program
    from cupola.observe.sampling import Samples

FORMATS = {"folded": ".folded", "speedscope": ".speedscope.json", "trace": ".trace.json"}


def formats(text: str) -> list[str]:
    """The formats in a list with commas. Raises ValueError."""
    found = [each for each in text.split(",") if each]
    for each in found:
        if each not in FORMATS:
            raise ValueError(f"{each!r} is no format: there are {', '.join(FORMATS)}")
    return found


def main(args: Namespace, wanted: Program) -> int:
    """Run the program and write what samples of it show; the exit status of the run."""
    from cupola.observe import hottest
    from cupola.observe.sampling import Sampler

    if args.add:
        raise status.UsageError(f"--add is for profiles that count: those of {wanted.language} are samples")
    stem = args.file or os.path.splitext(os.path.basename(wanted.name))[0].strip("<>").replace(" ", "-")
    try:
        vm = start.make_vm(
            wanted.language, args.tier, output=sys.stdout, arguments=wanted.arguments, sampling=True
        )
    except start.StartError as error:
        print(f"cupola profile: {error}\nfor details: cupola doctor", file=sys.stderr)
        return status.GUEST_ERROR
    with Sampler(vm.system, args.interval) as sampler:
        ended = start.run(vm, lambda: run(vm, wanted))
    sys.stdout.flush()
    paths = write(sampler.samples, args.formats, stem, os.path.basename(wanted.name))
    print(hottest.table(sampler.samples, args.rows), file=sys.stderr)
    if paths:
        print(f"\nwritten: {', '.join(paths)}", file=sys.stderr)
    return start.close(vm) or ended


def write(samples: Samples, wanted: list[str], stem: str, name: str) -> list[str]:
    """Write the files; their names."""
    from cupola.observe import profiles

    makers: dict[str, Callable[[], str]] = {
        "folded": lambda: profiles.folded(samples),
        "speedscope": lambda: json.dumps(profiles.speedscope(samples, name)),
        "trace": lambda: json.dumps(profiles.trace(samples, name)),
    }
    paths = []
    for each in wanted:
        path = stem + FORMATS[each]
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(makers[each]())
        except OSError as error:
            raise status.UsageError(f"cannot write {path}: {error.strerror}") from None
        paths.append(path)
    return paths
