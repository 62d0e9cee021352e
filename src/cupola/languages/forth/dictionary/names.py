"""Names as the dictionary compares them: ASCII letters in lower case, 8 bytes at a time.

Both functions read whole groups of 8 bytes, so up to 7 bytes behind a name are read, and do not count: the memory of
a VM goes on for `READ_AHEAD` bytes behind the data space.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, kernel, multiply_high, u8, u32, u64

EACH_BYTE = 0x0101010101010101
LOW_BITS = 0x7F * EACH_BYTE
FROM_A, ABOVE_Z = (0x80 - ord("A")) * EACH_BYTE, (0x80 - ord("Z") - 1) * EACH_BYTE
# Odd, with bits all over: 2**64 times the fractional parts of the square roots of 2, 3 and 5, without the highest bit.
SEED, LENGTH_SEED, BLOCK_SEED = 0x6A09E667F3BCC909, 0x3B67AE8584CAA73B, 0x3C6EF372FE94F82B


@inline
def load_8(place: Ptr[u8]) -> u64:
    return cast(Ptr[u64], place)[0]


@inline
def lower_8(text: u64) -> u64:
    """Eight characters with ASCII letters in lower case: bit 7 of a byte is set in `from_a` if its low bits are those
    of `A` or of something above, in `above_z` if they are above `Z`; a capital is between, and its own bit 7 is 0.
    """
    low = text & u64(LOW_BITS)
    from_a = low + u64(FROM_A)
    above_z = low + u64(ABOVE_Z)
    capitals = (from_a ^ above_z) & ~text & (u64(EACH_BYTE) << 7)
    return text | capitals >> 2  # from 0x80 to 0x20, by which small letters differ


@inline
def keep_bytes(text: u64, count: i64) -> u64:
    """The first `count` bytes, 1 to 8, with zeros behind them."""
    unwanted = u64(64 - (count << 3))
    return text << unwanted >> unwanted


@inline
def mix(a: u64, b: u64) -> u64:
    """Both halves of the product, folded: each bit of the result depends on all bits of both (after wyhash, Wang
    Yi, 2019).
    """
    return a * b ^ multiply_high(a, b)


@inline
def fold_block(value: u64, block: u64) -> u64:
    return mix(value ^ u64(BLOCK_SEED), block ^ u64(SEED))


@kernel
def fold_rest(value: u64, name: Ptr[u8], length: i64) -> u64:
    """Add what follows the first 8 bytes of a name to its hash."""
    at: i64 = 8
    while at + 8 < length:
        value = fold_block(value, lower_8(load_8(name + at)))
        at += 8
    return fold_block(value, keep_bytes(lower_8(load_8(name + at)), length - at))


@inline
def fold_name(name: Ptr[u8], length: i64) -> tuple[u64, u32]:
    """The first 8 bytes of a name of at least one byte, in lower case, and the hash of the name."""
    first = keep_bytes(lower_8(load_8(name)), min(length, 8))
    value = fold_block(u64(length) * u64(LENGTH_SEED), first)
    if length > 8:
        value = fold_rest(value, name, length)
    return first, u32(value)


@kernel
def same_rest(a: Ptr[u8], b: Ptr[u8], length: i64) -> bool:
    """Whether two names of `length` > 8 bytes are the same from the ninth on."""
    at: i64 = 8
    while at + 8 < length:
        if lower_8(load_8(a + at)) != lower_8(load_8(b + at)):
            return False
        at += 8
    left = length - at
    return keep_bytes(lower_8(load_8(a + at)), left) == keep_bytes(lower_8(load_8(b + at)), left)


@inline
def lower_case(char: i64) -> i64:
    """ASCII letters in lower case, everything else as it is."""
    return char + 32 if u64(char - 65) < u64(26) else char
