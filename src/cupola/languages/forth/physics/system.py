"""The physics of one system as Python sees it: makes the tables, beats the heart, reads heat and statistics back."""

from __future__ import annotations

from cupola.language.fields import Fields
from cupola.languages.forth import constants
from cupola.languages.forth.physics.sizes import COLUMNS, HEAD_BYTES, MAPPING_BYTES
from cupola.machine.memory import map_low
from cupola.policy.physics.presets import KNOBS, MODES

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from cupola.languages.forth.vm import ForthVM
    from cupola.policy.physics.presets import Physics

META_BYTES = 64
ROW_BYTES, ROWS_MOST = 64, 100_000
FROZEN, PINNED = 1, 2
WINDOW_BYTES = 4096 * 4
MOST_STEPS = 2_000_000  # between ticks, so that limits and Ctrl-C are heard of in time on every tier
PAIRS, PAIR_BYTES = 16384, 16
# The words of the original's experiment, in its order.
EXPERIMENT = tuple(
    "if then else do loop +loop dup drop swap over rot + - * / mod @ ! c@ c! emit key .".split()
)


class PhysicsOfVM:
    """The tables of a system's physics, in a mapping of their own.

    `on_tick(self)`, if set, is called after each beat, when all heat is up to date.
    """

    def __init__(self, vm: ForthVM, physics: Physics) -> None:
        self.vm = vm
        self.physics = physics
        self.memory = map_low(MAPPING_BYTES)
        structs = vm.engine.structs
        self.fields = Fields(self.memory, structs["Physics"], 0)
        self.state = Fields(self.memory, structs["State"], structs["Physics"]["state"][0])
        self.cache = Fields(
            self.memory, structs["HotWords"], structs["Physics"]["state"][0] + structs["State"]["cache"][0]
        )
        self.offsets: dict[str, int] = {}
        self.period = MOST_STEPS
        self.last_beat = self.nanoseconds = 0
        self.on_tick: Callable[[PhysicsOfVM], None] | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        structs = self.vm.engine.structs
        regions = Fields(self.memory, structs["Regions"], structs["Physics"]["regions"][0])
        place = HEAD_BYTES
        for name, size in COLUMNS:
            self.offsets[name] = place
            owner = self.fields if name in structs["Physics"] else regions
            setattr(owner, name, self.memory.address + place)
            place += size
        self.fields.mode = self.physics["mode"]
        for knob in KNOBS:
            if knob.name == "cache_policy":
                self.cache.policy = self.physics["cache_policy"]
            elif knob.name != "mode":
                setattr(self.state, knob.name, self.physics[knob.name])
        self.vm.vm.physics = self.memory.address
        self.vm._entry("physics_start")(self.vm.address)

    def close(self) -> None:
        self.memory.close()

    # --- running --------------------------------------------------------------------------------------------

    def begin(self) -> int:
        """Count from here on; the steps up to the first tick."""
        self.reset()
        self.period = self.state.period
        self.last_beat = self.vm.steps
        self.nanoseconds = 0
        return min(self.period, MOST_STEPS)

    def count_work(self, nanoseconds: int) -> int:
        """A tick of the budget, which took so long: every so many steps it is a beat of the heart. The steps up to the
        next tick."""
        self.nanoseconds += nanoseconds
        steps = self.vm.steps
        if steps - self.last_beat >= self.period:
            self.period = self.tick(self.nanoseconds)
            self.last_beat = steps
            self.nanoseconds = 0
        return min(self.period, MOST_STEPS)

    def tick(self, nanoseconds: int) -> int:
        """One beat of the heart; the steps up to the next."""
        vm = self.vm
        period: int = vm._entry("physics_tick")(
            vm.address, vm.register("pc"), vm.register("rp"), vm.register("budget"), nanoseconds
        )
        if self.on_tick is not None:
            self.on_tick(self)
        return period

    def abandon(self) -> None:
        """The run that has come back will not go on: take off what it was thought to do."""
        vm = self.vm
        again = vm.registers[0] in (constants.EXIT_THROW, constants.EXIT_TICK, constants.EXIT_TIER_UP)
        vm._entry("physics_abandon")(
            vm.address, vm.register("pc"), int(not again), vm.register("rp"), vm.register("budget")
        )

    def fold(self) -> int:
        """Bring the heat of all words up to date, when nothing runs; how many words there are."""
        words: int = self.vm._entry("physics_fold")(self.vm.address, 0, 0, 0, self.vm.register("budget"))
        return words

    def fold_running(self) -> int:
        """The same, while the run has come back to be served."""
        vm = self.vm
        words: int = vm._entry("physics_fold")(
            vm.address, vm.register("pc"), 1, vm.register("rp"), vm.register("budget")
        )
        return words

    def bench(self, count: int, how: int, *, timed: bool) -> int:
        """Look the words of the experiment up, `count` times in all; the nanoseconds that took."""
        names = b"".join(bytes((len(name),)) + name.encode() for name in EXPERIMENT)
        place = self.offsets["scratch"]  # free while nothing is compiled
        self.memory.write(place, names)
        taken: int = self.vm._entry("physics_bench")(
            self.vm.address, self.memory.address + place, len(EXPERIMENT), count, how, int(timed)
        )
        return taken

    def clear_times(self) -> None:
        """Forget the latencies of lookups."""
        size = self.vm.engine.size_of("Samples")
        for name in ("hit_times", "search_times"):
            self.memory.write(self.vm.engine.structs["Physics"][name][0], bytes(size))

    def clear_pairs(self) -> None:
        """Forget the transitions."""
        self.memory.write(self.offsets["pairs"], bytes(PAIR_BYTES * PAIRS))
        for token in range(self.vm.vm.word_count):
            self.meta(token).spare = 0
        for name in ("pairs_used", "transitions", "predictions", "confirmed", "expected", "previous"):
            setattr(self.state, name, 0)

    def print(self, text: str) -> None:
        """Print what a word says."""
        self.vm.output.write(text.encode("utf-8", "replace"))

    def reset(self) -> None:
        """Count from zero."""
        self.vm._entry("physics_reset")(self.vm.address)

    # --- reading --------------------------------------------------------------------------------------------

    def meta(self, token: int) -> Fields:
        """What is known of a word; `fold` brings it up to date."""
        return Fields(self.memory, self.vm.engine.structs["Meta"], self.offsets["meta"] + META_BYTES * token)

    def executions(self) -> dict[int, int]:
        """How often each word has run, by its token; those that have not are left out."""
        return self._cells("executed", self.fold())

    def heats(self) -> dict[int, int]:
        """The heat of each word that has any, by its token."""
        return self._cells("heat", self.fold())

    def _cells(self, name: str, count: int) -> dict[int, int]:
        data = memoryview(self.memory.read(self.offsets["meta"], META_BYTES * count)).cast("q")
        place = self.vm.engine.structs["Meta"][name][0] // 8
        cells = data[place :: META_BYTES // 8]
        return {token: value for token, value in enumerate(cells) if value}

    def known_heats(self) -> dict[int, int]:
        """The same, as it was brought up to date last."""
        return self._cells("heat", self.vm.vm.word_count)

    def known_executions(self) -> dict[int, int]:
        """How often each word has run, as it was brought up to date last."""
        return self._cells("executed", self.vm.vm.word_count)

    def cached(self) -> list[int]:
        """The words in the cache."""
        place = self.vm.engine.structs["Physics"]["state"][0] + self.vm.engine.structs["State"]["cache"][0]
        place += self.vm.engine.structs["HotWords"]["tokens"][0]
        return list(memoryview(self.memory.read(place, 4 * self.cache.count)).cast("i"))

    def percentiles(self) -> tuple[int, int, int]:
        """The heats up to which a quarter, half, three quarters of the words lie that have run."""
        place = (
            self.vm.engine.structs["Physics"]["state"][0] + self.vm.engine.structs["State"]["percentiles"][0]
        )
        low, middle, high = memoryview(self.memory.read(place, 24)).cast("q")
        return low, middle, high

    def times(self, name: str) -> Any:
        """The latencies of one kind of lookup, as `runtime.statistics` takes them."""
        from cupola.runtime.statistics import Samples, read

        place, size = self.vm.engine.structs["Physics"][name][0], self.vm.engine.size_of("Samples")
        return read(Samples, self.memory.read(place, size))

    def pairs(self) -> list[tuple[int, int, int]]:
        """The transitions seen: word, next word, how often."""
        data = memoryview(self.memory.read(self.offsets["pairs"], PAIR_BYTES * PAIRS))
        words, counts = data.cast("i"), data.cast("q")
        return [
            (words[4 * at], words[4 * at + 1], counts[2 * at + 1])
            for at in range(PAIRS)
            if words[4 * at] and words[4 * at + 1]
        ]

    def mass(self, token: int) -> int:
        """Bytes that a word takes: its guest code, its name and its record."""
        word = self.vm.word(token)
        code = word.code_end - word.start if word.start else 0
        return code + word.name_length + self.vm.engine.size_of("Word")

    def memory_report(self) -> tuple[int, int]:
        """Bytes of the cache of hot words, and of the metadata of all words together."""
        return self.vm.engine.size_of("HotWords"), META_BYTES * self.vm.vm.word_count

    def window(self) -> list[int]:
        """The words in the rolling window, the oldest first."""
        state = self.state
        count = min(state.window_next, state.window_size)
        data = memoryview(self.memory.read(self.offsets["window"], WINDOW_BYTES)).cast("i")
        return [data[(state.window_next - count + each) % len(data)] for each in range(count)]

    def rows(self) -> Iterator[dict[str, int]]:
        """What the ticks saw, the oldest first; at most 100,000."""
        fields = self.vm.engine.structs["Row"]
        last = self.state.row_count
        for number in range(max(0, last - ROWS_MOST), last):
            data = self.memory.read(self.offsets["rows"] + number % ROWS_MOST * ROW_BYTES, ROW_BYTES)
            yield {
                name: int.from_bytes(data[offset : offset + size], "little", signed=signed)
                for name, (offset, size, signed) in fields.items()
            }

    def write_csv(self, path: str) -> int:
        """Write the rows of the heartbeat to a file; how many there are."""
        import csv

        count = 0
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(self.vm.engine.structs["Row"]))
            writer.writeheader()
            for row in self.rows():
                writer.writerow(row)
                count += 1
        return count

    def statistics(self) -> dict[str, Any]:
        """What the physics found, by name."""
        words = self.fold()
        state, cache = self.state, self.cache
        heats = self._cells("heat", words)
        hottest = sorted(heats, key=lambda token: (-heats[token], token))[:8]
        return {
            "preset": self.physics.preset,
            "counting by": MODES[self.fields.mode],
            "executions": state.executions,
            "heat": state.total_heat,
            "hot words": state.hot_words,
            "hottest": {self.vm.word_name(token): heats[token] for token in hottest},
            "ticks": state.tick_number,
            "window": state.window_size,
            "diversity": state.diversity,
            "decayed": state.decayed,
            "slope q48": state.slope,
            "transitions": state.transitions,
            "predictions": state.predictions,
            "predictions confirmed": state.confirmed,
            "speculations": state.speculations,
            "inferences": state.inferences,
            "early exits": state.early_exits,
            "mode": f"{state.mode:04b}",
            "mode switches": state.mode_switches,
            "cache hits": cache.hits,
            "bucket hits": cache.bucket_hits,
            "misses": cache.misses,
            "promotions": cache.promotions,
            "evictions": cache.evictions,
            "counters in code": self.fields.tallies,
            "words not planned": self.fields.unplanned,
        }
