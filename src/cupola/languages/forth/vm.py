"""A Forth system as Python sees it: makes the dictionary, runs texts and words, says where the guest is."""

from __future__ import annotations

from cupola.language.fields import Fields
from cupola.language.limits import (
    GuestError,
    Interrupted,
    LimitReached,
    Limits,
    RunError,
    Thresholds,
)
from cupola.languages.forth import constants, library
from cupola.languages.forth.driver.loading import LoadError, load
from cupola.languages.forth.driver.state import NOT_WRITTEN, State, message
from cupola.languages.forth.driver.streams import Input, Output
from cupola.languages.forth.image import engine
from cupola.languages.forth.making import snapshot
from cupola.policy.options import NAMES, Options, make_options
from cupola.policy.physics.presets import Physics, make_physics

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from cupola.language.driver import Compiled
    from cupola.languages.forth.driver.foreign import Function
    from cupola.languages.forth.driver.session import Session
    from cupola.languages.forth.making.snapshot import Sections
    from cupola.languages.forth.physics.system import PhysicsOfVM
    from cupola.policy.profile import Profile

LOOP_ALIGNMENT = 32  # of native code, with the option branch-layout: half a line of the cache
DEFAULT_MEMORY = 32 << 20
MOST_MEMORY = 512 << 20
LEAST_MEMORY = 64 << 10
UNDEFINED = -13
USER_INPUT = ("<terminal>", "<standard input>")  # texts whose source-id is 0: REFILL goes on with the input


class ForthVM(State):
    """A Forth system of its own: dictionary, stacks and data space.

    `output` is a text or binary stream, or None to keep what is printed; `input` likewise the stream that
    KEY, ACCEPT and REFILL read, or None for the process's own. `progress(done, total)` is told how the first
    use compiles.
    """

    tick = constants.EXIT_TICK
    tier_up = constants.EXIT_TIER_UP
    acted_offset = 0  # until there is memory to count in
    SPECIAL = ("counting", "options", "blocks", "profile", "profiling", "image", "physics")  # of `cupola.VM`

    def __init__(
        self,
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
        profile: Profile | None = None,
        profiling: bool = False,
        image: str | None = None,
        physics: Physics | str | Mapping[str, int | str] | None = None,
    ) -> None:
        self.wanted_physics = make_physics(physics)
        self.options = make_options(options)
        self.blocks = blocks
        self.profiling = profiling
        self.known_calls: dict[tuple[str, str], int] = {}  # how often words call each other, by a profile
        self.entry = 0  # the word that a start of the image runs
        more = profile.superinstructions if profile is not None else ()
        limits = limits or Limits()
        sections = None
        size = DEFAULT_MEMORY if limits.memory is None else limits.memory
        if image is not None:
            from cupola.languages.forth.making import images

            sections = images.read_image(image)
            if limits.memory is None:
                size = images.data_bytes(image, sections, size)
        if not LEAST_MEMORY <= size <= MOST_MEMORY:
            raise ValueError(
                f"the memory limit of Forth must be from {LEAST_MEMORY:,} to {MOST_MEMORY:,} bytes, "
                f"found {size:,}"
            )
        self.data_bytes = size & -4096
        self.counting = False  # until there is memory to count in
        pages = self.data_bytes >> constants.PAGE_SHIFT
        self.heap_offset = constants.DATA_OFFSET + self.data_bytes
        self.heap_records = self.heap_offset + self.data_bytes + constants.READ_AHEAD
        size = self.heap_records + (pages + 1) * constants.PAGE_RECORD_BYTES
        super().__init__(engine(progress, more), size, tier, thresholds, limits)
        self.vm = Fields(self.memory, self.engine.structs["VM"], 0)
        self.request_offset = self.engine.structs["VM"]["request"][0]
        self.acted_offset = self.engine.structs["VM"]["acted"][0]
        self.output = Output(output)
        self.input = Input(input)
        self.arguments = list(arguments)
        self.files: list[str] = [""]
        self.pieces: dict[str, int] = {}
        self.first_shown = 0  # backtraces show words from this token on: those before are the system itself
        self.texts: list[int] = []  # where the texts of files that are being read lie, from the top down
        self.reasons: dict[int, str] = {}  # what the system said last besides the message of a THROW code
        self.loaded: set[str] = set()  # the files that REQUIRED need not load again, by their real paths
        self.functions: dict[str, Function] = {}  # of C, by their declarations
        self.errno = 0  # what the last of them left there
        self.counting = counting
        self._entries = {}
        self.physics: PhysicsOfVM | None = None
        self._make(image, sections)
        if profile is not None:
            from cupola.languages.forth.profiling import give

            give(self, profile)

    # --- making the system ----------------------------------------------------------------------------------

    def _make(self, image: str | None, sections: Sections | None) -> None:
        self.set_limits()
        if image is not None and sections is not None:
            if self.wanted_physics.on:
                self.close()
                raise ValueError("an image has nothing to count words by: use it with the physics off")
            from cupola.languages.forth.making import images

            try:
                images.load(self, image, sections)
            except ValueError:
                self.close()
                raise
            self._begin_program()
            return
        key = snapshot.key_of(self, library.paths()) if not self.wanted_physics.on else ""
        if not snapshot.load(self, key):
            self._build()
            snapshot.keep(self, key)
        self._begin_program()

    def _begin_program(self) -> None:
        """From here on the program runs."""
        self.set_options()
        self.reset_counts()
        if self.physics is not None:
            self.run("also starforth also forth", "<physics>")
            self.reset_counts()
            self.quantum = self.physics.begin()

    def _build(self) -> None:
        """Make a fresh system."""
        from cupola.languages.forth.making.installing import build

        build(self)

    def adopt(self, address: int) -> None:
        """Be ready to run a system that lies here, but was made at `address`. Raises ValueError if it is not sound."""
        wrong = self._entry("move_system")(self.address, address)
        if wrong:
            raise ValueError(
                "its code needs a larger data space: give it more memory" if wrong == DICTIONARY_OVERFLOW
                else "it holds bytes that are no guest code"
            )  # fmt: skip
        self.vm.output_count = 0  # what was not printed yet was the other process's to print
        self._recover()
        self.compiled.clear()
        if self.native is not None:
            self.native.used = 0

    def reset_counts(self) -> None:
        super().reset_counts()
        if self.counting:
            self.vm.calls = self.vm.back_edges = 0
        if self.acted_offset:
            self.memory.write(self.acted_offset, bytes(8 * len(NAMES)))

    @property
    def acted(self) -> dict[str, int]:
        """How often each option that is on did something, by name."""
        data = memoryview(self.memory.read(self.acted_offset, 8 * len(NAMES))).cast("q")
        return {name: count for name, count in zip(NAMES, data, strict=True) if self.options[name]}

    def statistics(self) -> dict[str, Any]:
        """What happened so far, and how often each option that is on acted; with `counting`, calls of words and rounds
        of loops too."""
        counted = {"calls": self.vm.calls, "back edges": self.vm.back_edges} if self.counting else {}
        physics = {} if self.physics is None else {"physics": self.physics.statistics()}
        return {**super().statistics(), **counted, "options": self.acted, **physics}

    def set_limits(self) -> None:
        """Tell the VM what depends on the process and on how it was asked for."""
        vm = self.vm
        records = self.address + self.heap_records
        pages = self.data_bytes >> constants.PAGE_SHIFT
        self._entry("set_up_heap")(self.address, self.data_bytes, records, pages)
        vm.data_top = constants.LOW + self.data_bytes
        vm.call_heat, vm.loop_heat = self.thresholds.calls, self.thresholds.loops
        vm.counting = int(self.counting)
        vm.loop_variant = self.engine.loop_variants.get(self.tier, -1)
        Fields(self.memory, self.engine.structs["Context"], 0).tables = self.engine.tables
        self.set_options()

    def set_options(self) -> None:
        """Tell the VM which optimizations are on, and whether it counts for a profile."""
        self.vm.options, self.vm.profiling = self.options.bits, int(self.profiling)

    def profile(self) -> Profile:
        """What programs did so far, if the VM was made with `profiling`; ValueError if it was not."""
        if not self.profiling:
            raise ValueError("this VM does not count for a profile: make it with profiling=True")
        from cupola.languages.forth.profiling import take

        return take(self)

    # --- running --------------------------------------------------------------------------------------------

    def run(self, source: str, name: str = "<string>") -> None:
        """Interpret a text, line by line as a file is. Raises GuestError, LimitReached and Interrupted."""
        self._run_bytes(source.encode("utf-8", "surrogateescape"), name)

    def _run_bytes(self, text: bytes, name: str) -> None:
        top = self.vm.data_top
        try:
            start, length, number = load(self, text, name)
        except LoadError as error:
            raise GuestError(error.code, message(error.code)) from None
        self._reset_source(start, length, number)
        try:
            self._start_and_write("(run)")
        finally:
            self.vm.data_top = top
            self.output.flush()

    def _reset_source(self, start: int, length: int, number: int) -> None:
        vm = self.vm
        vm.source, vm.source_length = start, 0
        vm.text_next, vm.text_end = start, start + length
        user = self.files[number] in USER_INPUT
        vm.line_number, vm.source_id, vm.file = 0, 0 if user else number, number
        vm.token_length = 0
        self.write(constants.BLK_CELL, bytes(8))

    def call(self, word: str, *arguments: int) -> tuple[int, ...]:
        """Run a word with these cells on an otherwise empty stack; the cells it leaves, the topmost last.

        Raises GuestError, LimitReached and Interrupted; ValueError for a number that fits no cell.
        """
        token = self.find(word)
        if token < 0:
            raise GuestError(UNDEFINED, f"{message(UNDEFINED)}: {word}")
        before = self.stack
        self._reset_source(constants.FIRST_FREE, 0, 0)
        self.stack = (*arguments, token)
        self._start_and_write("(call)")
        found = self.stack
        self.stack = before
        self.output.flush()
        return found

    def start(self) -> None:
        """Run the entry word of the image that this VM was made from. Raises GuestError, LimitReached and Interrupted;
        ValueError if it has none."""
        if not self.entry:
            raise ValueError("there is no word to start: SAVE-TURNKEY makes images that have one")
        self._reset_source(constants.FIRST_FREE, 0, 0)
        self.push(self.entry)
        self._start_and_write("(call)")
        self.output.flush()

    def save_image(self, path: str, entry: str | None = None) -> None:
        """Save the system to a file that starts again; `entry` is the word that a start runs.

        Raises GuestError for what cannot be saved, or not be written.
        """
        from cupola.languages.forth.driver.services import Throw
        from cupola.languages.forth.making import images

        token = 0 if entry is None else self.find(entry)
        if token < 0:
            raise GuestError(UNDEFINED, f"{message(UNDEFINED)}: {entry}")
        try:
            images.save(self, path, token)
        except Throw as error:
            raise GuestError(error.code, f"{message(error.code)}: {error}") from None

    def _start(self, piece: str) -> None:
        """Run a piece of the system's own guest code until it is done or the program ends itself."""
        self.start_clock()
        self.set_register("pc", self.pieces[piece])
        self.set_register("rp", self.vm.return_bottom)
        try:
            self._serve()
        except KeyboardInterrupt:
            raise self.stopped(Interrupted("interrupted")) from None

    def _start_and_write(self, piece: str) -> None:
        """Run a piece; however it ends, what the program wrote to files is in them afterwards."""
        try:
            self._start(piece)
        except BaseException as error:
            lost = self._write_files()
            if lost and isinstance(error, RunError):
                error.message = f"{error.message}\nbesides, {lost}"
            raise
        lost = self._write_files()
        if lost:
            raise GuestError(NOT_WRITTEN, lost)

    def close(self) -> None:
        """Write changed blocks, close the program's files, and give the memory back. A second call does nothing.

        Raises GuestError when something could not be written; the memory is given back all the same.
        """
        lost = self._close_storage() if self.memory.address else []
        super().close()
        if self.physics is not None:
            self.physics.close()
        if lost:
            raise GuestError(*lost[0])

    def _close_storage(self) -> list[tuple[int, str]]:
        """Write what is not written; for what could not be, a THROW code and what to say."""
        lost = []
        if self._open_files is not None:
            lost.append((NOT_WRITTEN, self._open_files.close()))
        if self._block_store is not None:
            lost.append((BLOCKS_NOT_WRITTEN, self._block_store.close(self)))
        self._open_files = self._block_store = None
        return [(code, f"{message(code)}: {text}") for code, text in lost if text]

    def __del__(self) -> None:
        if not self.closed and (self._open_files or self._block_store):
            self.close()

    def _serve(self) -> None:
        while True:
            reason = self.go()
            if reason in (constants.EXIT_DONE, constants.EXIT_BYE):
                self.drain()
                self.said_bye = reason == constants.EXIT_BYE
                if self.said_bye:
                    self._recover()
                return
            if reason == constants.EXIT_THROW:
                self._uncaught()
                return
            from cupola.languages.forth.driver.upcalls import SERVICES

            SERVICES[reason](self)

    said_bye = False

    def _uncaught(self) -> None:
        code = self.vm.error
        if code == QUIT:
            self.drain()
            kept, floats = self.stack, self.float_stack
            self._recover()
            self.stack, self.float_stack = kept, floats
            return
        if code == DICTIONARY_OVERFLOW and self.limits.memory is not None:
            size = self.limits.memory
            raise self.stopped(LimitReached("memory", f"the memory limit of {size:,} bytes is used up"))
        from cupola.languages.forth.driver.reporting import explain

        raise self.stopped(GuestError(code, explain(self, code)))

    def stopped(self, error: RunError) -> RunError:
        """Write out what was printed, note where the guest was, be ready for another text."""
        from cupola.languages.forth.driver import reporting

        self.drain()
        error.backtrace, readers = reporting.backtrace(self)
        error.where = reporting.place(self, readers)
        self._recover()
        return error

    def _recover(self) -> None:
        if self.physics is not None:
            self.physics.abandon()
        self._entry("recover")(self.address)
        self._reset_registers()
        self.vm.data_top = constants.LOW + self.data_bytes

    # --- what the engine asks ---------------------------------------------------------------------------------

    @property
    def alignment(self) -> int:
        return LOOP_ALIGNMENT if self.options["branch-layout"] else 1

    @property
    def places_code(self) -> bool:
        return self.options["word-placement"]

    def calls_between(self, units: list[Compiled]) -> dict[tuple[int, int], int]:
        from cupola.languages.forth.profiling import calls_between

        return calls_between(self, units)

    def acted_on(self, option: int, times: int = 1) -> None:
        place = self.acted_offset + 8 * option
        before = int.from_bytes(self.memory.read(place, 8), "little")
        self.memory.write(place, (before + times).to_bytes(8, "little"))

    def _adapt(self, seconds: float) -> None:
        """With the physics on, ticks come by work alone, so that runs repeat; they are the beats of its heart."""
        if self.physics is None:
            super()._adapt(seconds)
        else:
            self.quantum = self.physics.count_work(int(seconds * 1e9))

    def ticked(self) -> None:
        """Let people at a terminal see what a long run prints."""
        if self.output.is_terminal:
            self.drain()
            self.output.flush()

    # --- where the guest is ---------------------------------------------------------------------------------

    def unit_at(self, pc: int) -> tuple[int, int, str]:
        """The guest code of the word that `pc` lies in, and its name."""
        token = self._entry("word_at")(self.address, pc)
        if token == 0:
            raise LookupError(f"no word has code at {pc:#x}")
        word = self.word(token)
        return word.start, word.code_end, self.word_name(token)

    def session(self) -> Session:
        """A conversation with this system, for `cupola repl`."""
        from cupola.languages.forth.driver.session import Session

        return Session(self)

    @property
    def is_compiling(self) -> bool:
        """Whether a definition is open: the next text goes on with it."""
        return self.vm.compiling != 0

    def unit_named(self, name: str) -> tuple[int, int, str]:
        """The guest code of the word that a program finds by `name`; raises LookupError."""
        token = self.find(name)
        if token < 0:
            raise LookupError(f"{message(UNDEFINED)}: {name}")
        word = self.word(token)
        return word.entry, word.code_end, self.word_name(token)

    # --- what was printed -----------------------------------------------------------------------------------

    def take_output(self) -> str:
        """What was printed and kept since the last time."""
        return self.output.take()


QUIT, DICTIONARY_OVERFLOW, BLOCKS_NOT_WRITTEN = -56, -8, -34
