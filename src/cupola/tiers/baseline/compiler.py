"""The native part of the baseline compiler: guest code in, machine code out, by copying stencils and patching holes.

Compiling a piece of guest code puts the address of the native code into each of its headers, so that calls from
threaded code, returns, loops that are running and code compiled later all find it by ordinary dispatch. The operands
and the opcodes stay: whatever native code cannot do it leaves to the handlers ("bail"), instruction by instruction.
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    address,
    address_of,
    c_function,
    cast,
    count_trailing_zeros,
    i32,
    i64,
    inline,
    kernel,
    local,
    null,
    pointer,
    rotate_left,
    struct,
    u8,
    u32,
)
from cupola.machine.branches import LINE
from cupola.tiers.baseline.patching import BEHIND, Evaluate, copy_and_patch, fill, header
from cupola.tiers.baseline.requests import COMPILED, FIELDS, IS_NATIVE, MOST_NOTES, NO_ROOM, NOTE_CELLS
from cupola.tiers.headers import NEVER, OPCODE_MASK, UNIT_ALIGNMENT
from cupola.tiers.layout import Tables, Variant

clock_gettime = c_function("clock_gettime", [i32, Ptr[i64]], i32)
MONOTONIC = 1
# Bytes between what runs in line and what seldom does: copies may write as far behind the former.
GAP = 32
# What a header has as its handler while its instruction is known to be the head of a loop: no address of code.
LOOP_HEAD = 1


@inline
def variant_at(tables: Ptr[Tables], pc: Ptr[u8]) -> Ptr[Variant]:
    """The variant of the instruction at `pc`."""
    return tables.variants + i64(header(pc).variant)


@inline
def measure(tables: Ptr[Tables], start: Ptr[u8], end: Ptr[u8]) -> tuple[i64, i64]:
    """An upper bound of the bytes of native code for the guest code from `start` to `end`, and how many instructions it
    is."""
    bound: i64 = BEHIND + GAP
    count: i64 = 0
    pc = start
    while pc < end:
        variant = variant_at(tables, pc)
        bound += i64(variant.bound)
        count += i64(variant.count)
        pc += i64(variant.length)
    return bound, count


@kernel
def code_bound(tables: Ptr[Tables], start: Ptr[u8], end: Ptr[u8]) -> i64:
    """An upper bound of the bytes of native code for the guest code from `start` to `end`."""
    bound, _ = measure(tables, start, end)
    return bound


@kernel
def count_instructions(tables: Ptr[Tables], start: Ptr[u8], end: Ptr[u8]) -> i64:
    """How many instructions the guest code from `start` to `end` is."""
    _, count = measure(tables, start, end)
    return count


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
    `pc`: the instruction that asks for it, or null. `loops` and `count`: how many loops and instructions it has. What
    was compiled without the driver is in `notes`, of which `noted` are new, and took `nanoseconds`.
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
    nanoseconds: i64
    noted: i64
    notes: Array[i64, NOTE_CELLS * MOST_NOTES]


assert tuple(Request.fields) == FIELDS  # type: ignore[attr-defined]  # a struct of the kernel language


@kernel
def compile_unit(request: Ptr[Request]) -> i64:
    """Compile a function: a status of `requests`; if it is not COMPILED, it runs on as before. The countdown of the
    instruction that asks for it starts again in any case, from far above."""
    tables = request.tables
    if request.pc != null(Ptr[u8]):
        facts = tables.facts + (i64(header(request.pc).packed) & OPCODE_MASK)
        cast(Ptr[i32], request.pc + i64(facts.heat_offset))[0] = NEVER
        at = i64(header(request.start).handler) - request.executable
        if at >= 0 and at < request.size:
            return IS_NATIVE
    if tables.states == 1:
        split(tables, request.start, request.end)
    place = (request.used + UNIT_ALIGNMENT - 1) & -UNIT_ALIGNMENT
    room, count = measure(tables, request.start, request.end)
    request.loops = 0
    if request.alignment > 1:
        request.loops = count_loops(tables, request.start, request.end)
        room += request.alignment * (request.loops + 1)
    if place + room > request.size:
        return NO_ROOM
    if request.alignment > 1:
        mark_loops(tables, request.start, request.end, True)
    request.place = place
    request.count = count
    evaluate = cast(Evaluate, pointer(Ptr[u8], request.evaluate))
    out = request.writable + place
    native = request.executable + place
    request.bytes = lay_out(tables, evaluate, request.start, request.end, out, native, request.alignment)
    request.used = place + request.bytes
    return COMPILED


@kernel
def split(tables: Ptr[Tables], start: Ptr[u8], end: Ptr[u8]) -> None:
    """Let the parts of superinstructions be instructions by themselves, as they are if native code has nothing but
    dispatches to save: no cells are handed from one to the next in registers."""
    pc = start
    while pc < end:
        opcode = i64(header(pc).packed) & OPCODE_MASK
        header(pc).variant = tables.plain[opcode]
        pc += i64((tables.facts + opcode).length)


@kernel
def compile_at_once(request: Ptr[Request], pc: Ptr[u8], start: Ptr[u8], end: Ptr[u8]) -> bool:
    """Compile the function for which the instruction at `pc` asks while the guest runs, and note it for the driver.
    False if that is to see to it: there is no room, or it has many notes to read."""
    if request.noted == MOST_NOTES:
        return False
    before = nanoseconds()
    request.pc = pc
    request.start = start
    request.end = end
    status = compile_unit(request)
    if status == NO_ROOM:
        return False
    if status == COMPILED:
        note = address_of(request.notes[request.noted * NOTE_CELLS])
        note[0] = address(start)
        note[1] = address(end)
        note[2] = request.place
        note[3] = request.bytes
        note[4] = request.count
        note[5] = request.loops
        request.noted += 1
    request.nanoseconds += nanoseconds() - before
    return True


@inline
def nanoseconds() -> i64:
    """The time of a clock that never goes back."""
    found = local(Array[i64, 2])
    clock_gettime(MONOTONIC, found)
    return found[0] * 1_000_000_000 + found[1]


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
        at = beside_crossings(variant.stencil.crossings, at)
        header(pc).handler = u32(at)
        at += i64(variant.stencil.size)
        pc += i64(variant.length)
    free = at + GAP
    at = native
    pc = start
    writable = address(out) - native
    while pc < end:
        variant = variant_at(tables, pc)
        fill(out + (at - native), i64(header(pc).handler) - at)
        at = i64(header(pc).handler)
        bail = free
        if variant.bails != 0:
            stub = address_of(tables.bail_stubs[i64(variant.state_in)])
            free = copy_and_patch(tables, evaluate, stub, pc, writable, bail, 0, free + i64(stub.size), 0)
        cold = free
        free += i64(variant.stencil.cold_size)
        stencil = address_of(variant.stencil)
        free = copy_and_patch(tables, evaluate, stencil, pc, writable, at, bail, free, cold)
        at += i64(variant.stencil.size)
        pc += i64(variant.length)
    return free - native


@inline
def beside_crossings(crossings: u32, at: i64) -> i64:
    """The first address from `at` on where a stencil should begin whose jumps cross lines at these offsets."""
    from_here = rotate_left(crossings, u32(-at & (LINE - 1)))
    return at + count_trailing_zeros(~i64(from_here))
