"""A Forth system as Python sees it: makes the dictionary, runs texts and words, says where the guest is."""

from __future__ import annotations

import struct

from cupola.language.driver import Driver
from cupola.language.fields import Fields
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
from cupola.languages.forth import constants, library
from cupola.languages.forth.constants import MASK
from cupola.languages.forth.driver.loading import LoadError, load
from cupola.languages.forth.driver.streams import Input, Output
from cupola.languages.forth.image import engine
from cupola.languages.forth.making import snapshot
from cupola.policy.options import NAMES, Options, make_options
from cupola.policy.physics.presets import Physics, make_physics
from cupola.tiers.headers import OPCODE_BITS

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from cupola.language.driver import Compiled
    from cupola.languages.forth.driver.foreign import Function
    from cupola.languages.forth.making.snapshot import Sections
    from cupola.languages.forth.physics.system import PhysicsOfVM
    from cupola.languages.forth.storage.block_store import BlockStore
    from cupola.languages.forth.storage.open_files import OpenFiles
    from cupola.policy.profile import Profile

LOOP_ALIGNMENT = 32  # of native code, with the option branch-layout: half a line of the cache
DEFAULT_MEMORY = 32 << 20
MOST_MEMORY = 512 << 20
LEAST_MEMORY = 64 << 10
UNDEFINED = -13
EVALUATED, LOADED = -1, -2  # the source-ids of a text that EVALUATE runs, and of a block
BLOCK_LINE = 64
SOURCE_CELLS = 10  # what `source.save_source` leaves; it says which are file and line
USER_INPUT = ("<terminal>", "<standard input>")  # texts whose source-id is 0: REFILL goes on with the input


class ForthVM(Driver):
    """A Forth system of its own: dictionary, stacks and data space.

    `output` is a text or binary stream, or None to keep what is printed; `input` likewise the stream that
    KEY, ACCEPT and REFILL read, or None for the process's own. `progress(done, total)` is told how the first
    use compiles.
    """

    tick = constants.EXIT_TICK
    tier_up = constants.EXIT_TIER_UP
    acted_offset = 0  # until there is memory to count in

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
        self._entries: dict[str, Callable[..., Any]] = {}
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
        self._lay_out()
        if self.wanted_physics.on:
            from cupola.languages.forth.physics.system import PhysicsOfVM

            self.physics = PhysicsOfVM(self, self.wanted_physics)
        self._entry("set_up")(self.address)
        self.vm.options, self.vm.profiling = (
            Options().bits,
            0,
        )  # the system itself is the same whatever a program wants
        from cupola.languages.forth.making.installing import install

        install(self, self._entry)
        self.first_shown = self.vm.word_count
        limits, self.limits = self.limits, Limits()  # they are for programs
        for name, text in library.texts():
            self.run(text, name)
        self.limits = limits
        self._entry("end_of_system")(self.address)
        self.adopt(self.address)

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

    def _lay_out(self) -> None:
        """Point the VM at its regions, which are empty."""
        vm, base = self.vm, self.address
        vm.words = base + constants.WORDS_OFFSET
        vm.names_next = base + constants.NAMES_OFFSET
        vm.names_end = base + constants.NAMES_OFFSET + constants.NAMES_BYTES
        vm.draft = base + constants.DRAFT_OFFSET
        vm.draft_limit = constants.DRAFT_LIMIT
        vm.control = base + constants.CONTROL_OFFSET
        vm.control_limit = constants.CONTROL_BYTES // 8
        vm.output = base + constants.OUTPUT_OFFSET
        vm.code_next = base + constants.CODE_OFFSET
        vm.code_end = base + constants.CODE_OFFSET + constants.CODE_BYTES
        vm.return_bottom = base + constants.STACKS_OFFSET
        vm.stack_bottom = base + constants.STACKS_OFFSET + constants.STACKS_BYTES - constants.PAD_CELLS * 8
        floats = base + constants.FLOATS_OFFSET + constants.FLOATS_BYTES - constants.PAD_CELLS * 8
        vm.float_bottom, vm.float_limit = floats, floats - constants.MAX_FLOATS * 8
        vm.precision = 15
        vm.current = vm.latest = -1
        self._reset_registers()

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

    def _reset_registers(self) -> None:
        self.set_register("sp", self.vm.stack_bottom)
        self.set_register("rp", self.vm.return_bottom)
        self.set_register("fp", self.vm.float_bottom)
        self.set_register("ftop", 0)
        self.set_register("index", 0)
        self.set_register("limit", 0)

    def _entry(self, name: str) -> Callable[..., Any]:
        """An entry of the Forth system: its first argument is the VM's address, all are pointers or cells."""
        if name not in self._entries:
            wanted = ENTRIES[name]
            self._entries[name] = self.engine.entry(name, "i64", *wanted)
        return self._entries[name]

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

    def find(self, word: str) -> int:
        """The execution token of a word, or -1."""
        name = word.encode()
        result: int = self._entry("find_name")(self.address, name, len(name))
        return result

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

    def _write_files(self) -> str:
        """Write what is in the buffers of open files; what could not be written, for people."""
        lost = self._open_files.write_out() if self._open_files else ""
        return f"{message(NOT_WRITTEN)}: {lost}" if lost else ""

    @property
    def open_files(self) -> OpenFiles:
        """The files that the program has open."""
        if self._open_files is None:
            from cupola.languages.forth.storage.open_files import OpenFiles

            self._open_files = OpenFiles()
        return self._open_files

    @property
    def block_store(self) -> BlockStore:
        """The program's blocks."""
        if self._block_store is None:
            from cupola.languages.forth.storage.block_store import BlockStore

            self._block_store = BlockStore(self.blocks)
        return self._block_store

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

    _open_files: OpenFiles | None = None  # both are made when they are needed
    _block_store: BlockStore | None = None

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
        raise self.stopped(GuestError(code, self._explain(code)))

    def _explain(self, code: int) -> str:
        if code == ABORT_QUOTE:
            text = self.read(self.vm.message, self.vm.message_length).decode("utf-8", "replace")
            return text or message(code)
        said = message(code)
        detail = self._token() if code == UNDEFINED else self.reasons.get(code)
        return f"{said}: {detail}" if detail else said

    def stopped(self, error: RunError) -> RunError:
        """Write out what was printed, note where the guest was, be ready for another text."""
        self.drain()
        error.backtrace, readers = self._backtrace()
        error.where = self._place(readers)
        self._recover()
        return error

    def _recover(self) -> None:
        if self.physics is not None:
            self.physics.abandon()
        self._entry("recover")(self.address)
        self._reset_registers()
        self.vm.data_top = constants.LOW + self.data_bytes

    # --- the stack ------------------------------------------------------------------------------------------

    @property
    def stack(self) -> tuple[int, ...]:
        """The data stack, the topmost cell last."""
        sp, bottom = self.register("sp"), self.vm.stack_bottom
        cells = self.cells(sp, (bottom - sp) // 8)
        return tuple(cells[::-1])

    @stack.setter
    def stack(self, cells: Sequence[int]) -> None:
        if len(cells) > constants.STACKS_BYTES // 16:
            raise ValueError(f"{len(cells):,} cells do not fit the data stack")
        wrong = [cell for cell in cells if not -(1 << 63) <= cell <= MASK]
        if wrong:
            raise ValueError(f"{wrong[0]:,} does not fit a cell, which has 64 bits")
        sp = self.vm.stack_bottom - 8 * len(cells)
        data = b"".join((cell & MASK).to_bytes(8, "little") for cell in reversed(cells))
        self.memory.write(sp - self.address, data)
        self.set_register("sp", sp)

    @property
    def float_stack(self) -> tuple[float, ...]:
        """The stack of floats, the topmost last."""
        fp, bottom = self.register("fp"), self.vm.float_bottom
        count = (bottom - fp) // 8
        if count == 0:
            return ()
        data = self.memory.read(fp - self.address, 8 * (count - 1))
        top = self.register("ftop").to_bytes(8, "little", signed=True)
        return struct.unpack(f"<{count}d", top + data)[::-1]

    @float_stack.setter
    def float_stack(self, floats: Sequence[float]) -> None:
        if len(floats) > constants.MAX_FLOATS:
            raise ValueError(f"{len(floats):,} floats do not fit their stack")
        count = len(floats)
        fp = self.vm.float_bottom - 8 * count
        data = struct.pack(f"<{count}d", *reversed(floats))
        self.memory.write(fp - self.address, data[8:])
        self.set_register("fp", fp)
        self.set_register("ftop", int.from_bytes(data[:8], "little", signed=True))

    def push(self, *cells: int) -> None:
        """Push cells; for upcalls."""
        for cell in cells:
            sp = self.register("sp") - 8
            self.memory.write(sp - self.address, (cell & MASK).to_bytes(8, "little"))
            self.set_register("sp", sp)

    def cells(self, address: int, count: int) -> list[int]:
        view = self.memory.read(address - self.address, 8 * count)
        return [int.from_bytes(view[at : at + 8], "little", signed=True) for at in range(0, 8 * count, 8)]

    # --- the data space -------------------------------------------------------------------------------------

    def read(self, address: int, length: int) -> bytes:
        """Bytes of the data space; as many as there are."""
        start = address - constants.LOW
        size = self.vm.byte_limit + 1
        if not 0 <= start <= size or length < 0:
            return b""
        return self.memory.read(constants.DATA_OFFSET + start, min(length, size - start))

    def write(self, address: int, data: bytes) -> None:
        self.memory.write(constants.DATA_OFFSET + address - constants.LOW, data)

    # --- output -----------------------------------------------------------------------------------------------

    def drain(self) -> None:
        count = self.vm.output_count
        if count:
            self.output.write(self.memory.read(constants.OUTPUT_OFFSET, count))
            self.vm.output_count = 0

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

    def word(self, token: int) -> Fields:
        """The record of a word."""
        offset = constants.WORDS_OFFSET + token * self.engine.size_of("Word")
        return Fields(self.memory, self.engine.structs["Word"], offset)

    def word_name(self, token: int) -> str:
        word = self.word(token)
        if not word.name_length:
            return ":noname"
        return self.memory.read(word.name - self.address, word.name_length).decode("utf-8", "replace")

    def _token(self) -> str:
        return self.read(self.vm.token, self.vm.token_length).decode("utf-8", "replace")

    def _place(self, readers: list[str]) -> Place | None:
        """Where in the source the text interpreter is, with the word that it took last."""
        vm = self.vm
        if vm.source_length <= 0:
            return None
        start, length, number = vm.source, vm.source_length, vm.line_number
        block = int.from_bytes(self.read(constants.BLK_CELL, 8), "little")
        if vm.source_id == LOADED:
            row = max(0, min(vm.token - start, length - 1)) // BLOCK_LINE
            start, length, number = start + row * BLOCK_LINE, BLOCK_LINE, row + 1
        line = self.read(start, length)
        before = max(0, min(vm.token - start, len(line)))
        text = line.decode("utf-8", "replace")
        column = len(line[:before].decode("utf-8", "replace")) + 1
        length = len(line[before : before + vm.token_length].decode("utf-8", "replace"))
        return Place(self._source_name(vm.file, vm.source_id, block), number, column, text, length, readers)

    def _source_name(self, file: int, source_id: int, block: int) -> str:
        """What reports call a source; a text that EVALUATE runs counts its columns, not its lines."""
        if source_id == LOADED:
            return f"block {block} of {self.block_store.path}"
        name = self.files[file] if 0 < file < len(self.files) else "<string>"
        return f"EVALUATE in {name}" if source_id == EVALUATED else name

    def _backtrace(self) -> tuple[list[Frame], list[str]]:
        """The words that were running and the places that had texts read, the innermost first: every header says
        how many cells lie above the return address of its word.
        """
        readers: list[str] = []
        reading = {self.pieces[name] for name in ("evaluate", "included", "required", "include-file", "load")}
        frames: list[Frame] = []
        pc, bottom = self.register("pc"), self.vm.return_bottom
        level = 0
        while token := self._entry("word_taken_in")(self.address, pc, level):
            frame = self._frame_of(token)
            if frame is not None:
                frames.append(frame)
            level += 1
        cells = memoryview(self.memory.read(bottom - self.address, self.register("rp") - bottom)).cast("q")
        place = len(cells)
        known: dict[int, tuple[Frame | None, int, int]] = {}
        while True:
            if pc not in known:
                known[pc] = self._frame_at(pc)
            frame, size, start = known[pc]
            if frame is not None:
                frames.append(frame)
            place -= size
            if size == 0 or place < 0:
                return frames, readers
            pc = cells[place]
            if start in reading and size > SOURCE_CELLS:
                saved = cells[place + 1 : place + 1 + SOURCE_CELLS]
                _, _, offset, _, _, line, source_id, file, _, block = saved
                line = offset // BLOCK_LINE + 1 if source_id == LOADED else line
                readers.append(f"{self._source_name(file, source_id, block)}:{line}")

    def _frame_at(self, pc: int) -> tuple[Frame | None, int, int]:
        """The frame of guest code at `pc`, None if it is not shown, its size in cells (0: the last), and where the
        code of its word starts.
        """
        token = self._entry("word_at")(self.address, pc)
        if token == 0:
            return None, 0, 0
        packed = int.from_bytes(self.memory.read(pc - self.address + 4, 2), "little")
        return self._frame_of(token), (packed >> OPCODE_BITS) + 1, self.word(token).start

    def _frame_of(self, token: int) -> Frame | None:
        """The frame of a word; None for the system's own, which are nothing to a program."""
        name = self.word_name(token)
        shown = token >= self.first_shown and not (token < self.vm.fence and name.startswith("("))
        return Frame(name) if shown else None

    # --- what was printed -----------------------------------------------------------------------------------

    def take_output(self) -> str:
        """What was printed and kept since the last time."""
        return self.output.take()

    def words(self) -> list[str]:
        """The names of all words that the search order finds, the newest first."""
        names: dict[str, None] = {}
        ranks = self.memory.read(self.engine.structs["VM"]["ranks"][0], constants.MAX_LISTS)
        for token in range(self.vm.word_count - 1, 0, -1):
            word = self.word(token)
            if not word.flags & constants.HIDDEN and ranks[word.list] != constants.NOT_SEARCHED:
                names[self.word_name(token)] = None
        return list(names)


def message(code: int) -> str:
    """What a THROW code means. The table is loaded when the first is reported: most runs report none."""
    from cupola.languages.forth.driver import messages

    return messages.message(code)


QUIT, ABORT_QUOTE, DICTIONARY_OVERFLOW, NOT_WRITTEN = -56, -2, -8, -75
BLOCKS_NOT_WRITTEN = -34
ENTRIES: dict[str, tuple[str, ...]] = {
    "set_up": ("ptr",),
    "set_up_heap": ("ptr", "i64", "ptr", "i64"),
    "recover": ("ptr",),
    "install_primitive": ("ptr", "ptr", "i64", "i64", "i64"),
    "begin_piece": ("ptr", "ptr", "i64", "i64"),
    "add_instruction": ("ptr", "i64", "i64"),
    "add_branch": ("ptr", "i64", "i64"),
    "add_label": ("ptr",),
    "end_piece": ("ptr", "i64"),
    "find_name": ("ptr", "ptr", "i64"),
    "make_primitives": ("ptr", "i64"),
    "hide_piece": ("ptr", "i64"),
    "end_of_system": ("ptr",),
    "move_system": ("ptr", "i64"),
    "word_at": ("ptr", "ptr"),
    "physics_start": ("ptr",),
    "physics_fold": ("ptr", "i64", "i64", "i64", "i64"),
    "physics_tick": ("ptr", "i64", "i64", "i64", "i64"),
    "physics_abandon": ("ptr", "i64", "i64", "i64", "i64"),
    "physics_reset": ("ptr",),
    "physics_bench": ("ptr", "ptr", "i64", "i64", "i64", "i64"),
    "physics_reorganize": ("ptr",),
    "physics_warm": ("ptr", "i64", "i64"),
    "physics_pair": ("ptr", "i64", "i64"),
    "word_taken_in": ("ptr", "ptr", "i64"),
}
