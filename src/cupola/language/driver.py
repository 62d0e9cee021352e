"""Runs native code as a coroutine: enters it, and serves it each time it comes back.

One budget word counts the work of every tier down. When it is used up native code comes back (a tick), and here time,
steps and interrupts are looked at, and the next portion is given out. A language's VM derives from `Driver` and says
what its own reasons to come back mean.
"""

from __future__ import annotations

import time

from cupola.language import placement
from cupola.language.limits import NEVER, TIERS, Interrupted, LimitReached, Limits, RunError, Thresholds
from cupola.language.units import Units
from cupola.machine import perfmap
from cupola.machine.memory import CodeArena, map_low
from cupola.policy.options import BRANCH_LAYOUT
from cupola.tiers.baseline.requests import COMPILED, NO_ROOM
from cupola.tiers.headers import OPCODE_MASK, OPCODE_OFFSET

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from cupola.language.spots import Spot, Watcher
    from cupola.tiers.engine import Engine

GRANTED = 17  # the cell of the Context that says how much work was handed out (`tiers.layout`)
NATIVE_BYTES = 8 << 20  # of code memory for the baseline compiler of one VM
READY_BYTES = 128 << 10  # of these: some 1,000 instructions of a language with types at run time
FIRST_QUANTUM = 200_000
LEAST_QUANTUM, MOST_QUANTUM = 10_000, 50_000_000
WANTED_SECONDS = 0.010  # between ticks: well below the 50 ms within which Ctrl-C must work


class Compiled:
    """Native code of one function: its address and bytes, the function's name, and the guest code that it is for."""

    __slots__ = ("address", "end", "name", "size", "start")

    def __init__(self, address: int, size: int, name: str, start: int, end: int) -> None:
        self.address = address
        self.size = size
        self.name = name
        self.start = start
        self.end = end


class Driver:
    """A VM of some language: its memory, its registers, and the loop that runs it.

    `memory` is one mapping with the VM's struct at its start; `halted`, `tick` and `tier_up` are the language's
    numbers for the reasons that the loop serves itself.
    """

    tick: int
    tier_up: int
    baseline = (0, 0)  # thresholds of the tier `baseline`: more if instructions learn from their first runs

    def __init__(
        self, engine: Engine, size: int, tier: str, thresholds: Thresholds | None, limits: Limits | None
    ) -> None:
        if tier not in TIERS:
            raise ValueError(f"unknown tier {tier!r}: expected one of {', '.join(TIERS)}")
        self.engine = engine
        self.enter = engine.enter
        self.tier = tier
        self.limits = limits or Limits()
        self.thresholds = self._heat(tier, thresholds)
        self.memory = map_low(size)
        self.address = self.memory.address
        self.registers = self.memory.view.cast("q")[: GRANTED + 1]
        self.fields = {name: place for place, name in enumerate(engine.fields)}
        self.native: CodeArena | None = None
        if tier in ("auto", "baseline"):
            self.native = CodeArena(NATIVE_BYTES)
            self.native.prepare(READY_BYTES)
        self.units: Units | None = None
        self.compiled: list[Compiled] = []
        self.reset_counts()
        self.last_step: int | None = None  # what `steps_granted` may come to in this run
        self.next_stop: int | None = None  # and at which the language wants the next tick for itself
        self.quantum = FIRST_QUANTUM
        self.interrupt_wanted = False
        if perfmap.enabled():
            engine.record_symbols()
        self.settled = (
            0  # how many functions were compiled at the last tick, and how many have found their place
        )
        self.placed = 0

    def reset_counts(self) -> None:
        """Forget what was counted: making the system itself is no work of the program."""
        self.counts = {
            "ticks": 0,
            "entries": 0,
            "tier-ups": 0,
            "compiled instructions": 0,
            "compiled bytes": 0,
        }
        self.refusals: dict[str, int] = {}
        self.compile_seconds = 0.0
        self.steps_granted = self.register("budget")

    @classmethod
    def _heat(cls, tier: str, thresholds: Thresholds | None) -> Thresholds:
        if tier == "baseline":
            return thresholds or Thresholds(*cls.baseline)
        if tier == "auto":
            return thresholds or Thresholds()
        return Thresholds(NEVER, NEVER)

    def close(self) -> None:
        """Give the memory back; the VM cannot be used any more. A second call does nothing."""
        self.closed = True
        self.registers.release()
        self.memory.close()
        if self.native is not None:
            self.native.close()

    # --- registers --------------------------------------------------------------------------------------------------

    def register(self, name: str) -> int:
        return self.registers[self.fields[name]]

    def set_register(self, name: str, value: int) -> None:
        self.registers[self.fields[name]] = value

    # --- running ----------------------------------------------------------------------------------------------------

    def interrupt(self) -> None:
        """Stop the run at its next tick, from another thread or a signal handler: it ends with `Interrupted`."""
        self.interrupt_wanted = True

    def go(self) -> int:
        """Run from the saved registers until a reason that only the language can serve (or a tick that it wants,
        `next_stop`); returns it.

        Raises LimitReached and Interrupted.
        """
        enter = self.enter
        deadline = self._deadline
        units = self.units
        began = time.monotonic()
        self._look_at_the_clock(began, deadline)  # a program that asks for much may never use a portion up
        self._grant()
        while True:
            self.counts["entries"] += 1
            reason: int = enter(self.address)
            if units is not None and units.noted:
                units.take_notes()
            if reason == self.tick:
                self.counts["ticks"] += 1
                now = time.monotonic()
                self._adapt(now - began)
                began = now
                self.ticked()
                placement.settle(self)
                self._look_around(now, deadline)
                if self.next_stop is not None and self.steps_granted >= self.next_stop:
                    self._take_back()
                    return reason
                self._grant()
            elif reason == self.tier_up:
                self._tier_up(self.register("pc"))
            else:
                self._take_back()
                return reason

    def start_clock(self) -> None:
        """Begin a run: the limits of time and steps count from here."""
        if self.closed:
            raise ValueError("this VM is closed: make a new one")
        self.interrupt_wanted = False
        limits = self.limits
        self._take_back()
        self._deadline = None if limits.time is None else time.monotonic() + limits.time
        self.last_step = None if limits.steps is None else self.steps_granted + limits.steps

    @property
    def steps_granted(self) -> int:
        """The work handed out so far; native code that asks how far the run has come reads it, too."""
        return self.registers[GRANTED]

    @steps_granted.setter
    def steps_granted(self, steps: int) -> None:
        self.registers[GRANTED] = steps

    closed = False
    _deadline: float | None = None

    @property
    def steps(self) -> int:
        """The work done so far, in instructions: the same number on every tier."""
        return self.steps_granted - self.register("budget")

    def _grant(self) -> None:
        """Give out the next portion of work, on top of what is left."""
        left = self.register("budget")
        more = self.quantum
        if self.last_step is not None:
            more = min(more, self.last_step - self.steps_granted)
        if self.next_stop is not None:
            more = min(more, self.next_stop - self.steps_granted)
        self.steps_granted += more
        self.set_register("budget", left + more)

    def _take_back(self) -> None:
        """Take the unused work back, so that the next portion is not larger than it should be."""
        self.steps_granted -= self.register("budget")
        self.set_register("budget", 0)

    def _adapt(self, seconds: float) -> None:
        if seconds < WANTED_SECONDS / 2:
            self.quantum = min(self.quantum * 2, MOST_QUANTUM)
        elif seconds > WANTED_SECONDS * 2:
            self.quantum = max(self.quantum // 2, LEAST_QUANTUM)

    def _look_around(self, now: float, deadline: float | None) -> None:
        self._look_at_the_clock(now, deadline)
        if self.last_step is not None and self.steps_granted >= self.last_step:
            raise self.stopped(LimitReached("steps", f"the limit of {self.limits.steps:,} steps is used up"))

    def look_at_the_clock(self) -> None:
        """For what the driver does that takes long: end the run if an interrupt or the time limit says so."""
        self._look_at_the_clock(time.monotonic(), self._deadline)

    def _look_at_the_clock(self, now: float, deadline: float | None) -> None:
        if self.interrupt_wanted:
            self.interrupt_wanted = False
            raise self.stopped(Interrupted("interrupted"))
        if deadline is not None and now > deadline:
            raise self.stopped(LimitReached("time", f"the time limit of {self.limits.time:g} s is used up"))

    # --- where native code lies: see `placement` ------------------------------------------------------------------

    @property
    def alignment(self) -> int:
        """What the addresses of loops in native code are multiples of; 1 for no matter what."""
        return 1

    @property
    def places_code(self) -> bool:
        """Whether compiled functions are put side by side by who calls whom."""
        return False

    def calls_between(self, units: list[Compiled]) -> dict[tuple[int, int], int]:
        """How often functions call each other, as far as that is known: by the places of both in `units`."""
        return {}

    def acted_on(self, option: int, times: int = 1) -> None:
        """Count that an option (see `cupola.policy.options`) did something: nothing, unless the language counts."""

    # --- being watched: see `spots`, `cupola.observe.sampling` ----------------------------------------------------

    watcher: Watcher | None = None  # who takes the samples that `want_sample` asks for

    def want_sample(self) -> None:
        """Let `watcher` take a sample as soon as possible; from another thread."""
        raise TypeError(f"{type(self).__name__} takes no samples")

    def spots(self) -> tuple[Spot, ...]:
        """Where the program is that has stopped for a sample, the outermost function first."""
        raise TypeError(f"{type(self).__name__} takes no samples")

    def ticked(self) -> None:
        """What a language does at each tick besides: nothing."""

    def stopped(self, error: RunError) -> RunError:
        """Put the place and the backtrace of the guest into `error`; what happens to the VM is the language's."""
        raise TypeError(f"{type(self).__name__} does not say how a run is stopped")

    # --- tiering up -------------------------------------------------------------------------------------------------

    def unit_at(self, pc: int) -> tuple[int, int, str]:
        """The start and the end of the function that the guest address `pc` lies in, and its name. LookupError when
        there is none (any more)."""
        raise TypeError(f"{type(self).__name__} does not say where its functions lie")

    def constant_text(self, number: int) -> str | None:
        """What a number of 64 bits in guest code stands for, as listings show it; None: for itself."""
        return None

    def label_at(self, start: int, name: str) -> str:
        """What profilers call the function of this name whose code starts there."""
        return name

    def _tier_up(self, pc: int) -> None:
        if self.native is None:  # without a compiler, a count from NEVER down to zero asks all the same
            self._cool(pc)
            return
        try:
            start, end, name = self.unit_at(pc)
        except LookupError:
            self._cool(pc)
            self.refuse("the function was deleted while it ran")
            return
        self.compile(start, end, name, pc)

    def _cool(self, pc: int) -> None:
        """Let the countdown at `pc` start again: it is not looked at again if the code is compiled."""
        opcode = (
            int.from_bytes(self.memory.read(pc - self.address + OPCODE_OFFSET, 2), "little") & OPCODE_MASK
        )
        offset = self.engine.heat_offset(opcode)
        self.memory.write(pc - self.address + offset, NEVER.to_bytes(4, "little"))

    def compile(self, start: int, end: int, name: str, pc: int = 0) -> bool:
        """Compile guest code by copy-and-patch; False, and a refusal counted, if there is no room. With `pc`, the
        instruction there asks for it: nothing is done if it was before."""
        if self.units is None:
            self.units = Units(self)
        if self.units.noted:
            self.units.take_notes()
        began = time.perf_counter()
        status = self.units.compile(pc, start, end)
        self.compile_seconds += time.perf_counter() - began
        if status == NO_ROOM:
            self.refuse("code memory is full")
        if status != COMPILED:
            return False
        self.note_compiled(start, end, name, *self.units.result())
        return True

    def note_compiled(
        self, start: int, end: int, name: str, place: int, used: int, count: int, loops: int
    ) -> None:
        """A function was compiled: where its code lies in the arena, how many bytes, instructions and loops it is."""
        counts = self.counts
        counts["tier-ups"] += 1
        counts["compiled instructions"] += count
        counts["compiled bytes"] += used
        assert self.native is not None
        address = self.native.executable + place
        self.compiled.append(Compiled(address, used, name, start, end))
        if loops:
            self.acted_on(BRANCH_LAYOUT, loops)
        if perfmap.enabled():
            perfmap.record([(address, used, self.label_at(start, name))])

    def forget_compiled(self, starts: Collection[int]) -> None:
        """The functions whose guest code begins at these addresses are gone: so is their native code."""
        units, native = self.units, self.native
        if units is None or native is None:
            return
        if units.noted:
            units.take_notes()
        if not any(native.contains(self.handler_at(each)) for each in starts):
            return
        for each in self.compiled:
            if each.start in starts:
                units.give_back(each.address - native.executable, each.size)
        self.compiled = [each for each in self.compiled if each.start not in starts]

    def handler_at(self, pc: int) -> int:
        """The address of the native code that runs the instruction at `pc`."""
        return int.from_bytes(self.memory.read(pc - self.address, OPCODE_OFFSET), "little")

    def refuse(self, reason: str) -> None:
        self.refusals[reason] = self.refusals.get(reason, 0) + 1

    def statistics(self) -> dict[str, Any]:
        """What happened so far, by name."""
        if self.units is not None:
            self.units.take_notes()
        return {
            "tier": self.tier,
            "steps": self.steps,
            **self.counts,
            "compile seconds": self.compile_seconds,
            "refusals": dict(self.refusals),
        }
