"""Words compiled by LLVM do what they do interpreted, and guest code leads into them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cupola.lab.engines.whole_words import words_of
from cupola.lab.workloads.llvm_words import Compiled, main
from cupola.languages.forth.vm import ForthVM

SOURCE = """
: double  dup + ;
: odd? ( n -- f )  1 and ;
: collatz ( n -- steps )
   0 swap begin dup 1 > while dup odd? if 3 * 1+ else 2/ then swap 1+ swap repeat drop ;
: longest ( n -- steps )  0 swap 1 ?do  i collatz max  loop ;
: fib ( n -- n )  dup 2 < if exit then  dup 1- recurse  swap 2 - recurse  + ;
: stored ( n -- n )  pad !  pad @ pad cell+ !  pad cell+ @ double ;
: fails ( -- )  0 @ drop ;
"""
CALLS = [("double", 21), ("collatz", 27), ("longest", 3000), ("fib", 20), ("stored", 7)]


@pytest.fixture(scope="module", params=[0, 2], ids=["O0", "O2"])
def system(request: pytest.FixtureRequest) -> Iterator[tuple[ForthVM, Compiled]]:
    """A system whose own words LLVM has compiled, and what they gave before."""
    vm = ForthVM(tier="threaded")
    vm.run(SOURCE)
    own = {name for name, _ in CALLS} | {"odd?", "fails"}
    made = Compiled(vm, [each for each in words_of(vm) if each.name in own], request.param)
    yield vm, made
    vm.close()


def test_compiled_words_give_what_interpreted_ones_give(system: tuple[ForthVM, Compiled]) -> None:
    vm, _ = system
    with_interpreter = ForthVM(tier="switch")
    with_interpreter.run(SOURCE)
    for name, argument in CALLS:
        assert vm.call(name, argument) == with_interpreter.call(name, argument)
    steps = [each.steps for each in (vm, with_interpreter)]
    assert steps[0] == steps[1], "the budget is charged alike"
    with_interpreter.close()


def test_guest_code_leads_into_them(system: tuple[ForthVM, Compiled]) -> None:
    vm, made = system
    assert made.places > len(made.words), "words are entered where their callees return to, too"
    for word in made.words:
        handler = int.from_bytes(vm.memory.read(word.start - vm.address, 4), "little")
        assert 0 <= handler - made.arena.executable < made.bytes


def test_what_gives_up_goes_on_interpreted(system: tuple[ForthVM, Compiled]) -> None:
    vm, _ = system
    from cupola.language.limits import GuestError

    with pytest.raises(GuestError) as caught:
        vm.call("fails")
    assert caught.value.code == -9
    assert [each.name for each in caught.value.backtrace] == ["fails"]
    vm.quantum = 10_000
    assert vm.call("fib", 24) == (46368,), "with many ticks"


def test_an_unknown_level_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["O9"]) == 2
    assert "expected a level (O0, O2)" in capsys.readouterr().err
