"""Which addresses suit a piece of machine code, by where its jumps lie within lines of 32 bytes.

Processors from Skylake to Cascade Lake decode a line of 32 bytes anew each time it runs if a jump crosses the line's
end or ends there (Intel, "Mitigations for Jump Conditional Code Erratum", 2019, section 2.1); a loop that has such a
jump takes up to a third longer. A comparison that is fused with the conditional jump behind it counts as part of it.
Others do not mind where jumps lie.
"""

from __future__ import annotations

from functools import cache
from typing import Any

LINE = 32
FUSIBLE = frozenset(("cmp", "test", "add", "sub", "and", "inc", "dec"))
JUMPS = frozenset(("call", "jmp", "ret"))


def crossings(code: bytes) -> int:
    """At which offsets in a line `code` should not begin: bit k is set if more of its jumps cross or touch the end of a
    line when it begins k bytes after the start of one than at the best offset."""
    counts = [0] * LINE
    for start, end in jumps(code):
        for byte in range(start, min(end, start + LINE)):  # at which offset this byte is the last of a line
            counts[(LINE - 1 - byte) % LINE] += 1
    least = min(counts)
    return sum(1 << at for at, count in enumerate(counts) if count > least)


@cache
def _disassembler() -> Any:
    import capstone

    return capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)


def jumps(code: bytes) -> list[tuple[int, int]]:
    """The first byte of each jump, call and return, and the byte behind it; with what it is fused with."""
    found = []
    before, before_at = "", 0
    for at, size, name, _ in _disassembler().disasm_lite(code, 0):
        if name in JUMPS:
            found.append((at, at + size))
        elif name.startswith("j"):
            found.append((before_at if before in FUSIBLE else at, at + size))
        before, before_at = name, at
    return found
