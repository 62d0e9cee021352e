"""One Lua system: its memory, the loop that serves native code, calls from Python."""

from __future__ import annotations

import time

from cupola.language.driver import Driver
from cupola.language.fields import Fields
from cupola.language.heap_memory import make_heap, pages
from cupola.language.limits import Interrupted, Limits, RunError
from cupola.language.registers import RegisterAssembler
from cupola.language.room import Room
from cupola.language.streams import Output
from cupola.language.units import Units
from cupola.language.values import address_in, cell, set_cell
from cupola.languages.lua import constants as c
from cupola.languages.lua.driver import messages, program, throwing, upcalls, world
from cupola.languages.lua.driver.errors import HandlersFailed, LuaError, Problem, Thrown
from cupola.languages.lua.driver.finalizers import Finalizers
from cupola.languages.lua.driver.functions import PRELUDE, Functions
from cupola.languages.lua.driver.hosts import Hosts
from cupola.languages.lua.driver.native_entries import NativeEntries
from cupola.languages.lua.driver.objects import Objects
from cupola.languages.lua.driver.outside import Outside, is_deep
from cupola.languages.lua.driver.stack import CELL, Stack
from cupola.languages.lua.driver.stream_memory import output_stream, stream_class
from cupola.languages.lua.driver.texts import Texts
from cupola.languages.lua.image import engine
from cupola.languages.lua.root_numbers import FREE_ROOTS, HANDLERS_MESSAGE
from cupola.machine.memory import map_anywhere

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence
    from typing import Any

    from cupola.language.limits import Thresholds
    from cupola.language.spots import Spot
    from cupola.languages.lua.driver.functions import Loaded
    from cupola.languages.lua.driver.hooks import Hooks
    from cupola.languages.lua.driver.library.streams import File
    from cupola.languages.lua.driver.sampling import Sampling
    from cupola.languages.lua.driver.session import Session
    from cupola.languages.lua.front.code import FunctionCode

    # What Python does for the guest: gets the VM and the arguments, and gives the results, all values of the guest.
    Service = Callable[["LuaVM", list[int]], Sequence[int]]

CODE_BYTES = 32 << 20  # of guest code
DEFAULT_HEAP = 1 << 30
MOST_ALLOWANCE = 1 << 40
STEPS_A_SECOND = 10**8  # of a native function, about
# The front end's instructions that `n` means something to.
FIND_OPEN = frozenset({
    "enter", "enter_vararg", "adjust", "call_open", "tail_call_open", "return_open", "set_list_open", "close_open",
})  # fmt: skip
TEXTS = FREE_ROOTS + 2  # the root of `Texts`
ERRORS = FREE_ROOTS + 1  # the root of the messages that are kept (`semantics.positions`)
MEMORY_MESSAGE = FREE_ROOTS  # the root that has the message for when there is no memory for one
ALLOWANCE = 1 << 18  # steps that native functions may take before they look at the limits


class LuaVM(NativeEntries, Driver):
    """A Lua system. `output` is a stream of text or bytes, or None to keep what is printed (`take_output`). With
    `sampling`, a `watcher` can ask where the program is, with `counting`, statistics tell how often caches of fields
    were right; both cost a little time."""

    tick = c.TICK
    tier_up = c.TIER_UP
    baseline = (2, 3)
    SPECIAL = ("sampling", "counting")  # what else of `cupola.VM`'s arguments it knows

    def __init__(
        self,
        tier: str = "auto",
        thresholds: Thresholds | None = None,
        limits: Limits | None = None,
        output: Any = None,
        input: Any = None,
        arguments: Sequence[str] = (),
        progress: Callable[[int, int], None] | None = None,
        libraries: Sequence[str] | None = None,
        sampling: bool = False,
        counting: bool = False,
    ) -> None:
        limits = limits or Limits()
        self.sampling, self.counting = sampling, counting
        self.counted: Container[str] = ()  # the instructions to count, if not those with inline caches
        self.native_stub = c.STUB_POLLED_NATIVE if sampling else c.STUB_NATIVE
        made = engine(progress)
        code = pages(made.size_of("VM"))
        self.room = Room(code, code + CODE_BYTES)
        super().__init__(made, self.room.end, tier, thresholds, limits)
        self.vm = Fields(self.memory, made.structs["VM"], 0)
        self.offsets = made.structs["VM"]
        Fields(self.memory, made.structs["Context"], 0).tables = made.tables
        self.library = Fields(self.memory, made.structs["Library"], self.offsets["library"][0])
        self.streams = stream_class(made.structs["Stream"])
        self.printed = output_stream(self)
        self.standard_input: File | None = None
        self.heap = Fields(self.memory, made.structs["Heap"], self.offsets["heap"][0])
        self.allocated, self.threshold = (  # where they lie in `own_cells`
            (self.offsets["heap"][0] + made.structs["Heap"][name][0]) // CELL
            for name in ("allocated", "threshold")
        )
        self.own_cells = self.memory.view.cast("q")
        self.output = Output(output)
        self.input = input
        self.arguments = list(arguments)
        self.services: list[Service] = []
        self.service_numbers: dict[Service, int] = {}
        self.collector_settings: dict[str, int | str | bool] = {}
        self.warnings = False
        self.raised: Callable[[], BaseException] = _nothing_raised  # what the edge to Python has got
        self.hooks: Hooks | None = None
        self.attached_names: dict[int, bytes] | None = None  # see `names.attached_names`
        self.error_base = self.error_pc = 0
        self.full_at = (-1, 0)
        self.granted, self.long_at = ALLOWANCE, 0
        self.bind()
        if self.native is not None:
            self.units = Units(self)
            self.vm.request = self.units.address
        self.heap_memory = make_heap(self, limits.memory or DEFAULT_HEAP, "Lua")
        self.cells = self.heap_memory.view.cast("q")
        self.line_memory = map_anywhere(self.room.end)  # see `Functions`
        self.library.allowance = ALLOWANCE
        self.assembler = RegisterAssembler(made)
        self.stubs: list[int] = []
        self.functions = Functions(self)
        self.objects = Objects(self)
        self.objects.set_root(MEMORY_MESSAGE, self.objects.string(b"not enough memory"))
        self._make_stubs()
        self.texts = Texts(self, TEXTS)
        kept = self.objects.native(b"errors", c.STUB_DONE, 0, 0, c.ENTRY * c.ERRORS_KEPT)
        self.objects.set_root(ERRORS, kept)
        self.vm.errors = address_in(kept) + self.objects.native_values
        self.stack = Stack(self)
        self.hosts = Hosts(self)
        self.finalizers = Finalizers(self)
        self.limits = Limits()  # those of the program do not count yet
        world.make(self, libraries)
        self.limits = limits
        self._sampling: Sampling | None = None
        if sampling:
            from cupola.languages.lua.driver.sampling import Sampling

            self._sampling = Sampling(self)
        self.reset_counts()

    # --- making the system ----------------------------------------------------------------------------------

    def _make_stubs(self) -> None:
        variant = self.engine.loop_variants.get(self.tier, -1)
        place = self.offsets["stubs"][0]
        for number, name in enumerate(c.STUBS):
            lines = [(name, 0, 0, 0, 0, None)]
            size = self.assembler.places(lines)[-1]
            start = self.room.take(size)
            assert start is not None
            self.assembler.write(lines, self.memory, start, size, self.thresholds, variant)
            self.stubs.append(self.address + start)
            self.memory.write(place + 8 * number, (self.address + start).to_bytes(8, "little"))

    def close(self) -> None:
        """Give the memory back; the VM cannot be used any more. A second call does nothing."""
        if not self.closed:
            self.flush()
            self.hosts.close()
            self.cells.release()
            self.own_cells.release()
            super().close()
            self.heap_memory.close()
            self.line_memory.close()

    # --- programs -------------------------------------------------------------------------------------------

    def load(self, source: bytes, name: bytes, environment: int | None = None) -> int:
        """Compile a source; the function, a value. Raises front.SyntaxProblem."""
        prototype = self.texts.find(source, name, environment is not None)
        if prototype is None:
            from cupola.languages.lua.front import compile_source

            prototype = self.functions.load(compile_source(source, name))
            self.texts.keep(source, name, prototype, environment is not None)
        return self.closure_of(prototype, environment)

    def function_of(self, code: FunctionCode, environment: int | None = None) -> int:
        """A closure of the code of a whole source."""
        return self.closure_of(self.functions.load(code), environment)

    def closure_of(self, prototype: int, environment: int | None) -> int:
        """A closure of a whole source that is in memory."""
        globals = self.objects.globals if environment is None else environment
        return self.objects.checked(self.entry_closure(self.address, prototype, globals))

    def run(self, source: str | bytes, name: str = "<string>", *arguments: int) -> list[int]:
        """Run a source; what it returns, as values of the guest. Raises LuaError, LimitReached, Interrupted."""
        from cupola.languages.lua.front import SyntaxProblem

        text = source.encode("utf-8", "surrogateescape") if isinstance(source, str) else source
        chunk = program.chunk_name(name)
        try:
            function = self.load(text, chunk)
        except SyntaxProblem as problem:
            raise LuaError(str(problem)) from None
        return self.call(function, list(arguments))

    def run_file(self, path: str) -> list[int]:
        """Run a file, as the command `lua` does."""
        with open(path, "rb") as file:
            return self.run(file.read(), "@" + path)

    def run_program(
        self, steps: Sequence[tuple[str, str]], name: str, text: str | None, arguments: Sequence[str]
    ) -> int:
        """Run what a command line wants, see `program.run`; the exit status."""
        return program.run(self, steps, name, text, arguments)

    def call_named(self, name: str, *arguments: Any) -> tuple[Any, ...]:
        """Call a global function, see `program.call_named`."""
        return program.call_named(self, name, arguments)

    def session(self) -> Session:
        """A conversation with this system, for `cupola repl`."""
        from cupola.languages.lua.driver.session import Session

        return Session(self)

    def call(self, function: int, arguments: Sequence[int] = ()) -> list[int]:
        """Call a function with values; its results. Raises LuaError, LimitReached, Interrupted."""
        self.start_clock()
        if self.watcher is not None:
            self.watcher.begin()
        try:
            return self.call_inside(function, arguments)
        except KeyboardInterrupt:
            raise self.stopped(Interrupted("interrupted")) from None
        finally:
            if self.watcher is not None:
                self.watcher.end()
            self.flush()

    def go_on(self, reason: int, began: int) -> list[int]:
        """A call that native code has begun goes on, after it came back for a reason: its results. `began` is what
        `steps_granted` was before."""
        wanted = self.interrupt_wanted
        self.start_clock()
        self.interrupt_wanted = wanted
        if self.limits.steps is not None:
            self.last_step = began + self.limits.steps
        outside = Outside(self, 0)
        try:
            return self._run(outside, c.FRAME_CELLS * CELL, c.FRAME_CELLS * CELL, reason)
        except KeyboardInterrupt:
            raise self.stopped(Interrupted("interrupted")) from None
        finally:
            self.flush()

    def call_inside(self, function: int, arguments: Sequence[int], above: int | None = None) -> list[int]:
        """The same from a function of the driver that native code has called; `above` is the end of the cells that are
        in use, if not that of the frame."""
        level = self.vm.level
        if is_deep(level):
            raise Problem(b"C stack overflow")
        outside = Outside(self, level)
        link = self._frame_for(function, arguments, level, above)
        start = self.register("base") - cell(outside.coroutine + self.objects.stack_offset)
        self.vm.level = level + 1
        return self._run(outside, start, link, None)

    def _run(self, outside: Outside, start: int, link: int, reason: int | None) -> list[int]:
        """Serve the function that was called; its results. What ran outside goes on as it was."""
        ended = False
        try:
            count = self._serve(reason)
            results = self.register("base") + link + c.FUNCTION * CELL  # the stack may have moved
            found = [cell(results + at * CELL) for at in range(count)]
            ended = True
            return found
        except (Thrown, LuaError):
            ended = True
            raise
        finally:
            try:
                if not ended:
                    outside.give_up(start)
            finally:
                outside.restore()

    def _frame_for(self, function: int, arguments: Sequence[int], level: int, above: int | None) -> int:
        """Lay out a call above what is in use; how far its base is above the one below."""
        if level == 0:
            below = self.objects.main_stack() + c.FRAME_CELLS * CELL
            for place in (c.FUNCTION, c.CALLER, c.LINK):
                set_cell(below + place * CELL, 0)
            self.set_register("base", below)
            start = below
        else:
            below = self.register("base")
            start = above or below + self.stack.frame_size(below) * CELL
        self.set_register("n", 0)
        wanted = (start - below) // CELL + c.FRAME_CELLS + len(arguments) + c.ROOM
        if below + wanted * CELL > self.vm.stack_end:
            moved = self.stack.grow(wanted)
            start += moved - below
            below = moved
        base = start + c.FRAME_CELLS * CELL
        set_cell(base + c.FUNCTION * CELL, function)
        set_cell(base + c.CALLER * CELL, self.stubs[c.STUB_DONE])
        set_cell(base + c.LINK * CELL, base - below)
        for number, value in enumerate(arguments):
            set_cell(base + number * CELL, value)
        self.set_register("base", base)
        self.set_register("n", len(arguments))
        self.set_register("pc", self.objects.code_of(function))
        return base - below

    # --- serving --------------------------------------------------------------------------------------------

    def _serve(self, before: int | None) -> int:
        """Run until the function that was called returns; how many results it has. `before`: why native code came back
        before."""
        while True:
            if before is None or before == self.tick:
                reason = self.go()
            elif before == self.tier_up:
                self._tier_up(self.register("pc"))
                reason = self.go()
            else:
                reason = before
            before = None
            if reason == c.DONE:
                return self.register("n")
            if reason == c.THROWN:
                raise throwing.uncaught(self)
            try:
                before = self._serve_one(reason)
            except Thrown as thrown:
                self.throw(thrown.value)
            except Problem as problem:
                text = messages.positioned(self, problem.message, problem.level)
                self.throw(self.message(text))
            except HandlersFailed:
                self.throw(self.objects.root(HANDLERS_MESSAGE), handled=True)
            except RecursionError:
                self.throw(self.message(b"stack overflow"))
            except MemoryError:
                self.collect()
                self.throw(self.objects.root(MEMORY_MESSAGE))

    def message(self, text: bytes) -> int:
        """A message as a value; if there is no memory for it, that is what it says."""
        try:
            return self.objects.string(text)
        except MemoryError:
            return self.objects.root(MEMORY_MESSAGE)

    def _serve_one(self, reason: int) -> int | None:
        """Do what native code came back for; why it came back once more, if it ran meanwhile."""
        if reason == c.UPCALL:
            upcalls.serve(self)
        elif reason == c.FAILURE:
            message = messages.failure(self)
            self.entry_keep_error(self.address, message)
            self.throw(message)
        elif reason == c.STACK_FULL:
            self.stack.grow(self.vm.wanted)
        elif reason == c.HEAP_FULL:
            self._collect_for_more()
        elif reason == c.COLLECT:
            self.finalizers.run()
        elif reason == c.OUTPUT:
            self.flush()
        elif reason == c.LONG:
            self._allow_more()
        elif reason == c.RAISED:
            raise self.raised()
        elif reason == c.SAMPLE:
            self._sample()
        elif reason == c.RUNS_AGAIN:
            self.source_varies(self.register("pc"))
        elif self.hooks is not None and reason in (c.TRAP, c.TICK):
            return self.hooks.serve(reason)
        else:
            raise AssertionError(f"native code came back for the reason {reason}, which is none")
        return None

    def source_varies(self, pc: int) -> None:
        """The source that an address of guest code is of runs a second time, or in another way than was relied on."""
        from cupola.languages.lua.driver.varying import tell

        loaded = self.functions.at(pc)
        assert loaded is not None
        tell(self, loaded.source.functions)

    def forget_places(self) -> None:
        """Addresses of guest code may be those of other instructions from now on: forget what was known of them."""
        kept = self.vm.errors - self.heap_memory.address
        self.heap_memory.write(kept, bytes(CELL * c.ENTRY * c.ERRORS_KEPT))
        if self._sampling is not None:
            self._sampling.known.clear()

    def want_sample(self) -> None:
        self.vm.poll = 1

    def spots(self) -> tuple[Spot, ...]:
        if self._sampling is None:
            raise ValueError("samples are taken of a VM that was made with sampling=True")
        return self._sampling.spots()

    def _sample(self) -> None:
        if self.watcher is not None:
            self.watcher.sample()
        self.vm.sampled = 0
        self.vm.poll = 0

    def look_around(self) -> None:
        """Something long is going on: whether the limits permit it. Raises LimitReached, Interrupted."""
        self._look_around(time.monotonic(), self._deadline)

    def _allow_more(self) -> None:
        """Let a native function run that has used its allowance up, if the limits permit: one that begins anew gets
        more and more, but hardly more than the time limit leaves."""
        self.steps_granted += self.granted
        now = time.monotonic()
        self._look_around(now, self._deadline)
        base = self.register("base")
        self.granted = min(2 * self.granted, MOST_ALLOWANCE) if base == self.long_at else ALLOWANCE
        if self._deadline is not None:
            left = int((self._deadline - now) * STEPS_A_SECOND)
            self.granted = min(self.granted, max(left, ALLOWANCE))
        self.long_at = base
        self.library.allowance = self.granted

    def give_back(self, results: Sequence[int]) -> None:
        """Return from the function of the driver's that is on top."""
        upcalls.give_back(self, results)

    @property
    def wants_collection(self) -> bool:
        """Whether it is time for the collector."""
        return self.own_cells[self.allocated] >= self.own_cells[self.threshold]

    def _collect_for_more(self) -> None:
        """There was no memory: collect, once; the instruction runs again."""
        here = self.steps, self.register("pc")
        if self.full_at == here:
            self.full_at = (-1, 0)
            raise Problem(b"not enough memory", 0)
        self.full_at = here
        self.collect()

    def collect(self, full: bool = True) -> int:
        """Collect garbage; the bytes in use afterwards."""
        found: int = self.entry_collect(self.address, self.live_top(), int(full))
        return found

    def live_top(self) -> int:
        """The end of the cells of the running coroutine that are in use: those of a function of the guest, and open
        values above them; only the arguments of a native one."""
        if self.vm.level == 0:  # nothing runs
            return self.objects.main_stack() + c.FRAME_CELLS * CELL
        base = self.register("base")
        loaded = self.stack.loaded(cell(base + c.FUNCTION * CELL))
        if loaded is None:
            return base + self.register("n") * CELL
        top = base + loaded.code.frame_size * CELL
        return top + self.register("n") * CELL if self.finds_open(loaded) else top

    def finds_open(self, loaded: Loaded) -> bool:
        """Whether the instruction of a function that runs finds open values, or arguments: else `n` means nothing."""
        return loaded.code.instructions[loaded.instruction_at(self.register("pc"))].name in FIND_OPEN

    # --- errors ---------------------------------------------------------------------------------------------

    def throw(self, value: int, handled: bool = False) -> None:
        """Throw a value where the guest is: it goes on where this is caught; `handled`: no handler is called. Raises
        LuaError if it is not caught."""
        throwing.throw(self, value, handled)

    def stopped(self, error: RunError) -> RunError:
        """The run ends here: the traceback goes into the error."""
        self.library.printed = 0  # what was being printed will not go on
        error.backtrace = messages.frames(self, self.register("base"), self.register("pc"))
        return error

    # --- output, functions ----------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what the guest has printed, and let it be seen."""
        self.pour()
        self.output.flush()

    def pour(self) -> None:
        """Write what the guest has printed to the stream, which may keep it for a while."""
        length = self.printed.length
        if length:
            start = self.printed.bytes - self.address
            printed = self.memory.read(start, length)
            self.printed.length = 0
            try:
                self.output.write(printed)
            except BaseException:
                self.library.printed = 0
                raise

    def take_output(self) -> str:
        """What was printed so far, and not taken yet."""
        self.flush()
        return self.output.take()

    # --- hooks ----------------------------------------------------------------------------------------------

    def _tier_up(self, pc: int) -> None:
        if self.hooks is not None and self.hooks.traps.are_laid:
            self._cool(pc)  # compiled code would pass the traps by
        else:
            super()._tier_up(pc)

    def unit_at(self, pc: int) -> tuple[int, int, str]:
        loaded = self.functions.at(pc)
        if loaded is None:
            raise LookupError(f"no function has code at {pc:#x}")
        return loaded.start, loaded.end, loaded.code.name.decode("utf-8", "replace")

    def constant_text(self, number: int) -> str | None:
        return program.constant_text(self, number)

    def label_at(self, start: int, name: str) -> str:
        code = self.functions.by_start[start].code
        return f"{name} ({program.file_name(code.source)}:{code.line_defined})"

    def statistics(self) -> dict[str, Any]:
        """What happened so far, see `statistics`."""
        from cupola.languages.lua.driver import statistics

        return {**super().statistics(), **statistics.of_vm(self)}

    def words(self) -> list[str]:
        """The names of the program's functions."""
        return sorted({each.code.name.decode("utf-8", "replace") for each in self.functions.loaded})

    def unit_named(self, name: str) -> tuple[int, int, str]:
        """The start, the end and the name of a function, the program's before the libraries'; raises LookupError."""
        for each in sorted(self.functions.loaded, key=lambda one: one.code.source == PRELUDE):
            if each.code.name.decode("utf-8", "replace") == name:
                return each.start, each.end, name
        raise LookupError(f"the program has no function {name!r}")


def _nothing_raised() -> BaseException:
    return AssertionError("no function of Python was called")
