"""Taking words and texts out of the current line, and going on from line to line."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel
from cupola.languages.forth.dictionary import find_word
from cupola.languages.forth.failure import NO_NAME, NOT_SETTABLE, UNKNOWN_WORD, fail
from cupola.languages.forth.local_names import find_local
from cupola.languages.forth.machine import VM, data
from cupola.languages.forth.source import next_line, read_offset, set_offset

BLANK = 32  # it and all control characters stand between words


@kernel
def skip_blanks(vm: Ptr[VM]) -> i64:
    """The offset in the line of the next character that is no blank."""
    offset = read_offset(vm)
    while offset < vm.source_length and i64(data(vm, vm.source + offset)[0]) <= BLANK:
        offset += 1
    return offset


@kernel
def next_name(vm: Ptr[VM]) -> i64:
    """Take the next word of the line: its place is `token`, its length `token_length` and the result."""
    start = skip_blanks(vm)
    offset = start
    while offset < vm.source_length and i64(data(vm, vm.source + offset)[0]) > BLANK:
        offset += 1
    vm.token = vm.source + start
    vm.token_length = offset - start
    set_offset(vm, offset + 1 if offset < vm.source_length else offset)
    return offset - start


@inline
def is_delimiter(char: i64, delimiter: i64) -> bool:
    return char == delimiter or (delimiter == BLANK and char < BLANK)


@kernel
def parse_text(vm: Ptr[VM], delimiter: i64) -> tuple[i64, i64, bool]:
    """Take what stands before the delimiter: guest address, length, and whether the delimiter was there."""
    start = read_offset(vm)
    offset = start
    while offset < vm.source_length and not is_delimiter(i64(data(vm, vm.source + offset)[0]), delimiter):
        offset += 1
    found = offset < vm.source_length
    set_offset(vm, offset + 1 if found else offset)
    return vm.source + start, offset - start, found


@kernel
def skip_delimiters(vm: Ptr[VM], delimiter: i64) -> None:
    """Pass over delimiters, as WORD does."""
    offset = read_offset(vm)
    while offset < vm.source_length and is_delimiter(i64(data(vm, vm.source + offset)[0]), delimiter):
        offset += 1
    set_offset(vm, offset)


@kernel
def skip_comment(vm: Ptr[VM], delimiter: i64) -> None:
    """Pass over everything up to the delimiter, in a text over any number of lines."""
    more = True
    while more:
        _, _, found = parse_text(vm, delimiter)
        more = not found and next_line(vm)


@kernel
def next_word(vm: Ptr[VM]) -> i64:
    """The word whose name comes next in the line; -1 after `fail` if there is none."""
    length = next_name(vm)
    if length == 0:
        fail(vm, NO_NAME)
        return -1
    name = data(vm, vm.token)
    if find_local(vm, name, length) >= 0:  # a local has no execution token
        fail(vm, NOT_SETTABLE)
        return -1
    word = find_word(vm, name, length)
    if word < 0:
        fail(vm, UNKNOWN_WORD)
    return word
