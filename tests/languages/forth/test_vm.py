"""The Forth system as Python programs see it: places in reports, `call`, the stack between runs, names of words."""

from __future__ import annotations

from pathlib import Path

import pytest

import cupola
from tests.languages.forth.engines import ENGINES, Engine, make_vm, run

STANDARD_WORDS = (Path(__file__).parent / "standard_words.txt").read_text(encoding="utf-8").split()


@pytest.fixture(scope="module")
def shared_vm() -> cupola.VM:
    return make_vm(ENGINES[0])


def failure(vm: cupola.VM, source: str, name: str = "<string>") -> cupola.GuestError:
    """The error that a source text ends with."""
    with pytest.raises(cupola.GuestError) as caught:
        vm.run(source, name)
    return caught.value


def place(error: cupola.GuestError) -> cupola.Place:
    assert error.where is not None
    return error.where


# --- reports ------------------------------------------------------------------------------------------------


def test_marks_stand_under_the_word_that_failed() -> None:
    error = failure(make_vm(ENGINES[0]), "1 drop\n\tdrop größe 5\n: größe ;", "a.fs")
    assert str(place(error)) == "a.fs:2:2"
    error = failure(make_vm(ENGINES[0]), '\ts" größe" 2drop größe 5', "a.fs")
    assert place(error).show().split("\n") == [
        "  a.fs:1:18",
        '     s" größe" 2drop größe 5',
        "                     ^^^^^",
    ]


def test_control_characters_do_not_reach_the_terminal() -> None:
    error = failure(make_vm(ENGINES[0]), "nope \x1b[31m")
    assert "\x1b" not in place(error).show()


def test_an_error_in_a_file_says_who_reads_it(tmp_path: Path) -> None:
    (tmp_path / "inner.fs").write_text("\n: t  0 @ ;\n  t\n")
    (tmp_path / "outer.fs").write_text("1 drop\ninclude inner.fs\n")
    main = str(tmp_path / "main.fs")
    error = failure(make_vm(ENGINES[0]), ': u  s" outer.fs" included 1 drop ;\n\nu', main)
    assert str(place(error)) == f"{tmp_path / 'inner.fs'}:3:3"
    assert place(error).readers == [f"{tmp_path / 'outer.fs'}:2", f"{main}:3"]
    assert [frame.name for frame in error.backtrace] == ["t", "u"]
    assert f"  read by {main}:3" in error.show().split("\n")


def test_an_error_in_evaluate_shows_its_text() -> None:
    error = failure(make_vm(ENGINES[0]), ': t  s" 1 nope" evaluate ;\n t', "a.fs")
    assert str(place(error)) == "EVALUATE in a.fs:2:3"
    assert place(error).text == "1 nope"
    assert place(error).readers == ["a.fs:2"]


def test_an_error_in_a_call_has_words_and_no_place() -> None:
    vm = make_vm(ENGINES[0])
    vm.run(": t  1 0 / ;")
    with pytest.raises(cupola.GuestError, match="division by zero") as caught:
        vm.call("t")
    assert caught.value.where is None
    assert [frame.name for frame in caught.value.backtrace] == ["t"]


def test_a_word_without_a_name_is_shown_as_one() -> None:
    error = failure(make_vm(ENGINES[0]), ":noname  10 0 do 0 @ loop ; execute")
    assert [frame.name for frame in error.backtrace] == [":noname"]


# --- call and the stack ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_call_takes_and_gives_cells(engine: Engine) -> None:
    vm = make_vm(engine)
    vm.run("1 2 : sum  0 swap 0 ?do + loop ;")
    for _ in range(3):
        assert vm.call("sum", 10, 20, 30, 2) == (10, 50)
        assert vm.call("dup", -(1 << 63)) == (-(1 << 63), -(1 << 63))
        assert vm.call("1+", (1 << 64) - 1) == (0,)
    assert vm.stack == (1, 2)


def test_call_refuses_what_it_cannot_do() -> None:
    vm = make_vm(ENGINES[0])
    with pytest.raises(ValueError, match="64 bits"):
        vm.call("dup", 1 << 64)
    with pytest.raises(cupola.GuestError, match="nope") as caught:
        vm.call("nope")
    assert caught.value.code == -13
    for word in (">r", "if", "exit"):
        with pytest.raises(cupola.GuestError):
            vm.call(word, 1)
    assert vm.call("+", 1, 2) == (3,)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_quit_keeps_the_stack_and_an_error_empties_it(engine: Engine) -> None:
    vm = make_vm(engine)
    vm.run("1 2 : t  10 0 do i dup 3 = if quit then loop ; t")
    assert vm.stack == (1, 2, 0, 1, 2, 3)
    assert run(vm, "0 @").code == -9
    assert len(vm.stack) == 0


def test_bye_ends_the_text_and_all_around_it(tmp_path: Path) -> None:
    (tmp_path / "inner.fs").write_text(": t  10 0 do i . bye loop ;\nt .( not this)")
    vm = make_vm(ENGINES[0])
    vm.run("include inner.fs .( nor this)", str(tmp_path / "main.fs"))
    assert vm.said_bye
    assert vm.take_output() == "0 "
    vm.run("1 .")
    assert not vm.said_bye


# --- words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", STANDARD_WORDS)
def test_every_standard_word_is_there(word: str, shared_vm: cupola.VM) -> None:
    outcome = run(shared_vm, f"[undefined] {word} . see {word}")
    assert outcome.code is None
    assert outcome.output.startswith("0 \n") and word in outcome.output.lower().split()


def test_words_are_those_that_can_be_found() -> None:
    vm = make_vm(ENGINES[0])
    run(vm, ": good  1 ;\n:noname ; drop\n: bad  nope ;")
    vm.run("words")
    assert vm.take_output().split() == vm.words()
    assert "good" in vm.words() and "bad" not in vm.words()
    assert [name for name in vm.words() if name.startswith("(")] == ["("]


def test_here_is_good_for_a_cell_from_the_start() -> None:
    assert run(make_vm(ENGINES[0]), "here aligned here - .").output == "0 "


# --- limits ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", ["123 .", "utime 2drop", "next-arg 2drop"])
def test_a_loop_that_always_asks_the_driver_ends_in_time(loop: str) -> None:
    vm = cupola.VM(limits=cupola.Limits(time=0.05))
    with pytest.raises(cupola.LimitReached):
        vm.run(f": t  begin {loop} again ; t")
    vm.take_output()
    assert vm.call("+", 1, 2) == (3,)
