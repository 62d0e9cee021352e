"""Results in the format of pyperf (https://pyperf.readthedocs.io, JSON of version 1.0), out and in.

A process of the lab is a run of pyperf. Going out, an arm on a workload is a benchmark; coming in, the values of a run
are summed up as their mean before anything is compared: values of one process are not independent of each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cupola.lab.errors import LabError
from cupola.lab.experiment.spec import IN_PROCESS, Arm, Experiment, Workload
from cupola.lab.running.records import ProcessRecord, measured

VERSION = "1.0"
UNITS = {"memory": "byte", "instructions": "integer"}  # of metrics; of others: second
METRICS = {"second": "total", "byte": "memory", "integer": "instructions"}
ONLY = "the benchmark"


def suite(
    experiment: Experiment,
    records: Sequence[ProcessRecord],
    steady: Mapping[tuple[str, str, int], int | None],
) -> dict[str, Any]:
    """The records as a suite of pyperf, those without a problem. `steady`: for arm, workload and block the iteration
    from which a process was steady; those before it are its warm-ups. Raises LabError if there is nothing to write."""
    benchmarks = []
    for arm in experiment.arms:
        for workload in experiment.workloads:
            mine = [each for each in records if (each.arm, each.workload) == (arm.name, workload.name)]
            runs = [run for run in (_run(experiment, each, steady) for each in mine) if run is not None]
            if runs:
                name = arm.name if len(experiment.workloads) == 1 else f"{arm.name}: {workload.name}"
                benchmarks.append({"metadata": {"name": name}, "runs": runs})
    if not benchmarks:
        raise LabError("no process measured anything, so there is nothing to export")
    metadata = {"unit": UNITS.get(experiment.metric, "second"), "description": experiment.question}
    return {"version": VERSION, "metadata": metadata, "benchmarks": benchmarks}


def write(path: Path, data: Mapping[str, Any]) -> None:
    """Write a suite. Raises LabError."""
    try:
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise LabError(f"{path}: it cannot be written: {error.strerror}") from None


def read(paths: Sequence[Path]) -> tuple[Experiment, list[ProcessRecord]]:
    """An experiment of results of pyperf, and its records; the first arm is the reference.

    Of several files each is an arm, and the benchmarks that all of them have are the workloads (or the only one that
    each has). Of one file each benchmark is an arm. Raises LabError.
    """
    suites = {_arm_name(path, paths): _benchmarks(path) for path in paths}
    if len(suites) == 1:
        (only,) = suites.values()
        suites = {name: {ONLY: found} for name, found in only.items()}
        if len(suites) < 2:
            raise LabError(
                f"{paths[0]}: expected two benchmarks or more, or a second file; found {len(suites)}"
            )
    elif all(len(each) == 1 for each in suites.values()):
        suites = {arm: {ONLY: next(iter(each.values()))} for arm, each in suites.items()}
    common = [name for name in next(iter(suites.values())) if all(name in each for each in suites.values())]
    if not common:
        raise LabError(f"{' and '.join(map(str, paths))} have no benchmark of the same name")
    units = {suites[arm][name][0] for arm in suites for name in common}
    if len(units) != 1:
        raise LabError(f"benchmarks of different units cannot be compared: {', '.join(sorted(units))}")
    runs = {(arm, name): suites[arm][name][1] for arm in suites for name in common}
    records = [
        _record(arm, name, number, run)
        for (arm, name), found in runs.items()
        for number, run in enumerate(found, 1)
    ]
    return _experiment(list(suites), common, METRICS[units.pop()], min(map(len, runs.values()))), records


def _run(
    experiment: Experiment, record: ProcessRecord, steady: Mapping[tuple[str, str, int], int | None]
) -> dict[str, Any] | None:
    metadata = {
        "date": record.started.partition("+")[0].replace("T", " "), "duration": record.wall,
        "load_avg_1min": record.load, "hostname": record.machine,
    } | ({"mem_max_rss": record.memory} if record.memory else {})  # fmt: skip
    if experiment.metric in IN_PROCESS and record.problem is None and record.iterations:
        first = steady.get((record.arm, record.workload, record.block)) or 0
        warmups, values = record.iterations[:first], record.iterations[first:]
        return {"metadata": metadata, "warmups": [[1, each] for each in warmups], "values": list(values)}
    value = None if experiment.metric in IN_PROCESS else measured(record, experiment.metric)
    return None if not value else {"metadata": metadata, "values": [value]}


def _arm_name(path: Path, paths: Sequence[Path]) -> str:
    """A file's name, or with its directory if that is needed to tell it from another."""
    return path.stem if [each.stem for each in paths].count(path.stem) == 1 else str(path)


def _benchmarks(path: Path) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    """The benchmarks of a file by their names: unit, and runs that have values."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LabError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise LabError(f"{path}: expected JSON as pyperf writes it: {error}") from None
    try:
        if data["version"] != VERSION:
            raise LabError(
                f"{path}: expected version {VERSION} of pyperf's format, found {data['version']!r}"
            )
        found = {}
        for benchmark in data["benchmarks"]:
            common = {**data.get("metadata", {}), **benchmark.get("metadata", {})}
            runs = [
                {
                    "metadata": {**common, **run.get("metadata", {})},
                    "values": [float(each) for each in run["values"]],
                }
                for run in benchmark["runs"]
                if run.get("values")  # the others calibrate
            ]
            if runs:
                found[str(common.get("name", ONLY))] = (str(common.get("unit", "second")), runs)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LabError(
            f"{path}: expected pyperf's format {VERSION}, found something else ({error!r})"
        ) from None
    unknown = {unit for unit, _ in found.values()} - METRICS.keys()
    if unknown:
        raise LabError(f"{path}: expected a unit of {', '.join(METRICS)}, found {', '.join(sorted(unknown))}")
    if not found:
        raise LabError(f"{path}: it has no benchmark with values")
    return found


def _record(arm: str, workload: str, number: int, run: Mapping[str, Any]) -> ProcessRecord:
    """A run as a process: the mean of its values stands where its unit says."""
    metadata = run["metadata"]
    values = run["values"]
    mean = sum(values) / len(values)
    unit = metadata.get("unit", "second")
    host = hashlib.sha256(str(metadata.get("hostname", "")).encode()).hexdigest()[:8]
    return ProcessRecord(
        block=number,
        arm=arm,
        workload=workload,
        machine=f"machine-{host}",
        started=str(metadata.get("date", "")),
        wall=mean if unit == "second" else float(metadata.get("duration", 0.0)),
        cpu=0.0,
        memory=round(mean) if unit == "byte" else int(metadata.get("mem_max_rss", 0)),
        status=0,
        load=float(metadata.get("load_avg_1min", 0.0)),
        iterations=tuple(values),
        instructions=round(mean) if unit == "integer" else None,
        state=(("from", "pyperf"),),
    )


def _experiment(arms: Sequence[str], workloads: Sequence[str], metric: str, processes: int) -> Experiment:
    return Experiment(
        name="pyperf",
        question=f"is {' or '.join(arms[1:])} faster than {arms[0]}?",
        h0="no difference",
        h1="less than the reference",
        metric=metric,
        reference=arms[0],
        arms=tuple(Arm(name) for name in arms),
        workloads=tuple(Workload(name) for name in workloads),
        processes=processes,
    )
