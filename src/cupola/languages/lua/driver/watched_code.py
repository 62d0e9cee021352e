"""Code that is watched: with `poll` between its instructions for samples, and with `tally` before some for counts.

Polls stand before each call, return and back edge, after each call, and at the end of each line. So whatever runs
between two of them is work of one function, mostly of one line: what a callee does is not taken for its caller's.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from cupola.language.registers import Line

POLL = ("poll", 0, 0, 0, 0, None)
TALLY = ("tally", 0, 0, 0, 0, None)
WATCHERS = frozenset({"poll", "tally"})  # they are no work of the program
CALLS = frozenset({"call", "call_open", "for_call"})
ENDS = frozenset({
    "tail_call", "tail_call_open", "vararg_tail_call", "vararg_tail_call_open", "return_0", "return_1", "return",
    "return_open", "vararg_return", "vararg_return_open", "loop", "for_loop", "for_loop_1", "for_in_loop",
})  # fmt: skip
READS = frozenset({"get_field", "get_global", "self"})  # with inline caches
WRITES = frozenset({"set_field", "set_global"})
CACHED = READS | WRITES


def watched(
    lines: list[Line], of_source: Sequence[int], sampled: bool, counted: Container[str]
) -> tuple[list[Line], list[int]]:
    """The instructions with those that watch them, and where each one's part begins: with what stands before it, up to
    the poll after it. One number more stands for the end. `of_source`: the line of the source of each; `counted`: the
    names of those to count."""
    made: list[Line] = []
    parts: list[int] = []
    for at, line in enumerate(lines):
        parts.append(len(made))
        name = line[0]
        if sampled and (name in CALLS or (name in ENDS and not (made and made[-1] is POLL))):
            made.append(POLL)
        if name in counted:
            made.append(TALLY)
        made.append(line)
        ends_line = at > 0 and of_source[at] != of_source[min(at + 1, len(of_source) - 1)]
        if sampled and (name in CALLS or (ends_line and name not in ENDS and name != "jump")):
            made.append(POLL)
    parts.append(len(made))
    moved = [line if line[5] is None else (*line[:5], parts[line[5]]) for line in made]
    return moved, parts
