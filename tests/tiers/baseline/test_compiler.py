"""The native compiler on all guest code of a Forth system: its bound is one, compiling again does no harm, and compiled
words work with words that are not compiled, in both directions."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import pytest

import cupola
from cupola.lab.generate.forth import program
from cupola.machine.branches import LINE
from cupola.machine.memory import CodeArena
from cupola.observe.decode import Unit
from cupola.observe.decode import decode as decode_native
from tests.tiers.guest_code import decode

CANARY = b"\xcc" * 64
SOURCE = """
: double  dup + ;
: sum  0 swap 0 ?do i double + loop ;
: even?  dup if 1- recurse 0= else drop true then ;
: outer  dup sum swap even? if negate then ;
: checked  dup 0< if -7 throw then double ;
: safe  ['] checked catch if drop 1000 then ;
"""
ORDERS = [["sum", "double", "outer", "even?", "safe", "checked"], ["checked", "double", "sum"], ["outer"]]
CALLS = [("sum", 10, 90), ("outer", 10, -90), ("outer", 7, 42), ("safe", 4, 8), ("safe", -1, 1000)]


def words(vm: cupola.VM) -> Iterator[tuple[str, int, int]]:
    """The words that have guest code: name, start, end."""
    system = vm.system
    for token in range(1, system.vm.word_count):
        word = system.word(token)
        if word.entry and word.code_end > word.entry:
            yield system.word_name(token), word.entry, word.code_end


@pytest.fixture
def vm() -> Iterator[cupola.VM]:
    """A system in which nothing is compiled but what a test compiles."""
    never = cupola.Thresholds(0x7FFFFFFF, 0x7FFFFFFF)
    with cupola.VM(
        "forth", tier="baseline", thresholds=never, limits=cupola.Limits(time=20.0), input=io.BytesIO()
    ) as made:
        made.run(SOURCE)
        assert made.statistics()["tier-ups"] == 0
        yield made


def compile_word(vm: cupola.VM, name: str) -> None:
    *_, place = [(start, end) for found, start, end in words(vm) if found == name]  # the newest of that name
    assert vm.system.compile(*place, name)


def check_calls(vm: cupola.VM) -> None:
    for name, argument, result in CALLS:
        assert vm.call(name, argument) == (result,), name


def test_the_bound_is_one_for_all_words(vm: cupola.VM) -> None:
    for seed in range(40):
        for line in program(seed):
            with contextlib.suppress(cupola.RunError):
                vm.run(line)
    engine: Any = vm.system.engine
    arena = CodeArena(1 << 20)
    count = exact = 0
    for name, start, end in words(vm):
        bound = engine.code_bound(engine.tables, start, end)
        code = decode(engine, vm.system.memory.read(start - vm.system.address, end - start), start)
        assert engine.count_instructions(engine.tables, start, end) == len(code)
        arena.write(bound, CANARY)
        used = engine.compile_code(
            engine.tables, engine.symbols["operand_expression"], start, end, arena.writable, arena.executable
        )
        assert 0 < used <= bound, name
        assert arena.read(bound, len(CANARY)) == CANARY, name
        count += 1
        exact += bound <= 2 * used + 128  # with room for padding before each stencil that has jumps
    assert count > 300 and exact > count / 2, "the bound is not far from what is used"


@pytest.mark.parametrize(
    "order", [["sum", "double", "outer", "even?", "safe", "checked"], ["checked", "double", "sum"], ["outer"]]
)
def test_compiled_words_work_with_others(vm: cupola.VM, order: list[str]) -> None:
    check_calls(vm)
    for name in order:
        compile_word(vm, name)
        check_calls(vm)
    assert [each.name for each in vm.system.compiled] == order


def test_compiling_again_does_no_harm(vm: cupola.VM) -> None:
    for name in ("sum", "outer", "sum", "even?", "outer"):
        compile_word(vm, name)
        check_calls(vm)


def test_everything_compiled_at_once_works(vm: cupola.VM) -> None:
    for name, start, end in words(vm):
        assert vm.system.compile(start, end, name)
    check_calls(vm)
    vm.run(": later  5 sum . ;  later")
    assert vm.take_output() == "20 "


def test_no_jump_crosses_a_line_that_need_not(vm: cupola.VM) -> None:
    """Every stencil begins where fewest of its jumps cross or end a line of 32 bytes; without padding many do."""
    checked = padded = 0
    for name, *_ in CALLS:
        compile_word(vm, name)
    for unit in vm.system.compiled:
        behind = unit.address  # where the native code of the instruction before ends
        for each in decode_native(vm.system, Unit(unit.start, unit.end, unit.name)):
            if each.covered or each.variant is None or each.variant.stencil is None:
                continue
            size, crossings = each.variant.stencil[1], each.variant.stencil[6]
            assert not crossings >> each.handler % LINE & 1, each
            checked += crossings != 0
            padded += each.handler != behind
            behind = each.handler + size
    assert checked > 10
    assert padded > 0
