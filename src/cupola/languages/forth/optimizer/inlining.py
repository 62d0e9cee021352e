"""Short words that go straight on are put in the place of their calls; backtraces still show them.

What a word of a few instructions costs is mostly its call. When it is finished its draft is kept, and callers take the
instructions in. Each taking in is a `Site`; the `Origin` table says which guest code belongs to which site.
"""

from __future__ import annotations

from cupola.kernel import Ptr, address, cast, i32, i64, inline, kernel, u8, u16, u32
from cupola.languages.forth.compiler.draft import emit
from cupola.languages.forth.constants import (
    INLINE_LIMIT,
    INLINE_OFFSET,
    ORIGINS_LIMIT,
    ORIGINS_OFFSET,
    SITES_LIMIT,
    SITES_OFFSET,
)
from cupola.languages.forth.definition import forth
from cupola.languages.forth.facts import STEADY
from cupola.languages.forth.machine import VM, Draft, Origin, Site, Word
from cupola.languages.forth.optimizer.hints import is_hot
from cupola.languages.forth.options import acted
from cupola.languages.forth.physics.noting import note_taken_in, physics_on
from cupola.policy.options import COLON_INLINING

MOST_INLINED = 12  # instructions of a word that is put in the place of its calls
MOST_HOT = 64  # of one that a profile calls hot,
MOST_EXPANDED = 1024  # as long as its callers do not grow beyond this
DEEPEST = 8  # words taken into words taken into words


@inline
def pool(vm: Ptr[VM]) -> Ptr[Draft]:
    """The instructions of all words that may be taken in."""
    return cast(Ptr[Draft], cast(Ptr[u8], vm) + INLINE_OFFSET)


@inline
def sites(vm: Ptr[VM]) -> Ptr[Site]:
    return cast(Ptr[Site], cast(Ptr[u8], vm) + SITES_OFFSET)


@inline
def origins(vm: Ptr[VM]) -> Ptr[Origin]:
    return cast(Ptr[Origin], cast(Ptr[u8], vm) + ORIGINS_OFFSET)


@kernel
def keep(vm: Ptr[VM], word: Ptr[Word]) -> None:
    """Keep the draft of a short word that goes straight on, for its callers to take in."""
    count = vm.draft_count - 1  # without the `exit`
    most = MOST_HOT if count > MOST_INLINED and is_hot(vm, word) else MOST_INLINED
    if count > most or vm.inline_next + count > INLINE_LIMIT or count < 1:
        return
    at: i64 = 0
    while at < count:
        one = vm.draft + at
        flags = i64(vm.context.tables.facts[i64(one.opcode)].flags)
        if flags & STEADY == 0 or one.target >= 0 or one.flags != 0:
            return
        if one.origin != 0 and i64(sites(vm)[i64(one.origin)].depth) >= DEEPEST:
            return
        at += 1
    if i64(vm.draft[count].opcode) != forth["exit"].opcode:
        return
    at = 0
    while at < count:
        kept = pool(vm) + (vm.inline_next + at)
        kept.opcode = vm.draft[at].opcode
        kept.operand = vm.draft[at].operand
        kept.origin = vm.draft[at].origin
        at += 1
    word.inline = u32(vm.inline_next)
    word.inline_count = u16(count)
    vm.inline_next += count


@kernel
def take_in(vm: Ptr[VM], token: i64) -> bool:
    """Append the instructions of a word that is kept; false if it is not, or there is no room to note where."""
    word = vm.words + token
    count = i64(word.inline_count)
    if count > MOST_INLINED and vm.draft_count + count > MOST_EXPANDED:
        return False
    if count == 0 or vm.site_count + count * DEEPEST >= SITES_LIMIT or vm.origin_count + 64 >= ORIGINS_LIMIT:
        return False
    whole = new_site(vm, token, 0)
    inner: i64 = 0  # the last origin of an instruction in the word itself, and the site made for it
    made = whole
    at: i64 = 0
    while at < count:
        kept = pool(vm) + (i64(word.inline) + at)
        if i64(kept.origin) != inner:
            inner = i64(kept.origin)
            made = whole if inner == 0 else site_inside(vm, inner, whole)
        vm.site = made
        before = vm.draft_count
        emit(vm, i64(kept.opcode), kept.operand)
        if physics_on(vm):
            note_taken_in(vm, token, at, before)
        at += 1
    vm.site = 0
    acted(vm, COLON_INLINING)
    return True


@kernel
def new_site(vm: Ptr[VM], token: i64, parent: i64) -> i64:
    """Site 0 is none; `take_in` has made sure that there is room."""
    number = vm.site_count + 1
    vm.site_count = number
    made = sites(vm) + number
    made.token = i32(token)
    made.parent = i32(parent)
    made.depth = i32(1 if parent == 0 else i64(sites(vm)[parent].depth) + 1)
    return number


@kernel
def site_inside(vm: Ptr[VM], inner: i64, outer: i64) -> i64:
    """The site `inner`, with all that is around it, inside the site `outer`."""
    depth = i64(sites(vm)[inner].depth)
    made = outer
    level: i64 = 1
    while level <= depth:
        at = inner
        while i64(sites(vm)[at].depth) > level:
            at = i64(sites(vm)[at].parent)
        made = new_site(vm, i64(sites(vm)[at].token), made)
        level += 1
    return made


@kernel
def add_origin(vm: Ptr[VM], pc: Ptr[u8], site: i64) -> None:
    """Note that guest code from `pc` on was taken in at `site`."""
    if vm.origin_count < ORIGINS_LIMIT:
        row = origins(vm) + vm.origin_count
        row.pc = u32(address(pc))
        row.site = u32(site)
        vm.origin_count += 1


@kernel
def site_at(vm: Ptr[VM], pc: Ptr[u8]) -> i64:
    """The site at which the guest code at `pc` was taken in, or 0."""
    low: i64 = 0
    high = vm.origin_count
    while low < high:
        middle = (low + high) // 2
        if i64(origins(vm)[middle].pc) <= address(pc):
            low = middle + 1
        else:
            high = middle
    return i64(origins(vm)[low - 1].site) if low > 0 else 0


@forth.entry
def word_taken_in(vm: Ptr[VM], pc: Ptr[u8], level: i64) -> i64:
    """The token of the word that the guest code at `pc` was taken in from, or 0; `level` 0 is the innermost, 1 the
    word that this was taken into, and so on."""
    site = site_at(vm, pc)
    while level > 0 and site != 0:
        site = i64(sites(vm)[site].parent)
        level -= 1
    return i64(sites(vm)[site].token) if site != 0 else 0
