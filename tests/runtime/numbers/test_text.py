"""Numbers to text and back, against Python's own."""

from __future__ import annotations

import ctypes
import math
import random
import struct
from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext
from typing import Any

import pytest

from cupola.kernel import compile_native
from cupola.runtime import numbers
from cupola.runtime.numbers import FLOAT, HEX_WRAPS, INTEGER, LARGE_IS_FLOAT, NO_NUMBER, OUT_OF_RANGE

Number = tuple[int, int, float]
ALL = HEX_WRAPS | LARGE_IS_FLOAT


@pytest.fixture(scope="module")
def native() -> dict[str, Callable[..., Any]]:
    found = compile_native(
        [numbers.write_integer, numbers.write_double, numbers.write_general, numbers.parse_number]
    )
    return {name.rpartition(".")[2]: function for name, function in found.items()}


def written(function: Callable[..., int], number: float) -> bytes:
    memory = ctypes.create_string_buffer(b"\xee" * numbers.DOUBLE_TEXT, numbers.DOUBLE_TEXT)
    length = function(number, memory)
    return memory.raw[:length]


def doubles() -> Iterator[float]:
    """Doubles of all sizes, and those near which the text changes its form or its last digit."""
    source = random.Random(14)
    for exponent in range(-20, 25):
        for near in (10.0**exponent, 9.99999999999995 * 10.0**exponent, 9.99999999999994 * 10.0**exponent):
            yield from (near, math.nextafter(near, 0), math.nextafter(near, math.inf))
    for power in range(-60, 60):
        yield from (2.0**power, 3 * 2.0**power, (2**53 - 1) * 2.0**power, (2**52 + 1) * 2.0**power)
    yield from (0.0, -0.0, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 0.5, 0.1, 1 / 3)
    for digits in range(1, 18):
        for _ in range(60):
            yield source.randrange(10**digits) / 10 ** source.randrange(23)
            yield (source.randrange(10**digits) + 0.5) / 2 ** source.randrange(40)  # ties
    for _ in range(3000):
        (number,) = struct.unpack("<d", source.randbytes(8))
        if not math.isnan(number):
            yield number
        yield source.uniform(-1000, 1000)


def test_integers(native: dict[str, Callable[..., Any]]) -> None:
    source = random.Random(15)
    edges = [0, 2**63 - 1, -(2**63), *(sign * 10**power + near
             for power in range(19) for sign in (1, -1) for near in (-1, 0, 1))]  # fmt: skip
    for number in edges + [source.getrandbits(source.randrange(1, 64)) for _ in range(1000)]:
        text = written(native["write_integer"], number)
        assert text == b"%d" % number
        assert native["parse_number"](text, len(text), 0) == (INTEGER, number, 0.0)


def test_doubles(native: dict[str, Callable[..., Any]]) -> None:
    for number in doubles():
        for each in (number, -number):
            assert written(native["write_double"], each) == b"%.14g" % each, each
    assert written(native["write_double"], math.nan) in (b"nan", b"-nan")


@pytest.mark.parametrize("precision", range(1, 15))
def test_doubles_with_fewer_digits(native: dict[str, Callable[..., Any]], precision: int) -> None:
    memory = ctypes.create_string_buffer(numbers.DOUBLE_TEXT)
    here = 0
    for number in doubles():
        length = native["write_general"](number, precision, memory)
        if length > 0:
            here += 1
            assert memory.raw[:length] == b"%.*g" % (precision, number), number
    assert here > 1000


def test_decimal_text(native: dict[str, Callable[..., Any]]) -> None:
    def check(text: str) -> None:
        content = text.encode()
        kind, _, found = native["parse_number"](content, len(content), ALL)
        assert (kind, found) == (FLOAT, float(text)), text

    source = random.Random(16)
    for number in doubles():
        if math.isfinite(number):
            check(f"{number!r}e0" if "e" not in repr(number) else repr(number))
            check(f"{number:.25e}")
    for _ in range(3000):
        whole = "".join(source.choices("0123456789", k=source.randrange(1, 25)))
        part = "".join(source.choices("0123456789", k=source.randrange(25)))
        check(f"{source.choice('+- ')}{whole}.{part}")
        check(f"{whole}.{part}e{source.randrange(-340, 320)}")
    digits = str(3 * 5**1075)  # with 10**-1075: exactly between the two least doubles, in 752 digits
    for tail in ("", "0" * 400, "0" * 400 + "1"):
        check(f"{digits}{tail}e-{1075 + len(tail)}")
        check(f"{digits}.{tail}e-1075")
    check(f"{3 * 5**1075 - 1}{'9' * 400}e-1475")
    for number in (0.1, 2.5, 1e16 + 2):
        with localcontext(prec=1200):
            between = Decimal(number) + Decimal(math.ulp(number)) / 2
        text = f"{between:.60f}"
        check(text)
        check(f"{text}{'0' * 900}1")
    check("9" * 30 + "." + "9" * 2000)
    check("0." + "0" * 5000 + "1e5001")
    check("1" + "0" * 5000 + "e-5000")
    check("1e99999999999999999999")
    check("1e-99999999999999999999")


def test_hexadecimal_text(native: dict[str, Callable[..., Any]]) -> None:
    source = random.Random(17)
    for _ in range(2000):
        whole = "".join(source.choices("0123456789abcdefABCDEF", k=source.randrange(1, 20)))
        part = "".join(source.choices("0123456789abcdefABCDEF", k=source.randrange(20)))
        for text in (
            f"0x{whole}.{part}",
            f"-0X{whole}p{source.randrange(-99, 99)}",
            f"0x{whole}.{part}p-1070",
        ):
            content = text.encode()
            assert native["parse_number"](content, len(content), ALL) == (FLOAT, 0, float.fromhex(text)), text
        content = b"0x" + whole.encode()
        number = int(whole, 16)
        wrapped = (number + 2**63) % 2**64 - 2**63
        assert native["parse_number"](content, len(content), ALL) == (INTEGER, wrapped, 0.0)
        if number >= 2**64:
            assert native["parse_number"](content, len(content), 0)[0] == OUT_OF_RANGE


@pytest.mark.parametrize(
    ("text", "kind", "integer", "float_"),
    [
        (b"10", INTEGER, 10, 0.0),
        (b" \t\n\v\f\r10 \t\n\v\f\r", INTEGER, 10, 0.0),
        (b"-0x10", INTEGER, -16, 0.0),
        (b"+5", INTEGER, 5, 0.0),
        (b"-9223372036854775808", INTEGER, -(2**63), 0.0),
        (b"9223372036854775808", FLOAT, 0, 2.0**63),
        (b"-9223372036854775809", FLOAT, 0, -(2.0**63)),
        (b"18446744073709551617", FLOAT, 0, 2.0**64),
        (b"0xffffffffffffffff", INTEGER, -1, 0.0),
        (b".5", FLOAT, 0, 0.5),
        (b"5.", FLOAT, 0, 5.0),
        (b"0x.8", FLOAT, 0, 0.5),
        (b"0xA.", FLOAT, 0, 10.0),
        (b"0x1e5", INTEGER, 0x1E5, 0.0),
        (b"1E+2", FLOAT, 0, 100.0),
        (b"-1e-999", FLOAT, 0, -0.0),
        *((each, NO_NUMBER, 0, 0.0) for each in (
            b"", b" ", b".", b"+", b"-", b"0x", b"0x.", b"1e", b"1e+", b"e5", b".e5", b"1..2", b"1.2.3", b"1 2", b"1\0",
            b"\0", b"inf", b"nan", b"- 1", b"--1", b"1p5", b"0x1p", b"0x1pa", b"1e5e5", b"0xg", b"1_0", b"\xa01",
        )),
    ],
)  # fmt: skip
def test_forms(
    native: dict[str, Callable[..., Any]], text: bytes, kind: int, integer: int, float_: float
) -> None:
    found = native["parse_number"](text, len(text), ALL)
    assert found == (kind, integer, float_)
    assert math.copysign(1, found[2]) == math.copysign(1, float_)


def test_the_locale_does_not_matter(native: dict[str, Callable[..., Any]]) -> None:
    import locale

    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        for name in ("de_DE.UTF-8", "de_DE", "fr_FR.UTF-8"):
            try:
                locale.setlocale(locale.LC_NUMERIC, name)
            except locale.Error:
                continue
            assert written(native["write_double"], 1e-7 / 3) == b"%.14g" % (1e-7 / 3)
            text = b"1.2345678901234567890123e-50"
            assert native["parse_number"](text, len(text), ALL) == (FLOAT, 0, float(text))
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)
