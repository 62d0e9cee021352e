"""What the dumps of small words show, and that they agree with what is in memory."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

import cupola
from cupola.languages.forth.image import define
from cupola.observe import native, stages
from cupola.observe.decode import Unit, decode, labels, variants_of, with_names
from cupola.observe.listing import bytecode

SOURCE = ": leaf begin dup while 1- repeat drop ;\n: count-down 70000 0 do i leaf loop ;"


@pytest.fixture(scope="module")
def system() -> Any:
    vm = cupola.VM("forth", thresholds=cupola.Thresholds(1 << 30, 1 << 30))
    vm.run(SOURCE)
    return vm.system


def unit(system: Any, name: str) -> Unit:
    return Unit(*system.unit_named(name))


def test_instructions_fill_the_code(system: Any) -> None:
    found = unit(system, "leaf")
    code = decode(system, found)
    assert "enter" in {one.name for one in code[:2]}
    assert code[-1].name == "exit"
    for one, after in pairwise(code):
        assert one.end == after.address
    assert code[-1].end == found.end


def test_operands_have_values_and_targets(system: Any) -> None:
    code = decode(system, unit(system, "count-down"))
    values = [each.value for one in code if one.name == "lit" for each in one.operands]
    assert 70000 in values
    back = next(one for one in code if one.name == "loop")
    target = next(each for each in back.operands if each.relative)
    assert target.value in {one.address for one in code}
    assert target.value < back.address


def test_labels_are_where_branches_lead(system: Any) -> None:
    found = unit(system, "leaf")
    code = decode(system, found)
    places = labels(found, code)
    assert list(places.values()) == [f"L{number}" for number in range(1, len(places) + 1)]
    assert places and set(places) <= {one.address for one in code}


def test_a_listing_shows_every_instruction(system: Any) -> None:
    found = unit(system, "leaf")
    text = bytecode(system, found)
    code = decode(system, found)
    lines = text.splitlines()
    assert lines[0].startswith(f"leaf: {len(code)} instructions, {found.end - found.start} bytes")
    for one in code:
        assert any(f"+{one.address - found.start} " in line and one.name in line for line in lines)
    assert "L1:" in lines
    assert "superinstruction of" in text and "┌" in text and "└" in text


def test_a_superinstruction_covers_what_follows(system: Any) -> None:
    for name in ("leaf", "count-down"):
        code = decode(system, unit(system, name))
        for place, one in enumerate(code):
            if one.covered or one.variant is None:
                continue
            parts = code[place : place + one.variant.covers]
            assert "+".join(each.name for each in parts) == one.variant.name.rpartition(" ")[0]


def test_native_code_names_stencils_and_operands() -> None:
    vm = cupola.VM("forth", tier="baseline")
    vm.run(": far 123456 + ; : twice far far ;")
    text = native.baseline(vm.system, unit(vm.system, "far"))
    assert "[stencil " in text
    assert "value = 123456" in text
    assert "give up" in text and "bail" in text


def test_native_code_names_what_it_jumps_to(system: Any) -> None:
    text = native.baseline(system, unit(system, "leaf"))
    assert "; to L" in text
    assert "\nL1:" in text
    assert "native at" in bytecode(system, unit(system, "leaf"))


def test_an_interpreter_has_no_native_code() -> None:
    vm = cupola.VM("forth", tier="threaded")
    vm.run(": f 1 ;")
    with pytest.raises(ValueError, match="the tier 'threaded' does not compile"):
        native.baseline(vm.system, unit(vm.system, "f"))


def test_handlers_of_the_threaded_interpreter(system: Any) -> None:
    found = unit(system, "count-down")
    text = native.threaded(system, found)
    for variant in variants_of(decode(system, found)):
        assert f"handler {variant.name}: " in text
    assert "jmp" in text


def test_switch_code_says_so() -> None:
    vm = cupola.VM("forth", tier="switch")
    vm.run(": f 1 + ;")
    assert "switch loop" in bytecode(vm.system, unit(vm.system, "f"))


@pytest.mark.parametrize("tier", stages.TIERS)
def test_ir_and_llvm_of_every_variant(system: Any, tier: str) -> None:
    found = unit(system, "leaf")
    language = define()
    names = [each.name for each in variants_of(decode(system, found))]
    ir, llvm = stages.ir(system, found, language, tier), stages.llvm(system, found, language, tier)
    for name in names:
        assert f"; {tier} {name}\n" in ir
        assert f"; {tier} {name}\n" in llvm
    assert "tail_call" in ir
    assert "musttail call preserve_nonecc" in llvm
    assert ("; hole " in ir) == (tier == "baseline")


def test_only_known_tiers_have_stages(system: Any) -> None:
    with pytest.raises(ValueError, match="no tier 'switch' to show"):
        stages.ir(system, unit(system, "leaf"), define(), "switch")


def test_names_in_expressions() -> None:
    found = with_names(
        "(i32@8 << 3) - pc@16 + target@20-16 + i64@99", {8: "slot", 20: "target"}, {16: "call"}
    )
    assert found == "(slot << 3) - pc of call + target + i64@99"
