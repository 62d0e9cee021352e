"""An analysis as JSON holds it, without loss: what is infinite or no number becomes a text that `float` reads.

The types of `statistics.results` say how data becomes an analysis again; a field more needs nothing here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from cupola.lab.statistics.results import Analysis

Result = TypeVar("Result")


def analysis_data(analysis: Analysis) -> dict[str, Any]:
    """The analysis as plain data."""
    data: dict[str, Any] = _plain(asdict(analysis))
    return data


def analysis_of(data: Mapping[str, Any]) -> Analysis:
    """The analysis that `analysis_data` wrote, by this Cupola or an older one: fields that it did not have are as
    usual."""
    return _built(Analysis, data)


def _plain(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(each) for each in data]
    if isinstance(data, float) and not math.isfinite(data):
        return str(data)
    return data


def _built(part: type[Result], data: Mapping[str, Any]) -> Result:
    hints = get_type_hints(part)
    names = [each.name for each in fields(part)] if is_dataclass(part) else []
    return part(**{name: _value(hints[name], data[name]) for name in names if name in data})


def _value(hint: Any, data: Any) -> Any:
    """The value of a type that `results` uses: plain ones, dataclasses, tuples of those, and None."""
    if get_origin(hint) is UnionType or NoneType in get_args(hint):
        (inner,) = (each for each in get_args(hint) if each is not NoneType)
        return None if data is None else _value(inner, data)
    if get_origin(hint) is tuple:
        inner, *more = get_args(hint)
        kinds = [inner] * len(data) if more == [...] else [inner, *more]
        return tuple(_value(kind, each) for kind, each in zip(kinds, data, strict=True))
    if is_dataclass(hint) and isinstance(hint, type):
        return _built(hint, data)
    return float(data) if hint is float else data
