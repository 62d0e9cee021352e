"""Applies the rewrite rules of `cupola.ir.rules` until none matches, folding what becomes constant."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cupola.ir.core import Block, Function, Instruction, Value
from cupola.ir.dominance import reverse_postorder
from cupola.ir.passes.base import Context, Pass
from cupola.ir.passes.fold import fold_instruction
from cupola.ir.passes.graph import remove_unreachable, substitute, update

if TYPE_CHECKING:
    from cupola.ir.rules import Matcher

NAME = "rewrite"
MOST_FIRINGS = 50  # for one instruction; more means that rules undo each other


class RewriteLoop(Exception):
    """Rules that undo each other: the message names the last ones."""


@cache
def standard_matcher() -> Matcher:
    """The matcher of all rules; reading them takes a while, so it waits for the first use."""
    from cupola.ir.rules import RULES, Matcher

    return Matcher(RULES)


def rewrite(function: Function, context: Context, matcher: Matcher) -> bool:
    """Apply the rules of a matcher everywhere; raises RewriteLoop if that does not end."""
    replacements: dict[Value, Value] = {}
    for block in reverse_postorder(function):
        _rewrite_block(block, replacements, context, matcher)
    if replacements:
        # A value that was replaced may be used in a block that control cannot reach, and on back edges.
        remove_unreachable(function)
        substitute(function, replacements)
    return bool(replacements)


def _rewrite_block(
    block: Block, replacements: dict[Value, Value], context: Context, matcher: Matcher
) -> None:
    kept: list[Instruction] = []
    for each in block.instructions:
        instruction: Instruction | None = each
        fired: list[str] = []
        while instruction is not None:
            update(instruction, replacements)
            constants = fold_instruction(instruction)
            if constants is not None:
                replacements.update(zip(instruction.results, constants, strict=True))
                context.count(NAME, "folded")
                break
            found = matcher.find(instruction)
            if found is None:
                kept.append(instruction)
                break
            replacements.update(zip(instruction.results, found.values, strict=True))
            context.count(NAME, found.rule.name)
            fired.append(found.rule.name)
            if len(fired) > MOST_FIRINGS:
                raise RewriteLoop(f"rules undo each other: {' > '.join(fired[-6:])}")
            instruction = found.made
    block.instructions = kept


def run(function: Function, context: Context) -> bool:
    return rewrite(function, context, standard_matcher())


REWRITE = Pass(NAME, "apply the rewrite rules", run)
