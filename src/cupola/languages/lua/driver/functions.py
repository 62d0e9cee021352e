"""Functions of the guest in memory: guest code, prototypes, and what is known of them by address.

The functions of a source are given back together, when the guest can reach none of them any more: an object of the
heap stands for the source, which each of its prototypes keeps alive.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort

from cupola.language.values import NIL
from cupola.languages.lua.front.code import FunctionCode
from cupola.languages.lua.front.problems import short_source
from cupola.tiers.headers import OPCODE_MASK, OPCODE_OFFSET

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from cupola.language.registers import Line
    from cupola.languages.lua.driver.vm import LuaVM
    from cupola.languages.lua.front.code import Constant, Instruction

# Instructions that a function with `...` has its own forms of.
VARARG = {
    "return_0": "vararg_return", "return_1": "vararg_return", "return": "vararg_return",
    "return_open": "vararg_return_open", "tail_call": "vararg_tail_call", "tail_call_open": "vararg_tail_call_open",
}  # fmt: skip
# Instructions with a constant that have a form for small integers, and what is a small one.
SMALL = {"add_k": "add_i", "sub_k": "sub_i"}
SMALLEST = 1 << 15
LARGEST = 1 << 47  # above all integers that are no objects
# And those that have one for doubles.
FLOAT = {f"{name}_{r}k": f"{name}_{r}f" for name in ("add", "sub", "mul", "div", "idiv") for r in ("", "r")}
# And those that have one for what equals only itself.
SAME = {"if_equal_k": "if_equal_s", "if_not_equal_k": "if_not_equal_s"}
PRELUDE = b"=[C]"  # the source of the functions of the libraries that are written in Lua
LONGEST_INTERNED = 40  # as in `runtime.objects`
RETURNED = {"return_0": 0, "return_1": 1}


class Loaded:
    """A function in memory: its code as the front end made it, where it lies, where each instruction lies (with the
    instructions around it that watch it), and the source that it is of."""

    __slots__ = ("code", "end", "places", "prototype", "source", "start")

    def __init__(self, code: FunctionCode, source: Source, start: int, places: list[int]) -> None:
        self.code = code
        self.source = source
        self.start = start
        self.places = places
        self.end = start + places[-1]
        self.prototype = 0

    def instruction_at(self, pc: int) -> int:
        """The number of the instruction that an address lies in."""
        return bisect_right(self.places, pc - self.start) - 1

    def line_at(self, pc: int) -> int:
        """The line of the source that an address belongs to."""
        return self.code.lines[min(self.instruction_at(pc), len(self.code.lines) - 1)]


class Source:
    """The functions of one source.

    While they are loaded, `literals` are its long strings, and `place` what positions in it begin with, a value.
    `relies` says whether it has instructions that rely on a single run of it; `object` is the value that stands for it,
    or NIL if it stays for good.
    """

    __slots__ = ("functions", "literals", "object", "owner", "place", "relies")

    def __init__(self, owner: Functions) -> None:
        self.owner = owner
        self.functions: list[Loaded] = []
        self.literals: dict[bytes, int] = {}
        self.place = NIL
        self.relies = False
        self.object = NIL

    def let_go(self) -> None:
        """The object is dead, and with it all prototypes."""
        self.owner.forget(self)


class Functions:
    """All functions of a VM, by the addresses of their code."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        self.starts: list[int] = []  # in order
        self.by_start: dict[int, Loaded] = {}
        self.has_forgotten = False  # since the last function was loaded

    @property
    def loaded(self) -> list[Loaded]:
        """All functions, those that were loaded first before the others."""
        return list(self.by_start.values())

    def load(self, code: FunctionCode) -> int:
        """Put the function of a source and those inside it into memory; its prototype, a value. Raises MemoryError."""
        try:
            return self._load_source(code)
        except MemoryError:
            self.vm.texts.forget()
            self.vm.collect()
            self.vm.hosts.let_go_dead()
        return self._load_source(code)

    def _load_source(self, code: FunctionCode) -> int:
        """The same, where there is memory."""
        source = Source(self)
        if code.source != PRELUDE and not self.vm.counting:  # what is counted is asked for at the end
            source.object = self.vm.hosts.make(source, NIL, NIL)
        try:
            found = self._load(code, source)
        except MemoryError:
            self.forget(source)
            raise
        source.literals = {}
        source.place = NIL
        return found

    def _load(self, code: FunctionCode, source: Source) -> int:
        """The same for one function."""
        vm = self.vm
        constants: list[int] = [] if source.object == NIL else [source.object]
        lines = [self._line(each, code, source, constants) for each in code.instructions]
        if source.relies and not code.line_defined:
            lines[0] = ("enter_source", *lines[0][1:])
        parts = None
        free: Container[str] = ()
        if vm.sampling or vm.counting:
            from cupola.languages.lua.driver.watched_code import CACHED, WATCHERS, watched

            counted = vm.counted or CACHED if vm.counting else ()
            lines, parts = watched(lines, code.lines, vm.sampling, counted)
            free = WATCHERS
        places = vm.assembler.places(lines)
        size = places[-1]
        if self.has_forgotten:
            vm.forget_places()
            self.has_forgotten = False
        start = vm.room.take(size)
        if start is None:
            raise MemoryError(f"there is no room for {size:,} bytes of guest code")
        variant = vm.engine.loop_variants.get(vm.tier, -1)
        vm.assembler.write(lines, vm.memory, start, size, vm.thresholds, variant, places=places, free=free)
        if parts is not None:
            places = [places[part] for part in parts]
        loaded = Loaded(code, source, vm.address + start, places)
        source.functions.append(loaded)
        insort(self.starts, loaded.start)
        self.by_start[loaded.start] = loaded
        if vm.hooks is not None:
            vm.hooks.added(loaded)
        if has_varying_globals(code):
            from cupola.languages.lua.driver.varying import tell

            tell(vm, [loaded])
        loaded.prototype = self._prototype(loaded, constants)
        return loaded.prototype

    def forget(self, source: Source) -> None:
        """The functions of a source are gone: their memory may have something else in it."""
        vm = self.vm
        if not source.functions:  # it was forgotten before
            return
        starts = {each.start for each in source.functions}
        if vm.hooks is not None:
            vm.hooks.removed(source.functions)
        vm.forget_compiled(starts)
        self.has_forgotten = True
        for each in source.functions:
            del self.by_start[each.start]
            del self.starts[bisect_left(self.starts, each.start)]
            vm.room.give(each.start - vm.address, each.end - each.start)
        source.functions = []

    def _line(self, line: Instruction, code: FunctionCode, source: Source, constants: list[int]) -> Line:
        """An instruction with its constant as a value, in the form that the function wants."""
        name, a, b, c, k, target = line
        number = 0
        if name in SMALL and not c and isinstance(k, int) and -SMALLEST < k < SMALLEST:
            return SMALL[name], a, b, k, 0, target
        if b and name == "for_loop":  # its step is not written, and so 1
            return "for_loop_1", a, 0, 0, 0, target
        if name == "pow_k" and not c and k.__class__ is int and k == 2:
            return "square", a, b, 0, 0, target
        if name == "mod_k" and not c and k.__class__ is int and 0 < k < LARGEST:
            name = "mod_i"
        if c and name in _TURNED:  # the constant is the left operand
            name = _TURNED[name]
        if name in SAME and k.__class__ is not int and k.__class__ is not float:
            name = SAME[name]
        if k.__class__ is float and name in FLOAT:
            name = FLOAT[name]
        if name == "get_upvalue" and b in code.fixed:
            source.relies = True
            name = "get_fixed"
        if name in _TAKES_CONSTANT:
            if name in ("set_list", "set_list_open"):
                assert isinstance(k, int)
                number = k
            else:
                number = self._constant(k, source)
                if number >> 48 in (-5, -2):  # strings and other objects
                    constants.append(number)
        if code.is_vararg and name in VARARG:
            b = RETURNED.get(name, b)
            name = VARARG[name]
        return name, a, b, c, number, target

    def _constant(self, k: Constant, source: Source) -> int:
        if isinstance(k, FunctionCode):
            return self._load(k, source)
        if not isinstance(k, bytes) or len(k) <= LONGEST_INTERNED:
            return self.vm.objects.value(k)
        found = source.literals.get(k)  # equal ones of a source are one string
        if found is None:
            found = source.literals[k] = self.vm.objects.string(k)
        return found

    def _prototype(self, loaded: Loaded, constants: list[int]) -> int:
        code = loaded.code
        captures = [
            self.vm.objects.integer(index if in_register else -1 - index)
            for _, in_register, index in code.upvalues
        ]
        facts = array("q", [
            loaded.start, code.frame_size, code.parameters, int(code.is_vararg), self.vm.objects.string(code.name),
            len(code.instructions), self._place(loaded), self._lines(loaded),
            len(captures), *captures, len(constants), *constants,
        ])  # fmt: skip
        return self.vm.objects.checked(self.vm.entry_prototype(self.vm.address, facts.buffer_info()[0]))

    def _place(self, loaded: Loaded) -> int:
        """What positions in a function begin with, a value; NIL where there are none, or the driver is to make them."""
        code, source = loaded.code, loaded.source
        if code.source == PRELUDE or code.lines[0] <= 0:
            return NIL
        if source.place == NIL:  # its name may be its whole text
            source.place = self.vm.objects.string(short_source(code.source) + b":")
        return source.place

    def _lines(self, loaded: Loaded) -> int:
        """Where native code finds the lines of a function, see `runtime.objects.Prototype`. They have a memory of their
        own, where they lie as the code does: they take less, as instructions take 8 bytes and the first one more."""
        table = array("i", loaded.places)
        table.extend(loaded.code.lines)
        start = loaded.start - self.vm.address
        data = table.tobytes()
        assert start + len(data) <= loaded.end - self.vm.address
        self.vm.line_memory.write(start, data)
        return self.vm.line_memory.address + start

    def sites(self, loaded: Loaded) -> Iterator[tuple[str, int, int]]:
        """The instructions with caches in a function: name, where in the VM's memory the cells are, their number."""
        forms, memory, origin = self.vm.engine.forms, self.vm.memory, self.vm.address
        at = loaded.start - origin
        while at < loaded.end - origin:
            packed = memory.read(at + OPCODE_OFFSET, 2)
            name, length, _, _, caches = forms[int.from_bytes(packed, "little") & OPCODE_MASK]
            if caches:
                yield name, at + caches[0], len(caches)
            at += length

    def at(self, pc: int) -> Loaded | None:
        """The function that an address of guest code lies in."""
        number = bisect_right(self.starts, pc) - 1
        if number < 0:
            return None
        found = self.by_start[self.starts[number]]
        return found if pc < found.end else None


def has_varying_globals(code: FunctionCode) -> bool:
    """Whether a function has global variables in a table that is not always the same."""
    if len(code.fixed) == len(code.upvalues):
        return False
    return any(each.name in _GLOBAL and each.b not in code.fixed for each in code.instructions)


_GLOBAL = ("get_global", "set_global")
_TURNED = {f"{name}_k": f"{name}_rk" for name in ("add", "sub", "mul", "div")}
_TAKES_CONSTANT = frozenset((
    "constant", "get_global", "set_global", "get_field", "set_field", "self", "set_list", "set_list_open",
    "if_equal_k", "if_not_equal_k", "closure", "mod_i",
    *FLOAT.values(), *SAME.values(), *_TURNED.values(),
    *(f"{name}_k" for name in (
        "add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr",
    )),
))  # fmt: skip
