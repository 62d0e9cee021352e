"""Simplifies control flow: decided and negated branches, straight lines, empty blocks, idle parameters."""

from __future__ import annotations

from cupola.ir.core import (
    TOTAL_WEIGHT,
    Block,
    Constant,
    Function,
    Instruction,
    Parameter,
    Result,
    Successor,
    Value,
)
from cupola.ir.operations import TABLE
from cupola.ir.passes.base import Context, Pass
from cupola.ir.passes.graph import incoming, key, remove_unreachable, resolve, substitute

NAME = "simplify_cfg"


def run(function: Function, context: Context) -> bool:
    changed = False
    while _round(function, context):
        changed = True
    return changed


def _round(function: Function, context: Context) -> bool:
    done = [
        ("decided ends", sum([_simplify_end(block) for block in function.blocks])),
        ("unreachable blocks", remove_unreachable(function)),
        ("needless parameters", _drop_needless_parameters(function)),
        ("forwarded edges", _forward(function)),
        ("unreachable blocks", remove_unreachable(function)),
        ("merged blocks", _merge(function)),
    ]
    for what, times in done:
        if times:
            context.count(NAME, what, times)
    return any(times for _, times in done)


# --- terminators --------------------------------------------------------------------------------------------


def _simplify_end(block: Block) -> bool:
    """Decide or normalize the terminator; whether that changed it."""
    end = block.terminator
    if end.operation.name == "branch":
        return _simplify_branch(block, end)
    if end.operation.name == "switch":
        return _simplify_switch(block, end)
    return False


def _simplify_branch(block: Block, end: Instruction) -> bool:
    condition = end.operands[0]
    if isinstance(condition, Constant):
        _jump(block, end.successors[0 if condition.value else 1])
        return True
    if _same_edge(end.successors[0], end.successors[1]):
        _jump(block, end.successors[0])
        return True
    positive = _negated(condition)
    if positive is None:
        return False
    end.operands[0] = positive
    end.successors.reverse()
    if end.weight is not None:
        end.weight = TOTAL_WEIGHT - end.weight
    return True


def _negated(condition: Value) -> Value | None:
    """The boolean of which `condition` is the opposite, written as `xor x, 1` or `eq x, 0`."""
    if not isinstance(condition, Result):
        return None
    instruction = condition.instruction
    wanted = {"xor": 1, "eq": 0}.get(instruction.operation.name)
    if wanted is None or instruction.operands[0].type.bits != 1:
        return None
    left, right = instruction.operands
    if isinstance(right, Constant) and right.value == wanted:
        return left
    return None


def _simplify_switch(block: Block, end: Instruction) -> bool:
    value, default = end.operands[0], end.successors[-1]
    if isinstance(value, Constant):
        taken = default
        for case, successor in zip(end.cases, end.successors[:-1], strict=True):
            if value.type.unsigned(case) == value.value:
                taken = successor
                break
        _jump(block, taken)
        return True
    kept = [place for place, each in enumerate(end.successors[:-1]) if not _same_edge(each, default)]
    if not kept:
        _jump(block, default)
        return True
    if len(kept) == len(end.cases):
        return False
    end.cases = [end.cases[place] for place in kept]
    end.successors = [*(end.successors[place] for place in kept), default]
    return True


def _jump(block: Block, edge: Successor) -> None:
    location = block.terminator.location
    block.instructions[-1] = Instruction(TABLE["jump"], successors=[edge], location=location)


def _same_edge(left: Successor, right: Successor) -> bool:
    return left.block is right.block and [key(each) for each in left.arguments] == [
        key(each) for each in right.arguments
    ]


# --- parameters ---------------------------------------------------------------------------------------------


def _drop_needless_parameters(function: Function) -> int:
    """Remove block parameters that receive the same value on every edge."""
    into = incoming(function)
    replacements: dict[Value, Value] = {}
    for block in function.blocks[1:]:
        needless: list[int] = []
        for place, parameter in enumerate(block.parameters):
            only = _only_value(parameter, [edge.arguments[place] for _, edge in into[block]], replacements)
            if only is not None:
                replacements[parameter] = only
                needless.append(place)
        for place in reversed(needless):
            del block.parameters[place]
            for _, edge in into[block]:
                del edge.arguments[place]
    substitute(function, replacements)
    return len(replacements)


def _only_value(parameter: Parameter, values: list[Value], replacements: dict[Value, Value]) -> Value | None:
    """The value that a parameter always has, where there is one besides itself."""
    found = {key(each): each for each in (resolve(replacements, value) for value in values)}
    found.pop(key(parameter), None)
    return next(iter(found.values())) if len(found) == 1 else None


# --- blocks -------------------------------------------------------------------------------------------------


def _forward(function: Function) -> int:
    """Lead edges past blocks that only jump on; returns how many."""
    empty = [
        block
        for block in function.blocks[1:]
        if len(block.instructions) == 1
        and block.terminator.operation.name == "jump"
        and block.terminator.successors[0].block is not block
    ]
    if any(block.parameters for block in empty):
        escaping = _escaping(function, empty)
        empty = [block for block in empty if not any(each in escaping for each in block.parameters)]
    moved = 0
    for block in empty:
        onward = block.terminator.successors[0]
        if onward.block is block:  # an earlier step made it an endless loop of its own
            continue
        for source in function.blocks:
            for place, edge in enumerate(source.terminator.successors):
                if edge.block is block:
                    moved += _redirect(source.terminator, place, block, onward)
    return moved


def _escaping(function: Function, empty: list[Block]) -> set[Value]:
    """The parameters of the empty blocks that something beyond the block's own jump uses."""
    own: dict[Value, Block] = {parameter: block for block in empty for parameter in block.parameters}
    used: set[Value] = set()
    for block in function.blocks:
        for instruction in block.instructions:
            used.update(each for each in instruction.operands if each in own)
            for edge in instruction.successors:
                used.update(each for each in edge.arguments if own.get(each, block) is not block)
    return used


def _redirect(end: Instruction, place: int, past: Block, onward: Successor) -> bool:
    """Lead one edge past a block, unless that would make two different edges to the same block."""
    values: dict[Value, Value] = {}
    values.update(zip(past.parameters, end.successors[place].arguments, strict=True))
    edge = Successor(onward.block, [values.get(each, each) for each in onward.arguments])
    for other, existing in enumerate(end.successors):
        if other != place and existing.block is edge.block and not _same_edge(existing, edge):
            return False  # code generators tell edges apart by the blocks at their ends
    end.successors[place] = edge
    return True


def _merge(function: Function) -> int:
    """Append blocks with a single predecessor to it, where it goes nowhere else."""
    into = incoming(function)
    replacements: dict[Value, Value] = {}
    gone: set[Block] = set()
    for block in function.blocks:
        while block not in gone and block.terminator.operation.name == "jump":
            edge = block.terminator.successors[0]
            target = edge.block
            if target is block or target is function.entry or len(into[target]) != 1:
                break
            replacements.update(zip(target.parameters, edge.arguments, strict=True))
            block.instructions.pop()
            block.instructions += target.instructions
            gone.add(target)
    if gone:
        function.blocks = [block for block in function.blocks if block not in gone]
        substitute(function, replacements)
    return len(gone)


SIMPLIFY_CFG = Pass(
    NAME, "decide branches on constants and negations, merge straight lines, skip empty blocks", run
)
