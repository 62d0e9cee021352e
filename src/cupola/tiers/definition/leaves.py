"""The ways control leaves an instruction, other than falling through to the next one.

- `jump(pc)`: go on with the instruction at `pc`; with a `Target` operand it becomes a direct jump in native code.
- `slow(function)`: give up before anything has changed, and let the slow path (a kernel function that takes only the
  machine) start over with the whole stack in memory.
- `resume(pc)`: in a slow path, or an instruction that works on the stack in memory: go on at `pc`.
- `exit_(reason)`: return to the driver; it may enter again, at the machine's `pc`.
"""

from __future__ import annotations

from cupola.kernel import Leave
from cupola.kernel.types import Function, Ptr, i64, u8

jump = Leave("jump", (Ptr[u8],))
slow = Leave("slow", (Function,))
resume = Leave("resume", (Ptr[u8],))
exit_ = Leave("exit", (i64,))
