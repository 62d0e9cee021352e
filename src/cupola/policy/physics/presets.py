"""The knobs of the physics: one table of names, values and meanings, from which everything else that names them is
made.

The values of `starforth-paper` are those that the documents of StarForth state, those of `starforth-head` the ones
that its code has (commit 7f95f64e); they differ a good deal. Numbers are integers: a name that ends in `_q16` is a
fraction with 16 bits after the point. Every start passes here: nothing is imported.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ONE = 1 << 16
MODES = ("off", "blocks", "starts", "ticks", "every")  # the place is the number


class Knob:
    """One number that can be set: its values in the two presets, its bounds, and what it means."""

    __slots__ = ("head", "least", "meaning", "most", "name", "paper")

    def __init__(self, name: str, paper: int, head: int, least: int, most: int, meaning: str) -> None:
        self.name = name
        self.paper = paper
        self.head = head
        self.least = least
        self.most = most
        self.meaning = meaning


MANY = 1 << 40
KNOBS = (
    Knob("mode", 1, 1, 0, 4, "how executions are counted: 0 off, 1 blocks, 2 starts, 3 ticks, 4 every"),
    Knob("loops", 127, 127, 0, 127, "which feedback loops are on: bit k - 1 is loop Lk"),
    Knob("use_cache", 1, 0, 0, 1, "whether hot words are looked up in the cache first"),
    Knob("cache_policy", 0, 1, 0, 1, "who leaves a full cache: 0 the least recently used, 1 in turn"),
    Knob("threshold", 50, 50, 0, MANY, "heat above which a word is promoted into the cache"),
    Knob("lookup_heat", 1, 1, 0, 1, "whether a lookup by the text interpreter adds heat"),
    Knob("slope", 1, 21845, 0, ONE, "heat lost in a microsecond, with 16 bits after the point"),
    Knob("least_interval", 1, 1, 0, MANY, "microseconds that must have passed before decay is taken off"),
    Knob("in_executions", 1, 0, 0, 1, "decay goes by: 1 executions, which is deterministic, 0 nanoseconds"),
    Knob("executions_in_us", 64, 64, 1, MANY, "executions that stand for a microsecond"),
    Knob("sweep", 64, 64, 0, 32768, "words whose decay is brought up to date at each tick"),
    Knob("window_size", 4096, 4096, 256, 4096, "words in the rolling window at first"),
    Knob("warm_at", 1024, 1024, 1, MANY, "words recorded before the window sizes itself"),
    Knob("check_every", 256, 512, 1, MANY, "words recorded between looks at the window's diversity"),
    Knob("shrink_percent", 75, 50, 1, 99, "what is left of the window when it shrinks, in percent"),
    Knob("growth_q16", ONE // 100, ONE // 20, 0, ONE, "growth of the diversity below which the window shrinks"),
    Knob("window_floor", 256, 256, 16, 4096, "the smallest window"),
    Knob("period", 16_000_000, 16_000_000, 10_000, 1 << 30, "steps from one tick of the heartbeat to the next"),
    Knob("infer_every", 5000, 1000, 1, MANY, "ticks between inferences"),
    Knob("steady_q16", 3276, 3276, 0, ONE, "relative change of the variance below which inference stops early"),
    Knob("levene_q16", 13 * ONE // 2, 13 * ONE // 2, 0, 1000 * ONE, "Levene's W up to which a width is accepted"),
    Knob("transition_window", 2, 8, 1, 64, "words in a row of which neighbours count as transitions"),
    Knob("least_samples", 10, 10, 1, MANY, "transitions seen before one is predicted"),
    Knob("least_probability_q16", ONE // 2, ONE // 2, 0, ONE, "probability from which a transition is predicted"),
    Knob("depth", 1, 1, 0, 1, "how many words ahead are predicted"),
    Knob("forced_heat", 51, 51, 0, MANY, "heat that a predicted word gets at least"),
    Knob("selector", 1, 1, 0, 1, "whether L8 chooses among the modes of L2 L3 L5 L6"),
    Knob("votes", 5, 5, 1, MANY, "equal votes in a row that make L8 change its mode"),
    Knob("latency_every", 16, 1, 0, MANY, "of how many interpreted words one is timed; 0 none"),
    Knob("reorganize_every", 0, 1000, 0, MANY, "ticks between reorderings of the buckets by heat; 0 never"),
    Knob("strategy", 0, 1, 0, 1, "order within buckets: 0 the newest first, 1 by heat where diversity is above 70"),
)  # fmt: skip
NAMES = tuple(each.name for each in KNOBS)
PRESETS = {
    "off": {**{each.name: each.paper for each in KNOBS}, "mode": 0},
    "starforth-paper": {each.name: each.paper for each in KNOBS},
    "starforth-head": {each.name: each.head for each in KNOBS},
}


class Physics:
    """The knobs of one system: those of a preset, with some of them changed.

    `mode` may be given by name (`MODES`), every other knob is an integer within its bounds. Raises ValueError for a
    preset, knob or value that does not exist, TypeError for a value that is no integer.
    """

    __slots__ = ("knobs", "preset")

    def __init__(self, preset: str = "starforth-paper", **changes: int | str) -> None:
        if preset not in PRESETS:
            raise ValueError(f"unknown physics {preset!r}: expected one of {', '.join(PRESETS)}")
        self.preset = preset
        self.knobs = dict(PRESETS[preset])
        for name, value in changes.items():
            self.knobs[name] = checked(name, value)

    @property
    def on(self) -> bool:
        """Whether anything is counted at all."""
        return self.knobs["mode"] != 0

    def __getitem__(self, name: str) -> int:
        return self.knobs[name]

    def __repr__(self) -> str:
        standard = PRESETS[self.preset]
        changed = [f", {name}={value}" for name, value in self.knobs.items() if value != standard[name]]
        return f"Physics({self.preset!r}{''.join(changed)})"


def checked(name: str, value: int | str) -> int:
    """The value of a knob, as a number within its bounds."""
    knob = next((each for each in KNOBS if each.name == name), None)
    if knob is None:
        from difflib import get_close_matches

        near = get_close_matches(name, NAMES, n=1)
        raise ValueError(
            f"unknown knob {name!r}: "
            + (f"did you mean {near[0]!r}?" if near else f"expected {', '.join(NAMES)}")
        )
    if name == "mode" and isinstance(value, str) and value in MODES:
        return MODES.index(value)
    if isinstance(value, str):
        try:
            value = int(value.replace("_", ""), 0)
        except ValueError:
            raise ValueError(f"knob {name!r}: expected an integer, found {value!r}") from None
    if not isinstance(value, int):
        raise TypeError(f"knob {name!r}: expected an integer, found {value!r}")
    if not knob.least <= value <= knob.most:
        raise ValueError(f"knob {name!r}: expected {knob.least:,} to {knob.most:,}, found {value:,}")
    return int(value)


def make_physics(wanted: Physics | str | Mapping[str, int | str] | None) -> Physics:
    """Physics as an embedding program gives it: ready made, the name of a preset, changes to the paper's, None for
    off."""
    if isinstance(wanted, Physics):
        return wanted
    if wanted is None:
        return Physics("off")
    return Physics(wanted) if isinstance(wanted, str) else Physics("starforth-paper", **wanted)


def physics_of(preset: str | None, settings: Sequence[str]) -> Physics:
    """The physics of a command line: a preset and settings `knob=value`. Raises ValueError."""
    changes: dict[str, int | str] = {}
    for each in settings:
        name, sign, value = each.partition("=")
        if not sign:
            raise ValueError(f"{each!r}: expected knob=value")
        changes[name] = value
    return Physics(preset or ("starforth-paper" if changes else "off"), **changes)
