"""The worker process of `llvm_pool`: reads modules from standard input, writes objects to standard output,
ends at end of file.

Request: optimize (u32), length (u32), text. Answer: 1 for an object or 0 for a message (u32), length (u32),
bytes.
"""

from __future__ import annotations

import os
import struct
import sys
from typing import BinaryIO

FRAME = struct.Struct("<II")


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the input ends."""
    from cupola.machine.llvm import CompileError, compile_module

    while len(header := requests.read(FRAME.size)) == FRAME.size:
        optimize, length = FRAME.unpack(header)
        text = requests.read(length).decode()
        try:
            good, data = 1, compile_module(text, optimize=optimize)
        except CompileError as error:
            good, data = 0, str(error).encode()
        answers.write(FRAME.pack(good, len(data)) + data)
        answers.flush()


def main() -> None:
    """Serve on the standard streams; whatever else prints to standard output goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
