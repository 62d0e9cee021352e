"""SEE shows a word as source that makes the same guest code again; LOCATE and WHERE."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

import cupola
from cupola.lab.generate.forth import program
from cupola.languages.forth.constants import COMPILE_ONLY, EFFECT_KNOWN, IMMEDIATE, IS_MARKER, KIND_COLON
from cupola.languages.forth.seeing.decompile import Decompiler
from cupola.languages.forth.seeing.showing import source_of
from cupola.languages.forth.seeing.structures import Puzzle
from cupola.languages.forth.vm import ForthVM
from tests.languages.forth.engines import ENGINES, Engine, make_vm

EXAMPLES = Path(__file__).parents[3] / "examples"
WORDS = """
variable x  5 value v  defer d  ' 1+ is d  42 constant c  create place 3 cells allot
: sq dup * ;
: t-leave ( n -- ) 0 ?do i sq . i 5 = if leave then loop ;
: t-while begin dup 10 < while 1+ repeat . ;
: t-whiles begin dup while dup 5 > while 1- repeat 77 . then drop ;
: t-until begin 1- dup 0= until drop ;
: t-again begin dup 5 > if exit then 1+ again ;
: t-text dup 0< if ." negative" else dup 0= if ." zero" else s" positive" type then then drop ;
: t-data x @ v + c + x ! 3 to v d ['] sq is d action-of d place cell+ ! 7 x +! ;
: t-case case 1 of 10 endof 2 of 20 endof 30 swap endcase ;
: t-does create , does> @ 1+ ;
7 t-does child
: t-child child . ;
: t-recurse dup if 1- recurse then ;
: t-nested 10 0 do 5 0 do i j * . loop 2 +loop ;
: t-unloop 10 0 do i 3 = if unloop exit then loop ;
: t-ahead ahead 1 . then 2 ;
: t-big 1000000000000 -1 -5 $7fffffff 1073741824 ;
: t-locals {: a b | e -- n :} a b + to e e a * ;
: t-early {: a :} a if exit then a . ;
: t-shift 3 lshift 5 rshift dup 2* swap 8 cells + ;
: t-taken sq sq 2dup d= bounds ;
: t-immediate 1 ; immediate
: t-post postpone t-immediate t-leave ;
: t-return >r 2>r r@ 2r> r> ;
fvariable fx  2.5e fvalue fv  1e-10 fconstant fc  create fplace 3 floats allot
: t-float 1e 2.5e3 -1e-7 f+ f* fx f@ fv fc 3.25e fx f! to fv fswap f. fplace f@ ;
: t-abort dup abort" is not zero" ;
: t-catch ['] sq catch if ." failed" then ;
"""


def code_of(vm: ForthVM, token: int) -> list[tuple[str, int]]:
    """Guest code without what differs between two copies of it: names, and numbers that are no places in it."""
    decompiler = Decompiler(vm)
    word = vm.word(token)
    items = decompiler.items(word)
    places = {item.address: place for place, item in enumerate(items)}
    found = []
    for item in items:
        target = item.target
        if target is None:
            found.append((item.name, item.number))
        elif item.name == "call" and target == word.entry:
            found.append((item.name, -1))
        else:
            found.append((item.name, places.get(target, target)))
    return found


def check_round_trip(vm: ForthVM, token: int) -> None:
    """What SEE prints, compiled again, is the same guest code."""
    lines = source_of(vm, token)
    texts = [line for line in lines if '"' in line]
    before = vm.vm.word_count
    vm.run("\n".join(lines))
    assert vm.vm.word_count == before + 1, lines
    new, old = code_of(vm, before), code_of(vm, token)
    if texts:  # their addresses differ
        new, old = ([each for each in code if not each[0].startswith("lit")] for code in (new, old))
    assert new == old, "\n".join(lines)
    told = IMMEDIATE | COMPILE_ONLY | EFFECT_KNOWN
    assert vm.word(before).flags & told == vm.word(token).flags & told


def colon_words(vm: ForthVM, first: int) -> list[int]:
    return [
        token for token in range(first, vm.vm.word_count)
        if vm.word(token).kind == KIND_COLON and vm.word(token).value != IS_MARKER
        and vm.word(token).start and vm.find(vm.word_name(token)) == token
    ]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_round_trip_of_all_that_the_compiler_does(engine: Engine) -> None:
    vm = make_vm(engine).system
    first = vm.vm.word_count
    vm.run(WORDS)
    for token in colon_words(vm, first):
        check_round_trip(vm, token)


def test_round_trip_of_the_system() -> None:
    vm = cupola.VM().system
    shown = 0
    puzzles = []
    for token in colon_words(vm, vm.first_shown):
        try:
            Decompiler(vm).source(token)
        except Puzzle as puzzle:
            puzzles.append((vm.word_name(token), str(puzzle)))
            continue
        check_round_trip(vm, token)
        shown += 1
    assert shown > 100
    assert len(puzzles) < shown / 20, puzzles


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.fs")), ids=lambda path: path.stem)
def test_round_trip_of_the_examples(path: Path) -> None:
    vm = ForthVM()
    first = vm.vm.word_count
    try:
        vm.run(path.read_text(), str(path))
    except cupola.GuestError:
        pass  # an example may want arguments; what it has defined by then is enough
    for token in colon_words(vm, first):
        check_round_trip(vm, token)


@pytest.mark.parametrize("seed", range(40))
def test_round_trip_of_random_programs(seed: int) -> None:
    vm = ForthVM(limits=cupola.Limits(steps=200_000), input=io.BytesIO(b"some input\n" * 20))
    first = vm.vm.word_count
    for line in program(seed):
        try:
            vm.run(line)
        except cupola.RunError:
            continue  # random programs fail; their words are looked at all the same
    vm = vm if vm.vm.compiling == 0 else ForthVM()
    for token in colon_words(vm, first):
        check_round_trip(vm, token)


@pytest.mark.parametrize(
    ("source", "word", "shown"),
    [
        ("42 constant c", "c", "42 constant c"),
        ("-1 constant c", "c", "-1 constant c"),
        ("5 value v 6 to v", "v", "6 value v"),
        ("defer d ' dup is d", "d", "defer d\n' dup is d"),
        ("defer d", "d", "defer d\n\\ d was not set"),
        ("marker m", "m", "marker m"),
        ("2.5e fconstant k", "k", "2.5e0 fconstant k"),
        ("-1e30 fvalue k", "k", "-1e+30 fvalue k"),
        ("create k", "k", "create k  \\ its data begins at"),
        (": m create does> ; m k", "k", "m made it, and says what it does"),
        (
            "",
            "dup",
            "\\ dup is a primitive: one instruction of the VM, which takes 1, leaves 2 cells\n\\ ( x -- x x )",
        ),
        (": f 1 ; immediate", "f", ": f\n   1 ;\nimmediate"),
        (": f if 1 else 2 then ;", "f", ": f\n   if\n      1\n   else\n      2\n   then ;"),
        (": sq dup * ; : f sq sq ;", "f", ": f\n   sq sq ;"),
        (": g 1 ; : f g ; : g 2 ;", "f", ": f\n   1 ;"),
        ("hex : f ff ; decimal", "f", ": f\n   255 ;"),
    ],
)
def test_what_see_prints(source: str, word: str, shown: str) -> None:
    vm = cupola.VM()
    vm.run(f"{source}\nsee {word}")
    assert shown in vm.take_output()


def test_see_in_another_base_prints_numbers_that_are_read_in_it() -> None:
    vm = cupola.VM()
    vm.run(": f 255 ; hex see f decimal")
    assert "#255" in vm.take_output()


def test_what_cannot_be_shown_says_why_and_what_to_do() -> None:
    vm = cupola.VM()
    vm.run(
        ": g ; immediate : f [ ' g compile, ] 1000 0 do loop ; : dup ; see f : h [ 1 cells here + drop ] ; see evaluate"
    )
    assert "see-code evaluate" in vm.take_output()


def test_the_errors() -> None:
    vm = cupola.VM()
    for source, code in {"see": -16, "see nonesuch": -13, "locate nonesuch": -13, "where": -16}.items():
        with pytest.raises(cupola.GuestError) as caught:
            vm.run(source)
        assert caught.value.code == code
    for service in ("see", "locate", "where", "see-native"):
        for token in (-1, 0, 1 << 40):
            with pytest.raises(cupola.GuestError) as caught:
                vm.run(f'{token} s" {service}" driver-call')
            assert caught.value.code == -9
        with pytest.raises(cupola.GuestError) as caught:
            vm.run(f's" {service}" driver-call')
        assert caught.value.code == -4
    with pytest.raises(cupola.GuestError, match="the driver has no service 'x'"):
        vm.run('s" x" driver-call')


def test_locate(tmp_path: Path) -> None:
    file = tmp_path / "words.fs"
    file.write_text("\\ a comment\n: one ( -- n )\n   1\n;\n: two 2 ;\n")
    vm = cupola.VM()
    vm.run(f"include {file}\nlocate one")
    assert vm.take_output() == (
        f"\n{file}:2: one\n     1  \\ a comment\n>    2  : one ( -- n )\n     3     1\n     4  ;\n"
    )
    vm.run("locate spaces")
    assert ": spaces ( n -- )" in vm.take_output()
    vm.run("locate dup")
    assert "part of the system" in vm.take_output()
    vm.run(": here-defined ; locate here-defined")
    assert "the text of <string> is not there" in vm.take_output()
    file.write_text("")
    vm.run("locate two")
    assert "has changed: it has 1 lines now" in vm.take_output()


def test_where() -> None:
    vm = cupola.VM()
    vm.run("variable x : a 1 2 d+ ; : b x @ a ; : c b ; : e [ ' c compile, ] ;")
    for word, users in {"a": "b", "b": "c", "c": "e", "x": "b"}.items():
        vm.run(f"where {word}")
        found = vm.take_output()
        assert f"1 word uses {word}\n  {users}  <string>:1\n" in found


def test_native_code_is_shown() -> None:
    vm = cupola.VM(tier="baseline")
    vm.run(": sq dup * ; see-native sq 3 sq . see-native sq")
    shown = vm.take_output()
    assert "sq was not compiled to machine code (yet)" in shown
    assert "bytes of machine code" in shown and "imul" in shown


def test_random_tokens_can_be_shown() -> None:
    vm = cupola.VM().system
    for token in random.Random(1).sample(range(1, vm.vm.word_count), 100):
        assert source_of(vm, token)


def test_what_the_physics_count_is_not_shown() -> None:
    vm = cupola.VM(physics="starforth-paper")
    vm.run(": f 10 0 do i . loop ; see f")
    assert vm.take_output() == "\n: f\n   10 0 do\n      i .\n   loop ;\n"
