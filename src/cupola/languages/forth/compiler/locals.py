"""Words that declare locals: {: ... :} of Forth-2012, LOCALS| ... |, (LOCAL), and { ... } as gforth has it.

A list of names may go over several lines; `pieces` has the loop around `take locals`. Only when the list is complete
instructions that make the locals are compiled: the last name before the bar takes the topmost cell.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel, memory_compare, table, u8
from cupola.language import Cell, Count
from cupola.languages.forth.compiler.control_flow import COLON
from cupola.languages.forth.compiler.draft import emit_literal
from cupola.languages.forth.compiler.local_names import make_local, name_local
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.data.strings import RIGHT_PARENTHESIS
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.interpreter.parsing import next_name, skip_comment
from cupola.languages.forth.interpreter.source import set_offset
from cupola.languages.forth.machine import VM, Machine, data
from cupola.languages.forth.throwing.failure import (
    BAD_LOCALS,
    END_OF_FILE,
    MISMATCH,
    ONLY_COMPILES,
    check,
    fail,
    failed,
)

# The forms of a list, and what ends them. In LOCALS| the first name takes the topmost cell.
STANDARD, BRACES, BARS = range(3)
ENDS = {STANDARD: b":}", BRACES: b"}", BARS: b"|"}
BAR, RULE, BACKSLASH, PARENTHESIS = b"|", b"--", b"\\", b"("
# The parts of a list: names that take cells, names of locals that are 0 at first, and what is only a comment.
TAKING, ZERO, COMMENT = range(3)
COLON_SIGN, CARET, SMALL_W, CAPITAL_W = b":^wW"


@kernel
def is_text(vm: Ptr[VM], text: Ptr[u8], length: i64) -> bool:
    """Whether the word that was taken from the line is that text."""
    return vm.token_length == length and memory_compare(data(vm, vm.token), text, length) == 0


@kernel
def check_place(vm: Ptr[VM]) -> None:
    """Locals may be declared in a definition, outside of its control structures."""
    if vm.current < 0:
        fail(vm, ONLY_COMPILES)
    elif vm.control_depth != 1 or i64(vm.control.kind) != COLON:
        fail(vm, MISMATCH)


@kernel
def at_end(vm: Ptr[VM]) -> bool:
    """Whether the word that was taken from the line ends the list."""
    for form, end in ENDS.items():
        if vm.locals_form == form:
            return is_text(vm, table(u8, end), len(end))
    return False


@kernel
def take_one(vm: Ptr[VM]) -> None:
    """Take a word of the list that does not end it."""
    part = vm.locals_part
    if vm.locals_form != BARS and is_text(vm, table(u8, RULE), len(RULE)):
        if part == COMMENT:
            fail(vm, BAD_LOCALS)
        vm.locals_part = COMMENT
    elif part == COMMENT or skipped_comment(vm):
        return
    elif is_text(vm, table(u8, BAR), len(BAR)):
        if part == ZERO:
            fail(vm, BAD_LOCALS)
        vm.locals_part = ZERO
    elif not is_type(vm):
        name_local(vm, data(vm, vm.token), vm.token_length)
        if part == TAKING and not failed(vm):
            vm.locals_taken += 1


@kernel
def skipped_comment(vm: Ptr[VM]) -> bool:
    """Pass over a comment, if the word begins one."""
    if is_text(vm, table(u8, BACKSLASH), 1):
        set_offset(vm, vm.source_length)
        return True
    if is_text(vm, table(u8, PARENTHESIS), 1):
        skip_comment(vm, RIGHT_PARENTHESIS)
        return True
    return False


@kernel
def is_type(vm: Ptr[VM]) -> bool:
    """Whether it says of which type the next local of { is: W: is a cell, and all there is."""
    if vm.locals_form != BRACES or vm.token_length != 2:
        return False
    first, second = data(vm, vm.token)[0], data(vm, vm.token)[1]
    if second != COLON_SIGN and second != CARET:
        return False
    if second == CARET or first not in (SMALL_W, CAPITAL_W):
        fail(vm, BAD_LOCALS)
    return True


@kernel
def make_all(vm: Ptr[VM]) -> None:
    """Compile what makes the locals of the list."""
    first, taken = vm.locals_first, vm.locals_taken
    for place in range(taken):
        make_local(vm, first + (place if vm.locals_form == BARS else taken - 1 - place))
    for place in range(first + taken, vm.local_count):
        emit_literal(vm, 0)
        make_local(vm, place)


@forth.instruction(name="begin locals", cold=True)
def begin_locals(m: Machine, form: Count) -> None:
    """Begin a list of locals."""
    check_place(m.vm)
    check(m)
    m.vm.locals_form = form
    m.vm.locals_part = TAKING
    m.vm.locals_first = m.vm.local_count
    m.vm.locals_taken = 0


@forth.instruction(name="take locals", cold=True)
def take_locals(m: Machine) -> Cell:
    """( "names" -- flag ) Take names up to the end of the list or of the line; true if the list goes on there."""
    more = True
    while more and not failed(m.vm) and next_name(m.vm) != 0:
        more = not at_end(m.vm)
        if more:
            take_one(m.vm)
    if failed(m.vm):  # of a list that is not complete nothing is left
        m.vm.local_count = m.vm.locals_first
    elif not more:
        make_all(m.vm)
    check(m)
    return -i64(more)


@forth.instruction(name="more locals", cold=True)
def more_locals(m: Machine, flag: Cell) -> None:
    """( flag -- ) Give up the list unless there is another line."""
    if flag == 0:
        m.vm.local_count = m.vm.locals_first
        fail(m.vm, END_OF_FILE)
    check(m)


@kernel
def declare(vm: Ptr[VM], name: Ptr[u8], length: i64) -> None:
    check_place(vm)
    if not failed(vm):
        name_local(vm, name, length)
    if not failed(vm):
        make_local(vm, vm.local_count - 1)


@forth.instruction(name="(local)", cold=True, facts=known_as("(local)"))
def local_word(m: Machine, start: Cell, length: Cell) -> None:
    """( c-addr u -- ) Make a local of that name, which takes the topmost cell; with u = 0, there are no more."""
    if length != 0:
        check_range(m, start, length)
        declare(m.vm, data(m.vm, start), length)
    check(m)
