"""A made-up experiment with everything that a report can show: three arms, two workloads, warm-up, outliers, a process
lost, events, an A/A run, predictions, physics."""

from __future__ import annotations

import functools
import math
import random
from dataclasses import replace

from cupola.lab.experiment.spec import Arm, Experiment, Prediction, Workload
from cupola.lab.journal.calibration import Scored
from cupola.lab.reporting import contents
from cupola.lab.reporting.document import Document
from cupola.lab.reporting.material import Amendment, Gates, Material, Physics, Registration
from cupola.lab.running.records import Event, ProcessRecord
from cupola.lab.statistics.results import Analysis, Estimate, Interval, Verdict, WarmUp

ARMS = {"off": 1.0, "original": 1.09, "lru": 0.86}
"""Seconds beside the reference's, the reference first."""

WORKLOADS = {"lookups": 0.004, "load <a & b>": 0.011}
"""Seconds of an iteration; the second has a name that HTML and Markdown must escape."""

WARM = 12  # iterations that are slower


def experiment(metric: str = "steady", processes: int = 12, iterations: int = 60) -> Experiment:
    return Experiment(
        name="hot-words",
        question="Does a cache of hot words make lookups faster?",
        h0="no difference",
        h1="with the cache lookups take less time",
        metric=metric,
        reference="off",
        arms=tuple(
            Arm(each, ("--physics-set", f"cache={each}"), state=(("tier", "baseline"),)) for each in ARMS
        ),
        workloads=tuple(Workload(each, f"{each[:4]}.fs", ("1000",)) for each in WORKLOADS),
        predictions=(
            Prediction("original", 1.2, 2.0, 0.7, "the original's paper, 1.78"),
            Prediction("lru", 1.05, 1.3, 0.6, "a model"),
        ),
        processes=processes,
        iterations=iterations,
    )


def records(made: Experiment, seed: int = 4) -> tuple[ProcessRecord, ...]:
    """Blocks of all arms on all workloads, with noise of 2 %."""
    chance = random.Random(seed)
    found = []
    for block in range(1, made.processes + 1):
        for workload, base in WORKLOADS.items():
            for arm in chance.sample(list(ARMS), len(ARMS)):
                found.append(process(chance, made, block, arm, workload, base * ARMS[arm]))
    return tuple(found)


def process(
    chance: random.Random, made: Experiment, block: int, arm: str, workload: str, base: float
) -> ProcessRecord:
    level = base * math.exp(chance.gauss(0, 0.02)) * (1.3 if (block, arm) == (3, "lru") else 1)
    times = [
        level * (1 + 3.5 * math.exp(-number / 4) if number < WARM else 1) * math.exp(chance.gauss(0, 0.01))
        for number in range(made.iterations)
    ]
    lost = (block, arm, workload) == (5, "original", "lookups")
    compiled = [Event(0.0005 * number, "compile", f"word-{number}, 40 us") for number in range(20)]
    collected = [Event(sum(times) * part, "collect", "generation 0") for part in (0.3, 0.6, 0.9)]
    return ProcessRecord(
        block=block,
        arm=arm,
        workload=workload,
        machine="m1",
        started="2026-11-21T14:00:00+00:00",
        wall=sum(times) + 0.05,
        cpu=sum(times) + 0.04,
        memory=48_000_000 + int(chance.gauss(0, 1e5)),
        status=1 if lost else 0,
        load=0.2,
        problem="exit status 1: expected 0" if lost else None,
        iterations=tuple(times),
        instructions=12_345_678,
        events=(*compiled, Event(0.02, "deoptimize", "word-3"), *collected),
        state=(("tier", "baseline"), ("cache hits", str(chance.randrange(90_000, 99_000)))),
    )


def warm_up(record: ProcessRecord) -> WarmUp:
    steady = record.iterations[WARM:]
    kind = "slowdown" if record.block == 7 else "warm-up"
    return WarmUp(kind, (4, WARM), WARM, sum(steady) / len(steady))


def analysis(made: Experiment, seen: tuple[ProcessRecord, ...], word: str = "rejected") -> Analysis:
    estimates = tuple(
        estimate(arm, workload, 1 / ARMS[arm], 0.010 if workload is None else 0.016)
        for arm in list(ARMS)[1:]
        for workload in (None, *WORKLOADS)
    )
    verdicts: tuple[Verdict, ...] = (
        Verdict("rejected", 11, "ratio 0.917 (95 % interval 0.908 to 0.927): it is slower", None, "original"),
        Verdict("accepted", 0, "ratio 1.163 (95 % interval 1.15 to 1.17); p = 0.001 (Holm)", None, "lru"),
    )
    if word == "invalid":
        verdicts = tuple(Verdict("invalid", 12, "the meaning differs", None, each.arm) for each in verdicts)
    return Analysis(
        experiment=made.name,
        estimates=() if word == "invalid" else estimates,
        warm_ups=tuple(
            (each.arm, each.workload, each.block, warm_up(each)) for each in seen if each.problem is None
        )
        if len(seen[0].iterations) > 1
        else (),
        false_positive_rate=0.047,
        verdicts=verdicts,
        verdict=replace(verdicts[0], arm=""),
    )


def estimate(arm: str, workload: str | None, ratio: float, half: float) -> Estimate:
    return Estimate(
        arm=arm,
        workload=workload,
        processes=(12, 11),
        ratio=ratio,
        interval=Interval(ratio * (1 - half), ratio * (1 + half)),
        bootstrap=Interval(ratio * (1 - half * 0.8), ratio * (1 + half * 0.9)),
        p=0.0004,
        adjusted=0.0012,
        d=2.5,
        probability=0.99996,
        probability_q48=0.9998 if workload else None,
        flagged=(3,) if arm == "lru" and workload else (),
        without_flagged=ratio * 1.01 if arm == "lru" and workload else None,
    )


@functools.cache
def material(
    metric: str = "steady", word: str = "rejected", processes: int = 12, iterations: int = 60
) -> Material:
    """Everything about it."""
    made = experiment(metric, processes, iterations)
    seen = records(made)
    found = analysis(made, seen, word)
    means = {each.arm: each for each in found.estimates if each.workload is None}
    return Material(
        experiment=made,
        records=seen,
        aa_records=tuple(
            replace(each, arm="off" if each.arm == "off" else "off (again)")
            for each in records(made, seed=5)
            if each.arm in ("off", "lru") and each.problem is None
        ),
        analysis=found,
        registration=Registration(
            time="2026-11-21T13:00:00+00:00",
            digest="5f" * 32,
            commit="ab" * 20,
            author="A. Founder",
            entry=7,
            chain="c3" * 32,
            amendments=(Amendment("2026-11-21T13:30:00+00:00", "77" * 32, "too few blocks", "- 5\n+ 12"),),
        ),
        gates=Gates(
            word != "invalid", "line 3 is '7', expected '8'" if word == "invalid" else "", "switch", 200
        ),
        outcomes=tuple(
            Scored(made.name, each, means[each.arm].ratio, means[each.arm].interval)
            for each in made.predictions
            if each.arm in means
        ),
        environment=(("processor", "a processor"), ("cores", "2"), ("cupola", "0.1.0")),
        physics=physics(),
        commands=("git checkout abab", "cupola lab run hot-words.toml"),
    )


@functools.cache
def document() -> Document:
    """The report on all of it, drawn once for all tests."""
    return contents.document(material())


def small(word: str = "rejected") -> Material:
    """An experiment of whole processes: few pictures, quickly drawn."""
    return material("total", word, 5, 1)


def physics() -> Physics:
    return Physics(
        program="queens.fs",
        threshold=50,
        ticks=tuple(
            {
                "tick": number,
                "heat": 1000 + 37 * number % 5000,
                "hot": min(40, number // 8),
                "hits": 11 * number,
                "window": 4096 if number < 200 else 3072,
            }
            for number in range(600)
        ),
        heats=tuple(
            (f"word-{number}", int(90_000 / number**1.3), 100_000 // number) for number in range(1, 700)
        ),
    )
