"""The reports of the physics as text: what SHOW-HEAT and its kin print. Each is a function of the physics, whose heat
is up to date, and of one cell."""

from __future__ import annotations

from cupola.languages.forth.physics.system import FROZEN, PINNED, PhysicsOfVM
from cupola.policy.physics.presets import KNOBS, MODES

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable

LOOPS = (
    ("L1", "heat of words"),
    ("L2", "rolling window"),
    ("L3", "decay"),
    ("L4", "transitions"),
    ("L5", "width of the window"),
    ("L6", "slope of decay"),
    ("L7", "length of the ticks"),
)
WAYS = ("hash table", "cache, then hash table", "buckets by heat")


def lines(rows: Iterable[tuple[str, object]]) -> str:
    """Names and values, one a line."""
    shown = [(name, f"{value:,}" if isinstance(value, int) else str(value)) for name, value in rows]
    width = max((len(name) for name, _ in shown), default=0)
    return "".join(f"{name:<{width}}  {value}\n" for name, value in shown)


def heat_of_word(physics: PhysicsOfVM, token: int) -> str:
    meta = physics.meta(token)
    frozen = " frozen" if meta.flags & FROZEN else ""
    return f"{physics.vm.word_name(token)}: heat {meta.heat:,}, temperature {meta.temperature / 256:.2f}{frozen}\n"


def all_heats(physics: PhysicsOfVM, _: int) -> str:
    return hottest(physics, None)


def top_words(physics: PhysicsOfVM, count: int) -> str:
    return hottest(physics, max(count, 0))


def hottest(physics: PhysicsOfVM, count: int | None) -> str:
    """The hottest words, one a line; those with equal heat in the order of their definition."""
    heats = physics.known_heats()
    order = sorted(heats, key=lambda token: (-heats[token], token))[:count]
    return lines((physics.vm.word_name(token), heats[token]) for token in order)


def cache(physics: PhysicsOfVM, _: int) -> str:
    cache = physics.cache
    lookups = cache.hits + cache.bucket_hits + cache.misses
    share = f"{cache.hits / lookups:.2%}" if lookups else "-"
    rows: list[tuple[str, object]] = [
        ("cache", "on" if physics.state.use_cache else "off"),
        ("policy", ("least recently used", "in turn")[cache.policy]),
        ("words", f"{cache.count} of 32"),
        ("lookups", lookups),
        ("hits", f"{cache.hits:,} ({share})"),
        ("found by search", cache.bucket_hits),
        ("not found", cache.misses),
        ("promotions", cache.promotions),
        ("evictions", cache.evictions),
        ("invalidations", cache.invalidations),
    ]
    names = [physics.vm.word_name(token) for token in physics.cached()]
    return lines([*rows, ("kept", " ".join(names) or "-")])


def build_info(physics: PhysicsOfVM, _: int) -> str:
    cache_bytes, word_bytes = physics.memory_report()
    return lines(
        [
            ("preset", physics.physics.preset),
            ("counting by", MODES[physics.fields.mode]),
            *((each.name, physics.physics[each.name]) for each in KNOBS if each.name != "mode"),
            ("bytes of the cache", cache_bytes),
            ("bytes beside words", word_bytes),
        ]
    )


def bayesian(physics: PhysicsOfVM, _: int) -> str:
    from cupola.runtime.statistics import report

    return report(
        ("search", physics.times("search_times"), None), ("cache", physics.times("hit_times"), None)
    )


def percentiles(physics: PhysicsOfVM, _: int) -> str:
    low, middle, high = physics.percentiles()
    return f"heat of a quarter, half, three quarters of the words that ran: up to {low:,}, {middle:,}, {high:,}\n"


def buckets(physics: PhysicsOfVM, _: int) -> str:
    state = physics.state
    in_order = physics.fields.ordered == physics.vm.vm.generation
    return lines(
        [
            (
                "strategy",
                ("hash table", "buckets by heat, while more than 70 words are in use")[state.strategy],
            ),
            ("reordered", state.reorganized),
            ("in order", "yes" if in_order and state.reorganized else "no: words were defined since"),
            ("different words in the window", state.diversity),
        ]
    )


def compare_lookups(physics: PhysicsOfVM, _: int) -> str:
    """The 23 words, 100,000 lookups a block, five blocks of each way in turn; the middle one counts."""
    count, blocks = 100_000, 5
    if physics.fields.ordered != physics.vm.vm.generation:
        physics.vm._entry("physics_reorganize")(physics.vm.address)
    taken: list[list[int]] = [[], [], []]
    for _turn in range(blocks):
        for how in range(3):
            taken[how].append(physics.bench(count, how, timed=False))
    return "".join(
        f"{name:<24} {sorted(times)[blocks // 2] / count:6.1f} ns\n"
        for name, times in zip(WAYS, taken, strict=True)
    )


def transitions(physics: PhysicsOfVM, _: int) -> str:
    state = physics.state
    confirmed = f"{state.confirmed / state.predictions:.2%}" if state.predictions else "-"
    return lines(
        [
            ("recording", "on" if state.loops & 8 else "off"),
            ("transitions", state.transitions),
            ("pairs", state.pairs_used),
            ("predictions", state.predictions),
            ("confirmed", f"{state.confirmed:,} ({confirmed})"),
            ("words heated", state.speculations),
        ]
    )


def top_transitions(physics: PhysicsOfVM, count: int) -> str:
    name = physics.vm.word_name
    pairs = sorted(physics.pairs(), key=lambda pair: (-pair[2], pair[0], pair[1]))[: max(count, 0)]
    return lines((f"{name(before)} {name(following)}", number) for before, following, number in pairs)


def after_word(physics: PhysicsOfVM, token: int) -> str:
    name = physics.vm.word_name
    pairs = sorted(
        (pair for pair in physics.pairs() if pair[0] == token), key=lambda pair: (-pair[2], pair[1])
    )
    total = sum(pair[2] for pair in pairs)
    rows = [(name(following), f"{number:,} ({number / total:.0%})") for _, following, number in pairs[:8]]
    return f"after {name(token)}, seen {total:,} times:\n" + lines(rows)


def word_metrics(physics: PhysicsOfVM, token: int) -> str:
    meta = physics.meta(token)
    flags = [name for bit, name in ((FROZEN, "frozen"), (PINNED, "pinned")) if meta.flags & bit]
    return lines(
        [
            ("word", physics.vm.word_name(token)),
            ("heat", meta.heat),
            ("executions", meta.executed),
            ("temperature", f"{meta.temperature / 256:.2f}"),
            ("latency ns", meta.latency if meta.samples else "-"),
            ("samples of it", meta.samples),
            ("lookups", meta.lookups),
            ("last active", meta.last_active),
            ("bytes", physics.mass(token)),
            ("flags", " ".join(flags) or "-"),
        ]
    )


def knobs(physics: PhysicsOfVM, _: int) -> str:
    state = physics.state
    return lines(
        (name, getattr(state, name))
        for name in ("window_size", "slope", "period", "width", "loops", "mode", "threshold")
    )


def feedback(physics: PhysicsOfVM, _: int) -> str:
    state = physics.state
    done = (
        f"{state.executions:,} executions, heat {state.total_heat:,}, {state.hot_words:,} hot words",
        f"{min(state.window_next, state.window_size):,} of {state.window_size:,} words, {state.diversity:,} different",
        f"{state.decayed:,} heat taken off, {state.slope} / 65536 in a microsecond",
        f"{state.transitions:,} transitions, {state.confirmed:,} of {state.predictions:,} predictions confirmed",
        f"{state.width:,} words, {state.inferences:,} inferences, {state.early_exits:,} early exits",
        f"fitted {state.fitted_slope} / 65536 in a tick, R squared {state.fit_quality / 65536:.2f}",
        f"{state.period:,} steps, {state.tick_number:,} ticks",
    )
    text = "".join(
        f"{name} {'on ' if state.loops >> number & 1 else 'off'} {what}: {said}\n"
        for number, ((name, what), said) in enumerate(zip(LOOPS, done, strict=True))
    )
    chosen = f"mode {state.mode:04b} of L2 L3 L5 L6, {state.mode_switches:,} switches"
    return text + f"L8 {'on ' if state.selector else 'off'} {chosen}\n"
