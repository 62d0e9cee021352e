"""The table of operations, one file a family. Importing this package fills `cupola.ir.operation.TABLE`."""

from __future__ import annotations

from cupola.ir.operation import TABLE, Operation
from cupola.ir.operations import control, conversion, floating, integer, memory, symbols

__all__ = ["TABLE", "Operation", "control", "conversion", "floating", "integer", "memory", "symbols"]
