"""Writing the results of a benchmark: as text, as Markdown, as JSON. And what is said about the machine."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import cupola
from cupola.lab.bench.arms import shown
from cupola.lab.bench.programs import START_UP
from cupola.lab.bench.results import Results, Value, cpu, wall
from cupola.lab.running.conditions import processor
from cupola.lab.statistics.results import Estimate

INVALID = "INVALID"
UNKNOWN = "-"


@dataclass(frozen=True)
class Setting:
    """What is known about an experiment besides its samples; `load` is the machine's before it began."""

    language: str
    runs: int
    seed: int
    date: str
    cpu: str
    cores: int
    load: float
    system: str
    versions: dict[str, str]

    @property
    def busy(self) -> bool:
        """Was the machine busy with something else?"""
        return self.load > self.cores / 4


def setting(language: str, runs: int, seed: int) -> Setting:
    """Look at the machine."""
    return Setting(
        language=language,
        runs=runs,
        seed=seed,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        cpu=processor(),
        cores=os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 2),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        versions={
            "cupola": cupola.__version__,
            "python": platform.python_version(),
            "llvmlite": version_of("llvmlite"),
        },
    )


def version_of(package: str) -> str:
    """Return the version of an installed package."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


@dataclass(frozen=True)
class Table:
    """A table of texts; the first column names the row."""

    title: str
    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Report:
    """What is written: tables, the sentences that belong to them, and everything as plain data for JSON."""

    title: str
    about: Setting
    tables: list[Table]
    lines: list[str]
    data: dict[str, Any]


def tables(results: Results) -> list[Table]:
    """The benchmark's tables: wall and processor time, ratios, net ratios."""
    head = ["program", *(arm.name for arm in results.arms)]
    times = [
        Table(
            f"{title}, seconds: median (smallest to largest)",
            head,
            [
                [name, *(spread(results, arm.name, name, value) for arm in results.arms)]
                for name in results.workloads
            ],
        )
        for title, value in (("Wall time", wall), ("Processor time", cpu))
    ]
    ratios = [
        Table(
            f"Times as fast as {results.reference}{title}, with 95 % intervals",
            head,
            [
                *(
                    [name, *(ratio(results, arm.name, name, net) for arm in results.arms)]
                    for name in results.programs
                ),
                ["geometric mean", *(ratio(results, arm.name, None, net) for arm in results.arms)],
            ],
        )
        for net, title in nets(results)
    ]
    return [times[0], *ratios, times[1]]


def nets(results: Results) -> list[tuple[bool, str]]:
    """Which ratios there are, and what the titles of their tables say more."""
    both = [(False, ""), (True, ", start-up subtracted")]
    return both if START_UP in results.workloads else both[:1]


def spread(results: Results, arm: str, program: str, value: Value) -> str:
    """Write the median and the extremes of a pair's times."""
    median, times = results.median(arm, program, value), results.times(arm, program, value)
    return INVALID if median is None else f"{median:.3f} ({min(times):.3f} to {max(times):.3f})"


def ratio(results: Results, arm: str, program: str | None, net: bool) -> str:
    """Write a ratio with its interval."""
    if program is not None and results.problem(arm, program):
        return INVALID
    if arm == results.reference:
        return "1"
    estimate = results.estimate(arm, program, net=net)
    return UNKNOWN if estimate is None else with_interval(estimate)


def with_interval(estimate: Estimate) -> str:
    """A ratio and its interval; one process alone shows no interval."""
    if math.isinf(estimate.interval.high):
        return f"{estimate.ratio:.2f}"
    return f"{estimate.ratio:.2f} ({estimate.interval.low:.2f} to {estimate.interval.high:.2f})"


def notes(results: Results, about: Setting) -> list[str]:
    """The sentences that belong to the tables of a benchmark of programs."""
    lines = [
        f"{about.runs} processes for each arm and program, in interleaved blocks of random order; wall time includes "
        "start-up.",
        "Ratios are of geometric means of processes; intervals are Welch's on the logarithms, each for itself.",
    ]
    lines += [f"{arm.name}: {shown(arm)}" for arm in results.arms]
    lines += [f"{INVALID}: {arm} on {program}: {why}" for arm, program, why in results.problems()]
    return lines


def machine_notes(about: Setting) -> list[str]:
    """Return what every report says about the machine."""
    lines = [
        f"{about.cpu}, {about.cores} cores, load {about.load:g} before; {about.system}; {about.date}.",
        "Versions: " + ", ".join(f"{name} {version}" for name, version in about.versions.items()) + ".",
        f"Order of runs: random, seed {about.seed}.",
    ]
    if about.busy:
        lines.append("The machine was busy when this began: do not trust small differences.")
    return lines


def of_programs(results: Results, about: Setting) -> Report:
    """Return the report on a benchmark of programs."""
    return Report(about.language, about, tables(results), notes(results, about), samples(results))


def text(report: Report) -> str:
    """Write a report for a terminal."""
    parts = []
    for table in report.tables:
        widths = [max(map(len, column)) for column in zip(table.head, *table.rows, strict=True)]
        lines = [
            "  ".join(
                [
                    row[0].ljust(widths[0]),
                    *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True)),
                ]
            )
            for row in (table.head, *table.rows)
        ]
        parts.append("\n".join([table.title, "", *lines]))
    return "\n\n".join([*parts, "\n".join([*machine_notes(report.about), *report.lines])]) + "\n"


def markdown(report: Report) -> str:
    """Write a report as Markdown."""
    parts = [f"## Benchmark: {report.title}"]
    for table in report.tables:
        rule = [":---", *("---:" for _ in table.head[1:])]
        rows = [f"| {' | '.join(row)} |" for row in (table.head, rule, *table.rows)]
        parts.append("\n".join([f"### {table.title}", "", *rows]))
    parts.append("\n".join(f"- {line}" for line in [*machine_notes(report.about), *report.lines]))
    return "\n\n".join(parts) + "\n"


def samples(results: Results) -> dict[str, Any]:
    """A benchmark of programs as plain data: all processes in the order of running, and what was computed of them."""
    pairs: list[dict[str, Any]] = []
    for arm in results.arms:
        for name in results.workloads:
            pairs.append(
                {
                    "arm": arm.name,
                    "program": name,
                    "invalid": results.problem(arm.name, name),
                    "wall_median": results.median(arm.name, name),
                    "cpu_median": results.median(arm.name, name, cpu),
                    **estimates(results, arm.name, name),
                }
            )
    return {
        "reference": results.reference,
        "arms": [{"name": arm.name, "command": shown(arm)} for arm in results.arms],
        "programs": results.programs,
        "pairs": pairs,
        "geometric_means": {arm.name: estimates(results, arm.name, None) for arm in results.arms},
        "processes": [each.as_data() for each in results.records],
    }


def estimates(results: Results, arm: str, program: str | None) -> dict[str, Any]:
    """The ratios of an arm as plain data; an interval that excludes nothing is None."""
    found: dict[str, Any] = {}
    for net, _ in nets(results):
        estimate = results.estimate(arm, program, net=net)
        found["net" if net else "ratio"] = None if estimate is None else estimate.ratio
        known = estimate is not None and not math.isinf(estimate.interval.high)
        interval = [estimate.interval.low, estimate.interval.high] if known and estimate else None
        found["net_interval" if net else "ratio_interval"] = interval
    return found


def as_json(report: Report) -> str:
    """Write a report as JSON."""
    return json.dumps({"setting": asdict(report.about), **report.data}, indent=2) + "\n"


FORMATS: dict[str, Callable[[Report], str]] = {"text": text, "markdown": markdown, "json": as_json}


def write(report: Report, form: str, output: Path | None) -> None:
    """Write a report to a file, or to standard output."""
    written = FORMATS[form](report)
    if output is None:
        print(written, end="")
    else:
        output.write_text(written, encoding="utf-8")
