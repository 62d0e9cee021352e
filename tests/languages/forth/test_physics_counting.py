"""How executions are counted: the few counters of `blocks` come to what counting one by one does, on every tier."""

from __future__ import annotations

import io
import itertools

import pytest

import cupola
from cupola.lab.generate.forth import program
from tests.languages.forth.engines import ENGINES, Engine
from tests.languages.forth.suite_files import SUITE, SuiteFile

STEPS = 300_000  # for each line: random programs may run for ever
PLENTY = 50_000_000

# Every way in which control can flow, and leave for good.
SHAPES = r"""
: nothing ;
: square dup * ;
: fib dup 2 < if exit then dup 1- recurse swap 2 - recurse + ;
: while-loop 0 begin dup 10 < while 1+ dup 3 and 0= if negate negate then repeat drop ;
: if-in-loop 10 0 do i 3 = if drop 5 then i drop loop ;
: leaves 0 20 0 do i + dup 30 > if leave then loop drop ;
: skipped 10 0 ?do i square drop loop 0 0 ?do i drop loop ;
: exits 20 0 do i 5 = if unloop exit then i drop loop ;
: until-loop 0 begin 1+ dup 7 = until drop ;
: nested 5 0 do 3 0 do i j + drop loop loop ;
: steps 0 10 0 do i 2 /mod drop + 2 +loop drop ;
: bad-loop 10 0 do i 5 = if 1 throw then i drop loop ;
: caught ['] bad-loop catch drop swap ;
: bad-while 0 begin dup 10 < while dup 5 = if -1 throw then 1+ repeat ;
: bad-recursion dup 0= if 7 throw then 1- recurse 1+ ;
: endless recurse 1 drop ;
: all-caught 1 2 ['] bad-while catch 2drop drop  5 ['] bad-recursion catch 2drop  ['] endless catch drop ;
: cases case 1 of 10 endof 2 of 20 endof 30 swap endcase drop ;
variable v  create cells-of 10 cells allot  5 constant five  7 value seven
: folded 1 v ! v @ drop 2 cells cells-of + @ drop 3 4 + five + drop seven drop ;
defer late  ' nothing is late
: executed late ['] square drop 3 ['] square execute drop ;
: maker create , does> @ 1+ ;
5 maker six  7 maker eight
: does six eight + drop ;
: if-begin if begin 1- dup 0= until then drop ;
: two-ways begin dup while dup 5 = if drop exit then 1- repeat drop ;
: twice-back begin 1+ dup 3 < until begin 1+ dup 9 < while dup 6 = until then drop ;
: main 15 fib drop while-loop 5 if-in-loop drop leaves skipped exits until-loop nested steps 1 2 caught 2drop
  all-caught 1 cases 2 cases 3 cases folded executed does 3 true if-begin 3 false if-begin 9 two-ways 4 two-ways
  0 twice-back nothing ;
main main main
"""


def executions(
    lines: list[str], engine: Engine, mode: str, typed: bytes = b"", steps: int = STEPS
) -> tuple[dict[tuple[int, str], int], str]:
    """How often each word has run, and what was printed."""
    thresholds = None if engine.thresholds is None else cupola.Thresholds(*engine.thresholds)
    with cupola.VM(
        "forth",
        tier=engine.tier,
        thresholds=thresholds,
        limits=cupola.Limits(steps=steps),
        input=io.BytesIO(typed),
        physics=cupola.Physics("starforth-paper", mode=mode, lookup_heat=0, period=20_000),
    ) as vm:
        for line in lines:
            try:
                vm.run(line)
            except cupola.RunError as error:
                vm.system.output.write(f"<{error.message}>".encode())
        system = vm.system
        counts = system.physics.executions()
        return {(token, system.word_name(token)): count for token, count in counts.items()}, vm.take_output()


def assert_same(lines: list[str], engine: Engine, typed: bytes = b"", steps: int = STEPS) -> None:
    expected, said = executions(lines, Engine("threaded"), "every", typed, steps)
    found, output = executions(lines, engine, "blocks", typed, steps)
    assert output == said
    wrong = {
        word: (count, found.get(word, 0)) for word, count in expected.items() if found.get(word) != count
    }
    assert wrong == {}
    assert found.keys() == expected.keys()


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_every_shape_of_control_flow(engine: Engine) -> None:
    assert_same([SHAPES], engine, steps=PLENTY)


def test_the_shapes_run_what_they_seem_to() -> None:
    found, _ = executions([SHAPES], Engine("auto"), "blocks", steps=PLENTY)
    counts = {name: count for (_, name), count in found.items()}
    assert counts["main"] == 3
    assert counts["fib"] == 3 * 1973  # 2 * fib(16) - 1
    assert counts["square"] == 3 * 11
    assert counts["bad-recursion"] == 3 * 6
    assert counts["j"] == 3 * 15


@pytest.mark.parametrize("file", SUITE, ids=str)
def test_suite(file: SuiteFile) -> None:
    with file.open_input() as typed:
        assert_same([f's" {file.path}" included'], Engine("auto", (1, 1)), typed.read())


@pytest.mark.parametrize("seed", range(12))
def test_random_programs(seed: int) -> None:
    assert_same(program(seed), Engine("auto", (3, 2)))


def test_heat_in_the_middle_of_a_run_is_that_of_what_has_run() -> None:
    """A tick in the middle of loops and calls sees only what is done; so does the end of a run by a limit."""
    seen: list[int] = []
    vm = cupola.VM(
        "forth", physics=cupola.Physics("starforth-paper", period=10_000), limits=cupola.Limits(steps=95_000)
    )
    square = ": work 0 begin 1+ dup 100000 < while dup 7 and 0= if negate negate then repeat drop ;"
    vm.run(square)
    token = vm.system.find("1+")
    vm.system.physics.on_tick = lambda physics: seen.append(physics.meta(token).executed)
    with pytest.raises(cupola.LimitReached):
        vm.run("work")
    after = vm.system.physics.executions()[token]
    assert seen == sorted(seen) and len(seen) >= 5
    assert seen[0] > 0 and all(3000 > later - earlier > 0 for earlier, later in itertools.pairwise(seen))
    assert 3000 > after - seen[-1] >= 0
    vm.close()


def test_forgotten_words_take_nothing_from_others() -> None:
    vm = cupola.VM("forth", physics="starforth-paper")
    vm.run(": twice dup + ;  marker away  : user 10 0 do i twice drop loop ;  user user")
    vm.run("away  : other 5 twice drop ;  other")
    found = vm.system.physics.executions()
    assert found[vm.system.find("twice")] == 21
    assert found[vm.system.find("other")] == 1
    vm.close()
