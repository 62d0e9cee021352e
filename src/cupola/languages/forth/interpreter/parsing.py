"""Taking words and texts out of the current line, and going on from line to line."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, kernel, u64
from cupola.languages.forth.compiler.local_names import find_local
from cupola.languages.forth.dictionary.records import find_word
from cupola.languages.forth.interpreter.scanning import BLANK, find_blank, find_byte
from cupola.languages.forth.interpreter.source import next_line, read_offset, set_offset
from cupola.languages.forth.machine import VM, data
from cupola.languages.forth.throwing.failure import NO_NAME, NOT_SETTABLE, UNKNOWN_WORD, fail


@kernel
def next_name(vm: Ptr[VM]) -> i64:
    """Take the next word of the line: its place is `token`, its length `token_length` and the result."""
    line = data(vm, vm.source)
    length = vm.source_length
    start = read_offset(vm)
    while start < length and i64(line[start]) <= BLANK:
        start += 1
    end = find_blank(line, start, length)
    vm.token = vm.source + start
    vm.token_length = end - start
    set_offset(vm, min(end + 1, length))
    return end - start


@inline
def is_delimiter(char: i64, delimiter: i64) -> bool:
    return char == delimiter or (delimiter == BLANK and char < BLANK)


@kernel
def find_delimiter(vm: Ptr[VM], start: i64, delimiter: i64) -> i64:
    """The offset in the line of the first delimiter from `start` on, or the line's length."""
    line = data(vm, vm.source)
    if delimiter == BLANK:
        return find_blank(line, start, vm.source_length)
    if u64(delimiter) > u64(255):
        return vm.source_length
    return find_byte(line, start, vm.source_length, delimiter)


@kernel
def parse_text(vm: Ptr[VM], delimiter: i64) -> tuple[i64, i64, bool]:
    """Take what stands before the delimiter: guest address, length, and whether the delimiter was there."""
    start = read_offset(vm)
    offset = find_delimiter(vm, start, delimiter)
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
