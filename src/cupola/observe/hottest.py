"""What of a program took the most time, by its samples: a short table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cupola.observe.profiles import Function, function_of

if TYPE_CHECKING:
    from cupola.observe.sampling import Samples


def functions(samples: Samples) -> list[tuple[Function, int, int]]:
    """Each function with its own nanoseconds, and those with what it called; the most of its own first."""
    own: dict[Function, int] = {}
    whole: dict[Function, int] = {}
    for stack, nanoseconds in samples:
        found = [function_of(each) for each in stack]
        own[found[-1]] = own.get(found[-1], 0) + nanoseconds
        for each in set(found):
            whole[each] = whole.get(each, 0) + nanoseconds
    return sorted(((each, own.get(each, 0), whole[each]) for each in whole), key=lambda row: -row[1])


def lines(samples: Samples) -> list[tuple[str, int]]:
    """Each line of the source with its nanoseconds and those of native functions that it called; the most first."""
    own: dict[str, int] = {}
    for stack, nanoseconds in samples:
        at = next((each for each in reversed(stack) if each.file), None)
        if at is not None:
            place = f"{at.file}:{at.line}"
            own[place] = own.get(place, 0) + nanoseconds
    return sorted(own.items(), key=lambda row: -row[1])


def table(samples: Samples, rows: int) -> str:
    """The functions and lines that took most of the time, up to `rows` of each."""
    total = samples.total
    if not total:
        return "no samples: the program ended too soon"
    text = [f"{len(samples):,} samples in {total / 1e9:.3f} s", "", "   self   total  function"]
    for function, own, whole in functions(samples)[:rows]:
        text.append(f"{own / total:7.1%} {whole / total:7.1%}  {function.label}")
    text += ["", "   self  line"]
    text += [f"{own / total:7.1%}  {place}" for place, own in lines(samples)[:rows]]
    return "\n".join(text)
