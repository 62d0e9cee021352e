"""Guest code as a listing: headers, operands, cells in registers, superinstructions, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cupola.observe.decode import Instruction, Unit, decode, labels, show_operand

if TYPE_CHECKING:
    from cupola.language.driver import Driver

COLUMNS = f"{'offset':>7}  {'':5} {'instruction':28} {'operands':28} {'cells':6} {'site':>4}  variant"


def bytecode(vm: Driver, unit: Unit) -> str:
    """The guest code of a function. `cells` are those in registers before and after; a superinstruction is shown as
    the instructions that it is made of, tied together on the left."""
    code = decode(vm, unit)
    known = labels(unit, code)
    lines = [
        f"{unit.name}: {len(code)} instructions, {unit.end - unit.start} bytes of guest code at {unit.start:#x}",
        COLUMNS,
    ]
    for place, one in enumerate(code):
        if one.address in known:
            lines.append(f"{known[one.address]}:")
        follows = place + 1 < len(code) and code[place + 1].covered
        lines.append(_line(vm, unit, one, known, _tie(one.covered, follows)))
    return "\n".join(lines)


def _tie(covered: bool, follows: bool) -> str:
    if covered:
        return "│" if follows else "└"
    return "┌" if follows else " "


def _line(vm: Driver, unit: Unit, one: Instruction, known: dict[int, str], tie: str) -> str:
    operands = " ".join(show_operand(vm, each, known) for each in one.operands)
    cells = variant = ""
    if one.variant is not None and not one.covered:
        cells = f"{one.variant.state_in}>{one.variant.state_out}"
        variant = one.variant.name
        if one.variant.covers > 1:
            variant += f"  (superinstruction of {one.variant.covers})"
        if _is_native(vm, one):
            variant += f"  native at {one.handler:#x}"
    offset = f"+{one.address - unit.start}"
    arrow = " ->" if any(each.relative for each in one.operands) else ""
    return (
        f"{offset:>7}  {tie:5} {one.name + arrow:28} {operands:28} {cells:6} {one.site:4}  {variant}".rstrip()
    )


def _is_native(vm: Driver, one: Instruction) -> bool:
    """Whether the header leads to code of the baseline compiler."""
    arena = vm.native
    return arena is not None and arena.executable <= one.handler < arena.executable + arena.size
