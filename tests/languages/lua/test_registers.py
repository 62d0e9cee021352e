"""What instructions do with the machine's registers that are pinned, or mean something to the next instruction only."""

from __future__ import annotations

import pytest

from cupola.ir.builder import Builder
from cupola.ir.core import Function, Value
from cupola.languages.lua.driver.functions import VARARG
from cupola.languages.lua.driver.vm import FIND_OPEN
from cupola.languages.lua.image import define
from cupola.tiers.endings import ThreadedEnding
from cupola.tiers.expand import expand
from cupola.tiers.interpreter import threaded
from cupola.tiers.modules import Modules
from cupola.tiers.pinned import ENDS

# Begin in a frame without registers, which the driver knows by there being no function of the guest.
STUBS = frozenset({"native", "polled_native", "upcall", "done", "pcall", "xpcall", "resume", "wrap", "yield"})


@pytest.fixture(scope="module")
def modules() -> Modules:
    return Modules(define())


def handler(modules: Modules, name: str) -> Function:
    """The handler of an instruction, before anything is done about its registers."""
    variant = next(each for each in modules.plan.variants if each.name.split()[0] == name and not each.step)
    function, frame = threaded.new_handler(modules.language, name, variant.state_in)
    ending = ThreadedEnding(modules.language, variant.fused)
    expand(Builder(function), variant.sequence, frame, variant.state_out, ending)
    return function


def register(function: Function, name: str) -> Value:
    return next(each for each in function.parameters if each.name == name)


def is_read(function: Function, name: str) -> bool:
    """Whether an instruction looks at a register, and does not only hand it on."""
    wanted = register(function, name)
    return any(
        operand is wanted
        for each in function.instructions()
        if each.operation.name not in ENDS
        for operand in [*each.operands, *(given for edge in each.successors for given in edge.arguments)]
    )


def test_the_driver_knows_which_instructions_find_open_values(modules: Modules) -> None:
    own_forms = {form: name for name, form in VARARG.items()}
    found = set()
    for each in modules.language.instructions:
        name = own_forms.get(each.name, each.name)
        if not each.cold and is_read(handler(modules, each.name), "n"):
            found.add("enter_vararg" if name == "enter_source" else name)
    passing = {each.name for each in modules.language.instructions if each.passes} - {"poll", "tally"}
    assert found | passing == FIND_OPEN | STUBS & found


def test_no_instruction_sets_what_is_pinned(modules: Modules) -> None:
    for each in modules.language.instructions:
        if each.cold or each.name.startswith("to_"):
            continue
        function = handler(modules, each.name)
        integers = register(function, "integers")
        ends = [block.terminator for block in function.blocks if block.terminator.operation.name in ENDS]
        assert all(any(operand is integers for operand in end.operands) for end in ends), each.name
