"""The dictionary: the records of all words, and the hash table that finds them by name.

One table serves all word lists. Its key is the hash of a name; a slot leads to the newest word with that hash in each
list (`beside`), and from there to those that it hides (`link`). A search takes one probe however many lists are in the
order: it looks at the rank of the list of what it finds.

Names are equal if they are equal with ASCII letters in lower case. A word is in the table from `reveal` on, until it is
forgotten. Word 0 is none: no execution token is 0, and a slot with word 0 is empty. `VM.generation` grows with
everything that can change what a search finds.
"""

from __future__ import annotations

from cupola.kernel import (
    Ptr,
    cast,
    i16,
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
    unlikely,
)
from cupola.languages.forth.constants import (
    FIRST_SLOTS,
    HIDDEN,
    MAX_SLOTS,
    MAX_WORDS,
    NOT_SEARCHED,
    SHARED,
    SLOTS_OFFSET,
    UNKNOWN_CHANGE,
)
from cupola.languages.forth.dictionary.names import fold_name, same_rest
from cupola.languages.forth.dictionary.word_lists import (
    compilation_list,
    follow_context,
    forget_lists,
    order_turns,
    set_up_lists,
)
from cupola.languages.forth.machine import VM, Slot, Word
from cupola.languages.forth.options import acted, is_on
from cupola.languages.forth.physics.changing import created, forgetting, revealed
from cupola.languages.forth.physics.noting import physics_on
from cupola.languages.forth.throwing.failure import FULL, NAME_TOO_LONG, NO_NAME, fail
from cupola.policy.options import SEARCH_ORDER

MAX_NAME = 255
NONE = -1
MOST_FILLED = 2  # the table grows when a slot of this many is taken

# --- searching ----------------------------------------------------------------------------------------------------


@inline
def first_with(vm: Ptr[VM], hash: u32) -> i64:
    """The first word with that hash, or 0: the others are `beside` it."""
    place = i64(hash) & vm.slot_mask
    word: i64 = 0
    while True:
        slot = vm.slots + place
        word = i64(slot.word)
        if word == 0 or slot.hash == hash:
            break
        place = (place + 1) & vm.slot_mask
    return word


@inline
def is_named(record: Ptr[Word], name: Ptr[u8], length: i64, first: u64) -> bool:
    """Whether a word has that name, whose first bytes are `first`."""
    if record.first != first or i64(record.name_length) != length:
        return False
    return length <= 8 or same_rest(record.name, name, length)


@kernel
def search_order(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """What `find_word` finds, for a name of 1 to 255 bytes when CONTEXT is as the system left it."""
    first, hash = fold_name(name, length)
    word = first_with(vm, hash)
    best: i64 = NONE
    least: i64 = NOT_SEARCHED
    while word != 0:
        record = vm.words + word
        rank = i64(vm.ranks[i64(record.list)])
        if rank < least and is_named(record, name, length, first):
            best = word
            least = rank
        word = i64(record.beside)
    return best


@kernel
def find_word(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """The word of that name that the search order finds, the newest of the first list that has one; or -1."""
    if unlikely(u64(length - 1) >= u64(MAX_NAME)):
        return NONE
    follow_context(vm)
    if is_on(vm, SEARCH_ORDER):
        return search_in_turn(vm, name, length)
    return search_order(vm, name, length)


@kernel
def lists_with(vm: Ptr[VM], record: Ptr[Word], hash: u32) -> i64:
    """How many lists of the search order have a word of the name of `record`."""
    count: i64 = 0
    word = first_with(vm, hash)
    while word != 0:
        other = vm.words + word
        if i64(vm.ranks[i64(other.list)]) != NOT_SEARCHED:
            if is_named(other, record.name, i64(record.name_length), record.first):
                count += 1
        word = i64(other.beside)
    return count


@kernel
def search_in_turn(vm: Ptr[VM], name: Ptr[u8], length: i64) -> i64:
    """What `search_order` finds, by looking into one list after the other, those with many hits first: the option
    `search-order`. Of a name that several lists have, the order decides.
    """
    if vm.until_turns <= 0:
        order_turns(vm)
    vm.until_turns -= 1
    first, hash = fold_name(name, length)
    for turn in range(vm.order_count):
        list = i64(vm.turns[turn])
        word = first_with(vm, hash)
        while word != 0:
            record = vm.words + word
            if i64(record.list) == list and is_named(record, name, length, first):
                if i64(record.flags) & SHARED != 0 and lists_with(vm, record, hash) > 1:
                    return search_order(vm, name, length)
                vm.lists[list].hits += 1
                if turn < i64(vm.ranks[list]):
                    acted(vm, SEARCH_ORDER)
                return word
            word = i64(record.beside)
    return NONE


@kernel
def find_in_list(vm: Ptr[VM], name: Ptr[u8], length: i64, list: i64) -> i64:
    """The newest word of that name in one word list, or -1."""
    if u64(length - 1) >= u64(MAX_NAME):
        return NONE
    first, hash = fold_name(name, length)
    word = first_with(vm, hash)
    while word != 0:
        record = vm.words + word
        if i64(record.list) == list and is_named(record, name, length, first):
            return word
        word = i64(record.beside)
    return NONE


@kernel
def older_in_list(vm: Ptr[VM], list: i64, word: i64) -> i64:
    """The newest word of a list that is older than `word`, by token, and is shown; 0 if there is none."""
    each = word
    while each > 1:
        each -= 1
        record = vm.words + each
        if i64(record.list) == list and i64(record.flags) & HIDDEN == 0 and record.name_length != 0:
            return each
    return 0


@inline
def good_token(vm: Ptr[VM], token: i64) -> bool:
    """Whether the number is an execution token."""
    return token > 0 and token < vm.word_count


# --- new words ----------------------------------------------------------------------------------------------------


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
    record.kind = u16(kind)
    record.float_change = i16(UNKNOWN_CHANGE)
    record.flags = u16(HIDDEN)
    record.file = u16(vm.file)
    record.line = u32(vm.line_number)
    record.here = u32(vm.here)
    if physics_on(vm):
        created(vm, word)
    return word


@kernel
def create_word(vm: Ptr[VM], name: Ptr[u8], length: i64, kind: i64) -> i64:
    """A word of the compilation word list with a copy of that name, not yet to be found; -1 after `fail` if it cannot
    be.
    """
    if length == 0:
        fail(vm, NO_NAME)
        return NONE
    if length > MAX_NAME:
        fail(vm, NAME_TOO_LONG)
        return NONE
    if vm.names_end - vm.names_next < length:
        fail(vm, FULL)
        return NONE
    list = compilation_list(vm)
    word = new_word(vm, kind)
    if word < 0:
        return NONE
    record = vm.words + word
    memory_copy(record.name, name, length)
    vm.names_next = vm.names_next + length
    record.name_length = u16(length)
    record.list = u16(list)
    first, hash = fold_name(record.name, length)
    record.first = first
    record.hash = hash
    return word


@kernel
def reveal(vm: Ptr[VM], word: i64) -> None:
    """Let the word be found, if it has a name; it is then the latest."""
    record = vm.words + word
    if record.name_length == 0:
        return
    record.flags = record.flags & (0xFFFF ^ HIDDEN)
    if vm.slots_taken * MOST_FILLED > vm.slot_mask:
        rehash(vm, vm.slot_mask * 2 + 1)
    enter_word(vm, word)
    vm.latest = word
    vm.generation += 1
    if physics_on(vm):
        revealed(vm, record.hash)


@kernel
def enter_word(vm: Ptr[VM], word: i64) -> None:
    """Put a word into the table: in the place of the one of its name and list, which it hides, or beside others."""
    record = vm.words + word
    slot = slot_for(vm, record.hash)
    each = i64(slot.word)
    before: i64 = 0
    while each != 0:
        other = vm.words + each
        if is_named(other, record.name, i64(record.name_length), record.first):
            if other.list == record.list:
                record.flags = record.flags | other.flags & SHARED
                record.link = i32(each)
                record.beside = other.beside
                if before == 0:
                    slot.word = i32(word)
                else:
                    (vm.words + before).beside = i32(word)
                return
            other.flags = other.flags | SHARED
            record.flags = record.flags | SHARED
        before = each
        each = i64(other.beside)
    if slot.word == 0:
        vm.slots_taken += 1
        slot.hash = record.hash
    record.link = 0
    record.beside = slot.word
    slot.word = i32(word)


@kernel
def slot_for(vm: Ptr[VM], hash: u32) -> Ptr[Slot]:
    """The slot of that hash, or the empty one where it belongs."""
    place = i64(hash) & vm.slot_mask
    while vm.slots[place].word != 0 and vm.slots[place].hash != hash:
        place = (place + 1) & vm.slot_mask
    return vm.slots + place


# --- the table ----------------------------------------------------------------------------------------------------


@inline
def table_place(vm: Ptr[VM], which: i64) -> Ptr[Slot]:
    """One of the two places for the table: it moves from one to the other when it is made anew."""
    return cast(Ptr[Slot], cast(Ptr[u8], vm) + SLOTS_OFFSET) + which * MAX_SLOTS


@kernel
def set_up_dictionary(vm: Ptr[VM]) -> None:
    """An empty dictionary: not even word 0 is there."""
    vm.word_count = 0
    vm.slots = table_place(vm, 0)
    vm.slot_mask = FIRST_SLOTS - 1
    vm.slots_taken = 0
    memory_fill(cast(Ptr[u8], vm.slots), 0, FIRST_SLOTS * sizeof(Slot))
    set_up_lists(vm)


@kernel
def rehash(vm: Ptr[VM], mask: i64) -> None:
    """Make the table anew with another size."""
    old = vm.slots
    old_mask = vm.slot_mask
    vm.slots = table_place(vm, 1) if old == table_place(vm, 0) else table_place(vm, 0)
    vm.slot_mask = mask
    vm.slots_taken = 0
    memory_fill(cast(Ptr[u8], vm.slots), 0, (mask + 1) * sizeof(Slot))
    for place in range(old_mask + 1):
        if old[place].word != 0:
            slot = slot_for(vm, old[place].hash)
            slot.hash = old[place].hash
            slot.word = old[place].word
            vm.slots_taken += 1


# --- forgetting ---------------------------------------------------------------------------------------------------


@kernel
def forget_from(vm: Ptr[VM], word: i64) -> None:
    """Forget that word and all newer ones, and the word lists made since. Their guest code stays where it is: it may
    be running.
    """
    if physics_on(vm):
        forgetting(vm, word)
    for place in range(vm.slot_mask + 1):
        if vm.slots[place].word != 0:
            vm.slots[place].word = i32(older_beside(vm, i64(vm.slots[place].word), word))
    rehash(vm, vm.slot_mask)
    forget_lists(vm, word)
    vm.names_next = (vm.words + word).name
    vm.here = i64((vm.words + word).here)
    vm.word_count = word
    vm.latest = word - 1
    vm.generation += 1


@kernel
def older_beside(vm: Ptr[VM], start: i64, limit: i64) -> i64:
    """The chain of words beside each other from `start` on, with `limit` and what is newer taken out: the words that
    those hid come back. Its first word, or 0.
    """
    head: i64 = 0
    last: i64 = 0
    each = start
    while each != 0:
        beside = i64((vm.words + each).beside)
        kept = older_behind(vm, each, limit)
        if kept != 0:
            (vm.words + kept).beside = 0
            if last == 0:
                head = kept
            else:
                (vm.words + last).beside = i32(kept)
            last = kept
        each = beside
    return head


@kernel
def older_behind(vm: Ptr[VM], start: i64, limit: i64) -> i64:
    """The words that hide each other from `start` on, with `limit` and what is newer taken out; the first one, or 0.
    They are in the order of `reveal`, not of the table.
    """
    head: i64 = 0
    last: i64 = 0
    each = start
    while each != 0:
        link = i64((vm.words + each).link)
        if each < limit:
            if last == 0:
                head = each
            else:
                (vm.words + last).link = i32(each)
            (vm.words + each).link = 0
            last = each
        each = link
    return head
