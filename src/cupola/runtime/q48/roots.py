"""Square roots, exact: the greatest number whose square is not above the operand.

Both functions guess, and then correct the guess until it is right: that it is right is seen from the last
comparison, however good the guess was. The guess is right or one off, so that the loops hardly ever turn.
"""

from __future__ import annotations

from cupola.kernel import count_leading_zeros, i64, pure, table, u8, u64, unlikely
from cupola.runtime.q48.format import FRACTION_BITS
from cupola.runtime.q48.tables import TABLES

LARGEST_ROOT = (1 << 32) - 1
DIRECT = 1 << 47  # operands below it can be shifted by the fraction bits


@pure
def sqrt(x: i64) -> tuple[i64, bool]:
    """The square root, rounded down; a negative operand fails, with 0."""
    if unlikely(x < 0):
        return 0, True
    if x < DIRECT:
        root, _ = integer_sqrt(u64(x) << FRACTION_BITS)
        return i64(root), False
    root, rest = integer_sqrt(u64(x))
    # x = root**2 + rest. The wanted root of x * 2**16 is root * 2**8 + more, for the largest `more` with
    # more**2 + 2**9 * root * more <= rest * 2**16.
    more = (rest << 7) // root
    while more * more + (root << 9) * more > rest << FRACTION_BITS:
        more -= 1
    return i64((root << 8) + more), False


@pure
def integer_sqrt(n: u64) -> tuple[u64, u64]:
    """The square root of a whole number, rounded down, and what its square leaves of the number."""
    root = guess(n)
    while root * root > n:
        root -= 1
    while n - root * root > 2 * root:
        root += 1
    return root, n - root * root


@pure
def guess(n: u64) -> u64:
    """Nearly the square root, at most 2**32 - 1: eight bits from a table, then Newton's method twice."""
    if n == 0:
        return 0
    shift = count_leading_zeros(n) & 62
    scaled = n << shift
    first = u64(table(u8, TABLES.roots)[(scaled >> 56) - 64]) << 24
    second = (first + scaled // first) >> 1
    third = (second + scaled // second) >> 1
    found = third >> (shift >> 1)
    return found if found < LARGEST_ROOT else u64(LARGEST_ROOT)
