"""Texts of the terminal have source-id 0: REFILL goes on with the user's input. Keys, and waiting, for programs."""

from __future__ import annotations

import io
import time

import pytest

import cupola
from cupola.languages.forth.driver.keys import ALT, CTRL, FIRST_KEY, KEYS, SHIFT, read_event
from cupola.languages.forth.driver.streams import Input


def vm_with(text: bytes) -> cupola.VM:
    return cupola.VM("forth", input=io.BytesIO(text))


@pytest.mark.parametrize("name", ["<terminal>", "<standard input>"])
def test_refill_reads_the_input(name: str) -> None:
    vm = vm_with(b"1 2 + .\n\\ last\n")
    vm.run("source-id . refill never-interpreted\n", name)
    assert vm.take_output() == "0 3 "
    vm.run(": rest  refill . source type ; rest", name)
    assert vm.take_output() == "-1 \\ last"
    vm.run("refill .", name)
    assert vm.take_output() == "0 "


def test_the_rest_of_a_text_comes_before_the_input() -> None:
    vm = vm_with(b"\\ from the input\n")
    vm.run(": next-line  refill drop source type cr ;\nnext-line\n\\ from the text\nnext-line", "<terminal>")
    assert vm.take_output() == "\\ from the text\n\\ from the input\n"


def test_a_list_of_locals_goes_on_in_the_input() -> None:
    vm = vm_with(b"b :} a b - ; 9 4 difference .\n")
    vm.run(": difference {: a", "<terminal>")
    assert vm.take_output() == "5 "


def test_files_and_other_texts_have_no_part_in_it() -> None:
    vm = vm_with(b"from the input\n")
    vm.run("source-id 0= . refill .")
    assert vm.take_output() == "0 0 "


def test_key_question_never_waits() -> None:
    vm = vm_with(b"ab")
    vm.run("key? . key emit key? . key emit key? . key .")
    assert vm.take_output() == "-1 a-1 b0 -1 "


@pytest.mark.parametrize(
    ("sequence", "name", "held"),
    [
        (b"\x1b[A", "up", 0),
        (b"\x1bOP", "f1", 0),
        (b"\x1b[3~", "delete", 0),
        (b"\x1b[24~", "f12", 0),
        (b"\x1b[1;2C", "right", SHIFT),
        (b"\x1b[1;3D", "left", ALT),
        (b"\x1b[5;5~", "prior", CTRL),
        (b"\x1b[1;8H", "home", SHIFT | ALT | CTRL),
    ],
)
def test_keys_without_a_character(sequence: bytes, name: str, held: int) -> None:
    input = Input(io.BytesIO(sequence + b"x"))
    assert read_event(input) == FIRST_KEY + KEYS.index(name) | held
    assert read_event(input) == ord("x")
    vm = vm_with(sequence)
    vm.run(f"ekey ekey>fkey . k-{name} - .")
    assert vm.take_output() == f"-1 {held} "


@pytest.mark.parametrize(
    "text", [b"\x1b", b"\x1b[", b"\x1b[9999~", b"\x1b[Z", b"", b"\x1b[1;1;1;1;1;1;1;1;1;1"]
)
def test_other_sequences_end(text: bytes) -> None:
    input = Input(io.BytesIO(text))
    for _ in range(len(text) + 1):
        assert read_event(input) < FIRST_KEY


def test_ms_ends_at_the_time_limit() -> None:
    vm = cupola.VM("forth", limits=cupola.Limits(time=0.1))
    began = time.monotonic()
    with pytest.raises(cupola.LimitReached):
        vm.run("-1 ms")
    assert time.monotonic() - began < 30


def test_arguments() -> None:
    vm = cupola.VM("forth", arguments=["one", "two words"])
    vm.run("argc @ . 0 arg type space 2 arg type space 3 arg . . next-arg type space argc @ . 1 arg type")
    assert vm.take_output() == "3 cupola two words 0 0 one 2 two words"
