"""The same function as plain Python, in the IR evaluator and natively: one result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.kernel import (
    KernelFunction,
    add_overflow,
    byte_swap,
    ceil,
    compile_native,
    count_leading_zeros,
    count_ones,
    count_trailing_zeros,
    divide,
    f64,
    floor,
    i8,
    i64,
    inline,
    kernel,
    likely,
    mul_overflow,
    multiply_high,
    pure,
    remainder,
    rotate_left,
    select,
    slow,
    sqrt,
    static,
    sub_overflow,
    trunc,
    u8,
    u32,
    unlikely,
)
from tests.kernel.support import evaluate, same

LIMIT = 1000
PRIMES = (2, 3, 5, 7, 11, 13)
WEIGHTS = {"low": 1, "high": 10}


@kernel
def gcd(a: i64, b: i64) -> i64:
    while b != 0:
        a, b = b, a % b
    return a


@kernel
def floor_division(a: i64, b: i64) -> tuple[i64, i64, i64, i64]:
    if b == 0:
        b = 7
    return a // b, a % b, a // 8, a % 8


@kernel
def truncating_division(a: i64, b: i64) -> tuple[i64, i64]:
    if b == 0 or b == -1:
        return 0, 0
    return divide(a, b), remainder(a, b)


@kernel
def collatz(a: i64) -> i64:
    a = abs(a) % LIMIT + 1
    steps = 0
    while a != 1:
        a = a // 2 if a % 2 == 0 else 3 * a + 1
        steps += 1
        if steps > 500:
            break
    return steps


@kernel
def ranges(a: i64, b: i64) -> tuple[i64, i64, i64]:
    a, b = a % 50, b % 50
    up, down, skipped = 0, 0, 0
    for i in range(a, b):
        up = up * 3 + i
        up = up % 10007
    for i in range(b, a, -7):
        if i % 2 == 0:
            continue
        down = down * 5 + i
        down = down % 10007
    for i in range(b):
        for j in range(i, b, 3):
            if j * i > 600:
                break
            skipped += j
    return up, down, skipped


@kernel
def last_of_range(n: i64) -> i64:
    i = -1
    for i in range(n % 10):  # noqa: B007  # the value after the loop is what is tested
        pass
    return i


@kernel
def conditions(a: i64, b: i64) -> tuple[bool, bool, bool, i64]:
    inside = 0 <= a < b <= LIMIT
    either = a > b or (b > 3 and not a > 7)
    member = a in (1, 2, 3, LIMIT)
    if likely(a > 0) and not unlikely(b > 0):
        kind = 1
    elif a == b or a in PRIMES:
        kind = 2
    else:
        kind = 3 if a not in PRIMES else 4
    return inside, either, member, kind


@kernel
def matched(a: i64) -> i64:
    match a % 7:
        case 0 | 1:
            result = 10
        case 2:
            return 5
        case 3:
            result = 7
        case _:
            result = 1
    match result:
        case 7:
            result = 70
    return result


@kernel
def unrolled(a: i64) -> tuple[i64, i64]:
    divisors = 0
    for prime in PRIMES:
        if a % prime != 0:
            continue
        divisors += prime
        if prime == 11:
            break
    weighted = 0
    for place, (name, weight) in enumerate(WEIGHTS.items()):
        if name == "high":
            weighted += weight * (a % 100) + place
        else:
            weighted -= weight
    for i in static(range(3)):
        weighted += i
    return divisors, weighted


@inline
@pure
def double(a: i64) -> i64:
    return a + a


@slow
def sum_and_difference(a: i64, b: i64) -> tuple[i64, i64]:
    return a + b, a - b


@kernel
def calls(a: i64, b: i64) -> i64:
    a, b = a % LIMIT, b % LIMIT
    s, d = sum_and_difference(double(a), b)
    return gcd(abs(s), abs(d)) + factorial(a % 12)


@kernel
def factorial(n: i64) -> i64:
    return 1 if n < 2 else n * factorial(n - 1)


@kernel
def overflowing(a: i64, b: i64) -> tuple[i64, bool, i64, bool, i64, bool]:
    s, s_over = add_overflow(a, b)
    _, s_over = add_overflow(a, b)
    s, _ = add_overflow(a, b)
    d, d_over = sub_overflow(a, b)
    p, p_over = mul_overflow(a, b)
    return s, s_over, d, d_over, p, p_over


@kernel
def bit_tricks(a: i64, b: i64) -> tuple[i64, i64, i64, i64, i64, i64]:
    return (
        count_leading_zeros(a),
        count_trailing_zeros(a),
        count_ones(a),
        byte_swap(a),
        rotate_left(a, b % 64),
        multiply_high(a, b),
    )


@kernel
def bitwise(a: i64, b: i64) -> tuple[i64, i64, i64, i64]:
    return a & b | 12, a ^ b, ~a, a >> (b & 63)


@kernel
def casts(a: i64, x: f64) -> tuple[u8, i8, u32, f64, i64, bool]:
    return u8(a), i8(a), u32(a), f64(u8(a)) + x, i64(x), bool(a)


@kernel
def extremes(a: i64, b: i64) -> tuple[i64, i64, i64, i64]:
    return min(a, b), max(a, b, 5), abs(a % LIMIT), select(a < b, a, b)


@kernel
def floats(x: f64, y: f64) -> tuple[f64, f64, f64, f64, bool, bool]:
    q = x / (abs(y) + 1)
    return sqrt(abs(x)), floor(q), ceil(q), trunc(-q), x < y, x != y


@kernel
def extreme_floats(x: f64, y: f64) -> tuple[f64, f64]:
    return min(x, y), max(x, y)


@kernel
def many_ifs(a: i64) -> i64:
    """Joins in a row, and a variable that all of them pass on."""
    kept = a
    found = 0
    for bit in static(range(60)):
        if a & (1 << bit) != 0:
            found += bit
    return found if found > 0 else kept


INTEGERS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-100, 100))
SMALL = st.integers(-(2**40), 2**40)
FLOATS = st.one_of(st.floats(allow_nan=False, width=64), st.floats(-1e6, 1e6))

FUNCTIONS: list[tuple[KernelFunction[..., Any], list[st.SearchStrategy[Any]]]] = [
    (gcd, [SMALL, SMALL]),
    (floor_division, [SMALL, SMALL]),
    (truncating_division, [INTEGERS, INTEGERS]),
    (collatz, [SMALL]),
    (ranges, [SMALL, SMALL]),
    (last_of_range, [SMALL]),
    (conditions, [INTEGERS, INTEGERS]),
    (conditions, [st.integers(-20, 20), st.integers(-20, 20)]),
    (matched, [INTEGERS]),
    (unrolled, [SMALL]),
    (calls, [SMALL, SMALL]),
    (overflowing, [INTEGERS, INTEGERS]),
    (bit_tricks, [INTEGERS, INTEGERS]),
    (bitwise, [INTEGERS, INTEGERS]),
    (casts, [INTEGERS, FLOATS]),
    (extremes, [INTEGERS, INTEGERS]),
    (floats, [FLOATS, FLOATS]),
    (extreme_floats, [FLOATS, FLOATS]),
    (many_ifs, [st.integers(0, 2**62)]),
]


@pytest.fixture(scope="module")
def natives() -> dict[str, Callable[..., Any]]:
    return compile_native([function for function, _ in FUNCTIONS])


@pytest.mark.parametrize(("function", "arguments"), FUNCTIONS, ids=lambda each: getattr(each, "__name__", ""))
def test_one_result(
    function: KernelFunction[..., Any], arguments: list[Any], natives: dict[str, Callable[..., Any]]
) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.tuples(*arguments))
    def check(values: tuple[Any, ...]) -> None:
        expected = function(*values)
        assert same(evaluate(function, *values), expected)
        assert same(natives[function.name](*values), expected)

    check()
