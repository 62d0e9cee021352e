"""How guest code, the VM's context and the engine's tables lie in memory: what every tier and the driver agree on.

An instruction in guest code is a header of 8 bytes and its operands:

    0  u32  handler   where the native code of this instruction starts; threaded code and native code jump there
    4  u16  opcode    low 10 bits: the number of the instruction; high 6 bits: the `site`, a number that the language
                      keeps for this place (Forth: how many cells its word has on the return stack)
    6  u16  variant   which variant the handler belongs to: it tells how many cells are in registers here

A superinstruction is the instructions that it is made of, where they are; only the handler and the variant of the
first header are its own.
"""

from __future__ import annotations

from cupola.kernel import Array, Ptr, i32, i64, inline, struct, u8, u16, u32
from cupola.tiers.headers import OPCODE_BITS

# How to patch a hole.
ABSOLUTE_32, ABSOLUTE_64, TO_NEXT, TO_GUEST, TO_BAIL, TO_SYMBOL, TO_VALUE, TO_HOT, TO_COLD = range(9)

NO_VARIANT = 0xFFFF
FUSION_FACTOR, FUSION_SHIFT = (
    0x9E3779B1,
    12,
)  # 2**32 divided by the golden ratio; the lowest bits are the worst


@struct
class Header:
    """The header of an instruction in guest code."""

    handler: u32
    packed: u16
    variant: u16


@struct
class Stencil:
    """Where the bytes of a stencil are (`code`, an address): `size` of those that run in line, and behind them
    `cold_size` of those that seldom run; at which offsets in a line of 32 bytes it should not begin (`crossings`, see
    `machine.branches`); and where its holes are (`holes`, an address): first those of operands, then those of places,
    then all others."""

    code: u32
    holes: u32
    size: u16
    cold_size: u16
    operand_holes: u16
    place_holes: u16
    other_holes: u16
    crossings: u32


@struct
class OperandHole:
    """32 bits that hold an operand times a power of two, plus `addend`: the most that there are. `how` has the number
    of bits by which 8 bytes of guest code, `at` bytes from the instruction, are shifted right (in bits 3 to 5) and then
    left (in bits 0 to 2), and in bit 6 whether the hole lies in the cold part."""

    offset: u16
    at: u8
    how: u8
    addend: i32


# How a hole of an operand holds its numbers.
SHIFT_RIGHT, SHIFT_LEFT, COLD_BIT = 0x38, 0x07, 6
# What holes of places count from: the instruction in guest code, of which they hold the address. The others hold the
# distance from the hole to there: from no place, from the instruction, the two parts of the stencil, where it gives up.
BASE_PC, BASE_ZERO, BASE_TO_PC, BASE_HOT, BASE_COLD, BASE_BAIL, BASES = range(7)


@struct
class PlaceHole:
    """32 bits that hold an address, plus `addend`: `base` says which, `cold` whether the hole lies in the cold part."""

    offset: u16
    base: u8
    cold: u8
    addend: i32


@struct
class Hole:
    """Any hole, `offset` bytes into a stencil. `what` is the number of an operand expression, or an address."""

    offset: u16
    kind: u16
    what: u32
    addend: i32


@struct
class Variant:
    """A sequence of instructions with the number of cells in registers before and after it. Its native code has at most
    `bound` bytes, with all that belongs to it."""

    handler: u32
    stencil: Stencil
    opcode: u16
    length: u16
    count: u16
    bails: u16
    bound: u16
    state_in: u8
    state_out: u8


@struct
class Fusion:
    """One row of the hash table of superinstructions: after `variant`, an instruction `opcode` makes `fused`.

    `handler` of a variant that is only a step towards a longer one is 0.
    """

    variant: u16
    opcode: u16
    fused: u16
    unused: u16


@inline
def fusion_hash(variant: i64, opcode: i64) -> i64:
    """The first place to look for a fusion, in a table of 2**n rows (multiplicative hashing, Knuth 1973): numbers that
    follow each other, as those of variants and opcodes do, come to lie apart."""
    return (variant << OPCODE_BITS | opcode) * FUSION_FACTOR >> FUSION_SHIFT


@struct
class Facts:
    """What native code knows of an instruction: bytes in guest code, cells and floats popped and pushed, where its
    operands lie
    (0: it has none), and whatever the language adds in `flags`.

    `number_moves` is 1 for an address or a distance that moves with the cells in registers, `number_located` 1 for an
    address in the VM's own memory; see `definition.operands`.
    """

    flags: u32
    length: u16
    pops: u8
    pushes: u8
    memory_stack: u8
    ends: u8
    number_offset: u8
    number_bytes: u8
    number_moves: u8
    target_offset: u8
    heat_offset: u8
    number_located: u8
    float_pops: u8
    float_pushes: u8


@struct
class Tables:
    """The tables of one language's engines; they are the same for all of its VMs."""

    variants: Ptr[Variant]
    plain: Ptr[u16]
    handlers: Ptr[u32]
    fusions: Ptr[Fusion]
    fusion_mask: i64
    facts: Ptr[Facts]
    functions: Ptr[u8]
    states: i64
    canonical: i64
    least_at_label: i64
    to_state: Array[u16, 8]
    bail_stubs: Array[Stencil, 8]
    goto_stub: Stencil
    image_start: i64
    image_end: i64
    opcode_count: i64
    variant_count: i64


@struct
class Context:
    """The first field of every VM struct: `saved` holds the machine's registers while the driver runs.

    `saved[0]` is the reason of the last exit; `saved[k]` is field k of the language's machine (field 0, the VM
    itself, is where the context lies).
    """

    saved: Array[i64, 16]
    tables: Ptr[Tables]
    granted: i64  # the work handed out so far: less the budget, it is the work done
