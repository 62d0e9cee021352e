"""The dictionary: a table of words, their names, and a hash table that finds the newest word of a name.

Names are equal if they are equal with ASCII letters in lower case. A word is found only after `reveal`. Word
0 is none: no execution token is 0.
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    cast,
    i32,
    i64,
    inline,
    kernel,
    memory_copy,
    memory_fill,
    sizeof,
    u8,
    u16,
    u32,
    u64,
)
from cupola.languages.forth.constants import HIDDEN, MAX_WORDS
from cupola.languages.forth.failure import FULL, NAME_TOO_LONG, NO_NAME, fail
from cupola.languages.forth.machine import VM, Word

MAX_NAME = 255
BUCKETS = 1024
NONE = -1
HASH_START, HASH_PRIME = 2166136261, 16777619  # FNV-1a (Fowler, Noll, Vo), 32 bits


@inline
def lower_case(char: i64) -> i64:
    """ASCII letters in lower case, everything else as it is."""
    return char + 32 if u64(char - 65) < u64(26) else char


@kernel
def hash_name(name: Ptr[u8], length: i64) -> u32:
    value = u32(HASH_START)
    for place in range(length):
        value = (value ^ u32(lower_case(i64(name[place])))) * HASH_PRIME
    return value


@kernel
def same_name(a: Ptr[u8], b: Ptr[u8], length: i64) -> bool:
    for place in range(length):
        if lower_case(i64(a[place])) != lower_case(i64(b[place])):
            return False
    return True


@kernel
def find_word(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """The newest word of that name, or -1."""
    if length == 0 or length > MAX_NAME:
        return NONE
    value = hash_name(name, length)
    word = i64(vm.buckets[i64(value) & (BUCKETS - 1)])
    while word >= 0:
        record = vm.words + word
        if (
            record.hash == value
            and i64(record.name_length) == length
            and same_name(record.name, name, length)
        ):
            return word
        word = i64(record.link)
    return NONE


@inline
def good_token(vm: Ptr[VM], token: i64) -> bool:
    """Whether the number is an execution token."""
    return token > 0 and token < vm.word_count


@kernel
def new_word(vm: Ptr[VM], kind: i64) -> i64:
    """A word without a name; -1 after `fail` if the table is full.

    Until it has guest code of its own it runs that of word 0, which throws.
    """
    word = vm.word_count
    if word >= MAX_WORDS:
        fail(vm, FULL)
        return NONE
    vm.word_count = word + 1
    record = vm.words + word
    memory_fill(cast(Ptr[u8], record), 0, sizeof(Word))
    record.entry = vm.words.entry
    record.name = vm.names_next
    record.link = NONE
    record.kind = u16(kind)
    record.flags = u16(HIDDEN)
    record.file = u16(vm.file)
    record.line = u32(vm.line_number)
    return word


@kernel
def create_word(vm: Ptr[VM], name: Ptr[u8], length: i64, kind: i64) -> i64:
    """A word with a copy of that name, not yet to be found; -1 after `fail` if it cannot be."""
    if length == 0:
        fail(vm, NO_NAME)
        return NONE
    if length > MAX_NAME:
        fail(vm, NAME_TOO_LONG)
        return NONE
    if vm.names_end - vm.names_next < length:
        fail(vm, FULL)
        return NONE
    word = new_word(vm, kind)
    if word < 0:
        return NONE
    record = vm.words + word
    memory_copy(record.name, name, length)
    vm.names_next = vm.names_next + length
    record.name_length = u16(length)
    record.hash = hash_name(name, length)
    return word


@kernel
def reveal(vm: Ptr[VM], word: i64) -> None:
    """Let the word be found, if it has a name; it is then the latest."""
    record = vm.words + word
    if record.name_length == 0:
        return
    record.flags = record.flags & (0xFFFF ^ HIDDEN)
    bucket = i64(record.hash) & (BUCKETS - 1)
    record.link = vm.buckets[bucket]
    vm.buckets[bucket] = i32(word)
    vm.latest = word


@kernel
def forget_from(vm: Ptr[VM], word: i64) -> None:
    """Forget that word and all newer ones. Their guest code stays where it is: it may be running."""
    for bucket in range(BUCKETS):
        forget_in_bucket(vm, bucket, word)
    vm.names_next = (vm.words + word).name
    vm.word_count = word
    vm.latest = word - 1


@kernel
def forget_in_bucket(vm: Ptr[VM], bucket: i64, word: i64) -> None:
    """Unlink that word and all newer ones from one list. Lists are in the order of `reveal`, not of the
    table.
    """
    kept: i64 = NONE
    each = i64(vm.buckets[bucket])
    while each >= 0:
        link = (vm.words + each).link
        if each < word:
            kept = each
        elif kept < 0:
            vm.buckets[bucket] = link
        else:
            (vm.words + kept).link = link
        each = i64(link)
