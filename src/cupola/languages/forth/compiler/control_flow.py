"""IF, BEGIN, DO, CASE and their kin: the compiler's control-flow stack.

It is the compiler's own, not the data stack: cells that a program leaves there while it compiles are no
control structures. Each entry has a kind and a place in the draft; a word that finds another kind than it
wants is a mismatch.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, inline, kernel
from cupola.language import Cell
from cupola.languages.forth.compiler.draft import NO_TARGET, emit, emit_branch, place_label, resolve_chain
from cupola.languages.forth.compiler.local_names import drop_locals
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import VM, Machine
from cupola.languages.forth.throwing.failure import (
    CONTROL_OVERFLOW,
    MISMATCH,
    NO_LOOP,
    ONLY_COMPILES,
    check,
    fail,
    failed,
)

# What an entry is, and what its place says: the definition; a branch forward to resolve; a place to go back
# to; the first instruction of a loop; under it, the chain of the loop around it; the chain of ENDOFs; the
# branch of an OF.
COLON, ORIGIN, DESTINATION, LOOP, OUTER_CHAIN, CASE, OF = range(1, 8)


@kernel
def push_control(vm: Ptr[VM], kind: i64, place: i64) -> None:
    depth = vm.control_depth
    if vm.current < 0:
        fail(vm, ONLY_COMPILES)
        return
    if depth >= vm.control_limit:
        fail(vm, CONTROL_OVERFLOW)
        return
    entry = vm.control + depth
    entry.kind = i32(kind)
    entry.place = i32(place)
    vm.control_depth = depth + 1


@kernel
def pop_control(vm: Ptr[VM], kind: i64) -> i64:
    """The place of the topmost entry, which must be of that kind; -1 after `fail` if it is not."""
    depth = vm.control_depth - 1
    if vm.current < 0:
        fail(vm, ONLY_COMPILES)
        return NO_TARGET
    if depth < 0 or i64((vm.control + depth).kind) != kind:
        fail(vm, MISMATCH)
        return NO_TARGET
    vm.control_depth = depth
    return i64((vm.control + depth).place)


@inline
def back(vm: Ptr[VM], opcode: i64, target: i64) -> None:
    """Emit a branch back, unless the target could not be found."""
    if not failed(vm):
        emit_branch(vm, opcode, target)


@kernel
def forward(vm: Ptr[VM], opcode: i64) -> None:
    """Emit a branch forward, and push its origin."""
    place = emit_branch(vm, opcode, NO_TARGET)
    if place >= 0:
        push_control(vm, ORIGIN, place)


@kernel
def resolve(vm: Ptr[VM], origin: i64) -> None:
    """Let one branch go to the next instruction."""
    if origin >= 0:
        (vm.draft + origin).target = i32(place_label(vm))


@kernel
def compile_else(vm: Ptr[VM]) -> None:
    origin = pop_control(vm, ORIGIN)
    if origin >= 0:
        forward(vm, forth["branch"].opcode)
        resolve(vm, origin)


@kernel
def compile_while(vm: Ptr[VM]) -> None:
    destination = pop_control(vm, DESTINATION)
    if destination >= 0:
        forward(vm, forth["?branch"].opcode)
        push_control(vm, DESTINATION, destination)


@kernel
def compile_repeat(vm: Ptr[VM]) -> None:
    back(vm, forth["branch_back"].opcode, pop_control(vm, DESTINATION))
    resolve(vm, pop_control(vm, ORIGIN))


@kernel
def begin_loop(vm: Ptr[VM], opcode: i64) -> None:
    """DO and ?DO. The branch of ?DO goes where LEAVE goes: to the UNLOOP after the loop."""
    place = emit_branch(vm, opcode, NO_TARGET)
    if place < 0:
        return
    push_control(vm, OUTER_CHAIN, vm.leave_chain)
    push_control(vm, LOOP, place_label(vm))
    if failed(vm):
        return
    vm.leave_chain = place if opcode == forth["?do"].opcode else i64(NO_TARGET)
    vm.loop_depth += 1


@kernel
def end_loop(vm: Ptr[VM], opcode: i64) -> None:
    """LOOP and +LOOP."""
    start = pop_control(vm, LOOP)
    if failed(vm):
        return
    emit_branch(vm, opcode, start)
    resolve_chain(vm, vm.leave_chain)
    emit(vm, forth["unloop"].opcode, 0)
    vm.leave_chain = pop_control(vm, OUTER_CHAIN)
    vm.loop_depth -= 1


@kernel
def compile_leave(vm: Ptr[VM]) -> None:
    if vm.loop_depth <= 0:
        fail(vm, NO_LOOP)
        return
    place = emit_branch(vm, forth["branch"].opcode, vm.leave_chain)
    if place >= 0:
        vm.leave_chain = place


@kernel
def compile_of(vm: Ptr[VM]) -> None:
    chain = pop_control(vm, CASE)
    if failed(vm):
        return
    push_control(vm, CASE, chain)
    emit(vm, forth["over"].opcode, 0)
    emit(vm, forth["="].opcode, 0)
    place = emit_branch(vm, forth["?branch"].opcode, NO_TARGET)
    emit(vm, forth["drop"].opcode, 0)
    if not failed(vm):
        push_control(vm, OF, place)


@kernel
def compile_endof(vm: Ptr[VM]) -> None:
    origin = pop_control(vm, OF)
    chain = pop_control(vm, CASE)
    if failed(vm):
        return
    place = emit_branch(vm, forth["branch"].opcode, chain)
    if place >= 0:
        push_control(vm, CASE, place)
        resolve(vm, origin)


@kernel
def compile_endcase(vm: Ptr[VM]) -> None:
    chain = pop_control(vm, CASE)
    if failed(vm):
        return
    emit(vm, forth["drop"].opcode, 0)
    resolve_chain(vm, chain)


@kernel
def compile_until(vm: Ptr[VM]) -> None:
    back(vm, forth["?branch_back"].opcode, pop_control(vm, DESTINATION))


@kernel
def compile_again(vm: Ptr[VM]) -> None:
    back(vm, forth["branch_back"].opcode, pop_control(vm, DESTINATION))


@kernel
def compile_then(vm: Ptr[VM]) -> None:
    resolve(vm, pop_control(vm, ORIGIN))


@kernel
def compile_begin(vm: Ptr[VM]) -> None:
    push_control(vm, DESTINATION, place_label(vm))


@kernel
def compile_case(vm: Ptr[VM]) -> None:
    push_control(vm, CASE, NO_TARGET)


@kernel
def compile_if(vm: Ptr[VM]) -> None:
    forward(vm, forth["?branch"].opcode)


@kernel
def compile_ahead(vm: Ptr[VM]) -> None:
    forward(vm, forth["branch"].opcode)


@kernel
def compile_exit(vm: Ptr[VM]) -> None:
    drop_locals(vm)
    emit(vm, forth["exit"].opcode, 0)


@kernel
def compile_do(vm: Ptr[VM]) -> None:
    begin_loop(vm, forth["do"].opcode)


@kernel
def compile_question_do(vm: Ptr[VM]) -> None:
    begin_loop(vm, forth["?do"].opcode)


@kernel
def compile_loop(vm: Ptr[VM]) -> None:
    end_loop(vm, forth["loop"].opcode)


@kernel
def compile_plus_loop(vm: Ptr[VM]) -> None:
    end_loop(vm, forth["+loop"].opcode)


@kernel
def is_place(vm: Ptr[VM], entry: i64) -> bool:
    """Whether that entry, counted from the bottom, is a branch to resolve or a place to go back to."""
    kind = i64((vm.control + entry).kind)
    return kind == ORIGIN or kind == DESTINATION


@kernel
def pick_control(vm: Ptr[VM], depth: i64) -> None:
    """CS-PICK: copy a place to go back to."""
    entry = vm.control_depth - 1 - depth
    if depth < 0 or entry < 0 or i64((vm.control + entry).kind) != DESTINATION:
        fail(vm, MISMATCH)
        return
    push_control(vm, DESTINATION, i64((vm.control + entry).place))


@kernel
def roll_control(vm: Ptr[VM], depth: i64) -> None:
    """CS-ROLL: bring up an entry, over others that are branches and places like it."""
    last = vm.control_depth - 1
    if depth < 0 or depth > last:
        fail(vm, MISMATCH)
        return
    for entry in range(last - depth, last + 1):
        if not is_place(vm, entry):
            fail(vm, MISMATCH)
            return
    first = vm.control + (last - depth)
    kind, place = first.kind, first.place
    for entry in range(last - depth, last):
        (vm.control + entry).kind = (vm.control + entry + 1).kind
        (vm.control + entry).place = (vm.control + entry + 1).place
    (vm.control + last).kind = kind
    (vm.control + last).place = place


@forth.instruction(name="cs-pick", cold=True, facts=known_as("cs-pick"))
def pick_word(m: Machine, depth: Cell) -> None:
    """( u -- ) Copy an entry of the control-flow stack that BEGIN made; 0 is the topmost."""
    pick_control(m.vm, depth)
    check(m)


@forth.instruction(name="cs-roll", cold=True, facts=known_as("cs-roll"))
def roll_word(m: Machine, depth: Cell) -> None:
    """( u -- ) Bring up an entry of the control-flow stack; 1 exchanges the two topmost."""
    roll_control(m.vm, depth)
    check(m)


def structure_word(name: str, compile: object) -> None:
    """Define the immediate word `name`, which may stand in definitions only, and is `compile`."""

    def structure(m: Machine) -> None:
        compile(m.vm)  # type: ignore[operator]  # a kernel function, static here
        check(m)

    structure.__qualname__ = f"structure_{name}"
    facts = known_as(name, immediate=True, compile_only=True)
    forth.instruction(structure, name=f"compile {name}", cold=True, facts=facts)


for _name, _compile in {
    "if": compile_if,
    "else": compile_else,
    "then": compile_then,
    "ahead": compile_ahead,
    "begin": compile_begin,
    "while": compile_while,
    "until": compile_until,
    "repeat": compile_repeat,
    "again": compile_again,
    "exit": compile_exit,
    "do": compile_do,
    "?do": compile_question_do,
    "loop": compile_loop,
    "+loop": compile_plus_loop,
    "leave": compile_leave,
    "case": compile_case,
    "of": compile_of,
    "endof": compile_endof,
    "endcase": compile_endcase,
}.items():
    structure_word(_name, _compile)
