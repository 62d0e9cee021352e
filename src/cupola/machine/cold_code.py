"""Takes what seldom runs out of functions, in x86-64 assembly, so that code that is copied goes on without a jump.

LLVM lays a function out with what is likely first. Where that leaves it, by `jmp next`, the rest can only be reached by
conditional jumps: it becomes a function of its own, in a section of its own, named after the first. Where the likely
way jumps over a call to a short end, that end is copied to it first. This is done on the text of the assembly, before
jumps have a length. (Splitting of hot and cold code: Pettis and Hansen, "Profile guided code positioning", 1990)
"""

from __future__ import annotations

from cupola.machine.assembly_lines import BRANCH, INVERSE, JUMP, LABEL

COLD = " cold"  # behind the name of a function: that of its cold part
SHORT = 4  # instructions of an end that is copied, at most


def split(body: list[str], last: str) -> tuple[list[str], list[str]]:
    """The lines of a function that are likely to run, and the others; `last` is what it jumps to at its end."""
    body = _copy_end(body, f"\tjmp\t{last}")
    for place, line in enumerate(body[:-1]):
        jump = JUMP.match(line)
        if jump and not jump[1].startswith(".L") and LABEL.match(body[place + 1]):
            return body[: place + 1], body[place + 1 :]
    return body, []


def _copy_end(body: list[str], jump: str) -> list[str]:
    """Let the first jump that leads over a call to a short end of the function go on with that end."""
    start = max((place for place, line in enumerate(body) if LABEL.match(line)), default=0)
    end = body[start + 1 :]
    if not end or end[-1] != jump or len(end) > SHORT:
        return body
    label = body[start].removesuffix(":")
    for place, line in enumerate(body[:start]):
        if line == f"\tjmp\t{label}" and any(each.startswith("\tcall") for each in body[place:start]):
            return [*body[:place], *end, *body[place + 1 :]]
        branch = BRANCH.match(line)
        if branch and branch[2] == label and branch[1] in INVERSE:
            if not any(each.startswith("\tcall") for each in body[place:start]):
                return body
            inverse = f"\t{INVERSE[branch[1]]}\t{label}_over"
            return [*body[:place], inverse, *end, f"{label}_over:", *body[place + 1 :]]
    return body


def section(name: str, number: int, body: list[str]) -> list[str]:
    """The lines of the cold part of a function with this name."""
    quoted = f'"{name}{COLD}"'
    return [
        '\t.section\t.text.cold,"ax",@progbits',
        f"\t.type\t{quoted},@function",
        f"{quoted}:",
        *body,
        f".Lcold_end{number}:",
        f"\t.size\t{quoted}, .Lcold_end{number}-{quoted}",
    ]
