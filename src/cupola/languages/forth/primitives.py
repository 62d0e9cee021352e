"""Code for the words that are one instruction, so that EXECUTE can run them too."""

from __future__ import annotations

from cupola.kernel import Ptr, i64
from cupola.languages.forth.compiler.draft import emit, open_draft
from cupola.languages.forth.compiler.finish import finish_word
from cupola.languages.forth.constants import COMPILE_ONLY, IMMEDIATE, KIND_PRIMITIVE
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM


@forth.entry
def make_primitives(vm: Ptr[VM], refuse: i64) -> i64:
    """Give every primitive word its guest code: the instruction and `exit`. Those that mean nothing outside a
    definition get that of the word `refuse`. Returns 0, or the THROW code of a primitive that cannot be made."""
    at: i64 = 1
    while at < vm.word_count:
        word = vm.words + at
        if i64(word.kind) == KIND_PRIMITIVE:
            open_draft(vm, at)
            emit(vm, i64(word.opcode), 0)
            emit(vm, forth["exit"].opcode, 0)
            code = finish_word(vm, at)
            if code != 0 and i64(word.flags) & COMPILE_ONLY == 0:
                return code
            if i64(word.flags) & (COMPILE_ONLY | IMMEDIATE) == COMPILE_ONLY:
                word.entry = (vm.words + refuse).entry
        at += 1
    vm.current = -1
    vm.draft_count = 0
    return 0
