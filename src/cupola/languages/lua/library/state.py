"""What the libraries keep in the VM: how long natives may run, random numbers, files."""

from __future__ import annotations

from cupola.kernel import Array, i64, struct, u8, u64
from cupola.languages.lua.library.streams import Stream

OUTPUT_BYTES = 8192
ALLOWANCE = 1 << 18  # steps, of about 5 ns each


@struct
class Library:
    """The libraries' part of a VM.

    `allowance` counts down by the steps that natives take in long loops. A native that finds it used up returns AGAIN,
    having changed nothing that is visible: the driver looks at its limits, grants more (twice as much each time that
    the same call runs out again), and calls once more.

    `random` is the state of math.random. `output` is the stream of what is printed, `output_bytes` its buffer;
    `printed` is how many bytes of what is being printed are in it or written: 0 unless FLUSH was returned.
    `standard_output` is the file of what is printed, a value; `default_output` and `default_input` are those of
    io.write and io.read, or 0.
    """

    allowance: i64
    random: Array[u64, 4]
    printed: i64
    output: Stream
    standard_output: i64
    default_output: i64
    default_input: i64
    output_bytes: Array[u8, OUTPUT_BYTES]
