"""What the code of a function comes from: the IR of its handlers or stencils, and their LLVM text.

This lowers the language's kernel code again, which takes a second: what runs was compiled when the image was built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cupola.observe.decode import Unit, decode, variants_of, with_names
from cupola.tiers.baseline.holes import HOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cupola.ir.core import Module
    from cupola.language.driver import Driver
    from cupola.tiers.definition.language import Language
    from cupola.tiers.modules import Modules

TIERS = ("threaded", "baseline")


def ir(vm: Driver, unit: Unit, language: Language, tier: str) -> str:
    """The optimized IR of every variant that the function uses: threaded handlers, or the baseline's stencils."""
    from cupola.ir.printer import format_function

    def text(module: Module) -> str:
        return "\n\n".join(format_function(each).strip() for each in module.functions.values())

    return "\n\n".join(_parts(vm, unit, language, tier, text))


def llvm(vm: Driver, unit: Unit, language: Language, tier: str) -> str:
    """The LLVM text of every variant that the function uses, as LLVM gets it."""
    from cupola.ir.llvm import module_text

    return "\n\n".join(_parts(vm, unit, language, tier, lambda module: module_text(module).strip()))


def _parts(
    vm: Driver, unit: Unit, language: Language, tier: str, text: Callable[[Module], str]
) -> Iterator[str]:
    """One text for each variant, headed by its name and by what its holes hold."""
    from cupola.tiers.modules import Modules

    if tier not in TIERS:
        raise ValueError(f"no tier {tier!r} to show: expected one of {', '.join(TIERS)}")
    made = Modules(language)
    code = decode(vm, unit)
    for variant in variants_of(code):
        module = made.one(variant.name, stencil=tier == "baseline")
        lines = [f"; {tier} {variant.name}"]
        if module.holes:
            lines += _holes(made, module, variant.name)
        yield "\n".join([*lines, text(module)])


def _holes(made: Modules, module: Module, name: str) -> Iterator[str]:
    """What each hole of a stencil holds, by the names of the operands."""
    variant = next(each for each in made.plan.variants if each.name == name)
    operands: dict[int, str] = {}
    instructions: dict[int, str] = {}
    offset = 0
    for each in variant.sequence:
        instructions[offset] = each.name
        operands |= {offset + operand.offset: operand.name for operand in each.operands}
        offset += each.length
    for expression, number in made.expressions.numbers.items():
        hole = f"{HOLE}{number}"
        if hole in module.holes:
            yield f"; {hole}: {with_names(str(expression), operands, instructions)}"
