"""Functions of the guest in memory: guest code, prototypes, and what is known of them by number and by address."""

from __future__ import annotations

from array import array
from bisect import bisect_right

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
    instructions around it that watch it). That of a whole source knows the number of its `first` function: those from
    there to itself are the source's."""

    __slots__ = ("code", "end", "first", "places", "prototype", "start")

    def __init__(self, code: FunctionCode, start: int, places: list[int]) -> None:
        self.code = code
        self.start = start
        self.places = places
        self.end = start + places[-1]
        self.prototype = 0
        self.first = -1

    def instruction_at(self, pc: int) -> int:
        """The number of the instruction that an address lies in."""
        return bisect_right(self.places, pc - self.start) - 1

    def line_at(self, pc: int) -> int:
        """The line of the source that an address belongs to."""
        return self.code.lines[min(self.instruction_at(pc), len(self.code.lines) - 1)]


class Functions:
    """All functions of a VM, by number, and by the addresses of their code, which grow."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        self.loaded: list[Loaded] = []
        self.starts: list[int] = []
        self.lines_used = 0
        self.by_start: dict[int, Loaded] = {}
        self.literals: dict[bytes, int] = {}  # the long strings of the source that is being loaded
        self.relies = False  # whether that source has instructions that rely on a single run of it

    def load(self, code: FunctionCode) -> int:
        """Put the function of a source and those inside it into memory; its prototype, a value. Raises CodeError,
        MemoryError."""
        try:
            found = self._load_source(code)
        except MemoryError:
            self.vm.collect()
            found = self._load_source(code)
        self.literals = {}
        return found

    def _load_source(self, code: FunctionCode) -> int:
        """The same, where there is memory."""
        self.literals = {}
        self.relies = False
        first = len(self.loaded)
        found = self._load(code)
        self.loaded[-1].first = first
        return found

    def _load(self, code: FunctionCode) -> int:
        """The same for one function."""
        vm = self.vm
        constants: list[int] = []
        lines = [self._line(each, code, constants) for each in code.instructions]
        if self.relies and not code.line_defined:
            lines[0] = ("enter_source", *lines[0][1:])
        parts = None
        free: Container[str] = ()
        if vm.sampling or vm.counting:
            from cupola.languages.lua.driver.watched_code import CACHED, WATCHERS, watched

            counted = vm.counted or CACHED if vm.counting else ()
            lines, parts = watched(lines, code.lines, vm.sampling, counted)
            free = WATCHERS
        start = vm.code_used
        places = vm.assembler.places(lines)
        variant = vm.engine.loop_variants.get(vm.tier, -1)
        room = vm.code_end - start
        size = vm.assembler.write(
            lines, vm.memory, start, room, vm.thresholds, variant, places=places, free=free
        )
        vm.code_used = start + size
        if parts is not None:
            places = [places[part] for part in parts]
        loaded = Loaded(code, vm.address + start, places)
        number = len(self.loaded)
        self.loaded.append(loaded)
        self.starts.append(loaded.start)
        self.by_start[loaded.start] = loaded
        if vm.hooks is not None:
            vm.hooks.added(loaded)
        if has_varying_globals(code):
            from cupola.languages.lua.driver.varying import tell

            tell(vm, [loaded])
        loaded.prototype = self._prototype(code, places, loaded.start, number, constants)
        return loaded.prototype

    def _line(self, line: Instruction, code: FunctionCode, constants: list[int]) -> Line:
        """An instruction with its constant as a value, in the form that the function wants."""
        name, a, b, c, k, target = line
        number = 0
        if name in SMALL and not c and isinstance(k, int) and -SMALLEST < k < SMALLEST:
            return SMALL[name], a, b, k, 0, target
        if b and name == "for_loop":  # its step is not written, and so 1
            return "for_loop_1", a, 0, 0, 0, target
        if name == "mod_k" and not c and k.__class__ is int and 0 < k < LARGEST:
            name = "mod_i"
        if c and name in _TURNED:  # the constant is the left operand
            name = _TURNED[name]
        if name in SAME and k.__class__ is not int and k.__class__ is not float:
            name = SAME[name]
        if k.__class__ is float and name in FLOAT:
            name = FLOAT[name]
        if name == "get_upvalue" and b in code.fixed:
            self.relies = True
            name = "get_fixed"
        if name in _TAKES_CONSTANT:
            if name in ("set_list", "set_list_open"):
                assert isinstance(k, int)
                number = k
            else:
                number = self._constant(k)
                if number >> 48 in (-5, -2):  # strings and other objects
                    constants.append(number)
        if code.is_vararg and name in VARARG:
            b = RETURNED.get(name, b)
            name = VARARG[name]
        return name, a, b, c, number, target

    def _constant(self, k: Constant) -> int:
        if isinstance(k, FunctionCode):
            return self._load(k)
        if not isinstance(k, bytes) or len(k) <= LONGEST_INTERNED:
            return self.vm.objects.value(k)
        found = self.literals.get(k)  # equal ones of a source are one string
        if found is None:
            found = self.literals[k] = self.vm.objects.string(k)
        return found

    def _prototype(
        self, code: FunctionCode, places: list[int], start: int, number: int, constants: list[int]
    ) -> int:
        captures = [
            self.vm.objects.integer(index if in_register else -1 - index)
            for _, in_register, index in code.upvalues
        ]
        facts = array("q", [
            start, code.frame_size, code.parameters, int(code.is_vararg), number, self.vm.objects.string(code.name),
            len(code.instructions), self._place(code), self._lines(code, places),
            len(captures), *captures, len(constants), *constants,
        ])  # fmt: skip
        return self.vm.objects.checked(self.vm.entry_prototype(self.vm.address, facts.buffer_info()[0]))

    def _place(self, code: FunctionCode) -> int:
        """What positions in a function begin with, a value; NIL where there are none, or the driver is to make them."""
        if code.source == PRELUDE or code.lines[0] <= 0:
            return NIL
        return self.vm.objects.string(short_source(code.source) + b":")

    def _lines(self, code: FunctionCode, places: list[int]) -> int:
        """Where native code finds the lines of a function, see `runtime.objects.Prototype`."""
        table = array("i", places)
        table.extend(code.lines)
        start = self.lines_used
        data = table.tobytes()
        self.vm.line_memory.write(start, data)
        self.lines_used = start + len(data)
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

    def source_of(self, loaded: Loaded) -> list[Loaded]:
        """All functions of the source that a function is of."""
        number = bisect_right(self.starts, loaded.start) - 1
        while self.loaded[number].first < 0:
            number += 1
        return self.loaded[self.loaded[number].first : number + 1]

    def at(self, pc: int) -> Loaded | None:
        """The function that an address of guest code lies in."""
        number = bisect_right(self.starts, pc) - 1
        if number < 0 or pc >= self.loaded[number].end:
            return None
        return self.loaded[number]


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
