"""Writing the results of a benchmark: as text, as Markdown, as JSON. And what is said about the machine."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import cupola
from cupola.lab.measure import START_UP
from cupola.lab.results import Results

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


def processor() -> str:
    """Return the name of the processor's model."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


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
    """Return the benchmark's tables: wall and user time, ratios, net ratios."""
    head = ["program", *(arm.name for arm in results.arms)]
    names = [program.name for program in results.programs]
    times = [
        Table(
            f"{kind.capitalize()} time, seconds: median (smallest to largest)",
            head,
            [
                [name, *(spread(results, arm.name, name, kind) for arm in results.arms)]
                for name in [*names, START_UP]
            ],
        )
        for kind in ("wall", "user")
    ]
    ratios = [
        Table(
            f"Times as fast as {results.reference}{title}",
            head,
            [
                *([name, *(ratio(results, arm.name, name, net) for arm in results.arms)] for name in names),
                ["geometric mean", *(mean(results, arm.name, net) for arm in results.arms)],
            ],
        )
        for net, title in ((False, ""), (True, ", start-up subtracted"))
    ]
    return [times[0], *ratios, times[1]]


def spread(results: Results, arm: str, program: str, kind: str) -> str:
    """Write the median and the extremes of a pair's times."""
    median, times = results.median(arm, program, kind), results.times(arm, program, kind)
    return INVALID if median is None else f"{median:.3f} ({min(times):.3f} to {max(times):.3f})"


def ratio(results: Results, arm: str, program: str, net: bool) -> str:
    """Write a ratio."""
    value = results.ratio(arm, program, net=net)
    if value is None:
        return INVALID if results.problem(arm, program) else UNKNOWN
    return f"{value:.2f}"


def mean(results: Results, arm: str, net: bool) -> str:
    """Write a geometric mean, and of how many programs it is if not of all."""
    value, count = results.mean(arm, net=net)
    of = "" if count == len(results.programs) else f" ({count} of {len(results.programs)})"
    return UNKNOWN if value is None else f"{value:.2f}{of}"


def notes(results: Results, about: Setting) -> list[str]:
    """Return the sentences that belong to the tables of a benchmark of programs."""
    lines = [
        f"{about.runs} processes for each arm and program, interleaved in random order; "
        "wall time includes start-up."
    ]
    lines += [f"{arm.name}: {arm.shown}" + f" [{arm.version}]" * bool(arm.version) for arm in results.arms]
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
    """Return a benchmark of programs as plain data: the raw samples in the order of running, and what was computed
    from them."""
    names = [*(program.name for program in results.programs), START_UP]
    pairs: list[dict[str, Any]] = []
    for arm in results.arms:
        for name in names:
            pairs.append(
                {
                    "arm": arm.name,
                    "program": name,
                    "invalid": results.problem(arm.name, name),
                    "wall_median": results.median(arm.name, name),
                    "user_median": results.median(arm.name, name, "user"),
                    "ratio": results.ratio(arm.name, name),
                    "ratio_net": None if name == START_UP else results.ratio(arm.name, name, net=True),
                }
            )
    means = {
        arm.name: {"raw": results.mean(arm.name)[0], "net": results.mean(arm.name, net=True)[0]}
        for arm in results.arms
    }
    return {
        "reference": results.reference,
        "arms": [{"name": arm.name, "command": arm.shown, "version": arm.version} for arm in results.arms],
        "programs": [program.name for program in results.programs],
        "pairs": pairs,
        "geometric_means": means,
        "samples": [
            {"block": each.block, "arm": each.arm, "program": each.program, **asdict(each.run)}
            for each in results.samples
        ],
    }


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
