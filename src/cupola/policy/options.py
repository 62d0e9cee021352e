"""The optimizations that can be switched: one table, from which everything else that names them is made.

An optimization stands here with its number: bit `number` of `VM.options` says whether it is on, `VM.acted[number]`
counts how often it did something. Whoever builds one tests its bit where words are compiled or resources are handed
out, never in the guest code that runs, and counts each act. Programs cannot tell whether an option is on, except by
their speed and by the number of steps, which follows the instructions that are left.

The numbers and the predictions (`predicted`, a factor) are those of the list of opportunities of StarForth, where none
was built; docs/options.md tells what was measured here.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Option:
    """One optimization: its number and name, what it does in one line, whether it is on unless somebody says otherwise,
    what the original predicted (a range of factors) and how complex it thought it."""

    __slots__ = ("complexity", "default", "meaning", "name", "number", "predicted")

    def __init__(
        self, number: int, name: str, default: bool, predicted: str, complexity: str, meaning: str
    ) -> None:
        self.number = number
        self.name = name
        self.default = default
        self.predicted = predicted
        self.complexity = complexity
        self.meaning = meaning


(
    COLON_INLINING, BLOCK_PREFETCH, STACK_FUSION, WARM_POOLS, BRANCH_LAYOUT, SEARCH_ORDER, STRING_BATCHING,
    ARITHMETIC_REORDERING, WORD_PLACEMENT,
) = range(9)  # fmt: skip

OPTIONS = (
    Option(
        COLON_INLINING, "colon-inlining", True, "1.3-2.0", "medium",
        "short words are put in the place of their calls",
    ),
    Option(
        BLOCK_PREFETCH, "block-prefetch", False, "1.5-3.0", "medium",
        "the block that usually follows is read ahead",
    ),
    Option(
        STACK_FUSION, "stack-fusion", True, "1.2-1.5", "low",
        "frequent runs of instructions become one, stack operations that undo each other none",
    ),
    Option(
        WARM_POOLS, "warm-pools", False, "1.3-1.8", "medium",
        "freed memory of sizes that are asked for often is kept ready",
    ),
    Option(
        BRANCH_LAYOUT, "branch-layout", False, "1.1-1.3", "medium to high",
        "code that is taken rarely moves out of the way, loops begin at good addresses",
    ),
    Option(
        SEARCH_ORDER, "search-order", False, "1.2-1.6", "low",
        "word lists with many hits are searched first where that finds the same words",
    ),
    Option(
        STRING_BATCHING, "string-batching", False, "1.1-1.4", "low",
        "texts printed one after the other are printed as one",
    ),
    Option(
        ARITHMETIC_REORDERING, "arithmetic-reordering", False, "1.05-1.15", "medium",
        "arithmetic with constants becomes shorter arithmetic with the same results",
    ),
    Option(
        WORD_PLACEMENT, "word-placement", False, "1.05-1.2", "high",
        "machine code of words that call each other is put side by side",
    ),
)  # fmt: skip

NAMES = tuple(each.name for each in OPTIONS)
COUNTERS = 16  # places for counters in a VM: the table may grow


class Options:
    """Which optimizations are on: those that `changes` names as it says, all others by default.

    Raises ValueError for a name that is none, TypeError for a value that is not a bool.
    """

    __slots__ = ("_on",)

    def __init__(self, changes: Mapping[str, bool] | None = None) -> None:
        self._on = {each.name: each.default for each in OPTIONS}
        for name, value in (changes or {}).items():
            if name not in self._on:
                raise ValueError(unknown(name))
            if not isinstance(value, bool):
                raise TypeError(f"option {name!r}: expected True or False, found {value!r}")
            self._on[name] = value

    def __getitem__(self, name: str) -> bool:
        """Whether the option `name` is on."""
        return self._on[name]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Options) and self._on == other._on

    def __hash__(self) -> int:
        return self.bits

    def __repr__(self) -> str:
        changed = {each.name: self[each.name] for each in OPTIONS if self[each.name] != each.default}
        return f"Options({changed or ''})"

    @property
    def bits(self) -> int:
        """What native code tests: bit n is on when the option with the number n is."""
        return sum(self._on[each.name] << each.number for each in OPTIONS)

    @property
    def names(self) -> list[str]:
        """The names of the options that are on, in the order of the table."""
        return [name for name in NAMES if self._on[name]]


def make_options(wanted: Options | Mapping[str, bool] | None) -> Options:
    """Options as an embedding program gives them: ready made, as the changes to the defaults, or None for these."""
    return wanted if isinstance(wanted, Options) else Options(wanted)


def options_of(on: Iterable[str], off: Iterable[str]) -> Options:
    """The options of a command line: these on, those off. Raises ValueError also for a name that is in both."""
    with_, without = set(on), set(off)
    both = sorted(with_ & without)
    if both:
        raise ValueError(f"option {both[0]!r} cannot be both on and off")
    return Options({**dict.fromkeys(with_, True), **dict.fromkeys(without, False)})


def unknown(name: str) -> str:
    """The message for a name that is no option's, with the nearest one."""
    from difflib import get_close_matches

    near = get_close_matches(name.replace("_", "-").lower(), NAMES, n=1)
    expected = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(NAMES)}"
    return f"unknown option {name!r}: {expected}"


def listing() -> str:
    """The table for people: name, default, meaning; one option a line."""
    width = max(map(len, NAMES))
    return "\n".join(
        f"  {each.name:{width}}  {'on ' if each.default else 'off'}  {each.meaning}" for each in OPTIONS
    )
