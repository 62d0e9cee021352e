"""`cupola bench text`: how fast source text is interpreted, as whole processes, beside the peer.

Texts of `forth_text` in several lengths are loaded by a fresh process each; every process must print the same checksum.
The start of an empty program is measured too, so that the table tells both: what a user waits, and what is left when
the start is taken out.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cupola.lab.bench.arms import arms_of, warm_up
from cupola.lab.bench.programs import Program, empty_program
from cupola.lab.bench.report import Report, Setting, of_programs
from cupola.lab.bench.results import experiment_of, measure
from cupola.lab.generate.forth_text import forth_text
from cupola.languages.forth.vm import ForthVM

PEER = "gforth-fast"
TIERS = "auto,threaded,switch"
LENGTHS = (2_000, 20_000, 100_000)  # lines
TEXT_SEED = 1
TIMEOUT = 120.0


def make_program(folder: Path, lines: int) -> Program:
    """A text in a file, with what it prints on the switch interpreter."""
    text = forth_text(lines, TEXT_SEED)
    path = folder / f"text-{lines}.fs"
    path.write_text(text)
    vm = ForthVM(tier="switch")
    vm.run(text)
    return Program(f"{lines:,} lines", path, vm.take_output())


def run(programs: Sequence[Program], about: Setting) -> Report:
    """Measure, and make a report of it; `programs` are not used."""
    peer = PEER if shutil.which(PEER) else None
    if peer is None:
        print(f"{PEER} is not on the path: measured without it", file=sys.stderr)
    arms = arms_of(peer, TIERS, [])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        texts = [make_program(folder, lines) for lines in LENGTHS]
        start = empty_program(folder, "forth")
        experiment = experiment_of(arms, [*texts, start], runs=about.runs, seed=about.seed, timeout=TIMEOUT)
        warm_up(experiment, start)
        results = measure(experiment)
    return of_programs(results, about)
