"""What a profile says about the words that are being compiled: native code finds it by name and line.

The driver writes one row for each word of the profile, sorted by the hash of its name, and behind the rows one byte for
each of the word's `?branch` instructions. Hints change speed alone: a row that belongs to another version of the word
does no harm, and one that has another number of branches is not used.
"""

from __future__ import annotations

from cupola.kernel import Ptr, cast, i64, inline, kernel, null, u8
from cupola.languages.forth.constants import HINTS_OFFSET
from cupola.languages.forth.definition import forth
from cupola.languages.forth.dictionary.names import fold_name
from cupola.languages.forth.machine import VM, Hint, Word

# What the byte of a `?branch` says: it nearly always goes to its target.
TAKEN = 1


@inline
def hints(vm: Ptr[VM]) -> Ptr[Hint]:
    """The rows, `vm.hint_count` of them."""
    return cast(Ptr[Hint], cast(Ptr[u8], vm) + HINTS_OFFSET)


@kernel
def hint_for(vm: Ptr[VM], word: Ptr[Word]) -> Ptr[Hint]:
    """The row of a word, or null."""
    low: i64 = 0
    high = vm.hint_count
    while low < high:
        middle = (low + high) // 2
        if hints(vm)[middle].hash < word.hash:
            low = middle + 1
        else:
            high = middle
    while low < vm.hint_count and hints(vm)[low].hash == word.hash:
        if hints(vm)[low].line == word.line:
            return hints(vm) + low
        low += 1
    return null(Ptr[Hint])


@kernel
def is_hot(vm: Ptr[VM], word: Ptr[Word]) -> bool:
    """Whether a profile says that the word is called often."""
    if vm.hint_count == 0 or word.name_length == 0:
        return False
    hint = hint_for(vm, word)
    return hint != null(Ptr[Hint]) and hint.hot != 0


@inline
def branch_hint(vm: Ptr[VM], hint: Ptr[Hint], number: i64) -> i64:
    """What is known of the `?branch` with that number in its word."""
    return i64((cast(Ptr[u8], vm) + (HINTS_OFFSET + i64(hint.first) + number))[0])


@forth.entry
def name_hash(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """The hash of a name of at least one byte, as words have it; 8 bytes behind it are read, too."""
    _, hash = fold_name(name, length)
    return i64(hash)
