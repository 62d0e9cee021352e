"""The files that go with a report: every process as a row of CSV, and the records as they stand in the journal.

On a page they are `data:` links, so one file holds all; what is too large for that is left to the journal, and said.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence

from cupola.lab.reporting.document import Attachment, Block, Code, Text, text
from cupola.lab.reporting.material import Material
from cupola.lab.running.records import ProcessRecord

MOST = 600_000
"""Bytes of files that a page carries; with its pictures it stays below 2 MB."""

COLUMNS = (
    "block",
    "arm",
    "workload",
    "machine",
    "started",
    "wall",
    "cpu",
    "memory",
    "status",
    "load",
    "instructions",
)


def of(material: Material) -> list[Block]:
    """The files of an experiment, and a sentence about those that are too large."""
    experiment = material.experiment
    table = Attachment(
        f"{experiment.name}-processes.csv",
        "text/csv",
        processes(material).encode(),
        "every process: times in seconds, memory in bytes, its class of warm-up, and its problem if it had one",
    )
    records = Attachment(
        f"{experiment.name}-records.json.gz",
        "application/gzip",
        packed(material.records),
        "the records as the journal has them, with the time of every iteration, and events (JSON, compressed)",
    )
    kept: list[Block] = []
    room = MOST
    for each in (table, records):
        if len(each.data) <= room:
            room -= len(each.data)
            kept.append(each)
        else:
            kept.append(left_out(each, experiment.name))
    return kept


def left_out(attachment: Attachment, name: str) -> Text:
    """What is said of a file that the page does not carry."""
    size = f"{len(attachment.data) / 1e6:.1f} MB"
    return text(
        f"{attachment.name} has {size}, too much for this page; to write it: ",
        Code(f"cupola lab report {name} --data"),
        tone="note",
    )


def processes(material: Material) -> str:
    """A row of CSV for each process."""
    classes = {id(record): warm_up for record, warm_up in material.classified}
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow((*COLUMNS, "iterations", "warm-up", "steady from", "steady mean", "problem"))
    for each in material.records:
        warm_up = classes.get(id(each))
        told = ("", "", "") if warm_up is None else (warm_up.kind, warm_up.steady_from, warm_up.mean)
        row = [getattr(each, name) for name in COLUMNS]
        writer.writerow((*row, len(each.iterations), *told, each.problem or ""))
    return file.getvalue()


def packed(records: Sequence[ProcessRecord]) -> bytes:
    """The records as compressed JSON; the same bytes for the same records."""
    data = [each.as_data() for each in records]
    return gzip.compress(json.dumps(data, separators=(",", ":")).encode(), mtime=0)
