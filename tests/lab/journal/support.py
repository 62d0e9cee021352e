"""Small experiments and processes for the tests of the journal, and other programs that write one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cupola.lab.experiment.spec import Arm, Experiment, Prediction, Workload
from cupola.lab.running.records import Event, ProcessRecord
from cupola.lab.statistics.results import Analysis, Estimate, Interval, Verdict

SOURCE = Path(__file__).resolve().parents[3] / "src"


def experiment(
    name: str = "cache", predictions: tuple[Prediction, ...] = (), program: str = "a.fs"
) -> Experiment:
    return Experiment(
        name=name,
        question="Does the cache pay?",
        h0="no difference",
        h1="with the cache it is faster",
        metric="total",
        reference="off",
        arms=(Arm("off", ("--tier", "switch")), Arm("on", ("--tier", "threaded"))),
        workloads=(Workload("loop", program),),
        predictions=predictions,
    )


def directory(path: Path) -> Path:
    """A directory with the program of `experiment`."""
    (path / "a.fs").write_text("1 .", encoding="utf-8")
    return path


def record(block: int = 1, arm: str = "off", wall: float = 1.0) -> ProcessRecord:
    return ProcessRecord(
        block=block,
        arm=arm,
        workload="loop",
        machine="m1",
        started="2026-11-21T14:00:00+00:00",
        wall=wall,
        cpu=0.1 + 0.2,
        memory=1 << 40,
        status=0,
        load=0.25,
        iterations=(1e-9, 0.1, 1 / 3),
        events=(Event(0.5, "compile", "fib → β"),),
        state=(("tier", "switch"),),
    )


def analysis(
    name: str = "cache", ratio: float = 1.2, interval: tuple[float, float] = (1.1, 1.3), d: float = 2.0
) -> Analysis:
    verdict = Verdict("accepted", 0, "the rule", None, "on")
    estimate = Estimate(
        arm="on",
        workload=None,
        processes=(20, 19),
        ratio=ratio,
        interval=Interval(*interval),
        bootstrap=Interval(*interval),
        p=0.001,
        adjusted=0.001,
        d=d,
        probability=0.99,
        probability_q48=None,
        flagged=(3,),
        without_flagged=ratio,
    )
    return Analysis(name, (estimate,), (), None, (verdict,), verdict)


def start(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """Start another Python that runs a program text with the journal at hand."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(SOURCE)})
