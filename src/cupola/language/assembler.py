"""From a draft to guest code: chooses states and superinstructions, and lays out headers and operands.

A draft is an array of plain instructions, with branches to other instructions of the draft. Two things are chosen
here, both in one walk from top to bottom: how many stack cells are in registers at each point (the first way that
leads to a label decides for it; other ways are brought in line by `to_N` instructions), and which runs of
instructions become superinstructions (the longest that exists, never across a label).
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i32, i64, inline, kernel, struct, u8, u16, u32
from cupola.language.draft_flags import ENTRY, LABEL
from cupola.tiers.headers import OPCODE_BITS
from cupola.tiers.layout import NO_VARIANT, Header, Tables, fusion_hash

# The state at a label is UNDECIDED | lowest << LOWEST_SHIFT | highest, until a way to it decides.
UNDECIDED, LOWEST_SHIFT, STATE_MASK = 128, 3, 7
MOST_AT_LABEL = 2  # cells in registers at a label: a conditional branch there has popped one
LONGEST = 8  # instructions in a superinstruction
FUSED, SINGLE = -1, -2  # what `assemble` may choose: superinstructions too, or single instructions only


@struct
class Draft:
    """One instruction of a draft.

    `number` is its number operand; with ABSOLUTE, the guest address that its target operand leads to. `target` is
    the place in the draft that it leads to, or -1. LABEL: something leads here. ENTRY: control comes from elsewhere,
    too. `site` and `heat` go into the guest code as they are. The rest is the assembler's: the state at the label,
    before and in the instruction, its variant, how many instructions that covers, its offset in bytes.
    """

    number: i64
    target: i32
    heat: i32
    opcode: u16
    flags: u16
    variant: u16
    covers: u16
    place: u32
    site: u8
    label_state: u8
    before: u8
    state: u8


@inline
def plain_variant(tables: Ptr[Tables], opcode: i64, state: i64) -> i64:
    """The number of the variant of a single instruction."""
    return i64(tables.plain[opcode * tables.states + state])


@inline
def fused(tables: Ptr[Tables], variant: i64, opcode: i64) -> i64:
    """The variant that covers what `variant` does and then `opcode`, or NO_VARIANT."""
    place = fusion_hash(variant, opcode) & tables.fusion_mask
    found: i64 = NO_VARIANT
    while i64(tables.fusions[place].variant) != NO_VARIANT:
        if i64(tables.fusions[place].variant) == variant and i64(tables.fusions[place].opcode) == opcode:
            found = i64(tables.fusions[place].fused)
            break
        place = (place + 1) & tables.fusion_mask
    return found


@kernel
def assemble(tables: Ptr[Tables], draft: Ptr[Draft], count: i64, out: Ptr[u8], room: i64, loop: i64) -> i64:
    """Lay out `count` instructions of `draft` at `out`; the number of bytes, or -1 if there are more than `room`.

    `loop` is the variant that all instructions have for the interpreters that are loops; or FUSED, for the usual
    variants, or SINGLE, for those of single instructions alone.
    """
    size: i64 = 0
    if loop >= 0:
        size = place_for_loop(tables, draft, count, loop)
    else:
        choose(tables, draft, count, loop)
        size = place_chosen(tables, draft, count)
    if size > room:
        return -1
    at: i64 = 0
    while at < count:
        write_instruction(tables, draft, at, out, loop)
        at += 1
    return size


# --- states and superinstructions ---------------------------------------------------------------------------------


@kernel
def choose(tables: Ptr[Tables], draft: Ptr[Draft], count: i64, loop: i64) -> None:
    """Choose the state and the variant of every instruction."""
    bound_labels(tables, draft, count)
    state = tables.canonical
    falls = False
    at: i64 = 0
    while at < count:
        one = draft + at
        if i64(one.flags) & ENTRY != 0:
            one.label_state = u8(tables.canonical)
        if i64(one.flags) & (LABEL | ENTRY) != 0:
            if i64(one.label_state) >= UNDECIDED:
                one.label_state = u8(at_label(i64(one.label_state), state if falls else tables.canonical))
            one.before = u8(state) if falls else one.label_state
            state = i64(one.label_state)
        else:
            one.before = u8(state)
        state = choose_variant(tables, draft, at, at + 1 if loop == SINGLE else count, state)
        last = draft + (at + i64(one.covers) - 1)
        falls = tables.facts[i64(last.opcode)].ends == 0
        at += i64(one.covers)


@inline
def at_label(bounds: i64, state: i64) -> i64:
    """The state for a label with these bounds that is reached in `state` first."""
    return max(min(state, bounds & STATE_MASK), bounds >> LOWEST_SHIFT & STATE_MASK)


@kernel
def bound_labels(tables: Ptr[Tables], draft: Ptr[Draft], count: i64) -> None:
    """Note for each label the states in which all branches to it can arrive; `Language.check` sees to it that the
    canonical one is among them. It is the one where control comes from elsewhere, too."""
    at: i64 = 0
    while at < count:
        highest = max(MOST_AT_LABEL, tables.canonical)
        free = i64(draft[at].flags) & ENTRY == 0
        bounds = UNDECIDED | tables.least_at_label << LOWEST_SHIFT | highest
        draft[at].label_state = u8(bounds if free else tables.canonical)
        at += 1
    at = 0
    while at < count:
        target = i64(draft[at].target)
        if target >= 0 and i64(draft[target].label_state) >= UNDECIDED:
            opcode = i64(draft[at].opcode)
            bounds = i64(draft[target].label_state)
            lowest = max(out_of(tables, opcode, 0), bounds >> LOWEST_SHIFT & STATE_MASK)
            highest = min(out_of(tables, opcode, tables.states - 1), bounds & STATE_MASK)
            draft[target].label_state = u8(UNDECIDED | lowest << LOWEST_SHIFT | highest)
        at += 1


@inline
def out_of(tables: Ptr[Tables], opcode: i64, state: i64) -> i64:
    """The state after a single instruction that starts in `state`."""
    start = 0 if tables.facts[opcode].memory_stack != 0 else state
    return i64((tables.variants + plain_variant(tables, opcode, start)).state_out)


@kernel
def choose_variant(tables: Ptr[Tables], draft: Ptr[Draft], at: i64, count: i64, state: i64) -> i64:
    """Choose the longest variant that may stand at `at`, with `state` cells in registers; the state after it."""
    one = draft + at
    required = state
    if one.target >= 0:
        required = required_state(tables, draft, at, state)
    elif tables.facts[i64(one.opcode)].memory_stack != 0:
        required = 0
    one.state = u8(required)
    variant = plain_variant(tables, i64(one.opcode), required)
    one.variant = u16(variant)
    one.covers = u16(1)
    next = at + 1
    while next < count and variant != NO_VARIANT and i64(draft[next].flags) & (LABEL | ENTRY) == 0:
        variant = fused(tables, variant, i64(draft[next].opcode))
        if variant == NO_VARIANT:
            break
        row = tables.variants + variant
        if row.handler != 0 and fits(draft, next, i64(row.state_out)):
            one.variant = u16(variant)
            one.covers = u16(next - at + 1)
        next += 1
    if one.covers == 1 and one.target < 0:
        return i64((tables.variants + i64(one.variant)).state_out)
    return settle_components(tables, draft, at)


@kernel
def required_state(tables: Ptr[Tables], draft: Ptr[Draft], at: i64, state: i64) -> i64:
    """The state in which the branch at `at` must start, if `state` is what there is: it must arrive at its label with
    the state that this has."""
    one = draft + at
    if tables.facts[i64(one.opcode)].memory_stack != 0:
        return 0
    wanted = i64(draft[i64(one.target)].label_state)
    out = out_of(tables, i64(one.opcode), state)
    if wanted >= UNDECIDED:
        wanted = at_label(wanted, out)
    required = state
    while required < tables.states - 1 and out_of(tables, i64(one.opcode), required) < wanted:
        required += 1
    while required > 0 and out_of(tables, i64(one.opcode), required) > wanted:
        required -= 1
    return required


@kernel
def fits(draft: Ptr[Draft], at: i64, state_out: i64) -> bool:
    """Whether the instruction at `at` may end in `state_out`: always, unless it branches to where another is known."""
    target = i64(draft[at].target)
    if target < 0:
        return True
    wanted = i64(draft[target].label_state)
    if wanted >= UNDECIDED:
        wanted = at_label(wanted, state_out)
    return state_out == wanted


@kernel
def settle_components(tables: Ptr[Tables], draft: Ptr[Draft], at: i64) -> i64:
    """Give each instruction that the variant at `at` covers its own state, and labels theirs; the state after all."""
    covers = i64(draft[at].covers)
    state = i64(draft[at].state)
    inner: i64 = 0
    while inner < covers:
        one = draft + (at + inner)
        if inner > 0:
            one.before = u8(state)
            one.state = u8(state)
            one.covers = u16(0)
            one.variant = u16(plain_variant(tables, i64(one.opcode), state))
        row = tables.variants + plain_variant(tables, i64(one.opcode), state)
        state = i64(row.state_out)
        if one.target >= 0 and i64(draft[i64(one.target)].label_state) >= UNDECIDED:
            draft[i64(one.target)].label_state = u8(state)
        inner += 1
    return state


# --- places --------------------------------------------------------------------------------------------------------


@kernel
def place_chosen(tables: Ptr[Tables], draft: Ptr[Draft], count: i64) -> i64:
    """Give each instruction its offset: `to_N` before a label is for those who fall into it, after it for all."""
    offset: i64 = 0
    at: i64 = 0
    while at < count:
        one = draft + at
        if is_label(one) and one.before != one.label_state:
            offset += 8
        one.place = u32(offset)
        if shuffles_after_label(one):
            offset += 8
        offset += i64(tables.facts[i64(one.opcode)].length)
        at += 1
    return offset


@kernel
def place_for_loop(tables: Ptr[Tables], draft: Ptr[Draft], count: i64, loop: i64) -> i64:
    """Offsets and the one variant for an interpreter that is a loop: there is nothing to choose."""
    offset: i64 = 0
    at: i64 = 0
    while at < count:
        one = draft + at
        one.place = u32(offset)
        one.variant = u16(loop)
        one.label_state = one.before = one.state = u8(tables.canonical)
        offset += i64(tables.facts[i64(one.opcode)].length)
        at += 1
    return offset


@inline
def is_label(one: Ptr[Draft]) -> bool:
    return i64(one.flags) & (LABEL | ENTRY) != 0


@inline
def shuffles_after_label(one: Ptr[Draft]) -> bool:
    """Whether a `to_N` must stand right before the instruction, for whoever comes there."""
    return one.state != (one.label_state if is_label(one) else one.before)


# --- writing -------------------------------------------------------------------------------------------------------


@kernel
def write_instruction(tables: Ptr[Tables], draft: Ptr[Draft], at: i64, out: Ptr[u8], loop: i64) -> None:
    """Write the instruction at `at`, with the `to_N` instructions that belong to it."""
    one = draft + at
    place = out + i64(one.place)
    if is_label(one) and one.before != one.label_state:
        write_shuffle(tables, place - 8, i64(one.before), i64(one.label_state), i64(one.site))
    if shuffles_after_label(one):
        there = i64(one.label_state) if is_label(one) else i64(one.before)
        write_shuffle(tables, place, there, i64(one.state), i64(one.site))
        place = place + 8
    facts = tables.facts + i64(one.opcode)
    write_header(tables, place, i64(one.opcode), i64(one.site), i64(one.variant))
    if facts.number_offset != 0:
        number = one.number + i64(facts.number_moves) * 8 * i64(one.state)
        if facts.number_bytes == 8:
            cast(Ptr[i64], place + i64(facts.number_offset))[0] = number
        else:
            cast(Ptr[i32], place + i64(facts.number_offset))[0] = i32(number)
    if facts.target_offset != 0:
        to: i64 = one.number
        if one.target >= 0:
            to = address(out + i64(draft[i64(one.target)].place))
        cast(Ptr[i32], place + i64(facts.target_offset))[0] = i32(to - address(place))
    if facts.heat_offset != 0:
        cast(Ptr[i32], place + i64(facts.heat_offset))[0] = one.heat


@kernel
def write_shuffle(tables: Ptr[Tables], place: Ptr[u8], before: i64, after: i64, site: i64) -> None:
    opcode = i64(tables.to_state[after])
    write_header(tables, place, opcode, site, plain_variant(tables, opcode, before))


@kernel
def write_header(tables: Ptr[Tables], place: Ptr[u8], opcode: i64, site: i64, variant: i64) -> None:
    header = cast(Ptr[Header], place)
    header.handler = tables.variants[variant].handler
    header.packed = u16(opcode | site << OPCODE_BITS)
    header.variant = u16(variant)
