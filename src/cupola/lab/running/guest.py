"""One process of a cupola arm: runs a Forth program, N iterations of it in one VM, and tells what happened.

    python -m cupola.lab.running.guest SWITCHES PROGRAM [ARGS]

SWITCHES are those of `cupola run`, and the process behaves as `cupola run` does: the same output, errors and exit
status. What it tells besides goes into the file of the protocol (`told`).

**What an iteration is.** With one iteration, it is the whole program, as `cupola run` runs it. With more, it is the
program's last line that is not blank and no comment: what stands before is loaded once, in the first VM and the only
one, and the line is run again and again, in code that stays warm. So a program whose last line is `main` needs no
change. Only the first iteration prints; what the others print goes into the digest, so that arms which differ in a
later iteration are found, also where each iteration prints something else because the program goes on from what the
one before left. A last line that ends a definition, or that leaves cells on the stack, cannot be iterated.

The clock of an iteration is read around the run of that line: about 10 microseconds of it are Python's, in every arm.
"""

from __future__ import annotations

import sys
import time

from cupola.lab.running import clocks, told
from cupola.launch import start, status, switches

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from cupola.api import VM
    from cupola.lab.experiment.spec import Arm, Experiment, Workload

    Loaded = Callable[[VM], Mapping[str, str]]

PROGRAM = "{program}"
PYTHON = "{python}"
BASE = "{base}"
MOST_EVENTS = 2_000
LONG_COLLECTION = 0.001  # seconds: shorter ones are many, and are what every iteration has
CLOCK_JUMP = 0.010  # seconds by which two clocks may part between iterations


def command_of(arm: Arm, workload: Workload, experiment: Experiment, base: Path) -> list[str]:
    """The command of an arm on a workload. `base` is where the workload's path counts from.

    Of a command arm, `{program}` is replaced by the program's path, with the workload's arguments behind it (or at the
    end, where there is no `{program}`), and `{python}` by the interpreter that runs this; in both kinds `{base}` by
    the folder `base`, for files that switches name. How many iterations a process
    runs is in its environment (`told.environment`).
    """
    program = str((base / workload.program).resolve()) if workload.program else ""
    folder = str(base.resolve())
    if arm.is_cupola:
        given = [each.replace(BASE, folder) for each in arm.switches]
        return [sys.executable, "-m", "cupola.lab.running.guest", *given, program, *workload.arguments]
    made: list[str] = []
    placed = False
    for part in arm.command:
        made.append(part.replace(PYTHON, sys.executable).replace(BASE, folder).replace(PROGRAM, program))
        if PROGRAM in part and not placed:
            made += workload.arguments
            placed = True
    return made if placed else [*made, *workload.arguments]


def split(text: str) -> tuple[str, str]:
    """A program's text up to its last line that is not blank and no comment, and that line."""
    lines = text.splitlines()
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number].strip()
        if line and line != "\\" and not line.startswith("\\ "):
            return "\n".join([*lines[:number], ""]), line
    return "", ""


class Printed:
    """Where the guest prints: bytes go on to standard output until `quiet`, and all of them into a digest, for which
    `settle` takes the time when no clock runs."""

    def __init__(self) -> None:
        from hashlib import blake2b

        self.quiet = False
        self._kept: list[bytes] = []
        self._digest = blake2b(digest_size=16)

    def write(self, data: bytes | memoryview) -> int:
        kept = bytes(data)
        self._kept.append(kept)
        if not self.quiet:
            sys.stdout.buffer.write(kept)
        return len(kept)

    def flush(self) -> None:
        if not self.quiet:
            sys.stdout.buffer.flush()

    def isatty(self) -> bool:
        return False

    def settle(self) -> None:
        """Put what was printed since the last time into the digest."""
        for each in self._kept:
            self._digest.update(each)
        self._kept.clear()

    def digest(self) -> str:
        """The digest of all that was printed, in hexadecimal."""
        self.settle()
        return self._digest.hexdigest()


class Watch:
    """What happens in this process, with its times: compiling and refusals of the VM, collections of Python's garbage,
    clocks that jump. `zero` is set when the first iteration begins; times before it are below 0 in `events`."""

    def __init__(self) -> None:
        self.zero = time.perf_counter()
        self.lost = 0
        self._noted: list[tuple[float, str, str]] = []
        self._clocks = clocks.now()
        self._collecting = 0.0
        self._placed = 0

    def note(self, kind: str, detail: str = "") -> None:
        """Something happened now."""
        if len(self._noted) < MOST_EVENTS:
            self._noted.append((time.perf_counter(), kind, detail))
        else:
            self.lost += 1

    @property
    def events(self) -> list[tuple[float, str, str]]:
        """All that was noted; a last event tells of what there was no room for."""
        found = [(at - self.zero, kind, detail) for at, kind, detail in self._noted]
        if self.lost:
            found.append((found[-1][0], "lost", f"{self.lost:,} more events after this"))
        return found

    def attach(self, system: Any) -> None:
        """Watch a language's driver, and Python's collector."""
        import gc

        compile_unit: Callable[[int, int, str, int], bool] = system.compile
        refuse: Callable[[str], None] = system.refuse

        def compile_and_note(start: int, end: int, name: str, pc: int = 0) -> bool:
            before = system.compile_seconds
            done = compile_unit(start, end, name, pc)
            self.note("compile", f"{name}, {(system.compile_seconds - before) * 1e6:.0f} us")
            return done

        def refuse_and_note(reason: str) -> None:
            refuse(reason)
            self.note("refuse", reason)

        system.compile, system.refuse = compile_and_note, refuse_and_note
        gc.callbacks.append(self._collect)

    def _collect(self, phase: str, about: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._collecting = now
        elif now - self._collecting >= LONG_COLLECTION:
            self.note("collect", f"generation {about['generation']}, {(now - self._collecting) * 1e6:.0f} us")

    def look(self, system: Any) -> None:
        """Between two iterations: what left no note of its own."""
        now = clocks.now()
        for name, apart in clocks.drift(self._clocks, now).items():
            if abs(apart) > CLOCK_JUMP:
                self.note("clock", f"the {name} clock moved {apart:+.3f} s against the monotonic one")
        self._clocks = now
        if system.placed != self._placed:
            self._placed = system.placed
            self.note("place", f"{system.placed} functions laid out anew")


class Guest:
    """A program in its VM."""

    def __init__(self, args: Namespace, iterations: int, loaded: Loaded | None) -> None:
        self.args = args
        self.iterations = iterations
        self.loaded = loaded
        self.more: Mapping[str, str] = {}
        self.printed = Printed()
        self.watch = Watch()
        self.progress: Any = None
        self.seconds: list[float] = []
        self.vm = self._make()

    def _make(self) -> VM:
        args = self.args
        self.text = start.read_program(args.program)
        language = start.language_for(args.program, args.language)
        self.progress = start.Progress(language)
        began = time.perf_counter()
        vm = start.make_vm(
            language,
            output=self.printed,
            arguments=args.arguments,
            progress=self.progress,
            **switches.vm_arguments(args),
        )
        self.watch.note("start", f"{(time.perf_counter() - began) * 1e3:.1f} ms")
        self.watch.attach(vm.system)
        return vm

    def run(self) -> None:
        """All iterations. Raises RunError and UsageError."""
        if self.iterations == 1 and self.loaded is None:
            self._iterate(self.text)
            return
        definitions, line = split(self.text)
        system = self.vm.system
        began = time.perf_counter()
        self.vm.run(definitions, self.args.program)
        self.watch.note("load", f"{(time.perf_counter() - began) * 1e3:.1f} ms")
        if system.is_compiling:
            raise status.UsageError(
                f"{self.args.program}: its last line, {line[:60]!r}, ends a definition: expected one that can be run "
                "again and again, such as `main`; or measure whole processes, with iterations = 1"
            )
        if self.loaded is not None:
            began = time.perf_counter()
            self.more = self.loaded(self.vm)
            self.watch.note("prepare", f"{(time.perf_counter() - began) * 1e3:.1f} ms")
        depth = len(self.vm.stack)
        for _ in range(self.iterations):
            self._iterate(line)
            if len(self.vm.stack) != depth:
                raise status.UsageError(
                    f"{self.args.program}: its last line, {line[:60]!r}, leaves {len(self.vm.stack) - depth} cells on "
                    "the stack: expected one that can be run again and again"
                )
            self.printed.quiet = True

    def _iterate(self, text: str) -> None:
        clock = time.perf_counter
        began = clock()
        if not self.seconds:
            self.watch.zero = began
        self.vm.run(text, self.args.program)
        self.seconds.append(clock() - began)
        self.printed.settle()
        self.watch.look(self.vm.system)

    def told(self, machine_instructions: int | None) -> told.Told:
        """What the process tells."""
        state = {**state_of(self.vm, self.args), **self.more}
        state["image"] = "built" if self.progress.told else "cache"
        state["machine instructions"] = (
            "not counted here" if machine_instructions is None else str(machine_instructions)
        )
        return told.Told(self.seconds, self.watch.events, state, self.vm.system.steps, self.printed.digest())


def state_of(vm: VM, args: Namespace) -> dict[str, str]:
    """What a VM is, and what became of it: names and texts. What is set stands first, then what was counted."""
    import platform

    import cupola
    from cupola.policy.options import OPTIONS

    system = vm.system
    counted = vm.statistics()
    limits = system.limits
    physics = system.physics
    state: dict[str, Any] = {
        "cupola": cupola.__version__,
        "python": platform.python_version(),
        "engine": system.engine.definition[:16],
        "language": vm.language,
        "tier": system.tier,
        "threshold of calls": system.thresholds.calls,
        "threshold of loops": system.thresholds.loops,
        "profile": "none" if args.profile is None else _digest_of(args.profile),
        **{each.name: "on" if system.options[each.name] else "off" for each in OPTIONS},
        "physics": "off" if physics is None else physics.physics.preset,
        **({} if physics is None else _changed_knobs(physics.physics)),
        **{f"limit of {name}": getattr(limits, name) for name in ("time", "steps", "memory", "files")},
        "foreign": "allowed" if limits.foreign_allowed else "not allowed",
        "words compiled": len(system.compiled),
        "ended by itself": "yes" if vm.said_bye else "no",
    }  # fmt: skip
    for name, value in counted.items():
        if isinstance(value, dict):
            state |= {
                f"{name}: {each}": number for each, number in value.items() if not isinstance(number, dict)
            }
        else:
            state.setdefault(name, f"{value:.6f}" if isinstance(value, float) else value)
    return {name: "none" if value is None else str(value) for name, value in state.items()}


def _changed_knobs(physics: Any) -> dict[str, int]:
    """The knobs that are not as their preset has them."""
    from cupola.policy.physics.presets import PRESETS

    usual = PRESETS[physics.preset]
    return {f"physics {name}": value for name, value in physics.knobs.items() if value != usual[name]}


def _digest_of(path: str) -> str:
    from hashlib import blake2b

    with open(path, "rb") as file:
        return blake2b(file.read(), digest_size=8).hexdigest()


def parsed(arguments: Sequence[str]) -> Namespace:
    """The command line, as `cupola run` understands it."""
    from argparse import ArgumentParser

    parser = ArgumentParser(prog="cupola.lab.running.guest", allow_abbrev=False)
    switches.add_program(parser)
    switches.add_vm(parser)
    args = parser.parse_args(arguments)
    if args.program is None:
        parser.error("expected a program")
    return args


def main(arguments: Sequence[str], loaded: Loaded | None = None) -> int:
    """Run, and tell; the exit status is that of `cupola run`.

    `loaded` is for arms that do something else with the program: it is called with the VM when the definitions are
    loaded and nothing has been iterated, and gives facts of the state. Then one iteration is the last line, too.
    """
    from cupola.lab.running import counters

    args = parsed(arguments)
    try:
        guest = Guest(args, told.wanted_iterations(), loaded)
        counter = counters.count()
        ended = start.run(guest.vm, guest.run)
        found = guest.told(None if counter is None else counter.read())
        if counter is not None:
            counter.close()
        told.tell(found)
        return start.close(guest.vm) or ended
    except (status.UsageError, start.StartError, ValueError) as error:
        print(f"cupola lab: {error}", file=sys.stderr)
        return status.USAGE if not isinstance(error, start.StartError) else status.GUEST_ERROR


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
