"""Which functions should lie side by side: those that call each other most.

After Pettis and Hansen, Profile Guided Code Positioning (PLDI 1990), section 3: every function begins as a chain of its
own; the heaviest edge of the call graph joins two chains, at the ends that bring caller and callee closest.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Mapping


def arrange(count: int, calls: Mapping[tuple[int, int], int]) -> list[int]:
    """The order of functions 0 to `count` - 1. `calls` has how often one calls another, by (caller, callee); functions
    that nothing connects keep their order, behind the others of their kind."""
    chains = {each: [each] for each in range(count)}
    chain_of = list(range(count))
    weights: dict[tuple[int, int], int] = {}
    for (caller, callee), times in calls.items():
        if caller != callee:
            edge = (min(caller, callee), max(caller, callee))
            weights[edge] = weights.get(edge, 0) + times
    for one, other in sorted(weights, key=lambda edge: (-weights[edge], edge)):
        left, right = chain_of[one], chain_of[other]
        if left != right:
            chains[left] = _joined(chains[left], chains.pop(right), one, other)
            for each in chains[left]:
                chain_of[each] = left
    return [each for chain in chains.values() for each in chain]


def _joined(left: list[int], right: list[int], one: int, other: int) -> list[int]:
    """Both chains in a row, in the one of four ways in which `one` and `other` are closest."""
    ways = [first + second for first in (left, left[::-1]) for second in (right, right[::-1])]
    return min(ways, key=lambda way: abs(way.index(one) - way.index(other)))
