"""The public Python interface: make a VM of a language, run source, call its functions, set limits, catch errors.

import cupola

vm = cupola.VM("forth", limits=cupola.Limits(steps=1_000_000))
vm.run(": square dup * ;")
assert vm.call("square", 7) == (49,)
"""

from __future__ import annotations

from cupola.language.limits import (
    Frame,
    GuestError,
    Interrupted,
    LimitReached,
    Limits,
    Place,
    RunError,
    Thresholds,
)
from cupola.languages import LANGUAGES, language_of_file, load
from cupola.policy.options import Options
from cupola.policy.physics.presets import Physics

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from cupola.policy.profile import Profile

__all__ = [
    "LANGUAGES", "VM", "Frame", "GuestError", "Interrupted", "LimitReached", "Limits", "Options", "Physics",
    "Place", "RunError", "Thresholds", "language_of_file",
]  # fmt: skip


def _read_profile(path: str | None, language: str) -> Profile | None:
    """The profile in a file; ValueError if it cannot be used."""
    if path is None:
        return None
    from cupola.policy.profile import load

    return load(path, language)


def _taken(language: str, known: Sequence[str], special: dict[str, Any]) -> dict[str, Any]:
    """Those arguments of a VM that its language knows; ValueError if another one asks for more than its default."""
    for name, value in special.items():
        if name in known or name == "counting" or not value or value == Options():
            continue
        if not (isinstance(value, Physics) and not value.on):
            raise ValueError(f"{language} systems have no {name}")
    return {name: value for name, value in special.items() if name in known}


class VM:
    """A running system of one language, with its own memory; use it from one thread at a time.

    `tier`: "auto" (threaded code, compiled when it is worth it), "threaded", "baseline" (compiled at the first call),
    "switch" or "table" (plain interpreters). `thresholds` say when "auto" compiles. `output`: a stream of text or
    bytes, None to keep what is printed for `take_output`. `input`: the stream that the program reads, None for
    standard input. `arguments`: the program's. `progress(done, total)` is called while the first use of a language
    compiles it. With `counting`, statistics also count calls and back edges, which costs a little time.
    `options` switches optimizations: `Options`, or changes to their defaults such as `{"colon-inlining": False}`; they
    change the speed and the number of steps, nothing else. `blocks`: the name of the file that holds the blocks of a
    Forth program, None for `blocks.fb`.
    `profile` is the path of a file that `cupola profile` made: what it calls hot is compiled better. With `profiling`,
    `make_profile` tells what ran; that costs a lot of time. `sampling` lets `cupola.observe.sampling` see where a Lua
    program is. `image`: a file that `save_image` made, to go on from.
    `physics` counts how often each word runs, and what follows from that (docs/physics.md): a preset's name, `Physics`,
    or None for off.

    Raises ValueError for an unknown language, tier or option, a limit out of range, or an image that cannot be used.
    """

    def __init__(
        self,
        language: str = "forth",
        *,
        tier: str = "auto",
        thresholds: Thresholds | None = None,
        limits: Limits | None = None,
        output: Any = None,
        input: Any = None,
        arguments: Sequence[str] = (),
        progress: Callable[[int, int], None] | None = None,
        counting: bool = False,
        options: Options | Mapping[str, bool] | None = None,
        blocks: str | None = None,
        profile: str | None = None,
        profiling: bool = False,
        sampling: bool = False,
        image: str | None = None,
        physics: Physics | str | Mapping[str, int | str] | None = None,
    ) -> None:
        self.language = language
        special = {
            "counting": counting, "options": options, "blocks": blocks, "profile": _read_profile(profile, language),
            "profiling": profiling, "sampling": sampling, "image": image, "physics": physics,
        }  # fmt: skip
        made = load(language)
        self._system = made(
            tier, thresholds, limits, output, input, arguments, progress,
            **_taken(language, made.SPECIAL, special),
        )  # fmt: skip

    @property
    def system(self) -> Any:
        """The language's own driver; ValueError when the VM is closed."""
        if self._system.closed:
            raise ValueError("this VM is closed: make a new one")
        return self._system

    def run(self, source: str, name: str = "<string>") -> None:
        """Run source text; `name` is what error reports call it, and what relative file names count from.

        Raises GuestError, LimitReached or Interrupted; the VM stays usable.
        """
        self.system.run(source, name)

    def start(self) -> None:
        """Run the entry word of the image that this VM was made from, as `cupola run` does.

        Raises ValueError if it has none, GuestError, LimitReached or Interrupted.
        """
        self.system.start()

    def save_image(self, path: str, entry: str | None = None) -> None:
        """Save the system to a file, from which `cupola run` and `VM(image=path)` make it again; `entry` is the word
        that `cupola run` runs. The directory must exist; a file of that name is replaced.

        Raises GuestError when a definition is open, the word is not found, or the file cannot be written.
        """
        self.system.save_image(path, entry)

    def call(self, function: str, *arguments: Any) -> tuple[Any, ...]:
        """Call a function of the guest by name with integers; its results. In Forth the topmost cell comes last. In Lua
        the function is a global one, or one in tables (`"string.rep"`); floats and bytes are values, too.

        Raises GuestError, LimitReached or Interrupted.
        """
        system = self.system
        call = getattr(system, "call_named", None) or system.call
        results: tuple[Any, ...] = call(function, *arguments)
        return results

    @property
    def output(self) -> str:
        """What was printed and kept so far."""
        kept: str = self.system.output.so_far
        return kept

    def take_output(self) -> str:
        """What was printed and kept so far, which is then forgotten."""
        taken: str = self.system.take_output()
        return taken

    @property
    def stack(self) -> tuple[int, ...]:
        """The data stack of a stack language, the topmost cell last."""
        cells: tuple[int, ...] = self.system.stack
        return cells

    @property
    def float_stack(self) -> tuple[float, ...]:
        """The floats on their stack, the topmost last; `call` takes them from here and leaves its own."""
        floats: tuple[float, ...] = self.system.float_stack
        return floats

    @float_stack.setter
    def float_stack(self, floats: Sequence[float]) -> None:
        self.system.float_stack = floats

    @property
    def said_bye(self) -> bool:
        """Whether the last run ended because the program asked to end."""
        said: bool = self.system.said_bye
        return said

    def words(self) -> list[str]:
        """The names that the guest's programs can use, the newest first."""
        names: list[str] = self.system.words()
        return names

    def statistics(self) -> dict[str, Any]:
        """What happened so far: steps, ticks, tier-ups, compiled instructions and bytes, compile time, refusals."""
        counted: dict[str, Any] = self.system.statistics()
        return counted

    def make_profile(self) -> Profile:
        """What ran so far, in a VM made with `profiling`; its `text()` is what `profile` files hold."""
        made: Profile = self.system.profile()
        return made

    def interrupt(self) -> None:
        """Stop the present run soon, from another thread: it raises Interrupted."""
        self.system.interrupt()

    def close(self) -> None:
        """Write what the program changed and did not write itself, such as blocks, and give the memory back.

        The VM cannot be used afterwards: its methods raise ValueError. Raises GuestError for what cannot be written.
        """
        self._system.close()

    def __enter__(self) -> VM:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
