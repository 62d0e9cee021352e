"""The locals of the definition that is being compiled, as the compiler knows them: names, found before words.

What may be touched: nothing below reads the source or defines words; `locals` does.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address_of, cast, i32, i64, inline, kernel, memory_copy, u8, u16, u32
from cupola.languages.forth.compiler.draft import BY_MAKER, emit
from cupola.languages.forth.constants import LOCALS_OFFSET, MOST_LOCALS
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.names import fold_name, same_rest
from cupola.languages.forth.dictionary.records import MAX_NAME, NONE
from cupola.languages.forth.machine import VM, Local
from cupola.languages.forth.throwing.failure import NAME_TOO_LONG, NO_NAME, TOO_MANY_LOCALS, fail


@inline
def local_at(vm: Ptr[VM], index: i64) -> Ptr[Local]:
    return cast(Ptr[Local], cast(Ptr[u8], vm) + LOCALS_OFFSET) + index


@kernel
def find_local(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """The newest local of that name, or -1; there are none while the text interpreter does not compile."""
    if vm.local_count == 0 or vm.compiling == 0 or length == 0:
        return NONE
    first, _ = fold_name(name, length)
    index = vm.local_count - 1
    while index >= 0:
        local = local_at(vm, index)
        same = local.first == first and i64(local.name_length) == length
        if same and (length <= 8 or same_rest(address_of(local.name[0]), name, length)):
            return index
        index -= 1
    return NONE


@kernel
def name_local(vm: Ptr[VM], name: Ptr[u8], length: i64) -> None:
    """Add a local; what makes it is still to be said."""
    if length == 0:
        fail(vm, NO_NAME)
    elif length > MAX_NAME:
        fail(vm, NAME_TOO_LONG)
    elif vm.local_count >= MOST_LOCALS:
        fail(vm, TOO_MANY_LOCALS)
    else:
        local = local_at(vm, vm.local_count)
        memory_copy(address_of(local.name[0]), name, length)
        local.name_length = u32(length)
        local.first, _ = fold_name(name, length)
        local.maker = i32(NONE)
        vm.local_count += 1


@kernel
def make_local(vm: Ptr[VM], index: i64) -> None:
    """Compile what takes the topmost cell of the stack for that local."""
    local_at(vm, index).maker = i32(emit(vm, forth[">local"].opcode, 0))


@kernel
def use_local(vm: Ptr[VM], opcode: i64, index: i64) -> None:
    """Compile an instruction on that local."""
    place = emit(vm, opcode, i64(local_at(vm, index).maker))
    if place >= 0:
        one = vm.draft + place
        one.flags = u16(i64(one.flags) | BY_MAKER)


@kernel
def drop_locals(vm: Ptr[VM]) -> None:
    """Compile what a way out of the definition does to its locals."""
    if vm.local_count > 0:
        emit(vm, forth["drop locals"].opcode, vm.local_count)
