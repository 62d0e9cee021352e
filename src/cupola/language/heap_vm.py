"""A ready-made driver for dynamic languages with registers whose front end is Python: functions, values, places.

Its memory is the VM struct and guest code; objects live on a heap of their own. A front end makes `FunctionCode`s,
whose constants are Python's; the instructions are the language's. The definition calls `dynamic.dynamic_entries`, and
has an instruction that leaves for the reason DONE: a call from Python returns there.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right

from cupola.language.driver import Driver
from cupola.language.fields import Fields
from cupola.language.frame_cells import CALLER, CELL, FRAME_CELLS, FUNCTION, LINK
from cupola.language.function_code import MOST_REGISTERS, FunctionCode, Global, Loaded
from cupola.language.heap_memory import make_heap, pages
from cupola.language.limits import Frame, GuestError, Interrupted, LimitReached
from cupola.language.reasons import (
    DONE,
    HEAP_FULL,
    NO_FUNCTION,
    NO_KEY,
    NO_NUMBER,
    NO_TABLE,
    STACK_FULL,
    TICK,
    TIER_UP,
    UNDEFINED,
    WRONG_COUNT,
)  # fmt: skip
from cupola.language.registers import RegisterAssembler
from cupola.language.values import (
    FALSE,
    INTEGER,
    NIL,
    STRING,
    TABLE,
    TRUE,
    address_in,
    bytes_of,
    cell,
    double,
    from_double,
    from_small,
    is_double,
    is_small,
    set_cell,
    small,
    tag_of,
)
from cupola.language.values import FUNCTION as FUNCTION_TAG
from cupola.runtime.tags import NOTHING

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from cupola.language.limits import Limits, Place, RunError, Thresholds
    from cupola.language.registers import Line
    from cupola.tiers.engine import Engine

DEFAULT_HEAP = 256 << 20


# Texts of errors, with {type} for the type of the value that they are about, and {text} for that as text.
MESSAGES = {
    STACK_FULL: "too many calls inside each other",
    NO_FUNCTION: "a {type} is called, which is no function",
    NO_NUMBER: "expected a number, found a {type}",
    NO_TABLE: "expected a table, found a {type}",
    NO_KEY: "{text} cannot be a key",
    WRONG_COUNT: "the function takes another number of arguments than {text}",
}
TYPES = {STRING: "string", TABLE: "table", FUNCTION_TAG: "function", INTEGER: "number"}


class HeapVM(Driver):
    """A VM of a language whose VM struct begins with `dynamic.System`. `vm` has the struct's fields as attributes,
    `heap` the heap's. `limits.memory` is what objects may take.

    A language says in `messages` what its own errors are, in `serve` what other reasons to come back mean, and in
    `place` where in a source something is.
    """

    messages: Mapping[int, str] = MESSAGES

    tick = TICK
    tier_up = TIER_UP

    def __init__(
        self,
        engine: Engine,
        *,
        struct: str = "VM",
        done: str = "done",
        tier: str = "auto",
        thresholds: Thresholds | None = None,
        limits: Limits | None = None,
        code_bytes: int = 4 << 20,
    ) -> None:
        self.code_used = pages(engine.size_of(struct))
        self.code_end = self.code_used + pages(code_bytes)
        super().__init__(engine, self.code_end, tier, thresholds, limits)
        self.vm = Fields(self.memory, engine.structs[struct], 0)
        self.offsets = engine.structs[struct]
        self.heap = Fields(self.memory, engine.structs["Heap"], self.offsets["heap"][0])
        Fields(self.memory, engine.structs["Context"], 0).tables = engine.tables
        self._bind()
        self.heap_memory = make_heap(self, self.limits.memory or DEFAULT_HEAP)
        self.assembler = RegisterAssembler(engine)
        self.takes_constant = {each["name"] for each in engine.facts if each.get("number_bytes") == 8}
        self.loaded: list[Loaded] = []
        self.starts: list[int] = []
        self.globals: dict[str, int] = {}  # boxes
        self.code_offset = engine.structs["Closure"]["code"][0]
        self.box_value = engine.structs["Upvalue"]["value"][0]
        self.full_at = -1
        self.root_table = self.checked(
            self.entry_table(self.address, 0, 0)
        )  # keeps the boxes of global variables
        set_cell(self.address + self.offsets["heap"][0] + engine.structs["Heap"]["roots"][0], self.root_table)
        self.done = self.address + self._write([(done, 0, 0, 0, 0, None)])
        self.main = self.heap.current & (1 << 48) - 1
        self.reset_counts()

    def _bind(self) -> None:
        entry = self.engine.entry
        self.entry_string = entry("string_value", "i64", "ptr", "ptr", "i64")
        self.entry_table = entry("table_value", "i64", "ptr", "i64", "i64")
        self.entry_get = entry("raw_get", "i64", "ptr", "i64", "i64")
        self.entry_set = entry("raw_set", "i64", "ptr", "i64", "i64", "i64")
        self.entry_prototype = entry("prototype_value", "i64", "ptr", "ptr")
        self.entry_closure = entry("main_closure", "i64", "ptr", "i64", "i64")
        self.entry_box = entry("new_box", "i64", "ptr", "i64")
        self.entry_grow = entry("grow_stack", "i64", "ptr", "i64", "i64")
        self.entry_collect = entry("collect_garbage", "i64", "ptr", "ptr", "i64")

    def close(self) -> None:
        """Give the memory back; the VM cannot be used any more. A second call does nothing."""
        if not self.closed:
            super().close()
            self.heap_memory.close()

    # --- values -----------------------------------------------------------------------------------------------------

    def value(self, thing: Any) -> int:
        """None, a bool, a number or a str as a value; integers of more than 48 bits are floats. Raises TypeError,
        OverflowError."""
        kind = thing.__class__
        if kind is int:
            return from_small(thing) if is_small(thing) else from_double(float(thing))
        if kind is float:
            return from_double(thing)
        if kind is str:
            text = thing.encode("utf-8", "surrogateescape")
            return self.checked(self.entry_string(self.address, text, len(text)))
        if thing is None or kind is bool:
            return NIL if thing is None else TRUE if thing else FALSE
        raise TypeError(f"expected None, a bool, a number or a str, found {kind.__name__}")

    def python(self, value: int) -> Any:
        """What a value is to Python; objects that are no strings stay values."""
        if is_double(value):
            return double(value)
        if value in (NIL, FALSE, TRUE):
            return None if value == NIL else value == TRUE
        if tag_of(value) == STRING:
            return bytes_of(value).decode("utf-8", "surrogateescape")
        return small(value) if tag_of(value) == INTEGER else value

    @staticmethod
    def type_name(value: int) -> str:
        """The name of a value's type, for messages."""
        if is_double(value):
            return "number"
        return "nil" if value == NIL else TYPES.get(tag_of(value), "boolean")

    @staticmethod
    def checked(value: int) -> int:
        """What an entry made; raises MemoryError for nothing."""
        if not value:
            raise MemoryError("the memory limit of this system is reached")
        return value

    # --- programs ---------------------------------------------------------------------------------------------------

    def load(self, code: FunctionCode) -> int:
        """Put a function and those inside it into memory; its prototype, a value. Raises CodeError, MemoryError."""
        kept: list[int] = []
        lines = [
            (name, a, b, c, self._number(k, kept) if name in self.takes_constant else 0, target)
            for name, a, b, c, k, target in code.lines
        ]
        places = self.assembler.places(lines)
        start = self.address + self._write(lines)
        name = self.value(code.name)
        captures = [from_small(each) for each in code.captures]
        facts = array("q", [
            start, code.frame_size, code.parameters, 0, name, 0, NIL, 0, len(captures), *captures, len(kept), *kept,
        ])  # fmt: skip
        self.loaded.append(Loaded(code, start, places))
        self.starts.append(start)
        return self.checked(self.entry_prototype(self.address, facts.buffer_info()[0]))

    def _write(self, lines: list[Line]) -> int:
        """Lay instructions out; how many bytes into the memory they begin."""
        start = self.code_used
        variant = self.engine.loop_variants.get(self.tier, -1)
        room = self.code_end - start
        self.code_used += self.assembler.write(lines, self.memory, start, room, self.thresholds, variant)
        return start

    def _number(self, k: Any, kept: list[int]) -> int:
        """A constant as the number of an instruction; what is an object is kept by the function."""
        if isinstance(k, FunctionCode):
            number = self.load(k)
        elif isinstance(k, Global):
            number = self.global_box(k.name)
        else:
            number = self.value(k)
        kept.append(number)
        return number

    def global_box(self, name: str) -> int:
        """The box of a global variable."""
        if name not in self.globals:
            self.globals[name] = self.checked(self.entry_box(self.address, NOTHING))
            self.checked(
                not self.entry_set(self.address, self.root_table, self.value(name), self.globals[name])
            )
        return self.globals[name]

    def global_value(self, name: str) -> int:
        """The value of a global variable. Raises LookupError."""
        value = NOTHING if name not in self.globals else cell(address_in(self.globals[name]) + self.box_value)
        if value == NOTHING:
            raise LookupError(f"there is no variable {name!r}")
        return value

    def run_code(self, code: FunctionCode) -> int:
        """Load and call a function without parameters that captures nothing; its result, a value.

        Raises GuestError, LimitReached and Interrupted.
        """
        try:
            closure = self._closure(code)
        except MemoryError:
            self.entry_collect(self.address, self._outside(), 1)
            try:
                closure = self._closure(code)
            except MemoryError as error:
                raise LimitReached("memory", str(error)) from None
        return self.call(closure)

    def _closure(self, code: FunctionCode) -> int:
        return self.checked(self.entry_closure(self.address, self.load(code), NIL))

    def _outside(self) -> int:
        """The base of the frame that belongs to no function, below all others."""
        return cell(self.main + self.engine.structs["Coroutine"]["stack"][0]) + FRAME_CELLS * CELL

    def call(self, function: int, *arguments: int) -> int:
        """Call a function with values, outside of all others; its result. Raises as `run_code` does."""
        self.start_clock()
        below = self._outside()
        base = below + FRAME_CELLS * CELL
        frame = ((below, (0, 0, 0)), (base, (function, self.done, FRAME_CELLS * CELL)))
        for place, cells in frame:
            for at, number in zip((FUNCTION, CALLER, LINK), cells, strict=True):
                set_cell(place + at * CELL, number)
        for number, value in enumerate(arguments):
            set_cell(base + number * CELL, value)
        self.set_register("base", base)
        self.set_register("n", len(arguments))
        self.set_register("pc", cell(address_in(function) + self.code_offset))
        try:
            while self.serve(self.go()):
                pass
        except KeyboardInterrupt:
            raise self.stopped(Interrupted("interrupted")) from None
        return cell(self.register("base"))

    def serve(self, reason: int) -> bool:
        """Do what native code came back for; whether it goes on."""
        if reason == STACK_FULL and self.entry_grow(self.address, MOST_REGISTERS, 0) > 0:
            return True
        if reason == UNDEFINED:
            name = next(name for name, box in self.globals.items() if box == self.vm.value)
            raise self.stopped(GuestError(reason, f"there is no variable {name!r}"))
        if reason in self.messages:
            value = self.vm.value
            message = self.messages[reason].format(type=self.type_name(value), text=self.python(value))
            raise self.stopped(GuestError(reason, message))
        if reason == HEAP_FULL:
            if self.full_at == self.steps:  # collected for this instruction already
                raise self.stopped(LimitReached("memory", "the memory limit is reached"))
            self.full_at = self.steps
            self.collect()
        elif reason != DONE:
            raise AssertionError(f"native code came back for the reason {reason}, which is none")
        return reason != DONE

    def collect(self) -> int:
        """Collect garbage where a function of the guest stands; the bytes in use afterwards."""
        loaded = self.loaded_at(self.register("pc"))
        size = 0 if loaded is None else loaded.code.frame_size
        found: int = self.entry_collect(self.address, self.register("base") + size * CELL, 1)
        return found

    # --- where the guest is -----------------------------------------------------------------------------------------

    def loaded_at(self, pc: int) -> Loaded | None:
        """The function that a guest address lies in."""
        number = bisect_right(self.starts, pc) - 1
        return self.loaded[number] if number >= 0 and pc < self.loaded[number].end else None

    def unit_at(self, pc: int) -> tuple[int, int, str]:
        loaded = self.loaded_at(pc)
        if loaded is None:
            raise LookupError(f"no function has code at {pc:#x}")
        return loaded.start, loaded.end, loaded.code.name

    def unit_named(self, name: str) -> tuple[int, int, str]:
        """The start, the end and the name of the function that was last loaded with a name; raises LookupError."""
        for each in reversed(self.loaded):
            if each.code.name == name:
                return each.start, each.end, name
        raise LookupError(f"the program has no function {name!r}")

    def places(self) -> Iterator[int]:
        """Where the functions that run are, the innermost first: guest addresses."""
        base, pc = self.register("base"), self.register("pc")
        while cell(base + LINK * CELL):
            yield pc
            pc = cell(base + CALLER * CELL) - 1
            base -= cell(base + LINK * CELL)

    def place(self, code: FunctionCode, where: Any) -> Place | None:
        """A place in the source of a function for what `FunctionCode.where` says."""
        return None

    def stopped(self, error: RunError) -> RunError:
        """Put the place and the backtrace of the guest into `error`; the VM can run again."""
        for pc in self.places():
            loaded = self.loaded_at(pc)
            if loaded is not None:
                if not error.backtrace:
                    error.where = self.place(loaded.code, loaded.where(pc))
                defined = self.place(loaded.code, loaded.code.defined)
                error.backtrace.append(Frame(loaded.code.name, None if defined is None else str(defined)))
        return error
