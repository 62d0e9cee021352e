"""SEARCH-ORDER, and what looks at single word lists and names: FIND, FIND-NAME, NAME>STRING and their kin.

A name token is an execution token: each word has one name. The words that change the order step by step (ALSO,
VOCABULARY ...) are in word_lists.fs.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i32, i64, inline, kernel, memory_copy
from cupola.language import Cell
from cupola.languages.forth.compiler.compiling import need_cells, push
from cupola.languages.forth.constants import (
    COMPILE_ONLY,
    CONTEXT_CELL,
    CURRENT_CELL,
    IMMEDIATE,
    NAME_BUFFER,
    SLACK_CELLS,
)
from cupola.languages.forth.data.space import check_range
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.records import find_in_list, find_word, good_token, older_in_list
from cupola.languages.forth.dictionary.word_lists import (
    FORTH_LIST,
    compilation_list,
    follow_context,
    good_list,
    new_list,
    set_compilation_list,
    set_order,
)
from cupola.languages.forth.facts import known_as
from cupola.languages.forth.machine import VM, Machine, data
from cupola.languages.forth.throwing.failure import BAD_ARGUMENT, check, fail

# --- the order ----------------------------------------------------------------------------------------------------


@forth.instruction(name="forth-wordlist", cold=True, facts=known_as("forth-wordlist"))
def forth_wordlist() -> Cell:
    """( -- wid ) the word list of the system"""
    return FORTH_LIST


@forth.instruction(name="wordlist", cold=True, facts=known_as("wordlist"))
def wordlist(m: Machine) -> Cell:
    """( -- wid ) Make an empty word list."""
    list = new_list(m.vm)
    check(m)
    return list


@forth.instruction(name="get-current", cold=True, facts=known_as("get-current"))
def get_current(m: Machine) -> Cell:
    """( -- wid ) the list that new words go to"""
    list = compilation_list(m.vm)
    check(m)
    return list


@forth.instruction(name="set-current", cold=True, facts=known_as("set-current"))
def set_current(m: Machine, list: Cell) -> None:
    """( wid -- ) Let new words go to that list."""
    set_compilation_list(m.vm, list)
    check(m)


@forth.instruction(name="context", facts=known_as("context"))
def context_word() -> Cell:
    """( -- a-addr ) of a cell with the first list of the search order; storing another one there changes it"""
    return CONTEXT_CELL


@forth.instruction(name="current", facts=known_as("current"))
def current_word() -> Cell:
    """( -- a-addr ) of a cell with the list that new words go to"""
    return CURRENT_CELL


@forth.instruction(name="get-order", cold=True, facts=known_as("get-order", unknown_effect=True))
def get_order(m: Machine) -> None:
    """( -- wid*n n ) the search order, the list that is searched first on top"""
    follow_context(m.vm)
    check(m)
    count = m.vm.order_count
    for at in range(count):
        push(m, i64(m.vm.order[count - 1 - at]))
    push(m, count)


@forth.instruction(name="set-order", cold=True, facts=known_as("set-order", unknown_effect=True))
def set_order_word(m: Machine) -> None:
    """( wid*n n -- ) Set the search order; -1 as n sets the least: FORTH-WORDLIST."""
    need_cells(m, 1)
    check(m)
    count = m.sp[0]
    used = max(count, 0)
    if used <= SLACK_CELLS:
        need_cells(m, used + 1)
        check(m)
    set_order(m.vm, m.sp + 1, count)
    check(m)
    m.sp = m.sp + (used + 1)


# --- searching ----------------------------------------------------------------------------------------------------


@inline
def immediacy(vm: Ptr[VM], word: i64) -> i64:
    """1 for an immediate word, -1 for another."""
    return 1 if i64((vm.words + word).flags) & IMMEDIATE != 0 else -1


@forth.instruction(name="find", cold=True, facts=known_as("find", unknown_effect=True))
def find_counted(m: Machine) -> None:
    """( c-addr -- c-addr 0 | xt 1 | xt -1 ) 1 for an immediate word"""
    need_cells(m, 1)
    check(m)
    start = m.sp[0]
    check_range(m, start, 1)
    length = i64(data(m.vm, start)[0])
    check_range(m, start, length + 1)
    word = find_word(m.vm, data(m.vm, start + 1), length)
    check(m)
    if word < 0:
        push(m, 0)
    else:
        m.sp[0] = word
        push(m, immediacy(m.vm, word))


@forth.instruction(name="search-wordlist", cold=True, facts=known_as("search-wordlist", unknown_effect=True))
def search_wordlist(m: Machine) -> None:
    """( c-addr u wid -- 0 | xt 1 | xt -1 ) Find a word in one list; 1 for an immediate word."""
    need_cells(m, 3)
    check(m)
    list = m.sp[0]
    check_range(m, m.sp[2], m.sp[1])
    if not good_list(m.vm, list):
        fail(m.vm, BAD_ARGUMENT)
        check(m)
    word = find_in_list(m.vm, data(m.vm, m.sp[2]), m.sp[1], list)
    m.sp = m.sp + 2
    if word < 0:
        m.sp[0] = 0
    else:
        m.sp[0] = word
        push(m, immediacy(m.vm, word))


@forth.instruction(name="find-name", cold=True, facts=known_as("find-name"))
def find_name_word(m: Machine, start: Cell, length: Cell) -> Cell:
    """( c-addr u -- nt | 0 ) Find a name in the search order."""
    check_range(m, start, length)
    word = find_word(m.vm, data(m.vm, start), length)
    check(m)
    return max(word, 0)


@forth.instruction(name="find-name-in", cold=True, facts=known_as("find-name-in"))
def find_name_in(m: Machine, start: Cell, length: Cell, list: Cell) -> Cell:
    """( c-addr u wid -- nt | 0 ) Find a name in one list."""
    check_range(m, start, length)
    if not good_list(m.vm, list):
        fail(m.vm, BAD_ARGUMENT)
        check(m)
    return max(find_in_list(m.vm, data(m.vm, start), length, list), 0)


# --- names --------------------------------------------------------------------------------------------------------


@inline
def to_name_of(vm: Ptr[VM], token: i64) -> i64:
    """The name token of a word that has a name, else 0."""
    return token if good_token(vm, token) and (vm.words + token).name_length != 0 else 0


@inline
def check_name(m: Machine, token: i64) -> None:
    """Leave by "argument type mismatch" unless the number is a name token."""
    if to_name_of(m.vm, token) == 0:
        fail(m.vm, BAD_ARGUMENT)
    check(m)


@forth.instruction(name="name>string", cold=True, facts=known_as("name>string"))
def name_to_string(m: Machine, token: Cell) -> tuple[Cell, Cell]:
    """( nt -- c-addr u ) the name, in a buffer that the next NAME>STRING overwrites"""
    check_name(m, token)
    record = m.vm.words + token
    memory_copy(data(m.vm, NAME_BUFFER), record.name, i64(record.name_length))
    return NAME_BUFFER, i64(record.name_length)


@forth.instruction(name="name>interpret", cold=True, facts=known_as("name>interpret"))
def name_to_interpret(m: Machine, token: Cell) -> Cell:
    """( nt -- xt | 0 ) what the name does when it is interpreted; 0 for a compile-only word"""
    check_name(m, token)
    return 0 if i64((m.vm.words + token).flags) & COMPILE_ONLY != 0 else token


@forth.instruction(name="(immediate?)", cold=True, facts=known_as("(immediate?)"))
def is_immediate(m: Machine, token: Cell) -> Cell:
    """( nt -- flag ) whether the word is immediate"""
    check_name(m, token)
    return -i64(i64((m.vm.words + token).flags) & IMMEDIATE != 0)


@forth.instruction(name=">name", cold=True, facts=known_as(">name"))
def to_name(m: Machine, token: Cell) -> Cell:
    """( xt -- nt | 0 ) the name of a word, if it has one"""
    return to_name_of(m.vm, token)


@forth.instruction(name="name>", cold=True, facts=known_as("name>"))
def from_name(m: Machine, token: Cell) -> Cell:
    """( nt -- xt ) the word that the name stands for"""
    check_name(m, token)
    return token


@forth.instruction(name="latest", cold=True, facts=known_as("latest"))
def latest_word(m: Machine) -> Cell:
    """( -- nt | 0 ) the newest definition that has a name"""
    return to_name_of(m.vm, m.vm.latest)


# --- what word_lists.fs is made of --------------------------------------------------------------------------------


@forth.instruction(name="(older)", cold=True, facts=known_as("(older)"))
def older_word(m: Machine, list: Cell, token: Cell) -> Cell:
    """( wid nt1 -- nt2 | 0 ) the name in a list that is next older than nt1; 0 as nt1 asks for the newest"""
    newest = m.vm.word_count
    return older_in_list(m.vm, list, newest if token <= 0 else min(token, newest))


@kernel
def name_list(vm: Ptr[VM], list: i64, word: i64) -> None:
    if good_list(vm, list) and good_token(vm, word):
        vm.lists[list].name = i32(word)
    else:
        fail(vm, BAD_ARGUMENT)


@forth.instruction(name="(name-list)", cold=True, facts=known_as("(name-list)"))
def name_list_word(m: Machine, list: Cell, token: Cell) -> None:
    """( wid nt -- ) Let ORDER call a list by the name of a word."""
    name_list(m.vm, list, token)
    check(m)


@forth.instruction(name="(list-name)", cold=True, facts=known_as("(list-name)"))
def list_name_word(m: Machine, list: Cell) -> Cell:
    """( wid -- nt | 0 ) the word that ORDER calls a list by"""
    if not good_list(m.vm, list):
        return 0
    name = i64(m.vm.lists[list].name)
    return name if good_token(m.vm, name) else 0
