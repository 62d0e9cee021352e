# mypy: disable-error-code="untyped-decorator"
# An instruction is an object of the toolkit; nobody calls it from Python.
"""The stack of floats: what instructions say about it, what is loaded and stored, and what is refused."""

from __future__ import annotations

import pytest

from cupola.ir.core import Function
from cupola.ir.passes import optimize
from cupola.kernel import Ptr, f64, i64, registers, struct, u8, unlikely
from cupola.language import Cell, Context, Float, Language, Real, exit_, slow
from cupola.tiers.expand import natural_state
from cupola.tiers.interpreter import threaded
from cupola.tiers.modules import Modules
from cupola.tiers.variants import VariantPlan


@struct
class Struct:
    context: Context


@registers
class Machine:
    vm: Ptr[Struct]
    budget: i64
    sp: Ptr[i64]
    fp: Ptr[f64]
    ftop: f64
    pc: Ptr[u8]


@registers
class WithoutPointer:
    vm: Ptr[Struct]
    budget: i64
    ftop: f64
    pc: Ptr[u8]


def language() -> Language:
    made = Language("small floats", version="1", machine=Machine, cache=2, canonical=1)

    @made.slow_path
    def give_up(m: Machine) -> None:
        exit_(3)

    @made.instruction
    def literal(value: Real) -> Float:
        return value

    @made.instruction
    def copy(r: Float) -> tuple[Float, Float]:
        return r, r

    @made.instruction
    def over(a: Float, b: Float) -> tuple[Float, Float, Float]:
        return a, b, a

    @made.instruction
    def times(a: Float, b: Float) -> Float:
        return a * b

    @made.instruction
    def drop(r: Float) -> None:
        pass

    @made.instruction
    def mixed(n: Cell, r: Float) -> tuple[Float, Cell]:
        return r, n

    @made.instruction
    def need(m: Machine, n: Cell) -> None:
        if unlikely(i64(m.fp - m.fp) != n):
            slow(give_up)

    @made.instruction(memory_stack=True)
    def forget(m: Machine) -> None:
        m.ftop = m.fp[0]
        m.fp = m.fp + 1

    @made.instruction
    def wrong(m: Machine) -> None:
        m.fp = m.fp + 1

    return made


def body(names: list[str], *, stencil: bool = False) -> Function:
    """The IR of a handler or stencil of these instructions, one cell being in registers."""
    made = language()
    sequence = tuple(made[name] for name in names)
    variant = VariantPlan(0, sequence, 1, natural_state(made, sequence, 1))
    function = Modules(made)._stencil(variant) if stencil else threaded.handler(made, variant)
    optimize(function)
    return function


def floats_of(function: Function) -> tuple[int, int]:
    """How many floats it loads, and how many it stores."""
    loads = sum(
        each.operation.name == "load" and each.result.type.is_float for each in function.instructions()
    )
    stores = sum(
        each.operation.name == "store" and each.operands[1].type.is_float for each in function.instructions()
    )
    return loads, stores


def test_the_signature_says_what_is_popped_and_pushed() -> None:
    mixed = language()["mixed"]
    assert (mixed.pops, mixed.pushes, mixed.float_pops, mixed.float_pushes) == (1, 1, 1, 1)
    over = language()["over"]
    assert (over.pops, over.pushes, over.float_pops, over.float_pushes) == (0, 0, 2, 3)


@pytest.mark.parametrize(
    ("names", "loads", "stores"),
    [
        (["copy"], 0, 1),
        (["over"], 1, 2),
        (["times"], 1, 0),
        (["drop"], 1, 0),
        (["copy", "times"], 0, 0),
        (["over", "times"], 1, 1),
        (["over", "over", "times"], 1, 2),
        (["mixed"], 0, 0),
        (["times", "times"], 2, 0),
        (["copy", "drop"], 0, 0),
        (["forget"], 1, 0),
    ],
)
def test_floats_go_from_one_to_the_next_in_registers(names: list[str], loads: int, stores: int) -> None:
    assert floats_of(body(names)) == (loads, stores)
    assert floats_of(body(names, stencil=True)) == (loads, stores)


def test_a_float_operand_is_read_from_guest_code() -> None:
    assert floats_of(body(["literal", "times"])) == (1, 0)
    assert floats_of(body(["literal", "times"], stencil=True)) == (1, 0)


def test_a_check_in_a_superinstruction_finds_fp_where_it_will_be() -> None:
    assert floats_of(body(["copy", "need", "times"])) == (0, 0)


def test_only_what_finds_all_in_memory_may_change_the_registers() -> None:
    with pytest.raises(TypeError, match=r"wrong changes fp: only an instruction with memory_stack=True"):
        body(["wrong"])


def test_a_top_of_floats_needs_a_pointer() -> None:
    made = Language("floats", version="1", machine=WithoutPointer)
    with pytest.raises(
        TypeError, match="a stack of floats takes the fields `fp`, a pointer, and `ftop`, an f64"
    ):
        made.check()
