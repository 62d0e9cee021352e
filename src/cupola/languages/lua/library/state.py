"""What the libraries keep in the VM: how long natives may run, random numbers."""

from __future__ import annotations

from cupola.kernel import Array, i64, struct, u64

ALLOWANCE = 1 << 18  # steps, of about 5 ns each


@struct
class Library:
    """The libraries' part of a VM.

    `allowance` counts down by the steps that natives take in long loops. A native that finds it used up returns AGAIN,
    having changed nothing that is visible: the driver looks at its limits, grants more (twice as much each time that
    the same call runs out again), and calls once more.

    `random` is the state of math.random.
    """

    allowance: i64
    random: Array[u64, 4]
