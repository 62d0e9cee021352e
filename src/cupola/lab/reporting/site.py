"""The whole journal as a static site: a list with verdicts, a page for each experiment, and how good the predictions
were. Each page is a file of its own that opens without a network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cupola.lab.journal.calibration import Calibration, calibrate
from cupola.lab.journal.store import Journal
from cupola.lab.reporting import charts, page, tables, units
from cupola.lab.reporting.contents import document
from cupola.lab.reporting.document import Block, Document, Section, table, text
from cupola.lab.reporting.gather import gather
from cupola.lab.reporting.material import Material

INDEX, CALIBRATION = "index.html", "calibration.html"
MOST_ARMS = 4  # whose ratios stand in the list


@dataclass(frozen=True)
class Line:
    """An experiment in the list."""

    name: str
    address: str
    question: str
    word: str
    ratios: tuple[str, ...]  # of each arm, the first few
    date: str
    exploratory: bool


def write_site(journal: Journal, directory: Path) -> list[Path]:
    """Write all pages into a directory, which is made where it is missing; their paths, the list first."""
    directory.mkdir(parents=True, exist_ok=True)
    lines, written = [], []
    for name in journal.names():
        material = gather(journal, name)
        made = document(material)
        path = directory / address(name)
        path.write_text(page.write(made, INDEX), encoding="utf-8")
        written.append(path)
        lines.append(line(material, made))
    calibration = calibrate(journal.entries())
    (directory / CALIBRATION).write_text(calibration_page(calibration), encoding="utf-8")
    (directory / INDEX).write_text(index(journal, lines, calibration), encoding="utf-8")
    return [directory / INDEX, directory / CALIBRATION, *written]


def address(name: str) -> str:
    """The file of an experiment's page; of its name only letters, digits and hyphens are let through."""
    safe = re.sub(r"[^\w.-]", "_", name)
    taken = f"{safe}.html" in (INDEX, CALIBRATION)
    return f"{safe}-experiment.html" if taken else f"{safe}.html"


def line(material: Material, made: Document) -> Line:
    """An experiment's line of the list."""
    known = material.registration
    found = [f"{each.arm} {each.figure} ({each.interval})" for each in made.findings if each.figure]
    more = (f"and {len(found) - MOST_ARMS} more",) if len(found) > MOST_ARMS else ()
    return Line(
        name=made.title,
        address=address(made.title),
        question=made.question,
        word=made.word,
        ratios=(*found[:MOST_ARMS], *more),
        date="" if known is None else known.time[:10],
        exploratory=material.exploratory,
    )


def index(journal: Journal, lines: list[Line], calibration: Calibration) -> str:
    """The list of all experiments."""
    return page.render(
        "journal.html",
        title="Journal of experiments",
        lines=lines,
        calibration=CALIBRATION,
        score=score(calibration),
        number=journal.number,
        digest=journal.digest,
    )


def score(calibration: Calibration) -> str:
    """The score of all predictions in a sentence."""
    if calibration.brier is None:
        return "No prediction has a result that counts yet."
    return (
        f"{calibration.hits} of {calibration.count} predictions came true; Brier score {calibration.brier:.3f} "
        "(0 is best, 0.25 is what always saying 0.5 gives)."
    )


def calibration_page(calibration: Calibration) -> str:
    """How good the predictions were."""
    return page.render(
        "calibration.html",
        title="Predictions: how good they were",
        section=predictions(calibration),
        home=INDEX,
    )


def predictions(calibration: Calibration) -> Section:
    """The scores, the pictures and the table of all predictions."""
    blocks: list[Block | None] = [text(score(calibration))]
    if calibration.brier is not None:
        blocks.append(tables.facts("Scores", scores(calibration)))
    blocks += [
        charts.reliability(calibration),
        charts.all_predicted(calibration.predictions),
        everything(calibration),
    ]
    return Section("calibration", "Calibration", tuple(each for each in blocks if each is not None))


def scores(calibration: Calibration) -> list[tuple[str, str]]:
    """The numbers behind the sentence."""
    assert calibration.brier is not None and calibration.coverage is not None
    pairs = [
        ("predictions with a result that counts", str(calibration.count)),
        ("Brier score", f"{calibration.brier:.4f}"),
        ("mean confidence", f"{calibration.stated:.2f}"),
        ("share that came true", f"{calibration.coverage:.2f}"),
    ]
    if calibration.coverage_interval is not None:
        interval = calibration.coverage_interval
        pairs.append(("95 % interval of that share", f"{interval.low:.2f} to {interval.high:.2f}"))
    if calibration.brier_expected is not None:
        pairs.append(
            ("Brier score to be expected, were all confidences right", f"{calibration.brier_expected:.4f}")
        )
    if calibration.p is not None:
        pairs.append(("how often it would be as bad then", units.chance(calibration.p)))
    return pairs


def everything(calibration: Calibration) -> Block | None:
    """All predictions, those too that are not scored, with the reason."""
    rows = [(each.experiment, *cells) for each in calibration.predictions for cells in [tables.outcome(each)]]
    return table("All predictions", ("experiment", *tables.PREDICTED), rows) if rows else None
