"""An analysis as JSON holds it, without loss: what is infinite or no number becomes a text that `float` reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cupola.lab.statistics.results import Analysis, Estimate, Interval, Verdict, WarmUp


def analysis_data(analysis: Analysis) -> dict[str, Any]:
    """The analysis as plain data."""
    data: dict[str, Any] = _plain(asdict(analysis))
    return data


def analysis_of(data: Mapping[str, Any]) -> Analysis:
    """The analysis that `analysis_data` wrote."""
    return Analysis(
        experiment=data["experiment"],
        estimates=tuple(_estimate(each) for each in data["estimates"]),
        warm_ups=tuple((arm, work, block, _warm_up(each)) for arm, work, block, each in data["warm_ups"]),
        false_positive_rate=_number(data["false_positive_rate"]),
        verdicts=tuple(Verdict(**each) for each in data["verdicts"]),
        verdict=Verdict(**data["verdict"]),
    )


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(each) for each in data]
    if isinstance(data, float) and not math.isfinite(data):
        return str(data)
    return data


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _interval(data: Mapping[str, Any]) -> Interval:
    return Interval(float(data["low"]), float(data["high"]))


def _warm_up(data: Mapping[str, Any]) -> WarmUp:
    return WarmUp(data["kind"], tuple(data["changes"]), data["steady_from"], _number(data["mean"]))


def _estimate(data: Mapping[str, Any]) -> Estimate:
    made = {
        "interval": _interval(data["interval"]),
        "bootstrap": _interval(data["bootstrap"]),
        "processes": tuple(data["processes"]),
        "flagged": tuple(data["flagged"]),
    }
    numbers = ("ratio", "p", "adjusted", "d", "probability", "probability_q48", "without_flagged")
    made |= {key: _number(data[key]) for key in numbers}
    return Estimate(**{**data, **made})
