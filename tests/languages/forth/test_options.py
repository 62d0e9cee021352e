"""Options change nothing but speed: the suite and random programs, with options on, off and mixed, on all engines; and
each acts where it should."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

import cupola
from cupola.lab.generate.forth import well_formed
from cupola.policy.options import NAMES
from tests.languages.forth.engines import ENGINES, TIME_LIMIT, Engine
from tests.languages.forth.suite_files import SUITE, SuiteFile

ALL_ON = dict.fromkeys(NAMES, True)
ALL_OFF = dict.fromkeys(NAMES, False)
STEPS = 300_000  # a line of a random program


def mixed(seed: int) -> dict[str, bool]:
    """Some options on, the others off."""
    chance = random.Random(seed)
    return {name: chance.random() < 0.5 for name in NAMES}


CHOICES = {"all-on": ALL_ON, "all-off": ALL_OFF, **{f"mixed-{seed}": mixed(seed) for seed in range(3)}}


def make(engine: Engine, options: dict[str, bool], **more: object) -> cupola.VM:
    thresholds = None if engine.thresholds is None else cupola.Thresholds(*engine.thresholds)
    limits = cupola.Limits(time=TIME_LIMIT)
    return cupola.VM(tier=engine.tier, thresholds=thresholds, limits=limits, options=options, **more)  # type: ignore[arg-type]  # as keywords


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("choice", CHOICES)
def test_the_suite_passes_with_any_options(choice: str, engine: Engine) -> None:
    for file in SUITE:
        check_suite_file(file, engine, CHOICES[choice])


def check_suite_file(file: SuiteFile, engine: Engine, options: dict[str, bool], **more: object) -> None:
    with file.open_input() as keyboard, make(engine, options, input=keyboard, **more) as vm:
        vm.run(f's" {file.path}" included')
        file.check(vm.take_output())


def outcomes(lines: list[str], engine: Engine, options: dict[str, bool]) -> list[tuple[object, ...]]:
    """What each line of a program comes to, up to one that takes too many steps: options change how many it takes."""
    found: list[tuple[object, ...]] = []
    thresholds = None if engine.thresholds is None else cupola.Thresholds(*engine.thresholds)
    with cupola.VM(
        tier=engine.tier, thresholds=thresholds, limits=cupola.Limits(time=TIME_LIMIT, steps=STEPS),
        input=io.BytesIO(b"some input\n"), options=options,
    ) as vm:  # fmt: skip
        for line in lines:
            end: object = None
            try:
                vm.run(line)
            except cupola.GuestError as error:
                end = error.code, [frame.name for frame in error.backtrace]
            except cupola.LimitReached:
                break
            found.append((end, vm.take_output(), vm.stack))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_random_programs_do_the_same_with_any_options(seed: int) -> None:
    lines = well_formed(seed)
    plain = outcomes(lines, ENGINES[0], ALL_OFF)
    for number, engine in enumerate(ENGINES[2:6]):
        for options in (ALL_ON, mixed(10 * seed + number)):
            found = outcomes(lines, engine, options)
            both = min(len(plain), len(found))
            assert both > len(lines) // 4
            assert found[:both] == plain[:both], (engine, options)


# --- where they act -----------------------------------------------------------------------------------------


def acted(source: str, name: str, *, tier: str = "auto", expected: str, **more: object) -> int:
    """How often an option acts on a program, which must print the same without it."""
    counts = []
    for state in (True, False):
        with cupola.VM(tier=tier, options={**ALL_OFF, name: state}, **more) as vm:  # type: ignore[arg-type]  # as keywords
            vm.run(source)
            assert vm.take_output() == expected
            counts.append(vm.statistics()["options"])
    assert counts[1] == {}
    assert set(counts[0]) == {name}
    return int(counts[0][name])


def test_colon_inlining_takes_in_short_words_and_executes_known_tokens() -> None:
    source = ": twice dup + ; : f twice ['] twice execute ['] dup execute + ; 1 f ."
    assert acted(source, "colon-inlining", expected="8 ") == 4  # the token that is taken in counts twice


def test_stack_fusion_makes_superinstructions_and_drops_what_is_undone() -> None:
    source = ": f dup drop swap swap 1 + ; 2 3 f . ."
    assert acted(source, "stack-fusion", expected="4 2 ") > 2


def test_string_batching_makes_one_of_many() -> None:
    source = ': hi ." a" ." b" cr ; : f hi space [char] x emit s" yz" type hi ; f'
    assert acted(source, "string-batching", expected="ab\n xyzab\n") == 4


def test_arithmetic_reordering_folds_constants() -> None:
    source = ": f 5 + 3 + 2 * 4 * 16 mod 2 / ; 1 f . : g 0 + ; 9 g ."
    assert acted(source, "arithmetic-reordering", expected="4 9 ") >= 4


def test_branch_layout_aligns_loops() -> None:
    source = ": f 0 1000 0 do i + loop . ; f"
    assert acted(source, "branch-layout", expected="499500 ", tier="baseline") >= 1


def test_the_heads_of_loops_lie_at_multiples_of_32() -> None:
    source = ": f 0 100 0 do i + 5 0 do 1+ loop begin 1- dup 3 and 0= until loop ; f drop"
    with cupola.VM(tier="baseline", options={"branch-layout": True}) as vm:
        vm.run(source)
        start, end, _ = vm.system.unit_named("f")
        heads = []
        pc = start
        while pc < end:
            header = vm.system.memory.read(pc - vm.system.address, 8)
            fact = vm.system.engine.facts[int.from_bytes(header[4:6], "little") & 1023]
            if fact.get("heat_offset") and fact.get("target_offset"):
                place = pc - vm.system.address + fact["target_offset"]
                target = pc + int.from_bytes(vm.system.memory.read(place, 4), "little", signed=True)
                heads.append(int.from_bytes(vm.system.memory.read(target - vm.system.address, 4), "little"))
            pc += fact["length"]
        assert len(heads) == 3
        assert [head % 32 for head in heads] == [0, 0, 0]


def test_word_placement_moves_code() -> None:
    source = ": a dup 3 and if 1+ else 2 + then ; : b a a ; : f 0 1500000 0 do b loop . ; f"
    assert acted(source, "word-placement", expected="4000000 ") >= 2


# --- what is easily wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [True, False])
def test_execute_of_a_literal_token_is_execute(state: bool) -> None:
    with cupola.VM(options={"colon-inlining": state}) as vm:
        vm.run(": f 1 2 ['] + execute ; : g ['] f execute ; defer d ' f is d : h ['] d execute ;")
        vm.run(": other 99 ; ' other is d")
        assert (vm.call("g"), vm.call("h")) == ((3,), (99,))
        vm.run("create c 7 , : does-it does> @ 1+ ; : k ['] c execute ; ' c >body constant body")
        vm.run(": other2 ['] >r execute ; : make create , does> @ ;  5 make five  : use ['] five execute ;")
        assert vm.call("use") == (5,)
        with pytest.raises(cupola.GuestError) as caught:
            vm.call("other2", 1)
        assert caught.value.code == -14
        for text in (": bad 30000 execute ;", ": bad -1 execute ;"):
            vm.run(text)
            with pytest.raises(cupola.GuestError) as caught:
                vm.call("bad")
            assert caught.value.code == -9


def test_a_text_that_the_program_changes_is_printed_changed() -> None:
    source = ': f s" abc" type ." def" ; : g here 6 - dup c@ 1+ swap c! ; g f'
    for state in (True, False):
        with cupola.VM(options={"string-batching": state}) as vm:
            vm.run(source)
            assert vm.take_output() == "bbcdef"


def test_output_that_does_not_fit_the_buffer_is_whole() -> None:
    piece = "x" * 200
    source = f': f ." {piece}" ." {piece}" cr ." {piece}" ; : g 400 0 do f loop ; g'
    for state in (True, False):
        with cupola.VM(options={"string-batching": state}) as vm:
            vm.run(source)
            assert vm.take_output() == f"{piece}{piece}\n{piece}" * 400


def test_batches_of_words_that_were_taken_in_stay_their_own() -> None:
    source = ': a ." 1" ." 2" ; : b a cr a ." 3" ; : c a ." 4" b ; a b c a'
    with cupola.VM(options=ALL_ON) as vm:
        vm.run(source)
        assert vm.take_output() == "12" + "12\n123" + "12412\n123" + "12"


# --- profiles -------------------------------------------------------------------------------------------------

PROFILED = """
: rare ( n -- n )  dup 1000 mod 0= if dup 5 / 3 * drop 100 + then 2 + ;
: early ( n -- n )  dup 7 > if 1+ exit then 2 + dup 5000000 = if exit then 3 + ;
: long ( n -- n )  1+ dup 3 and xor 5 + dup 7 and xor 9 + dup 11 and xor 13 + ;
: work ( -- )  0  20000 0 do  i rare + early long long 1048575 and  loop . ;
: fails ( -- )  rare work drop drop ;
work
"""


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from cupola.languages.forth.profiling import derived

    with cupola.VM(tier="threaded", profiling=True) as vm:
        vm.run(PROFILED)
        made = vm.make_profile()
    made.superinstructions = [names for names, _ in derived(made)]
    path = tmp_path_factory.mktemp("profiles") / "work.profile"
    path.write_text(made.text())
    return path


def test_a_profile_says_what_ran(profile: Path) -> None:
    from cupola.policy.profile import load

    found = load(str(profile), "forth")
    by_name = {one.name: one for one in found.functions.values()}
    assert (by_name["rare"].calls, by_name["rare"].line) == (20_000, 2)
    assert by_name["rare"].branches == [(19_980, 20)]
    assert by_name["rare"].usual_ways == [True]
    assert by_name["work"].callees == {"rare": 20_000, "early": 20_000, "long": 40_000, ".": 1}
    assert by_name["fails"].calls == 0
    assert found.superinstructions
    assert all(len(names) > 1 for names in found.superinstructions)
    assert found.text() == profile.read_text()


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_programs_do_the_same_with_a_profile(engine: Engine, profile: Path) -> None:
    with cupola.VM() as vm:
        vm.run(PROFILED)
        expected = vm.take_output()
    for options in (ALL_ON, ALL_OFF, {"branch-layout": True}):
        with make(engine, options, profile=str(profile)) as vm:
            vm.run(PROFILED)
            assert vm.take_output() == expected
            with pytest.raises(cupola.GuestError) as caught:
                vm.call("fails")
            assert caught.value.code == -4
            assert [frame.name for frame in caught.value.backtrace][-1] == "fails"


def test_a_profile_moves_cold_code_and_takes_in_hot_words(profile: Path) -> None:
    options = {**ALL_OFF, "branch-layout": True, "colon-inlining": True}
    taken = []
    for path in (str(profile), None):
        with cupola.VM(tier="threaded", options=options, profile=path) as vm:
            vm.run(PROFILED)
            taken.append(vm.statistics()["options"])
    assert taken[0]["branch-layout"] == 1
    assert taken[1]["branch-layout"] == 0
    assert taken[0]["colon-inlining"] == taken[1]["colon-inlining"] + 2  # `long`, twice


def test_a_profiled_image_has_the_new_superinstructions(profile: Path) -> None:
    from cupola.policy.profile import load

    wanted = {"+".join(names) for names in load(str(profile), "forth").superinstructions}
    with cupola.VM(profile=str(profile)) as vm, cupola.VM() as plain:
        names = {row[0].rpartition(" ")[0] for row in vm.system.engine.variants}
        assert wanted <= names
        assert not wanted <= {row[0].rpartition(" ")[0] for row in plain.system.engine.variants}


def test_a_suite_file_passes_with_a_profile_of_another_program(profile: Path) -> None:
    for file in SUITE:
        check_suite_file(file, Engine("auto", (1, 1)), ALL_ON, profile=str(profile))


def test_a_vm_that_did_not_count_has_no_profile() -> None:
    with cupola.VM() as vm, pytest.raises(ValueError, match="profiling=True"):
        vm.make_profile()


def test_a_profile_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.profile"
    path.write_text(
        '{"cupola profile": 1, "language": "forth", "runs": [], "functions": [], '
        '"superinstructions": [["dup", "no such instruction"]]}'
    )
    with pytest.raises(ValueError, match="no such instruction"):
        cupola.VM(profile=str(path))
    with cupola.VM() as vm:  # and the language is as it was
        vm.run("1 .")
