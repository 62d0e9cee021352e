"""The native part of the baseline compiler: guest code in, machine code out, by copying stencils and patching holes.

Compiling a piece of guest code puts the address of the native code into each of its headers, so that calls from
threaded code, returns, loops that are running and code compiled later all find it by ordinary dispatch. The operands
and the opcodes stay: whatever native code cannot do it leaves to the handlers ("bail"), instruction by instruction.
"""

from __future__ import annotations

from cupola.kernel import (
    Function,
    Ptr,
    address_of,
    cast,
    i32,
    i64,
    inline,
    kernel,
    null,
    pointer,
    struct,
    table,
    u8,
    u32,
    u64,
)
from cupola.machine.branches import LINE
from cupola.tiers.baseline.requests import COMPILED, FIELDS, IS_NATIVE, NO_ROOM
from cupola.tiers.headers import NEVER, OPCODE_MASK, UNIT_ALIGNMENT
from cupola.tiers.layout import (
    ABSOLUTE_32,
    ABSOLUTE_64,
    TO_BAIL,
    TO_COLD,
    TO_GUEST,
    TO_HOT,
    TO_NEXT,
    TO_VALUE,
    Header,
    Stencil,
    Tables,
    Variant,
)

Evaluate = Function[[i64, Ptr[u8]], i64]
# What a header has as its handler while its instruction is known to be the head of a loop: no address of code.
LOOP_HEAD = 1
# Instructions that do nothing, from 1 byte to 8, one in each row: Intel's Optimization Reference Manual, 3.5.1.10.
LONGEST_NOP = 8
NOPS = bytes.fromhex(
    "9000000000000000"
    "6690000000000000"
    "0f1f000000000000"
    "0f1f400000000000"
    "0f1f440000000000"
    "660f1f4400000000"
    "0f1f800000000000"
    "0f1f840000000000"
)


@inline
def header(pc: Ptr[u8]) -> Ptr[Header]:
    """The header of the instruction at `pc`."""
    return cast(Ptr[Header], pc)


@inline
def variant_at(tables: Ptr[Tables], pc: Ptr[u8]) -> Ptr[Variant]:
    """The variant of the instruction at `pc`."""
    return tables.variants + i64(header(pc).variant)


@kernel
def code_bound(tables: Ptr[Tables], start: Ptr[u8], end: Ptr[u8]) -> i64:
    """An upper bound of the bytes of native code for the guest code from `start` to `end`."""
    total = 64
    pc = start
    while pc < end:
        variant = variant_at(tables, pc)
        total += i64(variant.stencil.size) + i64(variant.stencil.cold_size)
        total += i64(variant.to_guest) * i64(tables.goto_stub.size)
        if variant.stencil.crossings != 0:
            total += LINE - 1
        if variant.bails != 0:
            total += i64(address_of(tables.bail_stubs[i64(variant.state_in)]).size)
        pc += i64(variant.length)
    return total


@kernel
def count_instructions(tables: Ptr[Tables], start: Ptr[u8], end: Ptr[u8]) -> i64:
    """How many instructions the guest code from `start` to `end` is."""
    total: i64 = 0
    pc = start
    while pc < end:
        variant = variant_at(tables, pc)
        total += i64(variant.count)
        pc += i64(variant.length)
    return total


@kernel
def compile_code(
    tables: Ptr[Tables], evaluate: Evaluate, start: Ptr[u8], end: Ptr[u8], out: Ptr[u8], native: i64
) -> i64:
    """Compile guest code from `start` to `end` into memory at `out`, which runs at the address `native`.

    There must be `code_bound` bytes. Returns the number of bytes used.
    """
    return lay_out(tables, evaluate, start, end, out, native, 1)


@kernel
def compile_aligned(
    tables: Ptr[Tables],
    evaluate: Evaluate,
    start: Ptr[u8],
    end: Ptr[u8],
    out: Ptr[u8],
    native: i64,
    alignment: i64,
) -> i64:
    """`compile_code` with the heads of loops at multiples of `alignment`, a power of two.

    There must be room for `alignment` more bytes for each of the `count_loops`.
    """
    mark_loops(tables, start, end, True)
    return lay_out(tables, evaluate, start, end, out, native, alignment)


@struct
class Request:
    """What is to be compiled, and what came of it.

    Native code lies in an arena: `writable` and `executable` are its addresses, `used` of its `size` bytes are taken.
    `pc`: the instruction that asks for it, or null. `loops` and `count`: how many loops and instructions it has.
    """

    tables: Ptr[Tables]
    evaluate: i64
    writable: Ptr[u8]
    executable: i64
    size: i64
    alignment: i64
    used: i64
    pc: Ptr[u8]
    start: Ptr[u8]
    end: Ptr[u8]
    place: i64
    bytes: i64
    count: i64
    loops: i64


assert tuple(Request.fields) == FIELDS  # type: ignore[attr-defined]  # a struct of the kernel language


@kernel
def compile_unit(request: Ptr[Request]) -> i64:
    """Compile a function: a status of `requests`; if it is not COMPILED, nothing was done. The countdown of the
    instruction that asks for it starts again in any case, from far above."""
    tables = request.tables
    if request.pc != null(Ptr[u8]):
        facts = tables.facts + (i64(header(request.pc).packed) & OPCODE_MASK)
        cast(Ptr[i32], request.pc + i64(facts.heat_offset))[0] = NEVER
        at = i64(header(request.start).handler) - request.executable
        if at >= 0 and at < request.size:
            return IS_NATIVE
    place = (request.used + UNIT_ALIGNMENT - 1) & -UNIT_ALIGNMENT
    room = code_bound(tables, request.start, request.end)
    request.loops = 0
    if request.alignment > 1:
        request.loops = count_loops(tables, request.start, request.end)
        room += request.alignment * (request.loops + 1)
    if place + room > request.size:
        return NO_ROOM
    if request.alignment > 1:
        mark_loops(tables, request.start, request.end, True)
    request.place = place
    request.count = count_instructions(tables, request.start, request.end)
    evaluate = cast(Evaluate, pointer(Ptr[u8], request.evaluate))
    out = request.writable + place
    native = request.executable + place
    request.bytes = lay_out(tables, evaluate, request.start, request.end, out, native, request.alignment)
    request.used = place + request.bytes
    return COMPILED


@kernel
def count_loops(tables: Ptr[Tables], start: Ptr[u8], end: Ptr[u8]) -> i64:
    """How many loops the guest code from `start` to `end` has."""
    return mark_loops(tables, start, end, False)


@kernel
def mark_loops(tables: Ptr[Tables], start: Ptr[u8], end: Ptr[u8], mark: bool) -> i64:
    """Count the loops of guest code; with `mark`, mark the instructions that they go back to.

    The mark stands in the place of the handler, which compiling must write anew.
    """
    found = 0
    pc = start
    while pc < end:
        facts = tables.facts + (i64(header(pc).packed) & OPCODE_MASK)
        if facts.heat_offset != 0 and facts.target_offset != 0:
            target = pc + i64(cast(Ptr[i32], pc + i64(facts.target_offset))[0])
            if start <= target and target < pc:
                if mark:
                    header(target).handler = u32(LOOP_HEAD)
                found += 1
        pc += i64(facts.length)
    return found


@kernel
def lay_out(
    tables: Ptr[Tables],
    evaluate: Evaluate,
    start: Ptr[u8],
    end: Ptr[u8],
    out: Ptr[u8],
    native: i64,
    alignment: i64,
) -> i64:
    """Give each instruction its address: marked ones at multiples of `alignment`, all so that jumps cross no line. Then
    copy and patch."""
    at = native
    pc = start
    while pc < end:
        variant = variant_at(tables, pc)
        if i64(header(pc).handler) == LOOP_HEAD:
            at = (at + alignment - 1) & -alignment
        at = beside_crossings(i64(variant.stencil.crossings), at)
        header(pc).handler = u32(at)
        at += i64(variant.stencil.size)
        pc += i64(variant.length)
    free = at + 8
    at = native
    pc = start
    while pc < end:
        variant = variant_at(tables, pc)
        fill(out + (at - native), i64(header(pc).handler) - at)
        at = i64(header(pc).handler)
        bail = free
        if variant.bails != 0:
            stub = address_of(tables.bail_stubs[i64(variant.state_in)])
            free = copy_and_patch(tables, evaluate, stub, pc, out, native, bail, 0, free + i64(stub.size), 0)
        cold = free
        free += i64(variant.stencil.cold_size)
        stencil = address_of(variant.stencil)
        free = copy_and_patch(tables, evaluate, stencil, pc, out, native, at, bail, free, cold)
        at += i64(variant.stencil.size)
        pc += i64(variant.length)
    return free - native


@inline
def beside_crossings(crossings: i64, at: i64) -> i64:
    """The first address from `at` on where a stencil should begin whose jumps cross lines at these offsets."""
    while (crossings >> (at & (LINE - 1))) & 1 != 0:
        at += 1
    return at


@kernel
def copy_and_patch(
    tables: Ptr[Tables],
    evaluate: Evaluate,
    stencil: Ptr[Stencil],
    pc: Ptr[u8],
    out: Ptr[u8],
    native: i64,
    at: i64,
    bail: i64,
    free: i64,
    cold: i64,
) -> i64:
    """Put `stencil` for the guest instruction at `pc` at the address `at`, and what of it seldom runs at `cold`; it
    gives up by jumping to `bail`.

    Code that its jumps to other guest code need is put at `free`; returns where the next such code may go.
    """
    size = i64(stencil.size)
    code = pointer(Ptr[u8], i64(stencil.code))
    copy_words(out + (at - native), code, size)
    copy_words(out + (cold - native), code + size, i64(stencil.cold_size))
    hole = tables.holes + i64(stencil.first_hole)
    last = hole + i64(stencil.hole_count)
    while hole < last:
        kind = i64(hole.kind)
        where = at + i64(hole.offset)
        if i64(hole.offset) >= size:
            where += cold - (at + size)
        place = out + (where - native)
        value = i64(hole.addend)
        if kind == ABSOLUTE_32:
            store_32(place, value + evaluate(i64(hole.what), pc))
        elif kind == ABSOLUTE_64:
            store_64(place, value + evaluate(i64(hole.what), pc))
        else:
            if kind == TO_NEXT:
                value += at + size
            elif kind == TO_HOT:
                value += at + i64(hole.what)
            elif kind == TO_COLD:
                value += cold + i64(hole.what)
            elif kind == TO_BAIL:
                value += bail
            elif kind == TO_VALUE:
                value += evaluate(i64(hole.what), pc)
            elif kind == TO_GUEST:
                target = pointer(Ptr[u8], evaluate(i64(hole.what), pc))
                handler = i64(header(target).handler)
                if handler < tables.image_start or handler >= tables.image_end:
                    value += handler
                else:
                    value += free
                    stub = address_of(tables.goto_stub)
                    free = copy_and_patch(
                        tables, evaluate, stub, target, out, native, free, 0, free + i64(stub.size), 0
                    )
            else:
                value += i64(hole.what)
            store_32(place, value - where)
        hole += 1
    return free


@kernel
def fill(place: Ptr[u8], size: i64) -> None:
    """Write instructions that do nothing, `size` bytes of them: the forms that Intel recommends."""
    rest = size
    at = place
    while rest > 0:
        length = min(rest, LONGEST_NOP)
        form = table(u8, NOPS) + (length - 1) * LONGEST_NOP
        done = 0
        while done < length:
            at[done] = form[done]
            done += 1
        at = at + length
        rest -= length


@inline
def copy_words(to: Ptr[u8], source: Ptr[u8], size: i64) -> None:
    """Copy `size` bytes in steps of 8: up to 7 bytes after them are overwritten too."""
    done = 0
    while done < size:
        cast(Ptr[u64], to + done)[0] = cast(Ptr[u64], source + done)[0]
        done += 8


@inline
def store_32(place: Ptr[u8], value: i64) -> None:
    cast(Ptr[i32], place)[0] = i32(value)


@inline
def store_64(place: Ptr[u8], value: i64) -> None:
    cast(Ptr[i64], place)[0] = value
