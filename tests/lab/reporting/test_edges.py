"""Analyses at the edge, as the statistics make them: one process, and values that do not vary."""

from __future__ import annotations

import math
from dataclasses import replace

from cupola.lab.commands import outcome
from cupola.lab.experiment.spec import Arm, Experiment, Prediction, Workload
from cupola.lab.journal.calibration import Scored
from cupola.lab.reporting import units
from cupola.lab.reporting.charts.forest import forest
from cupola.lab.reporting.charts.predictions import all_predicted
from cupola.lab.reporting.material import Material
from cupola.lab.statistics.analysis import analyse
from cupola.lab.statistics.results import Interval
from cupola.lab.statistics.simulation import records_of

ONE = Experiment(
    name="one",
    question="is it less?",
    h0="no difference",
    h1="less",
    metric="memory",
    reference="old",
    arms=(Arm("old"), Arm("new")),
    workloads=(Workload("fib"),),
    processes=1,
)


def test_one_process_has_a_ratio_and_no_interval() -> None:
    records = records_of(ONE, {"new": 1.5})
    analysis = analyse(ONE, records)
    drawn = forest(Material(ONE, records, analysis=analysis))
    assert drawn is not None
    assert [row[3:5] for row in drawn.rows] == [("unknown", "unknown")] * len(drawn.rows)
    text = outcome.text(ONE, analysis, records)
    assert "unknown" in text
    assert "inf" not in text
    assert "nan" not in text
    assert units.span(*(analysis.estimates[0].interval.low, analysis.estimates[0].interval.high)) == "unknown"


def test_a_prediction_held_against_an_unknown_interval_is_drawn() -> None:
    found = all_predicted([Scored("one", Prediction("new", 1.1, 1.6, 0.5), 1.5, Interval(0.0, math.inf))])
    assert found is not None
    assert found.rows[0][4] == "unknown" and "<svg" in found.svg


def test_values_that_do_not_vary_have_an_interval_without_width() -> None:
    several = replace(ONE, processes=12)
    records = [replace(each, memory=200 if each.arm == "new" else 300) for each in records_of(several, {})]
    analysis = analyse(several, records)
    drawn = forest(Material(several, records, analysis=analysis))
    assert drawn is not None
    assert drawn.rows[0][3] == "1.500 to 1.500"
    assert "1.5 to 1.5" in outcome.text(several, analysis, records)
