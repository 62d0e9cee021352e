"""Makes a failing module smaller: edits it in simple ways, as long as it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from cupola.ir.core import Block, Constant, Function, Instruction, Module, Successor, Value
from cupola.ir.dominance import reverse_postorder
from cupola.ir.errors import IRError
from cupola.ir.operations import TABLE
from cupola.ir.parser import parse_module
from cupola.ir.printer import format_module
from cupola.ir.verifier import verify_module

Edit = Callable[[Module], None]
MOST_ROUNDS = 20


def shrink(module: Module, fails: Callable[[Module], bool]) -> Module:
    """The smallest module found that verifies and for which `fails` is still true."""
    text = format_module(module)
    for _ in range(MOST_ROUNDS):
        before = text
        place = 0
        while True:
            candidate = parse_module(text)
            edits = list(_edits(candidate))
            if place >= len(edits):
                break
            edits[place](candidate)
            _tidy(candidate)
            smaller = format_module(candidate)
            if smaller != text and _valid(candidate) and fails(parse_module(smaller)):
                text = smaller
            else:
                place += 1
        if text == before:
            break
    return parse_module(text)


def _valid(module: Module) -> bool:
    try:
        verify_module(module)
    except IRError:
        return False
    return True


def _tidy(module: Module) -> None:
    """Drop what control does not reach, and join blocks that follow each other."""
    for function in module.functions.values():
        while True:
            function.blocks = reverse_postorder(function)
            edges = [edge.block for block in function.blocks for edge in block.terminator.successors]
            for block in function.blocks:
                last = block.terminator
                if last.operation.name == "jump" and edges.count(last.successors[0].block) == 1:
                    _join(function, block, last.successors[0])
                    break
            else:
                break


def _join(function: Function, block: Block, edge: Successor) -> None:
    block.instructions.pop()
    block.instructions += edge.block.instructions
    edge.block.instructions = []
    function.blocks.remove(edge.block)
    _substitute(function, dict(zip(edge.block.parameters, edge.arguments, strict=True)))


def _substitute(function: Function, values: Mapping[Value, Value]) -> None:
    for instruction in function.instructions():
        instruction.operands = [values.get(each, each) for each in instruction.operands]
        for successor in instruction.successors:
            successor.arguments = [values.get(each, each) for each in successor.arguments]


def _edits(module: Module) -> Iterator[Edit]:
    """Every edit of the module, large ones first; each names its place by numbers, so that it fits a copy."""
    for name in [each for each in module.functions if each != "main"]:
        yield lambda copy, name=name: _remove_function(copy, name)  # type: ignore[misc]  # bound by the default
    for name, function in module.functions.items():
        for block, each in enumerate(function.blocks):
            for edge in range(len(each.terminator.successors) if len(each.terminator.successors) > 1 else 0):
                yield _take_edge(name, block, edge)
        for block, each in enumerate(function.blocks):
            for place in reversed(range(len(each.instructions) - 1)):
                yield _delete(name, block, place)
                yield from _bypasses(name, block, place, each.instructions[place])
        for block, each in enumerate(function.blocks):
            for place, instruction in enumerate(each.instructions):
                for operand, value in enumerate(instruction.operands):
                    if not isinstance(value, Constant) or value.value not in (0, 1):
                        yield _simplify(name, block, place, operand)


def _remove_function(module: Module, name: str) -> None:
    del module.functions[name]


def _take_edge(name: str, block: int, edge: int) -> Edit:
    """Make a branch a jump."""

    def edit(module: Module) -> None:
        body = module.functions[name].blocks[block].instructions
        body[-1] = Instruction(TABLE["jump"], successors=[body[-1].successors[edge]])

    return edit


def _delete(name: str, block: int, place: int) -> Edit:
    """Remove an instruction; zeros stand for its results."""

    def edit(module: Module) -> None:
        function = module.functions[name]
        gone = function.blocks[block].instructions.pop(place)
        _substitute(function, {each: Constant(each.type, 0) for each in gone.results})

    return edit


def _bypasses(name: str, block: int, place: int, instruction: Instruction) -> Iterator[Edit]:
    """Use an operand in place of the result, where the types allow it."""
    if len(instruction.results) == 1:
        for operand, value in enumerate(instruction.operands):
            if value.type is instruction.result.type:
                yield _bypass(name, block, place, operand)


def _bypass(name: str, block: int, place: int, operand: int) -> Edit:
    def edit(module: Module) -> None:
        function = module.functions[name]
        gone = function.blocks[block].instructions.pop(place)
        _substitute(function, {gone.result: gone.operands[operand]})

    return edit


def _simplify(name: str, block: int, place: int, operand: int) -> Edit:
    """Make an operand zero."""

    def edit(module: Module) -> None:
        operands = module.functions[name].blocks[block].instructions[place].operands
        operands[operand] = Constant(operands[operand].type, 0)

    return edit
