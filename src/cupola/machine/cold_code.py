"""Takes what seldom runs out of functions, in x86-64 assembly, so that code that is copied goes on without a jump.

LLVM lays a function out with what is likely first. Where that leaves it, by `jmp next`, the rest can only be reached by
conditional jumps: it becomes a function of its own, in a section of its own, named after the first. Where the likely
way jumps over a call to a short end, that end is copied to it first. Short ways out to other functions come last, where
they are in nobody's way. This is done on the text of the assembly, before
jumps have a length. (Splitting of hot and cold code: Pettis and Hansen, "Profile guided code positioning", 1990)
"""

from __future__ import annotations

from cupola.machine.assembly_lines import BRANCH, INVERSE, JUMP, LABEL

COLD = " cold"  # behind the name of a function: that of its cold part
SHORT = 4  # instructions of an end that is copied, at most
WAY_OUT = 2  # instructions of an end that jumps to another function and is moved behind all else, at most


def split(body: list[str], last: str) -> tuple[list[str], list[str]]:
    """The lines of a function that are likely to run, and the others; `last` is what it jumps to at its end."""
    body, ways_out = _ways_out(body, last)
    body = [*_copy_end(body, f"\tjmp\t{last}"), *ways_out]
    for place, line in enumerate(body[:-1]):
        jump = JUMP.match(line)
        if jump and not jump[1].startswith(".L") and LABEL.match(body[place + 1]):
            return body[: place + 1], body[place + 1 :]
    return body, []


def _ways_out(body: list[str], last: str) -> tuple[list[str], list[str]]:
    """A function without its short ends that jump to other functions than `last`, and these ends, which nothing falls
    into. Where a branch jumps over one, the opposite one jumps to it."""
    rest: list[str] = []
    ends: list[str] = []
    place = 0
    while place < len(body):
        label = LABEL.match(body[place])
        first = place + 1 if label else place
        end = _short_way_out(body, first, last)
        over = BRANCH.match(rest[-1]) if rest else None
        if end and label and rest and JUMP.match(rest[-1]):
            ends += body[place:end]
        elif end and not label and over and over[1] in INVERSE and body[end : end + 1] == [f"{over[2]}:"]:
            rest[-1] = f"\t{INVERSE[over[1]]}\t{over[2]}_out"
            ends += [f"{over[2]}_out:", *body[place:end]]
        else:
            rest.append(body[place])
            end = place + 1
        place = end
    return rest, ends


def _short_way_out(body: list[str], first: int, last: str) -> int:
    """Where a short end of a function that begins with the line `first` ends, or 0 if it is none."""
    for place in range(first, min(first + WAY_OUT, len(body))):
        jump = JUMP.match(body[place])
        if jump:
            return place + 1 if place > first and not jump[1].startswith((".L", "*", last)) else 0
        if LABEL.match(body[place]) or BRANCH.match(body[place]):
            return 0
    return 0


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
