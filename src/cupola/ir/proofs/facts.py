"""Static facts of what a function and all that it calls contain; no solver is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cupola.ir.core import Function, Instruction, Module

INDIRECT = ("call_indirect", "tail_call_indirect")


class Found(NamedTuple):
    """An instruction that a fact does not allow, and the calls that lead to it."""

    path: tuple[str, ...]
    what: str


def reachable(module: Module, name: str) -> Iterator[tuple[tuple[str, ...], Function]]:
    """The function, and all that it calls or takes the address of, each once, with the way there."""
    waiting: list[tuple[str, ...]] = [(name,)]
    seen = {name}
    while waiting:
        path = waiting.pop(0)
        function = module.functions[path[-1]]
        yield path, function
        for each in function.instructions():
            target = each.symbol if each.operation.symbol_is_global else ""
            if target in module.functions and target not in seen:
                seen.add(target)
                waiting.append((*path, target))


def violations(module: Module, name: str, allowed: Callable[[Instruction], str]) -> list[Found]:
    """Where the function, or what it calls, has an instruction about which `allowed` complains."""
    out = []
    for path, function in reachable(module, name):
        out += [Found(path, why) for each in function.instructions() if (why := allowed(each))]
    return out


def floats(module: Module, name: str) -> list[Found]:
    """Where floats are computed with, loaded, stored or passed."""

    def allowed(each: Instruction) -> str:
        values = (*each.operands, *each.results)
        return f"{each.operation.name} of a float" if any(value.type.is_float for value in values) else ""

    return violations(module, name, allowed)


def foreign(module: Module, name: str) -> list[Found]:
    """Where something is called that is not a function of the module, or is not known before it runs."""

    def allowed(each: Instruction) -> str:
        if each.operation.name in INDIRECT:
            return f"{each.operation.name}: nobody knows whom"
        calls = each.operation.name in ("call", "tail_call")
        return f"a call of {each.symbol}" if calls and each.symbol not in module.functions else ""

    return violations(module, name, allowed)


def decided_by_integers(module: Module, name: str) -> list[Found]:
    """Why the function might not be one that decides by integers alone: floats, or calls of others."""
    return floats(module, name) + foreign(module, name)
