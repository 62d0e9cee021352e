"""Guest code as whole LLVM functions: they are well formed, and say what the guest code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.ir.llvm import module_text
from cupola.ir.verifier import verify_module
from cupola.lab.bench.programs import Program
from cupola.lab.engines.compile_rate import Subject, llvm_inputs, llvm_seconds
from cupola.lab.engines.whole_words import GuestCode, word_module
from cupola.languages.forth.image import define
from cupola.machine.llvm import compile_module
from cupola.tiers.modules import Modules

SOURCE = """
: double dup + ;
: branchy ( n -- m ) dup 0< if negate else begin dup 100 > while 2/ repeat then ;
: loops ( n -- m ) 0 swap 0 ?do i + dup 3 mod if 1+ then loop ;
: calls ( n -- m ) ['] double execute loops branchy dup recurse ;
: texts ." hello" cr ;

main
"""


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """Return a system with the words of the text; its last line has not run."""
    path = tmp_path_factory.mktemp("words") / "words.fs"
    path.write_text(SOURCE)
    return Subject([Program("words", path, "")])


def word(subject: Subject, name: str) -> GuestCode:
    """Return a word of the system."""
    return next(each for each in subject.words if each.name == name)


def test_every_word_of_the_system_makes_a_valid_function(subject: Subject) -> None:
    modules = Modules(define())
    module = word_module(modules, subject.names, subject.words)
    verify_module(module)
    assert len(module.functions) == len(subject.words)
    loops = [each for name, each in module.functions.items() if name.startswith("word loops ")]
    assert len(loops) == 1
    jumps = [successor.block for block in loops[0].blocks for successor in block.terminator.successors]
    assert len(jumps) > len(set(jumps)), "a loop has two edges into its head"


def test_llvm_accepts_words_with_branches_loops_and_calls(subject: Subject) -> None:
    modules = Modules(define())
    chosen = [word(subject, name) for name in ("double", "branchy", "loops", "calls", "texts")]
    compiled = compile_module(module_text(word_module(modules, subject.names, chosen)), optimize=0)
    assert compiled.startswith(b"\x7fELF")


def test_compiling_leaves_guest_code_as_it_was(subject: Subject) -> None:
    each = word(subject, "loops")
    _, used = subject.warm()
    assert used > 1000
    at = each.start - subject.vm.address
    assert subject.vm.memory.read(at, len(each.data)) == each.data
    assert subject.vm.call("loops", 10) == subject.vm.call("loops", 10)


def test_sizes_count_what_the_words_hold(subject: Subject) -> None:
    size = subject.size()
    assert size.words == len(subject.words)
    assert size.words < size.stencils < size.instructions
    assert size.guest_bytes == sum(len(each.data) for each in subject.words)


def test_the_clock_of_llvm_counts_every_module(subject: Subject) -> None:
    texts, whole = llvm_inputs(subject.names, [word(subject, "double"), word(subject, "loops")])
    assert len(texts) == 2
    parsing, making, size = llvm_seconds(texts)
    assert parsing > 0 and making > 0
    assert size > llvm_seconds([whole])[2] > 0


def test_the_words_of_programs_alone_are_wanted_sometimes(subject: Subject, tmp_path: Path) -> None:
    path = tmp_path / "words.fs"
    path.write_text(SOURCE)
    own = Subject([Program("words", path, "")], own=True)
    assert {each.name for each in own.words} == {"double", "branchy", "loops", "calls", "texts"}
    assert len(own.words) < len(subject.words)
    assert own.warm()[1] > 100
