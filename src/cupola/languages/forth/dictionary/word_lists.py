"""The word lists and the order in which they are searched: tables beside the dictionary.

A word list is a number from 1 on; 1 is FORTH-WORDLIST. `ranks` says for each list where it stands in the order,
`NOT_SEARCHED` if nowhere: that is all that a search looks at. The first list of the order and the list that new words
go to are also cells of the data space, CONTEXT and CURRENT, which programs may set: `follow_context` and
`compilation_list` take note of that, and of what is no word list.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, inline, kernel, slow, u8, u16, unlikely
from cupola.languages.forth.constants import CONTEXT_CELL, CURRENT_CELL, MAX_LISTS, MAX_ORDER, NOT_SEARCHED
from cupola.languages.forth.machine import VM, cell_at
from cupola.languages.forth.throwing.failure import (
    BAD_ARGUMENT,
    BAD_NUMBER,
    FULL,
    ORDER_OVERFLOW,
    fail,
)

SEARCHES_PER_TURN = 256
FORTH_LIST = 1
MINIMUM = -1  # the number of lists with which SET-ORDER sets the minimum order


@inline
def good_list(vm: Ptr[VM], list: i64) -> bool:
    """Whether the number is a word list."""
    return list > 0 and list < vm.list_count


@kernel
def new_list(vm: Ptr[VM]) -> i64:
    """An empty word list; 0 after `fail` if there are as many as there can be."""
    list = vm.list_count
    if list >= MAX_LISTS:
        fail(vm, FULL)
        return 0
    vm.list_count = list + 1
    made = vm.lists[list]
    made.birth = i32(vm.word_count)
    made.name = 0
    made.hits = 0
    vm.ranks[list] = u8(NOT_SEARCHED)
    return list


# --- the order ----------------------------------------------------------------------------------------------------


@kernel
def clear_order(vm: Ptr[VM]) -> None:
    """Begin a new order: it is empty, and `add_to_order` and `end_order` must follow."""
    for at in range(vm.order_count):
        vm.ranks[i64(vm.order[at])] = u8(NOT_SEARCHED)
    vm.order_count = 0


@inline
def add_to_order(vm: Ptr[VM], list: i64) -> None:
    """Append a good list to the order; there must be room."""
    vm.order[vm.order_count] = u16(list)
    vm.order_count += 1


@kernel
def end_order(vm: Ptr[VM]) -> None:
    """Let the order be as it is now. What stands in it twice is searched where it stands first."""
    at = vm.order_count
    while at > 0:
        at -= 1
        vm.ranks[i64(vm.order[at])] = u8(at)
        vm.turns[at] = vm.order[at]
    vm.first_list = i64(vm.order[0]) if vm.order_count > 0 else 0
    cell_at(vm, CONTEXT_CELL)[0] = vm.first_list
    vm.until_turns = SEARCHES_PER_TURN
    vm.generation += 1


@kernel
def order_turns(vm: Ptr[VM]) -> None:
    """Put the lists with many hits first, where they are searched in turn. Hits count half the next time."""
    vm.until_turns = SEARCHES_PER_TURN
    for at in range(1, vm.order_count):
        list = vm.turns[at]
        hits = vm.lists[i64(list)].hits
        to = at
        while to > 0 and vm.lists[i64(vm.turns[to - 1])].hits < hits:
            vm.turns[to] = vm.turns[to - 1]
            to -= 1
        vm.turns[to] = list
    for at in range(vm.order_count):
        list = vm.turns[at]
        vm.lists[i64(list)].hits = vm.lists[i64(list)].hits // 2


@kernel
def set_minimum(vm: Ptr[VM]) -> None:
    """The minimum order: FORTH-WORDLIST."""
    clear_order(vm)
    add_to_order(vm, FORTH_LIST)
    end_order(vm)


@kernel
def set_order(vm: Ptr[VM], lists: Ptr[i64], count: i64) -> None:
    """Let the order be `count` lists, the first one at `lists`, or the minimum; nothing changes after `fail`."""
    if count == MINIMUM:
        set_minimum(vm)
        return
    if count < 0:
        fail(vm, BAD_NUMBER)
        return
    if count > MAX_ORDER:
        fail(vm, ORDER_OVERFLOW)
        return
    for at in range(count):
        if not good_list(vm, lists[at]):
            fail(vm, BAD_ARGUMENT)
            return
    clear_order(vm)
    for at in range(count):
        add_to_order(vm, lists[at])
    end_order(vm)


@slow
def take_context(vm: Ptr[VM]) -> None:
    """The program has set CONTEXT: it is now the first list of the order. What is no list is an error, and undone."""
    wanted = cell_at(vm, CONTEXT_CELL)[0]
    if not good_list(vm, wanted):
        cell_at(vm, CONTEXT_CELL)[0] = vm.first_list
        fail(vm, BAD_ARGUMENT)
        return
    count = max(vm.order_count, 1)
    clear_order(vm)
    vm.order[0] = u16(wanted)
    vm.order_count = count
    end_order(vm)


@inline
def follow_context(vm: Ptr[VM]) -> None:
    """Take note of what the program did to CONTEXT: before anything is looked up, and before `generation` is read."""
    if unlikely(cell_at(vm, CONTEXT_CELL)[0] != vm.first_list):
        take_context(vm)


# --- where new words go -------------------------------------------------------------------------------------------


@kernel
def compilation_list(vm: Ptr[VM]) -> i64:
    """The list that new words go to; FORTH-WORDLIST after `fail` if CURRENT is no list."""
    list = cell_at(vm, CURRENT_CELL)[0]
    if good_list(vm, list):
        return list
    cell_at(vm, CURRENT_CELL)[0] = FORTH_LIST
    fail(vm, BAD_ARGUMENT)
    return FORTH_LIST


@kernel
def set_compilation_list(vm: Ptr[VM], list: i64) -> None:
    if good_list(vm, list):
        cell_at(vm, CURRENT_CELL)[0] = list
    else:
        fail(vm, BAD_ARGUMENT)


@kernel
def mend_lists(vm: Ptr[VM]) -> None:
    """After an error: if the program has overwritten CONTEXT or CURRENT with what is no list, undo that silently; and
    with an empty search order nobody could go on, since nothing is found.
    """
    if vm.order_count == 0:
        set_minimum(vm)
    if not good_list(vm, cell_at(vm, CONTEXT_CELL)[0]):
        cell_at(vm, CONTEXT_CELL)[0] = vm.first_list
    if not good_list(vm, cell_at(vm, CURRENT_CELL)[0]):
        cell_at(vm, CURRENT_CELL)[0] = FORTH_LIST


# --- making and forgetting ----------------------------------------------------------------------------------------


@kernel
def set_up_lists(vm: Ptr[VM]) -> None:
    """The state of a new system: one list, which is searched and gets new words."""
    vm.list_count = 1
    vm.order_count = 0
    new_list(vm)
    set_minimum(vm)
    cell_at(vm, CURRENT_CELL)[0] = FORTH_LIST


@kernel
def forget_lists(vm: Ptr[VM], word: i64) -> None:
    """Forget the lists that are newer than `word`: they leave the order, and get no new words."""
    follow_context(vm)
    count = vm.list_count
    while count > FORTH_LIST + 1 and i64(vm.lists[count - 1].birth) > word:
        count -= 1
    if count == vm.list_count:
        return
    entries = vm.order_count
    clear_order(vm)
    vm.list_count = count
    for at in range(entries):
        if good_list(vm, i64(vm.order[at])):
            add_to_order(vm, i64(vm.order[at]))
    end_order(vm)
    if not good_list(vm, cell_at(vm, CURRENT_CELL)[0]):
        cell_at(vm, CURRENT_CELL)[0] = FORTH_LIST
