"""The assembler for front ends: what it refuses, what it fills in, what is known about the code it makes."""

from __future__ import annotations

import pytest

from cupola.language import Assembler, CodeError, Label, Thresholds
from cupola.language.limits import NEVER
from examples.languages.abacus.vm import AbacusVM


@pytest.fixture
def vm() -> AbacusVM:
    return AbacusVM(thresholds=Thresholds(calls=7, loops=20))


def loop_of(program: Assembler, times: int) -> Label:
    """A function that counts its variable down from `times`, and returns 0."""
    label = program.begin("loop")
    program.add("enter")
    program.add("push", times)
    program.add("set", 2)
    top, end = program.here(), Label("end")
    program.add("get", 2)
    program.add("go_if_zero", to=end)
    program.add("get", 2)
    program.add("push_long", -1)
    program.add("add")
    program.add("set", 2)
    program.add("repeat", to=top)
    program.place(end)
    program.add("push", 0)
    program.add("leave")
    return label


def operand(vm: AbacusVM, pc: int, opcode: str, name: str) -> int:
    """An operand, read from guest code, of the instruction at `pc`."""
    facts = next(each for each in vm.engine.facts if each["name"] == opcode)
    offset = next(place for what, _, place in facts["operands"] if what == name)
    return int.from_bytes(vm.memory.read(pc - vm.address + offset, 4), "little", signed=True)


def test_cost_and_heat_are_filled_in(vm: AbacusVM) -> None:
    program = vm.assembler()
    label = loop_of(program, 3)
    code = vm.load(program)
    start = code.address(label)
    assert operand(vm, start, "enter", "cost") == 12, "the instructions of the function"
    assert operand(vm, start, "enter", "heat") == 7
    repeat = max(pc for pc in range(code.start, code.end, 8) if opcode_at(vm, pc) == "repeat")
    assert operand(vm, repeat, "repeat", "cost") == 7, "the instructions of the loop"
    assert operand(vm, repeat, "repeat", "heat") == 20 * 12 // 7
    assert repeat + operand(vm, repeat, "repeat", "target") in range(code.start, repeat)


def opcode_at(vm: AbacusVM, pc: int) -> str:
    """The name of the instruction at `pc`, if one is there."""
    number = int.from_bytes(vm.memory.read(pc - vm.address + 4, 2), "little") & 1023
    return str(vm.engine.facts[number]["name"]) if number < len(vm.engine.facts) else ""


def test_a_tier_without_compiler_never_asks_for_one() -> None:
    vm = AbacusVM("threaded")
    program = vm.assembler()
    label = loop_of(program, 3)
    code = vm.load(program)
    assert operand(vm, code.address(label), "enter", "heat") == NEVER


def test_units_and_positions(vm: AbacusVM) -> None:
    program = vm.assembler()
    program.where = "first"
    first = program.begin("one")
    program.add("push", 1)
    program.where = "second"
    program.add("leave")
    second = program.begin("two")
    program.add("push", 2)
    program.add("leave")
    code = vm.load(program)
    one, two = code.units
    assert (one.name, one.start, one.end) == ("one", code.start, code.address(second))
    assert (two.name, two.start, two.end, two.where) == ("two", code.address(second), code.end, "second")
    assert code.address(first) == code.start
    assert [code.position(pc) for pc in (code.start, code.end - 8, code.end, code.start - 8)] == [
        "first", "second", None, None,
    ]  # fmt: skip
    assert code.unit_at(code.end) is None
    found = code.unit_at(code.end - 1)
    assert found is not None and found.name == "two"


def test_what_cannot_be_is_refused(vm: AbacusVM) -> None:
    program = vm.assembler()
    with pytest.raises(CodeError, match=r"outside of any function; call begin\(\) first"):
        program.add("drop")
    program.begin("f")
    with pytest.raises(CodeError, match="abacus has no instruction 'dorp'"):
        program.add("dorp")
    with pytest.raises(CodeError, match="push needs a number"):
        program.add("push")
    with pytest.raises(CodeError, match="add takes no number, found 3"):
        program.add("add", 3)
    with pytest.raises(CodeError, match=r"go needs a target \(to=...\)"):
        program.add("go")
    with pytest.raises(CodeError, match=r"drop takes no target \(to=...\)"):
        program.add("drop", to=program.here())
    with pytest.raises(CodeError, match="call goes to a guest address, and has no room for the number 2"):
        program.add("call", 2, to=4096)
    label = program.here()
    with pytest.raises(CodeError, match="is placed twice"):
        program.place(label)


@pytest.mark.parametrize(("name", "bits"), [("enter", 32), ("push_long", 64)])
def test_numbers_that_do_not_fit(vm: AbacusVM, name: str, bits: int) -> None:
    program = vm.assembler()
    program.begin("f")
    for number in ((1 << bits - 1) - 1, -(1 << bits - 1)):
        program.add(name, number)
    for number in (1 << bits - 1, -(1 << bits - 1) - 1):
        with pytest.raises(CodeError, match=f"does not fit {bits // 8} bytes"):
            program.add(name, number)


@pytest.mark.parametrize(("name", "operand", "below"), [("push", "value", 1 << 30), ("get", "slot", 64)])
def test_numbers_that_native_code_takes_for_small(vm: AbacusVM, name: str, operand: str, below: int) -> None:
    """An operand kind with a bound: the stencil has no room for more."""
    program = vm.assembler()
    program.begin("f")
    program.add(name, 0)
    program.add(name, below - 1)
    for number in (-1, below):
        with pytest.raises(
            CodeError, match=f"{name}: {operand} must be from 0 to {below - 1}, found {number}"
        ):
            program.add(name, number)


def test_functions_are_found_by_name(vm: AbacusVM) -> None:
    with pytest.raises(LookupError, match="no function 'f'"):
        vm.unit_named("f")
    vm.run("fun f() { return 1 }")
    start, end, name = vm.unit_named("f")
    assert name == "f" and vm.unit_at(start) == vm.unit_at(end - 1) == (start, end, "f")


def test_programs_that_cannot_be_finished(vm: AbacusVM) -> None:
    program = vm.assembler()
    with pytest.raises(CodeError, match="no instructions"):
        vm.load(program)
    program.begin("f")
    program.add("go", to=Label("nowhere"))
    with pytest.raises(CodeError, match="the label 'nowhere' is not placed"):
        vm.load(program)
    program = vm.assembler()
    program.begin("f")
    program.add("push", 1)
    with pytest.raises(CodeError, match="control runs out of the end"):
        vm.load(program)


def test_room_for_code_is_what_was_asked_for(vm: AbacusVM) -> None:
    program = vm.assembler()
    program.begin("f")
    for _ in range(3):
        program.add("push", 1)
    program.add("leave")
    size = 3 * 16 + 8
    assert program.finish(vm.memory, 8192, size).end - vm.address == 8192 + size
    with pytest.raises(CodeError, match=f"takes more than the {size - 8} bytes"):
        program.finish(vm.memory, 8192, size - 8)


def test_a_loop_laid_out_by_hand_runs(vm: AbacusVM) -> None:
    program = vm.assembler()
    label = loop_of(program, 1000)
    start = program.begin("start")
    program.add("call", 0, to=label)
    program.add("done")
    code = vm.load(program)
    vm.run_at(code.address(start), fp=vm.stack_start)
    assert vm.vm.value == 0
    assert vm.counts["tier-ups"] == 1
