"""The inner part of the baseline compiler: stencils are copied, and their holes filled.

Nearly all holes hold an operand of the instruction, or a distance to some place near: these are computed without a
call and without a branch on what they are, as branches that depend on the program's instructions are what costs time.
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Function,
    Ptr,
    address,
    address_of,
    cast,
    i32,
    i64,
    inline,
    kernel,
    local,
    pointer,
    select,
    table,
    u8,
    u64,
)
from cupola.tiers.layout import (
    ABSOLUTE_32,
    ABSOLUTE_64,
    BASE_BAIL,
    BASE_COLD,
    BASE_HOT,
    BASE_PC,
    BASE_TO_PC,
    BASE_ZERO,
    BASES,
    COLD_BIT,
    SHIFT_LEFT,
    SHIFT_RIGHT,
    TO_GUEST,
    Header,
    Hole,
    OperandHole,
    PlaceHole,
    Stencil,
    Tables,
)

Evaluate = Function[[i64, Ptr[u8]], i64]
Starts = Array[i64, 2]
Bases = Array[i64, BASES]
# Bytes that a copy moves at once: up to one less behind it are overwritten.
STEP = 32
BEHIND = STEP - 1
# Instructions that do nothing, from 1 byte to 8: Intel's Optimization Reference Manual, 3.5.1.10.
LONGEST_NOP = 8
NOPS = tuple(
    int.from_bytes(bytes.fromhex(each), "little")
    for each in (
        "90",
        "6690",
        "0f1f00",
        "0f1f4000",
        "0f1f440000",
        "660f1f440000",
        "0f1f8000000000",
        "0f1f840000000000",
    )
)


@inline
def header(pc: Ptr[u8]) -> Ptr[Header]:
    """The header of the instruction at `pc`."""
    return cast(Ptr[Header], pc)


@kernel
def copy_and_patch(
    tables: Ptr[Tables],
    evaluate: Evaluate,
    stencil: Ptr[Stencil],
    pc: Ptr[u8],
    writable: i64,
    at: i64,
    bail: i64,
    free: i64,
    cold: i64,
) -> i64:
    """Put `stencil` for the guest instruction at `pc` at the address `at`, and what of it seldom runs at `cold`; it
    gives up by jumping to `bail`. What is to lie at an address is written `writable` bytes from there.

    Code that its jumps to other guest code need is put at `free`; returns where the next such code may go.
    """
    size = i64(stencil.size)
    code = pointer(Ptr[u8], i64(stencil.code))
    copy(pointer(Ptr[u8], writable + at), code, size)
    copy(pointer(Ptr[u8], writable + cold), code + size, i64(stencil.cold_size))
    starts = local(Starts)
    starts[0] = writable + at
    starts[1] = writable + cold - size
    operands = pointer(Ptr[OperandHole], i64(stencil.holes))
    places = cast(Ptr[PlaceHole], fill_operands(operands, i64(stencil.operand_holes), pc, starts))
    if stencil.place_holes != 0:
        bases = local(Bases)
        bases[BASE_PC] = address(pc)
        bases[BASE_ZERO] = writable
        bases[BASE_TO_PC] = writable + address(pc)
        bases[BASE_HOT] = writable + at
        bases[BASE_COLD] = writable + cold
        bases[BASE_BAIL] = writable + bail
        places = fill_places(places, i64(stencil.place_holes), starts, bases)
    if stencil.other_holes != 0:
        hole = cast(Ptr[Hole], places)
        last = hole + i64(stencil.other_holes)
        while hole < last:
            free = fill_other(
                tables, evaluate, hole, pc, starts[i64(i64(hole.offset) >= size)], writable, free
            )
            hole += 1
    return free


@inline
def fill_operands(first: Ptr[OperandHole], count: i64, pc: Ptr[u8], starts: Ptr[i64]) -> Ptr[OperandHole]:
    """Fill `count` holes of operands; returns what lies behind them."""
    hole = first
    last = first + count
    while hole < last:
        how = i64(hole.how)
        cells = cast(Ptr[i64], pc + i64(hole.at))[0]
        place = starts[how >> COLD_BIT] + i64(hole.offset)
        store_32(place, ((cells >> (how & SHIFT_RIGHT)) << (how & SHIFT_LEFT)) + i64(hole.addend))
        hole += 1
    return hole


@inline
def fill_places(first: Ptr[PlaceHole], count: i64, starts: Ptr[i64], bases: Ptr[i64]) -> Ptr[PlaceHole]:
    """Fill `count` holes of places; returns what lies behind them."""
    hole = first
    last = first + count
    while hole < last:
        base = i64(hole.base)
        place = starts[i64(hole.cold)] + i64(hole.offset)
        store_32(place, bases[base] + i64(hole.addend) - select(base == BASE_PC, 0, place))
        hole += 1
    return hole


@inline
def fill_other(
    tables: Ptr[Tables],
    evaluate: Evaluate,
    hole: Ptr[Hole],
    pc: Ptr[u8],
    start: i64,
    writable: i64,
    free: i64,
) -> i64:
    """Fill any hole of a part that is written at `start`; returns where the next code behind may go."""
    kind = i64(hole.kind)
    place = start + i64(hole.offset)
    value = evaluate(i64(hole.what), pc)
    if kind == TO_GUEST:
        target = pointer(Ptr[u8], value)
        value = i64(header(target).handler)
        if value >= tables.image_start and value < tables.image_end:
            value = free
            stub = address_of(tables.goto_stub)
            free = copy_and_patch(
                tables, evaluate, stub, target, writable, value, 0, value + i64(stub.size), 0
            )
    value += i64(hole.addend)
    if kind == ABSOLUTE_64:
        cast(Ptr[i64], pointer(Ptr[u8], place))[0] = value
    elif kind == ABSOLUTE_32:
        store_32(place, value)
    else:
        store_32(place, value + writable - place)
    return free


@inline
def fill(place: Ptr[u8], size: i64) -> None:
    """Write instructions that do nothing, `size` bytes of them: the forms that Intel recommends. Up to 7 bytes behind
    them are overwritten."""
    rest = size
    at = place
    while rest > 0:
        length = min(rest, LONGEST_NOP)
        cast(Ptr[u64], at)[0] = table(u64, NOPS)[length - 1]
        at = at + length
        rest -= length


@inline
def copy(to: Ptr[u8], source: Ptr[u8], size: i64) -> None:
    """Copy `size` bytes in steps of STEP."""
    done = 0
    while done < size:
        from_here = cast(Ptr[u64], source + done)
        here = cast(Ptr[u64], to + done)
        first, second, third, fourth = from_here[0], from_here[1], from_here[2], from_here[3]
        here[0] = first
        here[1] = second
        here[2] = third
        here[3] = fourth
        done += STEP


@inline
def store_32(place: i64, value: i64) -> None:
    cast(Ptr[i32], pointer(Ptr[u8], place))[0] = i32(value)
