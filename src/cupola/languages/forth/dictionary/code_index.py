"""Which word some guest code belongs to: a table with a row for each piece of guest code, in the order of the code.

Guest code only grows, so the rows are sorted, and found by halving. A row tells where a piece began when it was made;
the word's own record tells whether that is still its code: tokens of forgotten words are given out again.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i32, i64, inline, kernel, u8, u32
from cupola.languages.forth.constants import OWNERS_LIMIT, OWNERS_OFFSET
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM, Owner


@inline
def owners(vm: Ptr[VM]) -> Ptr[Owner]:
    return cast(Ptr[Owner], cast(Ptr[u8], vm) + OWNERS_OFFSET)


@kernel
def note_owner(vm: Ptr[VM], code: Ptr[u8], word: i64) -> bool:
    """Note that the newest guest code begins at `code` and belongs to `word`; false if there is no room."""
    if vm.owner_count >= OWNERS_LIMIT:
        return False
    row = owners(vm) + vm.owner_count
    row.place = u32(address(code) - address(vm))
    row.token = i32(word)
    vm.owner_count += 1
    return True


@forth.entry
def word_at(vm: Ptr[VM], pc: Ptr[u8]) -> i64:
    """The token of the word whose guest code `pc` lies in, or 0."""
    place = address(pc) - address(vm)
    low: i64 = 0
    high = vm.owner_count
    while low < high:
        middle = (low + high) // 2
        if i64(owners(vm)[middle].place) <= place:
            low = middle + 1
        else:
            high = middle
    if low == 0:
        return 0
    token = i64(owners(vm)[low - 1].token)
    record = vm.words + token
    if token < vm.word_count and record.start <= pc and pc < record.code_end:
        return token
    return 0
