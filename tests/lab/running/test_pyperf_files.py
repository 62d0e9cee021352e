"""Results of the lab for pyperf, and results of pyperf for the lab; pyperf itself is the judge."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyperf
import pytest

from cupola.lab.errors import LabError
from cupola.lab.experiment.spec import Arm, Experiment, Workload
from cupola.lab.running.pyperf_files import read, suite, write
from cupola.lab.running.records import ProcessRecord

EXPERIMENT = Experiment(
    "x", "which?", "no", "yes", "total", "a", (Arm("a"), Arm("b")), (Workload("w"),), processes=3
)


def record(
    arm: str, block: int, wall: float, workload: str = "w", problem: str | None = None
) -> ProcessRecord:
    return ProcessRecord(
        block, arm, workload, "machine-1", "2026-11-21T13:00:00.123+00:00", wall, wall / 2, 1 << 20, 0, 0.5, problem,
        iterations=(3 * wall, wall, 2 * wall), instructions=100 * block,
    )  # fmt: skip


RECORDS = [
    record(arm, block, factor * block) for arm, factor in (("a", 1.0), ("b", 0.5)) for block in (1, 2, 3)
]


def loaded(
    path: Path, experiment: Experiment, records: list[ProcessRecord], **steady: int
) -> pyperf.BenchmarkSuite:
    """What pyperf reads of an export; `steady`: arm=iteration."""
    found = {(each.arm, each.workload, each.block): steady.get(each.arm) for each in records}
    write(path, suite(experiment, records, found))
    return pyperf.BenchmarkSuite.load(str(path))


def test_pyperf_reads_an_export(tmp_path: Path) -> None:
    failed = record("b", 4, 9.0, problem="killed by signal 9")
    found = loaded(tmp_path / "x.json", EXPERIMENT, [*RECORDS, failed])
    assert found.get_benchmark_names() == ["a", "b"]
    assert found.get_benchmark("a").get_values() == (1.0, 2.0, 3.0)
    assert found.get_benchmark("b").mean() == 1.0
    assert found.get_benchmark("b").get_nrun() == 3
    assert found.get_benchmark("a").get_unit() == "second"
    assert found.get_benchmark("a").get_runs()[0].get_metadata()["load_avg_1min"] == 0.5


@pytest.mark.parametrize(
    ("metric", "unit", "values"),
    [
        ("cpu", "second", (0.5, 1.0, 1.5)),
        ("memory", "byte", (1 << 20, 1 << 20, 1 << 20)),
        ("instructions", "integer", (100, 200, 300)),
    ],
)
def test_every_metric_has_its_unit(tmp_path: Path, metric: str, unit: str, values: tuple[float, ...]) -> None:
    found = loaded(tmp_path / "x.json", replace(EXPERIMENT, metric=metric), RECORDS).get_benchmark("a")
    assert (found.get_unit(), found.get_values()) == (unit, values)


def test_iterations_are_values_and_those_before_the_steady_state_warm_ups(tmp_path: Path) -> None:
    steady = replace(EXPERIMENT, metric="steady", iterations=3)
    found = loaded(tmp_path / "x.json", steady, RECORDS, a=1)
    assert found.get_benchmark("a").get_runs()[1].values == (2.0, 4.0)
    assert found.get_benchmark("a").get_runs()[1].warmups == ((1, 6.0),)
    assert found.get_benchmark("b").get_runs()[1].values == (3.0, 1.0, 2.0)


def test_several_workloads_are_several_benchmarks(tmp_path: Path) -> None:
    both = replace(EXPERIMENT, workloads=(Workload("w"), Workload("v")))
    found = loaded(tmp_path / "x.json", both, [*RECORDS, record("a", 1, 7.0, "v")])
    assert found.get_benchmark_names() == ["a: w", "a: v", "b: w"]


def test_an_export_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="nothing to export"):
        suite(EXPERIMENT, [record("a", 1, 1.0, problem="hangs")], {})
    with pytest.raises(LabError, match="it cannot be written: Is a directory"):
        write(tmp_path, {})


def made(path: Path, values: dict[str, list[tuple[float, ...]]], unit: str = "second") -> Path:
    """A file that pyperf wrote: for each benchmark the values of its runs, and a run that calibrates."""
    benchmarks = []
    for name, runs in values.items():
        metadata = {"name": name, "unit": unit, "hostname": "h", "loops": 4}
        calibration = pyperf.Run([], warmups=[(4, 1.0)], metadata=metadata, collect_metadata=False)
        more = [pyperf.Run(each, metadata=metadata, collect_metadata=False) for each in runs]
        benchmarks.append(pyperf.Benchmark([calibration, *more]))
    pyperf.BenchmarkSuite(benchmarks).dump(str(path))
    return path


def test_files_of_pyperf_are_arms_and_their_common_benchmarks_workloads(tmp_path: Path) -> None:
    old = made(tmp_path / "old.json", {"fib": [(1.0, 3.0), (2.0, 2.5)], "gone": [(1.0,)]})
    new = made(tmp_path / "new.json", {"fib": [(1.0,)], "more": [(1.0,)]})
    experiment, records = read([old, new])
    assert [each.name for each in experiment.arms] == ["old", "new"]
    assert [each.name for each in experiment.workloads] == ["fib"]
    assert (experiment.reference, experiment.metric) == ("old", "total")
    assert experiment.processes == 1  # so many every arm has
    assert [(each.arm, each.block, each.wall) for each in records] == [
        ("old", 1, 2.0),
        ("old", 2, 2.25),
        ("new", 1, 1.0),
    ]
    assert records[0].iterations == (1.0, 3.0)
    assert len({each.machine for each in records}) == 1


def test_the_only_benchmark_of_each_file_needs_no_common_name(tmp_path: Path) -> None:
    one, other = made(tmp_path / "a.json", {"x": [(1.0,)]}), made(tmp_path / "b.json", {"y": [(2.0,)]})
    experiment, records = read([one, other])
    assert len(experiment.workloads) == 1
    assert [each.wall for each in records] == [1.0, 2.0]


def test_the_benchmarks_of_one_file_are_arms(tmp_path: Path) -> None:
    experiment, records = read([made(tmp_path / "a.json", {"x": [(1024,)], "y": [(2048,)]}, unit="byte")])
    assert [each.name for each in experiment.arms] == ["x", "y"]
    assert experiment.metric == "memory"
    assert [each.memory for each in records] == [1024, 2048]


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    one, other = (
        made(tmp_path / "a.json", {"x": [(1.0,)]}),
        made(tmp_path / "old" / "a.json", {"x": [(1.0,)]}),
    )
    experiment, _ = read([one, other])
    assert [each.name for each in experiment.arms] == [str(one), str(other)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected JSON as pyperf writes it"),
        ("[]", "expected pyperf's format 1.0, found something else"),
        ('{"version": "0.5", "benchmarks": []}', "expected version 1.0 of pyperf's format, found '0.5'"),
        ('{"version": "1.0", "benchmarks": []}', "it has no benchmark with values"),
        ('{"version": "1.0", "benchmarks": [{"runs": [{"values": ["x"]}]}]}', "found something else"),
        (
            '{"version": "1.0", "benchmarks": [{"runs": [{"values": [1]}]}]}',
            "expected two benchmarks or more",
        ),
        (
            '{"version": "1.0", "metadata": {"unit": "mile"}, "benchmarks": [{"runs": [{"values": [1]}]}]}',
            "expected a unit of second, byte, integer, found mile",
        ),
    ],
)
def test_other_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(LabError, match=message):
        read([tmp_path / "x.json"])


def test_files_with_nothing_in_common_or_of_different_units_are_refused(tmp_path: Path) -> None:
    one = made(tmp_path / "a.json", {"x": [(1.0,)], "y": [(1.0,)]})
    with pytest.raises(LabError, match="have no benchmark of the same name"):
        read([one, made(tmp_path / "b.json", {"z": [(1.0,)], "u": [(1.0,)]})])
    with pytest.raises(LabError, match="different units cannot be compared: byte, second"):
        read([one, made(tmp_path / "c.json", {"x": [(1,)], "y": [(1,)]}, unit="byte")])


def test_an_export_is_plain_json(tmp_path: Path) -> None:
    write(tmp_path / "x.json", suite(EXPERIMENT, RECORDS, {}))
    assert json.loads((tmp_path / "x.json").read_text())["version"] == "1.0"
