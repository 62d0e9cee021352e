"""The native functions of the libraries give what lua5.4 gave."""

from __future__ import annotations

import math
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from cupola.languages.lua.library.failures import FAILURES, FIRST
from tests.languages.lua.library.record import HERE, Recorded, by_reference, parsed, recorded
from tests.languages.lua.library.support import Failed, Machine, TailCall


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same: of one type, and NaN is NaN."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is not type(b):
        return False
    if isinstance(a, float) and (math.isnan(a) or a == 0):
        return math.isnan(b) if math.isnan(a) else b == 0 and math.copysign(1, a) == math.copysign(1, b)
    return bool(a == b)


def placed(machine: Machine) -> str:
    """The sign of a position, if the last failure's text has one."""
    return "@" if FAILURES[machine.get(machine.places["failure"]) - FIRST].placed else ""


def difference(machine: Machine, call: Recorded, *, memory: bool = True) -> str:
    """What is wrong with what a call gives; nothing if it is what was recorded."""
    run = machine.call if memory else machine.call_without_memory
    try:
        found: Any = run(call.function, *call.arguments)
        right = not call.message and same(found, call.results)
    except Failed as error:
        found = placed(machine) + str(error)
        right = found == call.message
    return "" if right else f"{call.text}: {found}, not {call.message or call.results}"


@pytest.mark.parametrize("file", sorted(HERE.glob("*.txt")), ids=lambda file: file.stem)
def test_recorded(file: Path) -> None:
    machine = Machine()
    wrong = [text for each in recorded(file) if (text := difference(machine, each))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("file", sorted(HERE.glob("*.txt")), ids=lambda file: file.stem)
def test_no_memory_changes_nothing(file: Path) -> None:
    """Every allocation of every call fails once; what the call gives after that is the same."""
    machine = Machine()
    wrong = [text for each in recorded(file) if (text := difference(machine, each, memory=False))]
    assert not wrong, "\n".join(wrong)


def test_long_calls_begin_anew() -> None:
    """A call that takes long comes back to the driver, several times, and gives the right result in the end."""
    machine = Machine()
    text = b"a" * 26
    assert machine.call("string.find", text, b"a*a*a*a*a*b") == [None]
    assert machine.again >= 1
    assert machine.call("string.gsub", text * 4, b"a*a*a*b", b"x") == [text * 4, 0]
    assert machine.again >= 2
    elements = [each * 7919 % 100003 for each in range(1 << 15)]
    table = machine.encode(elements)
    assert machine.call_values("table.sort", [table]) == []
    assert machine.again >= 1
    assert machine.decode(table) == sorted(elements)
    joined = b"".join(b"%d" % each for each in sorted(elements))
    assert machine.call_values("table.concat", [table]) == [joined]


ITEMS = (
    *"ab.", "%a", "%d", "%s", "%w", "%A", "[ab]", "[^a]", "[a-c%d]", "[%s_]", "%.", "(", ")", "()", "%b()", "%f[%w]",
    "%1", "$",
)  # fmt: skip


def random_call(source: random.Random) -> str:
    """A call with a random pattern, often a wrong one, and a text that it may match."""
    pattern = source.choice(("", "", "", "^"))
    opened = 0
    for _ in range(source.randrange(1, 7)):
        item = source.choice(ITEMS)
        opened += (item == "(") - (item == ")")
        if opened < 0:
            opened = 0
            continue
        plain = item not in ("(", ")", "()", "%b()", "%f[%w]", "%1", "$")
        pattern += item + (source.choice(("", "", "*", "+", "-", "?")) if plain else "")
    pattern += ")" * opened if source.random() < 0.9 else ""
    text = "".join(source.choice("aabbc1 ._()") for _ in range(source.randrange(12)))
    match source.randrange(4):
        case 0:
            return f'string.find("{text}", "{pattern}", {source.randrange(-3, 6)})'
        case 1:
            return f'string.match("{text}", "{pattern}")'
        case 2:
            replacement = source.choice(("", "x", "<%0>", "%1", "%%", "%2"))
            return f'string.gsub("{text}", "{pattern}", "{replacement}")'
        case _:
            return f'string.gsub("{text}", "{pattern}", "[%1]", {source.randrange(3)})'


@pytest.mark.skipif(not shutil.which("lua5.4"), reason="needs lua5.4 on the path")
def test_random_patterns() -> None:
    source = random.Random(544)
    machine = Machine()
    calls = [random_call(source) for _ in range(3000)]
    wrong = [text for each in by_reference(calls) if (text := difference(machine, parsed(each)))]
    assert not wrong, "\n".join(wrong)


VALUES = (
    "nil", "true", "false", "0", "1", "2", "3", "-1", "5", "10", "1.5", "-0.0", "2.0", "1e15", "1e300", "255",
    "256", "9223372036854775807", "-9223372036854775807", "140737488355328", "1/0", "-1/0", "0/0", '""', '"a"',
    '"abc"', '"10"', '"0x10"', '"1e1"', '" x y "', '"%d"', '"%s %5.1f"', '"%a+"', '"(a)(b)"', '"a\\x00b"',
    '"<i4"', '">s2"', '"z"', '"%5q"', "{}", "{1,2,3}", '{"b","a"}', '{1,"x",2.5}', '"\\xc3\\xa4"', '"\\xff"',
    '"%g|%x"', '"abcabc"', '"b-"', '","',
)  # fmt: skip
UNLIKE = (
    "",
    "coroutine",
    "io",
    "native",
    "table.pack",
    "math.random",
    "math.randomseed",
    "string.rep",
    "string.gmatch",
    "os",
    "require",
)
"""Libraries and functions whose calls say nothing when they are random, or take too much."""


@pytest.mark.skipif(not shutil.which("lua5.4"), reason="needs lua5.4 on the path")
def test_random_arguments() -> None:
    """Any values as arguments: the same results and messages, and no crash."""
    source = random.Random(1971)
    machine = Machine()
    names = [each for each in machine.natives if not {each, each.rpartition(".")[0]} & {*UNLIKE}]
    calls = []
    for _ in range(4000):
        values = (source.choice(VALUES) for _ in range(source.randrange(5)))
        calls.append(f"{source.choice(names)}({', '.join(values)})")
    wrong = []
    for line in by_reference(calls):
        if "0x" not in line.partition(" -> ")[2] and "'function'" not in line:
            try:
                wrong.append(difference(machine, parsed(line)))
            except TailCall:  # the prelude's
                continue
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_floats_with_fixed_digits() -> None:
    """%.3f and its like are rounded to the nearest, as Python rounds them."""
    source = random.Random(1754)
    machine = Machine()
    numbers = [
        0.5,
        1.5,
        2.5,
        0.125,
        0.375,
        2.675,
        1e15,
        2.0**52 + 0.5,
        5e-324,
        1e-20,
        -0.0,
        999.9996,
        0.1 + 0.2,
        1e22,
    ]
    numbers += [source.uniform(-1, 1) * 10.0 ** source.randrange(-12, 16) for _ in range(2000)]
    numbers += [source.randrange(1 << 20) / (1 << source.randrange(12)) for _ in range(2000)]  # many ties
    for number in numbers:
        digits = source.randrange(17)
        wanted = b"%.*f" % (digits, number)
        assert machine.call("string.format", b"%%.%df" % digits, number) == [wanted], (number, digits)
