"""Finishing a definition: from its draft to guest code that cannot touch what it must not.

The analysis says where the stacks must be checked; here the checks and the start of the word are put in, work and
heat are counted, and the assembler lays the result out in the code region.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i16, i32, i64, inline, kernel, local, u8, u16
from cupola.language.assembler import SINGLE, assemble
from cupola.language.assembler import Draft as Line
from cupola.language.draft_flags import ABSOLUTE
from cupola.language.draft_flags import ENTRY as ASSEMBLER_ENTRY
from cupola.language.draft_flags import LABEL as ASSEMBLER_LABEL
from cupola.languages.forth.compiler.analysis import analyse, float_change
from cupola.languages.forth.compiler.draft import BY_MAKER, ENTRY, LABEL, TO_DOES
from cupola.languages.forth.compiler.effects import Point, Summary, facts_of, local_depth
from cupola.languages.forth.compiler.heights import CHECK, UNKNOWN
from cupola.languages.forth.compiler.lines import (
    NEVER,
    POINT_BYTES,
    POINTS_OFFSET,
    add,
    lines_of,
    places_of,
    points_of,
)
from cupola.languages.forth.constants import (
    COUNTS_LIMIT,
    DRAFT_LIMIT,
    EFFECT_KNOWN,
    SLACK_CELLS,
)
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.code_index import note_owner
from cupola.languages.forth.machine import VM, Draft
from cupola.languages.forth.optimizer.inlining import add_origin, keep
from cupola.languages.forth.optimizer.line_order import move_cold_lines
from cupola.languages.forth.optimizer.rewriting import KEEPS
from cupola.languages.forth.options import acted, is_on
from cupola.languages.forth.physics.emitting import (
    before_instruction,
    before_label,
    before_word,
    behind_label,
    entry_for_calls,
    note_places,
    record_notes,
)
from cupola.languages.forth.physics.noting import physics_on
from cupola.languages.forth.physics.planning import plan
from cupola.languages.forth.physics.sizes import EVERY
from cupola.policy.options import BRANCH_LAYOUT, STACK_FUSION

CODE_FULL = -8
LEAF_GROWTH = 8  # a word that calls nothing and pushes no more than this has room enough
MOVES_OFFSET = POINTS_OFFSET + DRAFT_LIMIT * POINT_BYTES // 2


@inline
def origins_of(vm: Ptr[VM]) -> Ptr[i32]:
    """For each line the site that it was taken in at; where the points were, when they are not needed any more."""
    return cast(Ptr[i32], cast(Ptr[u8], vm) + POINTS_OFFSET)


@inline
def moves_of(vm: Ptr[VM]) -> Ptr[i64]:
    """Room for `move_cold_lines`."""
    return cast(Ptr[i64], cast(Ptr[u8], vm) + MOVES_OFFSET)


@kernel
def finish_word(vm: Ptr[VM], index: i64) -> i64:
    """Make guest code of the draft for word `index`; 0, or a THROW code if the definition is not sound."""
    found = local(Summary)
    points = points_of(vm)
    analyse(vm, points, found)
    if found.error != 0:
        return found.error
    word = vm.words + index
    word.entry = vm.code_next
    word.start = vm.code_next
    counting = physics_on(vm)
    if counting:
        plan(vm, index)
    count = expand_draft(vm, points, found, index)
    find_origins(vm, count)
    if is_on(vm, BRANCH_LAYOUT) and vm.loop_variant < 0 and not counting:
        count = move_cold_lines(vm, word, lines_of(vm), origins_of(vm), count, moves_of(vm))
    out = vm.code_next
    room = vm.code_end - out
    size = assemble(vm.context.tables, lines_of(vm), count, out, room, choice(vm))
    if size < 0:
        return CODE_FULL
    if not note_owner(vm, out, index):
        return CODE_FULL
    count_superinstructions(vm, count)
    vm.code_next = out + size
    word.code_end = vm.code_next
    if counting:
        note_places(vm, index, out, size)
    keep(vm, word)
    note_origins(vm, count, out, size)
    word.float_change = i16(float_change(found))
    if found.exits != 0 and found.cells.change != UNKNOWN:
        word.change = i16(found.cells.change)
        word.flags = word.flags | u16(EFFECT_KNOWN)
    return 0


@inline
def choice(vm: Ptr[VM]) -> i64:
    """Which variants the assembler may choose: see `assemble`."""
    return i64(SINGLE) if vm.loop_variant < 0 and not is_on(vm, STACK_FUSION) else vm.loop_variant


@kernel
def count_superinstructions(vm: Ptr[VM], count: i64) -> None:
    """Count the superinstructions among the lines that were laid out."""
    at: i64 = 0
    while vm.loop_variant < 0 and at < count:
        covers = i64((lines_of(vm) + at).covers)
        if covers > 1:
            acted(vm, STACK_FUSION)
        at += max(covers, 1)


@kernel
def find_origins(vm: Ptr[VM], count: i64) -> None:
    """Find for each line from where it was taken in; what is known of the points of the draft is then forgotten."""
    at: i64 = 0
    line: i64 = 0
    while line < count:
        while at + 1 < vm.draft_count and i64(places_of(vm)[at + 1]) <= line:
            at += 1
        origins_of(vm)[line] = vm.draft[at].origin if i64(places_of(vm)[at]) <= line else i32(0)
        line += 1


@kernel
def note_origins(vm: Ptr[VM], count: i64, out: Ptr[u8], size: i64) -> None:
    """Note for backtraces which code was taken in from which words."""
    site: i64 = 0
    at: i64 = 0
    while at < count:
        origin = i64(origins_of(vm)[at])
        if origin != site:
            add_origin(vm, out + i64((lines_of(vm) + at).place), origin)
            site = origin
        at += 1
    if site != 0:
        add_origin(vm, out + size, 0)


@kernel
def expand_draft(vm: Ptr[VM], points: Ptr[Point], found: Ptr[Summary], index: i64) -> i64:
    """Write the assembler's lines: the draft with the start of the word and the checks put in. Returns their number."""
    places = places_of(vm)
    pushes = found.calls != 0 or found.cells.growth > LEAF_GROWTH
    pushes_floats = needs_float_room(found)
    counts = physics_on(vm) and vm.physics.emitting != 0
    records = physics_on(vm) and vm.physics.mode == EVERY
    lines: i64 = 0
    if physics_on(vm):
        lines = before_word(vm, 0, points, index)
    at: i64 = 0
    while at < vm.draft_count:
        one = vm.draft + at
        point = points + at
        first = lines
        if is_mark(one) and at > 0:  # it has asked for its cells, and is not run
            places[at] = i32(lines)
            lines = add_checks(vm, lines, point, False, False)
            at += 1
            continue
        starts = at == 0 or i64(one.flags) & ENTRY != 0
        loops = i64(one.flags) & LABEL != 0
        place_local(vm, points, one, i64(point.returns))
        if starts and loops:  # a loop that the word begins with does not go through its start again
            if pushes:
                lines = add(vm, lines, forth["room"].opcode, point, SLACK_CELLS * 8)
            if pushes_floats:
                lines = add(vm, lines, forth["float room"].opcode, point, address(vm.float_limit))
            lines = add_start(vm, lines, point)
        if counts:
            lines = before_label(vm, lines, point, at)
        places[at] = i32(lines)
        if counts:
            lines = behind_label(vm, lines, point, at)
        if records:
            lines = record_notes(vm, lines, point, at)
        once = starts and not loops
        lines = add_checks(vm, lines, point, once and pushes, once and pushes_floats)
        if once:  # charged last: what comes before may give up, with nothing charged yet
            lines = add_start(vm, lines, point)
        if vm.profiling != 0 and (starts or loops or (at > 0 and i64((one - 1).target) >= 0)):
            lines = count_run(vm, lines, point)
        if counts:
            lines = before_instruction(vm, lines, point, at)
        if vm.counting != 0 and i64(facts_of(vm, one).heat_offset) != 0:
            lines = add(vm, lines, forth["count back edge"].opcode, point, 0)
        lines = add(vm, lines, i64(one.opcode), point, one.operand)
        set_operands(vm, at, lines - 1)
        if starts:
            mark(lines_of(vm) + first, ASSEMBLER_ENTRY)
        if loops:
            mark(lines_of(vm) + i64(places[at]), ASSEMBLER_LABEL)
        at += 1
    mark(lines_of(vm), ASSEMBLER_ENTRY)  # where EXECUTE enters; calls may enter further down
    resolve(vm, lines)
    return lines


@kernel
def add_checks(vm: Ptr[VM], lines: i64, point: Ptr[Point], room: bool, float_room: bool) -> i64:
    """The checks that a point of the draft asks for, and those for room where its word asks for them."""
    if point.cells.need != 0:
        lines = add(vm, lines, forth["need"].opcode, point, need_address(vm, i64(point.cells.need)))
    if point.floats.need != 0:
        floats = address(vm.float_bottom - i64(point.floats.need))
        lines = add(vm, lines, forth["float need"].opcode, point, floats)
    if point.cells.room != 0 or room:
        lines = add(vm, lines, forth["room"].opcode, point, SLACK_CELLS * 8)
    if i64(point.floats.room) & CHECK != 0 or float_room:
        lines = add(vm, lines, forth["float room"].opcode, point, address(vm.float_limit))
    return lines


@kernel
def place_local(vm: Ptr[VM], points: Ptr[Point], one: Ptr[Draft], returns: i64) -> None:
    """Say by its distance from the top of the return stack which local an instruction means. That is what its callers
    can take in; where control never comes, it is any number."""
    if i64(one.flags) & BY_MAKER != 0:
        one.operand = max(local_depth(vm, points, one, returns), 1)
        one.flags = u16(i64(one.flags) - BY_MAKER)


@kernel
def needs_float_room(found: Ptr[Summary]) -> bool:
    """Whether room for floats is checked where the word starts; see `analysis`."""
    if found.pushes_floats == 0:
        return False
    change = float_change(found)
    return found.calls != 0 or found.floats.growth > LEAF_GROWTH or change == UNKNOWN or change > 0


@kernel
def add_start(vm: Ptr[VM], lines: i64, point: Ptr[Point]) -> i64:
    """The start of a word: its work and its calls are counted."""
    lines = add(vm, lines, forth["enter"].opcode, point, vm.draft_count)
    lines_of(vm)[lines - 1].heat = i32(vm.call_heat)
    if vm.counting != 0:
        lines = add(vm, lines, forth["count call"].opcode, point, 0)
    return lines


@kernel
def count_run(vm: Ptr[VM], lines: i64, point: Ptr[Point]) -> i64:
    """A straight run begins here, whose executions a profile wants to know."""
    if vm.count_next >= COUNTS_LIMIT:
        return lines
    vm.count_next += 1
    return add(vm, lines, forth["count run"].opcode, point, vm.count_next - 1)


@inline
def is_mark(one: Ptr[Draft]) -> bool:
    """Whether the instruction is a mark for the analysis alone: one that is branched to is run like any other."""
    return (
        one.flags == 0
        and forth[KEEPS[0]].opcode <= i64(one.opcode)
        and i64(one.opcode) <= forth[KEEPS[-1]].opcode
    )


@inline
def need_address(vm: Ptr[VM], cells: i64) -> i64:
    """Where sp is, with the whole stack in memory, when exactly `cells` cells are on the stack."""
    return address(vm.stack_bottom - cells)


@inline
def mark(line: Ptr[Line], flag: i64) -> None:
    line.flags = u16(i64(line.flags) | flag)


@kernel
def set_operands(vm: Ptr[VM], at: i64, last: i64) -> None:
    """Fill in the operands that depend on other words, or on where a branch leads."""
    one = vm.draft + at
    line = lines_of(vm) + last
    if i64(one.opcode) == forth["call"].opcode:
        word = vm.words + one.operand
        line.number = (
            address(word.does) if i64(one.flags) & TO_DOES != 0 else entry_for_calls(vm, one.operand)
        )
        line.flags = u16(ABSOLUTE)
    if one.target >= 0:
        line.target = one.target
        if i64(facts_of(vm, one).heat_offset) != 0:
            body = at - i64(one.target) + 1
            line.number = body
            line.heat = i32(loop_heat(vm, vm.draft_count, body))


@kernel
def loop_heat(vm: Ptr[VM], size: i64, body: i64) -> i64:
    """How often a loop of `body` instructions goes round before its word, of `size` instructions, is worth compiling:
    until the work done in it is `vm.loop_heat` times the word's size."""
    if vm.loop_heat >= NEVER:
        return NEVER
    return min(max(vm.loop_heat * size // max(body, 1), 1), NEVER)


@kernel
def resolve(vm: Ptr[VM], lines: i64) -> None:
    """Turn targets from numbers of the draft into numbers of lines."""
    at: i64 = 0
    while at < lines:
        line = lines_of(vm) + at
        if line.target >= 0:
            line.target = places_of(vm)[i64(line.target)]
        at += 1
