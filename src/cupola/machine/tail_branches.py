"""Shortens the ends of functions in x86-64 assembly: conditional jumps go straight to other functions.

LLVM leaves `jb .L2 ... .L2: jmp bail` where `jb bail` would do, and so leaves code after the jump to the next stencil
that could otherwise be cut off. This is done on the text of the assembly, before jumps have a length.
"""

from __future__ import annotations

import re

from cupola.machine import cold_code
from cupola.machine.assembly_lines import BRANCH, INVERSE, JUMP, LABEL

_END = re.compile(r"^\.Lfunc_end\d+:")


def fold_tail_branches(assembly: str, last: str) -> str:
    """Fold jumps to blocks that only jump to another function; where possible let functions end with `jmp last`. What
    seldom runs comes behind, see `cold_code`."""
    out: list[str] = []
    cold: list[str] = []
    name = ""
    body: list[str] | None = None
    for line in assembly.split("\n"):
        if body is None:
            out.append(line)
            if line.endswith(":") and not line.startswith("."):
                name, body = line.removesuffix(":").strip('"'), []
        elif _END.match(line):
            hot, rest = cold_code.split(_fold(body, f"{last}@PLT"), f"{last}@PLT")
            out += [*hot, line]
            if rest:
                cold += cold_code.section(name, len(cold), rest)
            body = None
        else:
            body.append(line)
    return "\n".join(out + cold)


def _fold(body: list[str], last: str) -> list[str]:
    only_jumps = {}
    for place, line in enumerate(body[:-1]):
        label, jump = LABEL.match(line), JUMP.match(body[place + 1])
        if label and jump and not jump[1].startswith((".L", "*")):
            only_jumps[label[1]] = jump[1]
    body = [_retarget(line, only_jumps) for line in body]
    body = _drop_unused(body, only_jumps)
    return _invert_ends(body, last)


def _retarget(line: str, only_jumps: dict[str, str]) -> str:
    branch = BRANCH.match(line)
    if branch and branch[2] in only_jumps:
        return f"\t{branch[1]}\t{only_jumps[branch[2]]}"
    return line


def _drop_unused(body: list[str], only_jumps: dict[str, str]) -> list[str]:
    """Without the blocks that nothing jumps to, nor falls into."""
    text = "\n".join(body)
    out: list[str] = []
    place = 0
    while place < len(body):
        label = LABEL.match(body[place])
        if label and label[1] in only_jumps:
            used = len(re.findall(re.escape(label[1]) + r"\b", text)) > 1
            falls = not (out and JUMP.match(out[-1]))
            if not used and not falls:
                place += 2
                continue
        out.append(body[place])
        place += 1
    return out


def _invert_ends(body: list[str], last: str) -> list[str]:
    """`jcc next; jmp other` at the end, and `jcc over; jmp other; over:` anywhere, become `jncc other`."""
    out = list(body)
    place = 0
    while place < len(out) - 1:
        branch, jump = BRANCH.match(out[place]), JUMP.match(out[place + 1])
        if branch and jump and branch[1] in INVERSE and not jump[1].startswith("*"):
            after = LABEL.match(out[place + 2]) if place + 2 < len(out) else None
            inverse = f"\t{INVERSE[branch[1]]}\t{jump[1]}"
            if branch[2] == last and place + 2 == len(out):
                out[place : place + 2] = [inverse, f"\tjmp\t{last}"]
            elif after and after[1] == branch[2] and not jump[1].startswith(".L"):
                out[place : place + 2] = [inverse]
        place += 1
    return out
